#include "engine/project/tempo_follow.h"

#include <algorithm>
#include <cmath>

namespace tutti::project {
namespace {

constexpr double kForgivenSeconds = 0.05;

struct Anchor {
  double quarter;  // where the note stands in the song
  double second;   // when it was sung, from tick 0
};

// Value at `quarter` of the line through the anchors around it; one of the song's own tempo through
// the nearest anchors where they are too few or all at one place.
double line_at(const std::vector<Anchor>& anchors, double quarter, double window, double pace) {
  auto first = std::partition_point(anchors.begin(), anchors.end(),
                                    [&](const Anchor& a) { return a.quarter < quarter - window; });
  auto last = std::partition_point(first, anchors.end(),
                                   [&](const Anchor& a) { return a.quarter <= quarter + window; });
  // At least two notes on each side, as far as there are any.
  for (int i = 0; i < 2 && first != anchors.begin() && quarter - first->quarter < window; ++i)
    --first;
  for (int i = 0; i < 2 && last != anchors.end(); ++i) ++last;
  const double n = static_cast<double>(last - first);
  double mean_q = 0, mean_s = 0, qq = 0, qs = 0;
  for (auto a = first; a != last; ++a) {
    mean_q += a->quarter / n;
    mean_s += a->second / n;
  }
  for (auto a = first; a != last; ++a) {
    qq += (a->quarter - mean_q) * (a->quarter - mean_q);
    qs += (a->quarter - mean_q) * (a->second - mean_s);
  }
  double slope = pace;
  if (n >= 3 && qq > 0.25) slope = std::clamp(qs / qq, pace / 2, pace * 2);
  return mean_s + slope * (quarter - mean_q);
}

}  // namespace

std::vector<score::TempoChange> follow_tempo(const HeardMelody& melody) {
  if (melody.quantised.size() != melody.notes.size() || melody.notes.size() < 4) return {};
  if (!(melody.tempo > 0) || melody.metre.numerator <= 0 || melody.metre.denominator <= 0)
    return {};
  const double pace = 60 / melody.tempo;
  const double bar = 4.0 * melody.metre.numerator / melody.metre.denominator;

  std::vector<Anchor> anchors;
  anchors.reserve(melody.notes.size());
  for (std::size_t i = 0; i < melody.notes.size(); ++i) {
    anchors.push_back({quarters(melody.quantised[i].start), melody.notes[i].start - melody.offset});
  }
  std::stable_sort(anchors.begin(), anchors.end(),
                   [](const Anchor& a, const Anchor& b) { return a.quarter < b.quarter; });
  const auto bars =
      static_cast<std::size_t>(std::max(0.0, std::ceil(anchors.back().quarter / bar)));

  std::vector<double> lines{0};  // tick 0 is where the offset says
  double worst = 0;
  for (std::size_t k = 1; k <= bars; ++k) {
    const double at = static_cast<double>(k) * bar;
    const double wanted = line_at(anchors, at, bar, pace);
    lines.push_back(
        std::clamp(wanted, lines.back() + bar * pace / 2, lines.back() + bar * pace * 2));
    worst = std::max(worst, std::fabs(wanted - at * pace));
  }
  if (worst <= kForgivenSeconds) return {};

  std::vector<score::TempoChange> changes;
  const auto ticks_per_bar = static_cast<std::int64_t>(bar * kTicksPerQuarter);
  for (std::size_t k = 0; k + 1 < lines.size(); ++k) {
    // Whole microseconds, as MIDI files hold them; the rounding is made up for in the next bar.
    const double us = std::floor((lines[k + 1] - lines[k]) / bar * 1e6 + 0.5);
    lines[k + 1] = lines[k] + us * bar / 1e6;
    changes.push_back({{static_cast<std::int64_t>(k) * ticks_per_bar}, us});
  }
  return changes;
}

}  // namespace tutti::project
