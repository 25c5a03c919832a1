#include "engine/analysis/sections.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr int kChroma = 24, kTimbre = 10, kTraits = kChroma + kTimbre;
constexpr int kReach = 8;        // bars on either side of a corner
constexpr int kShortest = 4;     // bars a part has at least
constexpr double kAlike = 0.72;  // of two parts that share a letter
constexpr double kCorner = 0.6;  // of the novelty's spread above its mean
constexpr std::size_t kMostBars = 4000;

struct Bar {
  double traits[kTraits] = {};
  double level = 0;
};

std::vector<Bar> describe(const std::vector<double>& borders, const HarmonyTracks& harmony,
                          const OnsetTracks& onsets) {
  std::vector<double> halves;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    halves.push_back(borders[i]);
    halves.push_back(0.5 * (borders[i] + borders[i + 1]));
  }
  halves.push_back(borders.back());
  const auto chromas = chroma_between(harmony, halves);
  std::vector<Bar> bars(borders.size() - 1);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    Bar& bar = bars[i];
    for (int h = 0; h < 2; ++h) {
      const Chroma& c = chromas[2 * i + static_cast<std::size_t>(h)];
      double power = 1e-9;
      for (int k = 0; k < 12; ++k) power += c.treble[k] + 0.5 * c.bass[k];
      for (int k = 0; k < 12; ++k)
        bar.traits[12 * h + k] = std::sqrt((c.treble[k] + 0.5 * c.bass[k]) / power);
      bar.level += 0.5 * c.level;
    }
    // Levels of the octaves, and how much begins in each register.
    const auto from = static_cast<std::size_t>(borders[i] / kHarmonyHop),
               to = std::max(from + 1, static_cast<std::size_t>(borders[i + 1] / kHarmonyHop));
    double octave[7] = {};
    for (std::size_t f = from; f < to && f < harmony.frames(); ++f)
      for (int b = 0; b < 252; ++b)
        octave[b / 36] += harmony.bins[f * HarmonyTracks::kBins + static_cast<std::size_t>(b)];
    for (int o = 0; o < 7; ++o)
      bar.traits[kChroma + o] = math::log(octave[o] / static_cast<double>(to - from) + 1e-5);
    const auto first = static_cast<std::size_t>(borders[i] / kOnsetHop),
               last = std::max(first + 1, static_cast<std::size_t>(borders[i + 1] / kOnsetHop));
    double sums[3] = {};
    for (std::size_t f = first; f < last && f < onsets.frames(); ++f)
      sums[0] += onsets.low[f], sums[1] += onsets.middle[f], sums[2] += onsets.high[f];
    for (int r = 0; r < 3; ++r)
      bar.traits[kChroma + 7 + r] = sums[r] / static_cast<double>(last - first);
  }
  // Timbre in units of its own spread.
  for (int t = kChroma; t < kTraits; ++t) {
    double mean = 0, squares = 0;
    for (const Bar& b : bars) mean += b.traits[t];
    mean /= static_cast<double>(bars.size());
    for (const Bar& b : bars) squares += (b.traits[t] - mean) * (b.traits[t] - mean);
    const double spread = std::sqrt(squares / static_cast<double>(bars.size()));
    const double least = t < kChroma + 7 ? 0.35 : 0.02;  // less than this is no difference
    for (Bar& b : bars) b.traits[t] = (b.traits[t] - mean) / std::max(spread, least);
  }
  return bars;
}

// 0 … 1.
double alike(const Bar& a, const Bar& b) {
  double chroma = 0, timbre = 0;
  for (int t = 0; t < kChroma; ++t) chroma += a.traits[t] * b.traits[t];
  for (int t = kChroma; t < kTraits; ++t)
    timbre += (a.traits[t] - b.traits[t]) * (a.traits[t] - b.traits[t]);
  return 0.6 * chroma / 2 + 0.4 * math::exp(-timbre / (2.0 * kTimbre));
}

std::vector<double> novelty_of(const std::vector<Bar>& bars) {
  const auto n = static_cast<int>(bars.size());
  std::vector<double> out(bars.size(), 0);
  for (int i = 1; i < n; ++i) {
    // How alike the bars on each side are among themselves, and how alike across: apart, since near
    // the song's ends there are fewer on one side.
    double within = 0, across = 0, within_total = 0, across_total = 0;
    for (int a = -kReach; a < kReach; ++a)
      for (int b = a + 1; b < kReach; ++b) {
        if (i + a < 0 || i + b >= n) continue;
        const double taper = math::exp(-(a * a + b * b) / (0.5 * kReach * kReach));
        const double value = taper * alike(bars[static_cast<std::size_t>(i + a)],
                                           bars[static_cast<std::size_t>(i + b)]);
        if ((a < 0) == (b < 0))
          within += value, within_total += taper;
        else
          across += value, across_total += taper;
      }
    if (within_total > 0 && across_total > 0)
      out[static_cast<std::size_t>(i)] = within / within_total - across / across_total;
  }
  return out;
}

// Of two parts, bar by bar; the one may have begun some bars before the other.
double alike(const std::vector<Bar>& bars, std::size_t a, std::size_t a_end, std::size_t b,
             std::size_t b_end) {
  constexpr int kSlide = 3;
  const auto shorter = static_cast<double>(std::min(a_end - a, b_end - b)),
             longer = static_cast<double>(std::max(a_end - a, b_end - b));
  if (shorter * 2 < longer) return 0;
  double best = 0;
  for (int slide = -kSlide; slide <= kSlide; ++slide) {
    double sum = 0, count = 0;
    for (std::size_t i = a; i < a_end; ++i) {
      const auto j = static_cast<std::int64_t>(b + (i - a)) + slide;
      if (j < static_cast<std::int64_t>(b) || j >= static_cast<std::int64_t>(b_end)) continue;
      sum += alike(bars[i], bars[static_cast<std::size_t>(j)]), ++count;
    }
    if (count >= 0.6 * shorter && count >= 2) best = std::max(best, sum / count);
  }
  return best;
}

}  // namespace

std::vector<SectionSpan> find_sections(const std::vector<double>& borders,
                                       const HarmonyTracks& harmony, const OnsetTracks& onsets) {
  std::vector<SectionSpan> out;
  if (borders.size() < 2) return out;
  if (borders.size() < 2 * kShortest + 1 || borders.size() > kMostBars) {
    out.push_back({borders.front(), borders.back(), "Verse", "A"});
    return out;
  }
  const std::vector<Bar> bars = describe(borders, harmony, onsets);
  const std::vector<double> novelty = novelty_of(bars);
  double mean = 0, squares = 0;
  for (double v : novelty) mean += v, squares += v * v;
  mean /= static_cast<double>(bars.size());
  const double spread =
      std::sqrt(std::max(0.0, squares / static_cast<double>(bars.size()) - mean * mean));
  // Corners, the sharpest first, each keeping its neighbours at a distance.
  std::vector<std::size_t> order;
  for (std::size_t i = kShortest / 2; i + kShortest / 2 < bars.size(); ++i)
    if (novelty[i] > mean + kCorner * spread && novelty[i] >= novelty[i - 1] &&
        novelty[i] >= novelty[std::min(i + 1, bars.size() - 1)])
      order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return novelty[a] > novelty[b]; });
  std::vector<std::size_t> starts = {0};
  for (std::size_t i : order)
    if (std::all_of(starts.begin(), starts.end(), [&](std::size_t s) {
          return (i > s ? i - s : s - i) >= (s == 0 ? 2 : kShortest);
        }))
      starts.push_back(i);
  std::sort(starts.begin(), starts.end());
  starts.push_back(bars.size());

  std::vector<int> letters;
  std::map<int, int> count;
  std::map<int, double> level;
  int used = 0;
  for (std::size_t s = 0; s + 1 < starts.size(); ++s) {
    double best = kAlike;
    int letter = -1;
    for (std::size_t r = 0; r < s; ++r) {
      const double value = alike(bars, starts[r], starts[r + 1], starts[s], starts[s + 1]);
      if (value > best) best = value, letter = letters[r];
    }
    if (letter < 0) letter = used++;
    letters.push_back(letter);
    ++count[letter];
    for (std::size_t b = starts[s]; b < starts[s + 1]; ++b)
      level[letter] = std::max(level[letter], bars[b].level);
  }
  int chorus = -1;
  for (const auto& [letter, times] : count)
    if (times > 1 && (chorus < 0 || times > count[chorus] ||
                      (times == count[chorus] && level[letter] > level[chorus])))
      chorus = letter;
  for (std::size_t s = 0; s < letters.size(); ++s) {
    const bool once = count[letters[s]] == 1, first = s == 0, last = s + 1 == letters.size();
    const std::size_t length = starts[s + 1] - starts[s];
    std::string name = "Verse";
    if (letters[s] == chorus && count.size() > 1)
      name = "Chorus";
    else if (first && once && length <= 8 && letters.size() > 2)
      name = "Intro";
    else if (last && once && length <= 8 && letters.size() > 2)
      name = "Outro";
    else if (once && !first && !last)
      name = "Bridge";
    const std::string letter = std::string(1, static_cast<char>('A' + letters[s] % 26)) +
                               (letters[s] >= 26 ? std::to_string(letters[s] / 26) : std::string());
    out.push_back({borders[starts[s]], borders[starts[s + 1]], name, letter});
  }
  return out;
}

}  // namespace tutti::analysis
