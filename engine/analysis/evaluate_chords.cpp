// The chord scores of MIREX as mir_eval defines them: Harte, "Towards Automatic Extraction of
// Harmony Information from Music Signals" (PhD thesis, Queen Mary 2010), and Pauwels and Peeters,
// "Evaluating automatically estimated chord sequences" (ICASSP 2013).
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/evaluate_text.h"

namespace tutti::analysis {

namespace {

using Tones = std::array<int, 12>;  // 1 where the chord has that semitone above its root

struct Code12 {
  int root = -1;  // -1: no chord, or unknown
  Tones tones{};  // all -1: unknown ("X")
  int bass = -1;  // semitones above the root
  friend bool operator==(const Code12&, const Code12&) = default;
};

struct Quality {
  std::string_view name;
  unsigned tones;            // bit i: i semitones above the root
  std::string_view reduced;  // of an extended chord, the one below …
  std::array<int, 3> added;  // … and what stands above it, in semitones (-1: nothing)
};
constexpr unsigned set(std::initializer_list<int> tones) {
  unsigned out = 0;
  for (int t : tones) out |= 1u << t;
  return out;
}
constexpr Quality kQualities[] = {
    {"maj", set({0, 4, 7}), "", {-1, -1, -1}},
    {"min", set({0, 3, 7}), "", {-1, -1, -1}},
    {"aug", set({0, 4, 8}), "", {-1, -1, -1}},
    {"dim", set({0, 3, 6}), "", {-1, -1, -1}},
    {"sus4", set({0, 5, 7}), "", {-1, -1, -1}},
    {"sus2", set({0, 2, 7}), "", {-1, -1, -1}},
    {"7", set({0, 4, 7, 10}), "", {-1, -1, -1}},
    {"maj7", set({0, 4, 7, 11}), "", {-1, -1, -1}},
    {"min7", set({0, 3, 7, 10}), "", {-1, -1, -1}},
    {"minmaj7", set({0, 3, 7, 11}), "min", {11, -1, -1}},
    {"maj6", set({0, 4, 7, 9}), "", {-1, -1, -1}},
    {"min6", set({0, 3, 7, 9}), "", {-1, -1, -1}},
    {"dim7", set({0, 3, 6, 9}), "", {-1, -1, -1}},
    {"hdim7", set({0, 3, 6, 10}), "", {-1, -1, -1}},
    {"aug7", set({0, 4, 8, 10}), "", {-1, -1, -1}},
    {"maj9", set({0, 4, 7, 11}), "maj7", {14, -1, -1}},
    {"min9", set({0, 3, 7, 10}), "min7", {14, -1, -1}},
    {"9", set({0, 4, 7, 10}), "7", {14, -1, -1}},
    {"min11", set({0, 3, 7, 10}), "min7", {14, 17, -1}},
    {"11", set({0, 4, 7, 10}), "7", {14, 17, -1}},
    {"maj13", set({0, 4, 7, 11}), "maj7", {14, 17, 21}},
    {"min13", set({0, 3, 7, 10}), "min7", {14, 17, 21}},
    {"13", set({0, 4, 7, 10}), "7", {14, 17, 21}},
    {"1", set({0}), "", {-1, -1, -1}},
    {"5", set({0, 7}), "", {-1, -1, -1}},
    {"", 0, "", {-1, -1, -1}},
};

const Quality* quality_named(std::string_view name) {
  for (const Quality& q : kQualities)
    if (q.name == name) return &q;
  return nullptr;
}

// "b3" → 3, "9" → 14.
std::optional<int> degree(std::string_view text) {
  static constexpr int kSteps[] = {0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19, 21};
  int moved = 0;
  while (!text.empty() && (text[0] == 'b' || text[0] == '#')) {
    moved += text[0] == '#' ? 1 : -1;
    text.remove_prefix(1);
  }
  int number = 0;
  if (text.empty() || text.size() > 2) return std::nullopt;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (number < 1 || number > 13) return std::nullopt;
  return kSteps[number - 1] + moved;
}

// `reduced`: chords of ninths and more as sevenths with notes an octave up folded in.
std::optional<Code12> encode(std::string_view text, bool reduced) {
  Code12 out;
  if (text == "N") return out;
  if (text == "X") {
    out.tones.fill(-1);
    return out;
  }
  static constexpr int kLetters[] = {9, 11, 0, 2, 4, 5, 7};
  if (text.empty() || text[0] < 'A' || text[0] > 'G') return std::nullopt;
  int root = kLetters[text[0] - 'A'];
  std::size_t at = 1;
  for (; at < text.size() && (text[at] == '#' || text[at] == 'b'); ++at)
    root += text[at] == '#' ? 1 : 11;
  out.root = root % 12;
  text.remove_prefix(at);
  out.bass = 0;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto bass = degree(text.substr(slash + 1));
    if (!bass) return std::nullopt;
    out.bass = (*bass + 24) % 12;
    text = text.substr(0, slash);
  }
  std::string_view degrees;
  if (const auto open = text.find('('); open != std::string_view::npos) {
    if (text.back() != ')') return std::nullopt;
    degrees = text.substr(open + 1, text.size() - open - 2);
    text = text.substr(0, open);
    if (degrees.empty()) return std::nullopt;
  }
  std::string_view name = degrees.empty() ? "maj" : "";
  if (!text.empty()) {
    if (text[0] != ':') return std::nullopt;
    if (text.size() > 1) name = text.substr(1);
  }
  const Quality* quality = quality_named(name);
  if (quality == nullptr) return std::nullopt;
  const auto put = [&](int semitones, int sign) {
    if (semitones < 12 || reduced)
      out.tones[static_cast<std::size_t>((semitones + 24) % 12)] += sign;
  };
  if (reduced && !quality->reduced.empty()) {
    for (int tone : quality->added)
      if (tone >= 0) put(tone, 1);
    quality = quality_named(quality->reduced);
  }
  for (int i = 0; i < 12; ++i)
    if (i == 0 || (quality->tones >> i & 1)) ++out.tones[static_cast<std::size_t>(i)];
  while (!degrees.empty()) {
    const auto comma = degrees.find(',');
    std::string_view one = degrees.substr(0, comma);
    degrees = comma == std::string_view::npos ? "" : degrees.substr(comma + 1);
    int sign = 1;
    if (!one.empty() && one[0] == '*') sign = -1, one.remove_prefix(1);
    const auto semitones = degree(one);
    if (!semitones) return std::nullopt;
    put(*semitones, sign);
  }
  for (int& tone : out.tones) tone = tone > 0;
  out.tones[static_cast<std::size_t>(out.bass)] = 1;
  return out;
}

bool same(const Code12& a, const Code12& b, int count) {
  return std::equal(a.tones.begin(), a.tones.begin() + count, b.tones.begin());
}

bool is(const Code12& chord, unsigned tones, int count) {
  for (int i = 0; i < count; ++i)
    if (chord.tones[static_cast<std::size_t>(i)] != static_cast<int>(tones >> i & 1)) return false;
  return true;
}

// 1, 0, or nothing where the reference is not to be judged.
using Verdict = std::optional<bool>;

Verdict compare_tones(const Code12& r, const Code12& e, int from, int to, bool with_bass) {
  if (r.tones[0] < 0) return std::nullopt;
  return r.root == e.root && (!with_bass || r.bass == e.bass) &&
         std::equal(r.tones.begin() + from, r.tones.begin() + to, e.tones.begin() + from);
}

Verdict compare_mirex(const Code12& r, const Code12& e) {
  int common = 0, own = 0;
  for (int i = 0; i < 12; ++i) {
    const auto at = [&](const Code12& c) {
      return c.tones[static_cast<std::size_t>((i - c.root + 24) % 12)] > 0;
    };
    common += at(r) && at(e), own += at(r);
  }
  if (r.tones[0] < 0 || (own > 0 && own < 3)) return std::nullopt;
  return common >= 3 || (r.root == -1 && e.root == -1);
}

Verdict compare_within(const Code12& r, const Code12& e, bool sevenths, bool with_bass) {
  static constexpr std::string_view kSevenths[] = {"maj", "min", "maj7", "7", "min7"};
  const bool none = r.root < 0 && is(r, 0, 12);
  bool valid = none;
  if (sevenths)
    for (std::string_view name : kSevenths)
      valid = valid || (r.root >= 0 && is(r, quality_named(name)->tones, 12));
  else
    valid = valid || (r.root >= 0 && (is(r, quality_named("maj")->tones, 8) ||
                                      is(r, quality_named("min")->tones, 8)));
  if (!valid) return std::nullopt;
  // The bass is among the chord's tones by construction, so no inversion is left out.
  return r.root == e.root && (!with_bass || r.bass == e.bass) && same(r, e, sevenths ? 12 : 8);
}

struct Coded {
  double start, end;
  Code12 chord, reduced;
};

Result<std::vector<Coded>> coded(const std::vector<ScoredChord>& chords) {
  std::vector<Coded> out;
  for (const ScoredChord& c : chords) {
    const auto chord = encode(c.name, false), reduced = encode(c.name, true);
    if (!chord || !reduced)
      return Error{Code::bad_input, "\"" + c.name + "\" is no chord.",
                   "Write chords as C:maj, F#:min7/b3, G:7 or N."};
    if (!(c.end >= c.start) || (!out.empty() && c.start < out.back().end - 1e-6))
      return Error{Code::bad_input, "The chords do not follow one another.",
                   "Give lines of start, end and chord in the order of time."};
    if (c.end > c.start) out.push_back({c.start, c.end, *chord, *reduced});
  }
  if (out.empty())
    return Error{Code::bad_input, "There are no chords.", "Give lines of start, end and chord."};
  return out;
}

// To the very range of the reference; what is missing at either end has no chord.
std::vector<Coded> fitted(const std::vector<Coded>& chords, double start, double end) {
  std::vector<Coded> out;
  for (Coded c : chords) {
    c.start = std::max(c.start, start), c.end = std::min(c.end, end);
    if (c.end > c.start) out.push_back(c);
  }
  if (out.empty()) return {{start, end, {}, {}}};
  if (out.front().start > start) out.insert(out.begin(), {start, out.front().start, {}, {}});
  if (out.back().end < end) out.push_back({out.back().end, end, {}, {}});
  return out;
}

std::vector<Coded> merged(const std::vector<Coded>& chords) {
  std::vector<Coded> out;
  for (const Coded& c : chords)
    if (!out.empty() && out.back().reduced == c.reduced)
      out.back().end = c.end;
    else
      out.push_back(c);
  return out;
}

// How much of `a` is not covered by single stretches of `b`.
double directional_distance(const std::vector<Coded>& a, const std::vector<Coded>& b) {
  std::vector<double> times;
  for (const Coded& c : b) times.push_back(c.start), times.push_back(c.end);
  std::sort(times.begin(), times.end());
  double sum = 0;
  for (const Coded& c : a) {
    double longest = 0, last = c.start;
    for (auto t = std::lower_bound(times.begin(), times.end(), c.start);
         t != times.end() && *t < c.end; ++t)
      longest = std::max(longest, *t - last), last = *t;
    longest = std::max(longest, c.end - last);
    sum += c.end - c.start - longest;
  }
  return sum / (a.back().end - a.front().start);
}

}  // namespace

Result<Scores> score_chords(const std::vector<ScoredChord>& reference_chords,
                            const std::vector<ScoredChord>& estimated_chords) {
  const auto reference = coded(reference_chords);
  if (!reference) return reference.error();
  const auto heard = coded(estimated_chords);
  if (!heard) return heard.error();
  const auto estimate = fitted(*heard, reference->front().start, reference->back().end);

  constexpr int kScores = 12;
  static constexpr const char* kNames[kScores] = {
      "thirds", "thirds_inv", "triads", "triads_inv", "tetrads",  "tetrads_inv",
      "root",   "mirex",      "majmin", "majmin_inv", "sevenths", "sevenths_inv"};
  double right[kScores] = {}, judged[kScores] = {};
  std::size_t e = 0;
  for (const Coded& r : *reference) {
    double at = r.start;
    while (at < r.end) {
      while (e < estimate.size() && estimate[e].end <= at) ++e;
      Code12 other;
      double until = r.end;
      if (e < estimate.size()) {
        if (estimate[e].start > at)
          until = std::min(until, estimate[e].start);
        else
          other = estimate[e].chord, until = std::min(until, estimate[e].end);
      }
      const Code12& c = r.chord;
      const Verdict verdicts[kScores] = {
          compare_tones(c, other, 3, 4, false),   compare_tones(c, other, 3, 4, true),
          compare_tones(c, other, 0, 8, false),   compare_tones(c, other, 0, 8, true),
          compare_tones(c, other, 0, 12, false),  compare_tones(c, other, 0, 12, true),
          compare_tones(c, other, 0, 0, false),   compare_mirex(c, other),
          compare_within(c, other, false, false), compare_within(c, other, false, true),
          compare_within(c, other, true, false),  compare_within(c, other, true, true)};
      for (int s = 0; s < kScores; ++s)
        if (verdicts[s]) {
          judged[s] += until - at;
          if (*verdicts[s]) right[s] += until - at;
        }
      at = until;
    }
  }
  Scores scores;
  for (int s = 0; s < kScores; ++s)
    scores.emplace_back(kNames[s], judged[s] > 0 ? right[s] / judged[s] : 0);
  const auto whole = merged(*reference), parts = merged(estimate);
  const double over = 1 - directional_distance(whole, parts),
               under = 1 - directional_distance(parts, whole);
  scores.emplace_back("underseg", under);
  scores.emplace_back("overseg", over);
  scores.emplace_back("seg", std::min(under, over));
  return scores;
}

namespace {

Result<std::vector<ScoredChord>> read_chords(std::string_view text) {
  std::vector<ScoredChord> out;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    ++number;
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < line.size();) {
      const auto from = line.find_first_not_of(" \t\r", at);
      if (from == std::string_view::npos) break;
      const auto to = std::min(line.find_first_of(" \t\r", from), line.size());
      words.push_back(line.substr(from, to - from));
      at = to;
    }
    if (words.empty() || words[0][0] == '#') continue;
    ScoredChord chord;
    if (words.size() != 3 || !read_number(words[0], chord.start) ||
        !read_number(words[1], chord.end))
      return Error{Code::bad_input,
                   "Line " + std::to_string(number) + " cannot be read as start, end and chord.",
                   "Give lines such as \"0.52 2.04 C:maj\"."};
    chord.name = words[2];
    out.push_back(std::move(chord));
  }
  return out;
}

}  // namespace

Result<Scores> evaluate_chords(std::string_view reference, std::string_view estimate) {
  const auto r = read_chords(reference);
  if (!r) return r.error();
  const auto e = read_chords(estimate);
  if (!e) return e.error();
  return score_chords(*r, *e);
}

}  // namespace tutti::analysis
