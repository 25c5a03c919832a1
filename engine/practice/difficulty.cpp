#include "engine/practice/difficulty.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/practice/measures.h"
#include "engine/practice/reasons.h"

namespace tutti::practice {
namespace {

constexpr std::size_t kShortest = 2, kLongest = 8;  // bars of a passage

// How a measure becomes hardness: `easy` and `hard` are what hands can do at all, `unit` is how far
// above the song's own middle it must lie to be hard for this song, `weight` how much a bar can be
// hard by it alone.
struct Scale {
  double easy, hard, unit, weight;
};
using Scales = std::array<Scale, kCauses>;

// By instrument; density in notes a second, leaps in weighted leaps a second, syncopation in
// entries a beat, harmony in chords a second, rarity 0 … 1, tempo as a ratio to the song's own.
Scales scales_of(Instrument instrument) {
  Scales scales{{{4, 12, 5, 0.85},
                 {1, 5, 2.5, 0.75},
                 {0.25, 1, 0.6, 0.72},
                 {0.6, 2.5, 1.2, 0.68},
                 {0.45, 1, 0.5, 0.5},
                 {1.08, 1.5, 0.3, 0.5}}};
  switch (instrument) {
    case Instrument::drums:
      scales[0] = {5, 14, 5, 0.85};
      scales[1].weight = 0;
      scales[3].weight = 0;
      break;
    case Instrument::bass:
      scales[0] = {3, 10, 4, 0.85};
      scales[3].weight = 0.62;
      break;
    case Instrument::vocals:
      scales[0] = {2.5, 7, 3, 0.85};
      scales[3].weight = 0.4;
      break;
    case Instrument::other:
      break;
  }
  return scales;
}

struct BarHardness {
  std::array<double, kCauses> by{};  // 0 … 1 each, weighted
  double all = 0;                    // 0 … 1
};

std::array<double, kCauses> raw_of(const BarMeasure& bar, double usual_tempo) {
  return {bar.density,     bar.leaps,
          bar.syncopation, bar.events > 0 ? bar.chords / (bar.end - bar.start) : 0.0,
          bar.rarity,      bar.events > 0 && usual_tempo > 0 ? bar.tempo / usual_tempo : 1.0};
}

double middle_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Tempo over three bars, so that one beat heard a little late is no change of pace.
void smooth_tempo(std::vector<BarMeasure>& bars) {
  std::vector<double> tempo;
  for (const BarMeasure& bar : bars) tempo.push_back(bar.tempo);
  for (std::size_t i = 1; i + 1 < bars.size(); ++i)
    bars[i].tempo = middle_of({tempo[i - 1], tempo[i], tempo[i + 1]});
}

std::vector<BarHardness> judge(const std::vector<BarMeasure>& bars, const Scales& scales,
                               double usual_tempo) {
  std::array<double, kCauses> usual{};
  for (std::size_t cause = 0; cause < kCauses; ++cause) {
    std::vector<double> values;
    for (const BarMeasure& bar : bars)
      if (bar.events > 0) values.push_back(raw_of(bar, usual_tempo)[cause]);
    usual[cause] = middle_of(std::move(values));
  }
  std::vector<BarHardness> hardness(bars.size());
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto raw = raw_of(bars[i], usual_tempo);
    double easy = 1;
    for (std::size_t cause = 0; cause < kCauses; ++cause) {
      const Scale& scale = scales[cause];
      const double stands_out = std::clamp((raw[cause] - usual[cause]) / scale.unit, 0.0, 1.0);
      const double at_all =
          std::clamp((raw[cause] - scale.easy) / (scale.hard - scale.easy), 0.0, 1.0);
      double by = scale.weight * (0.75 * stands_out + 0.25 * at_all);
      // Nothing is hard that is hardly played: rests, and the last notes of a song.
      if (bars[i].events == 0) by = 0;
      if (static_cast<Cause>(cause) == Cause::rarity && usual[0] > 0)
        by *= std::clamp(bars[i].density / usual[0], 0.0, 1.0);
      hardness[i].by[cause] = by;
      easy *= 1 - by;
    }
    hardness[i].all = 1 - easy;
  }
  return hardness;
}

struct Run {
  std::size_t first = 0, count = 0;
  double score = 0;
};

// The run about `seed` whose bars lie most above the middle between background and seed.
Run run_about(const std::vector<BarHardness>& hardness, const std::vector<bool>& taken,
              std::size_t seed, double background) {
  const double floor = 0.5 * (background + hardness[seed].all);
  Run best;
  double most = -1e9;
  for (std::size_t first = seed + 1 > kLongest ? seed + 1 - kLongest : 0; first <= seed; ++first) {
    double sum = 0, whole = 0;
    for (std::size_t last = first; last < hardness.size() && last < first + kLongest; ++last) {
      if (taken[last]) {
        if (last <= seed) sum = -1e9;
        break;
      }
      sum += hardness[last].all - floor;
      whole += hardness[last].all;
      const std::size_t count = last - first + 1;
      if (last < seed || count < kShortest) continue;
      if (sum > most) most = sum, best = {first, count, whole / static_cast<double>(count)};
    }
  }
  return best;  // no bars where the seed has no free neighbour
}

// One hard stretch that is harder still at one end, or easier for a bar, is one passage if it fits
// a loop.
void join(std::vector<Run>& runs, const std::vector<BarHardness>& hardness, double background) {
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
  std::vector<Run> joined;
  for (const Run& run : runs) {
    Run* last = joined.empty() ? nullptr : &joined.back();
    const std::size_t end = last ? last->first + last->count : 0;
    const bool near = last && (run.first == end ||
                               (run.first == end + 1 && hardness[end].all > background + 0.05));
    if (!near || run.first + run.count - last->first > kLongest ||
        std::min(last->score, run.score) < 0.5 * std::max(last->score, run.score)) {
      joined.push_back(run);
      continue;
    }
    last->count = run.first + run.count - last->first;
    last->score = 0;
    for (std::size_t k = 0; k < last->count; ++k)
      last->score += hardness[last->first + k].all / static_cast<double>(last->count);
  }
  runs = std::move(joined);
}

bool alike(const Figures& figures, const Run& one, const Run& other) {
  const Run& small = one.count <= other.count ? one : other;
  const Run& large = one.count <= other.count ? other : one;
  for (std::size_t shift = 0; shift + small.count <= large.count; ++shift) {
    double least = 1;
    for (std::size_t k = 0; k < small.count; ++k)
      least = std::min(least, figures.likeness(small.first + k, large.first + shift + k));
    if (least > 0.9 && 2 * small.count >= large.count) return true;
  }
  return false;
}

HardPassage passage_of(const Run& run, const std::vector<BarMeasure>& bars,
                       const std::vector<BarHardness>& hardness, Instrument instrument,
                       double usual_tempo) {
  HardPassage passage;
  passage.start = bars[run.first].start;
  passage.end = bars[run.first + run.count - 1].end;
  passage.first_bar = static_cast<int>(run.first) + 1;
  passage.last_bar = static_cast<int>(run.first + run.count);
  passage.score = std::clamp(run.score, 0.0, 1.0);
  const std::span<const BarMeasure> here(bars.data() + run.first, run.count);
  double strongest = 0;
  std::array<double, kCauses> by{};
  for (std::size_t cause = 0; cause < kCauses; ++cause) {
    for (std::size_t k = 0; k < run.count; ++k)
      by[cause] += hardness[run.first + k].by[cause] / static_cast<double>(run.count);
    strongest = std::max(strongest, by[cause]);
  }
  for (std::size_t cause = 0; cause < kCauses; ++cause) {
    if (by[cause] <= 0 || (by[cause] < strongest && by[cause] < std::max(0.07, 0.3 * strongest)))
      continue;
    passage.reasons.push_back(
        reason_of(static_cast<Cause>(cause), by[cause], here, instrument, usual_tempo));
  }
  std::stable_sort(passage.reasons.begin(), passage.reasons.end(),
                   [](const Reason& a, const Reason& b) { return a.weight > b.weight; });
  return passage;
}

}  // namespace

std::string_view name_of(Instrument instrument) {
  constexpr std::string_view names[] = {"drums", "bass", "other", "vocals"};
  return names[static_cast<std::size_t>(instrument)];
}

std::optional<Instrument> instrument_of(std::string_view name) {
  for (const Instrument instrument :
       {Instrument::drums, Instrument::bass, Instrument::other, Instrument::vocals})
    if (name == name_of(instrument)) return instrument;
  return std::nullopt;
}

std::string_view name_of(Cause cause) {
  constexpr std::string_view names[] = {"density", "leaps",  "syncopation",
                                        "harmony", "rarity", "tempo"};
  return names[static_cast<std::size_t>(cause)];
}

std::vector<HardPassage> hard_passages(const analysis::SongAnalysis& song, const Part& part,
                                       const DifficultyOptions& options) {
  std::vector<HardPassage> passages;
  std::vector<BarMeasure> bars = bars_of(song);
  const std::vector<Event> events = events_of(part);
  if (bars.size() < 4 || events.empty()) return passages;
  measure_bars(bars, events, song.chords);
  const Figures figures(bars, events, part);
  measure_rarity(bars, figures);
  smooth_tempo(bars);
  std::vector<double> tempos, levels;
  for (const BarMeasure& bar : bars) tempos.push_back(bar.tempo);
  const double usual_tempo = middle_of(std::move(tempos));
  const Scales scales = scales_of(part.instrument);
  const auto hardness = judge(bars, scales, usual_tempo);
  for (std::size_t i = 0; i < bars.size(); ++i)
    if (bars[i].events > 0) levels.push_back(hardness[i].all);
  const double background = middle_of(std::move(levels));

  // The hardest bar that is left seeds the next passage, until nothing stands out any more.
  const auto wanted = static_cast<std::size_t>(std::clamp(options.most, 1, 50));
  std::vector<bool> taken(bars.size(), false);
  std::vector<std::size_t> order(bars.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return hardness[a].all > hardness[b].all; });
  std::vector<Run> runs;
  for (const std::size_t seed : order) {
    if (hardness[seed].all < options.least || hardness[seed].all < background + 0.08) break;
    if (taken[seed] || runs.size() >= 4 * wanted + 20) continue;
    const Run run = run_about(hardness, taken, seed, background);
    if (run.count < kShortest) continue;
    for (std::size_t k = 0; k < run.count; ++k) taken[run.first + k] = true;
    if (run.score >= options.least && run.score >= background + 0.05) runs.push_back(run);
  }
  join(runs, hardness, background);
  std::stable_sort(runs.begin(), runs.end(),
                   [](const Run& a, const Run& b) { return a.score > b.score; });

  // A figure is listed at its first place; where it comes again, after everything else.
  std::vector<int> first_of(runs.size(), -1);
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t j = 0; j < i && first_of[i] < 0; ++j)
      if (first_of[j] < 0 && alike(figures, runs[i], runs[j])) {
        if (runs[i].first < runs[j].first) std::swap(runs[i], runs[j]);
        first_of[i] = static_cast<int>(j);
      }
  for (const bool again : {false, true})
    for (std::size_t i = 0; i < runs.size() && passages.size() < wanted; ++i) {
      if ((first_of[i] >= 0) != again) continue;
      passages.push_back(passage_of(runs[i], bars, hardness, part.instrument, usual_tempo));
      if (!again) continue;
      HardPassage& passage = passages.back();
      const Run& before = runs[static_cast<std::size_t>(first_of[i])];
      passage.same_as = static_cast<int>(before.first) + 1;
      passage.score *= 0.5;  // practised with the first
    }
  return passages;
}

}  // namespace tutti::practice
