#include "engine/analysis/chords.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/chord_weights.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr int kNone = kChordStates - 1;
constexpr float kChange = 5.0f;       // cost of another chord, in nats
constexpr float kChangeOnBar = 3.4f;  // where a bar begins
constexpr float kTrust = 1.0f;        // of one beat's evidence: neighbouring beats share notes
constexpr float kClear = 0.48f;       // clarity below which no chord is the likelier …
constexpr float kSharp = 25.0f;       // … and how sharply that turns
constexpr float kQuiet = 0.004f;      // of the song's loudest stretches: silence

// How near the roots of two chords are on the circle of fifths: 0 … 6.
int fifths_between(int a, int b) {
  const int steps = ((b - a) * 7 % 12 + 12) % 12;
  return std::min(steps, 12 - steps);
}

float largest(const std::array<float, 12>& x) {
  return *std::max_element(x.begin(), x.end());
}

}  // namespace

void chord_traits(const Chroma& chroma, int root, float (&traits)[kChordTraits]) {
  const float treble = std::max(largest(chroma.treble), 1e-6f),
              bass = std::max(largest(chroma.bass), 1e-6f);
  for (int i = 0; i < 12; ++i) {
    traits[i] = std::sqrt(chroma.treble[(root + i) % 12] / treble);
    traits[12 + i] = std::sqrt(chroma.bass[(root + i) % 12] / bass);
  }
}

void chord_scores(const Chroma& chroma, float (&scores)[kChordStates]) {
  float top = -1e30f;
  for (int root = 0; root < 12; ++root) {
    float traits[kChordTraits];
    chord_traits(chroma, root, traits);
    for (int kind = 0; kind < kChordKinds; ++kind) {
      float sum = kChordWeights[kind][kChordTraits];
      for (int t = 0; t < kChordTraits; ++t) sum += kChordWeights[kind][t] * traits[t];
      scores[kind * 12 + root] = sum;
      top = std::max(top, sum);
    }
  }
  double total = 0;
  for (int s = 0; s < kNone; ++s) total += math::exp(scores[s] - top);
  const auto log_total = static_cast<float>(math::log(total)) + top;
  for (int s = 0; s < kNone; ++s) scores[s] -= log_total;
  scores[kNone] = kSharp * (kClear - chroma.clarity);
}

std::vector<ChordSpan> find_chords(const std::vector<Chroma>& chromas,
                                   const std::vector<double>& borders,
                                   const std::vector<bool>& strong) {
  std::vector<ChordSpan> out;
  const std::size_t n = chromas.size();
  if (n == 0 || borders.size() < n + 1) return out;
  std::vector<float> levels;
  for (const Chroma& c : chromas) levels.push_back(c.level);
  const auto loud = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 3 / 4);
  std::nth_element(levels.begin(), loud, levels.end());
  const float quiet = std::max(kQuiet * *loud, 1e-6f);

  std::vector<float> best(kChordStates), next(kChordStates);
  std::vector<std::int8_t> from(n * kChordStates);
  for (std::size_t i = 0; i < n; ++i) {
    float scores[kChordStates];
    chord_scores(chromas[i], scores);
    if (chromas[i].level < quiet)
      for (int s = 0; s < kNone; ++s) scores[s] = -30;
    const float change = i < strong.size() && strong[i] ? kChangeOnBar : kChange;
    for (int s = 0; s < kChordStates; ++s) {
      float top = i == 0 ? 0 : best[s];
      int at = s;
      if (i > 0)
        for (int o = 0; o < kChordStates; ++o) {
          if (o == s) continue;
          float cost = change;
          if (o != kNone && s != kNone)
            cost += 0.25f * static_cast<float>(fifths_between(o % 12, s % 12));
          if (best[o] - cost > top) top = best[o] - cost, at = o;
        }
      next[s] = top + kTrust * scores[s];
      from[i * kChordStates + static_cast<std::size_t>(s)] = static_cast<std::int8_t>(at);
    }
    best.swap(next);
  }
  std::vector<int> path(n);
  int state = static_cast<int>(std::max_element(best.begin(), best.end()) - best.begin());
  for (std::size_t i = n; i-- > 0;) {
    path[i] = state;
    state = from[i * kChordStates + static_cast<std::size_t>(state)];
  }
  static constexpr const char* kRoots[] = {"C",  "Db", "D",  "Eb", "E",  "F",
                                           "F#", "G",  "Ab", "A",  "Bb", "B"};
  static constexpr const char* kKinds[] = {":maj", ":min", ":7"};
  for (std::size_t i = 0; i < n; ++i) {
    const std::string name =
        path[i] == kNone ? "N" : std::string(kRoots[path[i] % 12]) + kKinds[path[i] / 12];
    if (!out.empty() && out.back().name == name)
      out.back().end = borders[i + 1];
    else
      out.push_back({borders[i], borders[i + 1], name});
  }
  return out;
}

}  // namespace tutti::analysis
