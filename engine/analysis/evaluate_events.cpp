// Onsets, tempo and key.
#include <algorithm>
#include <cmath>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/evaluate_text.h"
#include "engine/analysis/matching.h"

namespace tutti::analysis {

namespace {

constexpr double kOnsetWindow = 0.05;     // s
constexpr double kTempoTolerance = 0.08;  // of the reference tempo

struct NamedKey {
  int tonic = 0;     // -10: no key
  std::string mode;  // major, minor, other
};

Result<NamedKey> read_key(std::string_view text) {
  const auto bad = [] {
    return Error{Code::bad_input, "The key cannot be read.",
                 "Write it as in \"F# minor\" or \"Bb major\"."};
  };
  std::vector<std::string> words;
  std::string word;
  for (char c : std::string(text) + "\n") {
    const bool gap = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
    if (gap && !word.empty()) words.push_back(word), word.clear();
    if (!gap) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (c != '\n') continue;
    if (!words.empty() && words[0][0] == '#') words.clear();
    if (!words.empty()) break;
  }
  NamedKey key;
  if (words.size() == 1 && words[0] == "x") return NamedKey{-10, "other"};
  if (words.size() != 2) return bad();
  static constexpr int kLetters[7] = {9, 11, 0, 2, 4, 5, 7};  // a … g
  const std::string& name = words[0];
  if (name == "x") {
    key.tonic = -10;
  } else {
    if (name.size() > 2 || name[0] < 'a' || name[0] > 'g') return bad();
    key.tonic = kLetters[name[0] - 'a'];
    if (name.size() == 2) {
      if (name[1] != '#' && name[1] != 'b') return bad();
      key.tonic = (key.tonic + (name[1] == '#' ? 1 : 11)) % 12;
    }
  }
  key.mode = words[1];
  if (key.mode != "major" && key.mode != "minor" && key.mode != "other") return bad();
  return key;
}

Result<TempoPair> read_tempo(std::string_view text, bool needs_weight) {
  auto table = read_table(text, needs_weight ? 3 : 2);
  if (!table) return table.error();
  if (table->empty())
    return Error{
        Code::bad_input, "There is no tempo in the file.",
        "Give one line with the slower tempo, the faster one and the weight of the slower one."};
  const auto& row = table->front();
  TempoPair pair{row[0], row[1], row.size() > 2 ? row[2] : 0.5};
  if (pair.slow < 0 || pair.fast < 0 || pair.weight < 0 || pair.weight > 1)
    return Error{Code::bad_input,
                 "Tempos must not be negative, and the weight lies between 0 and 1.",
                 "Correct the line and try again."};
  return pair;
}

}  // namespace

Scores score_onsets(const std::vector<double>& reference, const std::vector<double>& estimate) {
  double precision = 0, recall = 0;
  if (!reference.empty() && !estimate.empty()) {
    std::vector<std::vector<int>> allowed(estimate.size());
    for (std::size_t e = 0; e < estimate.size(); ++e) {
      auto r = std::lower_bound(reference.begin(), reference.end(), estimate[e] - 2 * kOnsetWindow);
      for (; r != reference.end() && *r <= estimate[e] + 2 * kOnsetWindow; ++r)
        if (std::fabs(*r - estimate[e]) <= kOnsetWindow)
          allowed[e].push_back(static_cast<int>(r - reference.begin()));
    }
    const auto partner = match(allowed, static_cast<int>(reference.size()));
    const auto hits = static_cast<double>(
        std::count_if(partner.begin(), partner.end(), [](int p) { return p >= 0; }));
    precision = hits / static_cast<double>(estimate.size());
    recall = hits / static_cast<double>(reference.size());
  }
  return {{"F-measure", harmonic_mean(precision, recall)},
          {"Precision", precision},
          {"Recall", recall}};
}

Result<Scores> evaluate_onsets(std::string_view reference, std::string_view estimate) {
  auto r = read_events(reference);
  if (!r) return r.error();
  auto e = read_events(estimate);
  if (!e) return e.error();
  return score_onsets(*r, *e);
}

Scores score_tempo(const TempoPair& reference, const TempoPair& estimate) {
  const auto hit = [&](double tempo) {
    if (tempo <= 0) return false;
    const double nearest =
        std::min(std::fabs(tempo - estimate.slow), std::fabs(tempo - estimate.fast));
    return nearest / tempo <= kTempoTolerance;
  };
  const bool slow = hit(reference.slow), fast = hit(reference.fast);
  return {{"P-score", reference.weight * slow + (1 - reference.weight) * fast},
          {"One-correct", slow || fast ? 1.0 : 0.0},
          {"Both-correct", slow && fast ? 1.0 : 0.0}};
}

Result<Scores> evaluate_tempo(std::string_view reference, std::string_view estimate) {
  auto r = read_tempo(reference, true);
  if (!r) return r.error();
  auto e = read_tempo(estimate, false);
  if (!e) return e.error();
  return score_tempo(*r, *e);
}

Result<Scores> evaluate_key(std::string_view reference, std::string_view estimate) {
  auto r = read_key(reference);
  if (!r) return r.error();
  auto e = read_key(estimate);
  if (!e) return e.error();
  const bool same_mode = r->mode == e->mode;
  const int apart = ((e->tonic - r->tonic) % 12 + 12) % 12;
  double score = 0;
  if (r->tonic == e->tonic && same_mode)
    score = 1;
  else if (same_mode && apart == 7)
    score = 0.5;
  else if (!same_mode && r->mode == "major" && apart == 9)
    score = 0.3;
  else if (!same_mode && r->mode == "minor" && apart == 3)
    score = 0.3;
  else if (!same_mode && r->tonic == e->tonic)
    score = 0.2;
  return Scores{{"Weighted Score", score}};
}

}  // namespace tutti::analysis
