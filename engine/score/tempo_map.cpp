#include "engine/score/tempo_map.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace tutti::score {
namespace {

// Seconds of `ticks` at a tempo: one multiplication and one division, so that the WASM build and
// the native one agree bit for bit.
double span_seconds(std::int64_t ticks, double microseconds_per_quarter) {
  return static_cast<double>(ticks) * microseconds_per_quarter /
         (static_cast<double>(kTicksPerQuarter) * 1e6);
}

// Sorted, of several at one tick the last given, the first moved to tick 0.
template <class Change>
void put_in_order(std::vector<Change>& changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
  std::vector<Change> kept;
  for (const auto& change : changes) {
    if (!kept.empty() && kept.back().at == change.at) {
      kept.back() = change;
    } else {
      kept.push_back(change);
    }
  }
  if (kept.empty()) kept.push_back({});
  // Before the start nothing sounds: of the changes there, the last holds at tick 0.
  std::size_t first = 0;
  while (first + 1 < kept.size() && kept[first + 1].at.value <= 0) ++first;
  kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(first));
  kept.front().at = {};
  changes = std::move(kept);
}

std::int64_t beat_ticks(const MetreChange& metre) {
  return kTicksPerQuarter * 4 / metre.denominator;
}
std::int64_t bar_ticks(const MetreChange& metre) {
  return beat_ticks(metre) * metre.numerator;
}

// Index of the change that holds at `at`.
template <class Change>
std::size_t holding(const std::vector<Change>& changes, Ticks at) {
  const auto after = std::upper_bound(changes.begin(), changes.end(), at,
                                      [](Ticks t, const Change& change) { return t < change.at; });
  return after == changes.begin() ? 0 : static_cast<std::size_t>(after - changes.begin()) - 1;
}

}  // namespace

TempoMap::TempoMap() : TempoMap({}, {}) {}

TempoMap::TempoMap(std::vector<TempoChange> tempos, std::vector<MetreChange> metres)
    : tempos_(std::move(tempos)), metres_(std::move(metres)) {
  for (auto& tempo : tempos_) {
    double& us = tempo.microseconds_per_quarter;
    us = us >= 1 ? std::min(us, 6e7) : 1;  // NaN becomes 1 too
  }
  for (auto& metre : metres_) {
    metre.numerator = std::clamp(metre.numerator, 1, 255);
    const auto denominator = static_cast<unsigned>(std::clamp(metre.denominator, 1, 64));
    metre.denominator = static_cast<int>(std::bit_floor(denominator));
  }
  put_in_order(tempos_);
  put_in_order(metres_);

  tempo_seconds_.reserve(tempos_.size());
  double seconds = 0;
  for (std::size_t i = 0; i < tempos_.size(); ++i) {
    if (i > 0) {
      seconds += span_seconds((tempos_[i].at - tempos_[i - 1].at).value,
                              tempos_[i - 1].microseconds_per_quarter);
    }
    tempo_seconds_.push_back(seconds);
  }

  metre_bars_.reserve(metres_.size());
  std::int64_t bar = 0;
  for (std::size_t i = 0; i < metres_.size(); ++i) {
    if (i > 0) {
      // A metre that changes inside a bar cuts that bar short: the new metre begins a bar.
      const std::int64_t length = bar_ticks(metres_[i - 1]);
      bar += ((metres_[i].at - metres_[i - 1].at).value + length - 1) / length;
    }
    metre_bars_.push_back(bar);
  }
}

double TempoMap::seconds(Ticks at) const {
  const std::size_t i = holding(tempos_, at);
  return tempo_seconds_[i] +
         span_seconds((at - tempos_[i].at).value, tempos_[i].microseconds_per_quarter);
}

Ticks TempoMap::ticks(double seconds) const {
  const auto after = std::upper_bound(tempo_seconds_.begin(), tempo_seconds_.end(), seconds);
  if (seconds != seconds) return {};  // NaN
  const std::size_t i = after == tempo_seconds_.begin()
                            ? 0
                            : static_cast<std::size_t>(after - tempo_seconds_.begin()) - 1;
  const double rest = (seconds - tempo_seconds_[i]) *
                      (static_cast<double>(kTicksPerQuarter) * 1e6) /
                      tempos_[i].microseconds_per_quarter;
  // Beyond ±2^62 ticks there is no music; casting such a double would be undefined.
  const double whole = std::floor(std::clamp(rest, -0x1p62, 0x1p62) + 0.5);
  const auto near = static_cast<std::int64_t>(whole);
  return tempos_[i].at + Ticks{near};
}

double TempoMap::bpm_at(Ticks at) const {
  return 6e7 / tempos_[holding(tempos_, at)].microseconds_per_quarter;
}

MetreChange TempoMap::metre_at(Ticks at) const {
  return metres_[holding(metres_, at)];
}

BarPosition TempoMap::bar_at(Ticks at) const {
  if (at.value < 0) at = {};
  const std::size_t i = holding(metres_, at);
  const std::int64_t inside = (at - metres_[i].at).value;
  const std::int64_t bar = bar_ticks(metres_[i]);
  const std::int64_t beat = beat_ticks(metres_[i]);
  return {metre_bars_[i] + inside / bar + 1,
          static_cast<int>(inside % bar / beat) + 1,
          {inside % bar % beat}};
}

Ticks TempoMap::tick_of(BarPosition position) const {
  const std::int64_t bar = std::max<std::int64_t>(position.bar, 1) - 1;
  const auto after = std::upper_bound(metre_bars_.begin(), metre_bars_.end(), bar);
  const std::size_t i = static_cast<std::size_t>(after - metre_bars_.begin()) - 1;
  return metres_[i].at +
         Ticks{(bar - metre_bars_[i]) * bar_ticks(metres_[i]) +
               (position.beat - 1) * beat_ticks(metres_[i])} +
         position.within;
}

Ticks TempoMap::bar_start(Ticks at) const {
  return tick_of({bar_at(at).bar, 1, {}});
}

Ticks TempoMap::ticks_per_beat(Ticks at) const {
  return {beat_ticks(metre_at(at))};
}

Ticks TempoMap::ticks_per_bar(Ticks at) const {
  return {bar_ticks(metre_at(at))};
}

}  // namespace tutti::score
