// From musical time to seconds and back, through any number of tempo and metre changes.
//
// Tempo is stepwise constant, as in standard MIDI files. Conversion is exact to double precision
// and monotonic; ticks(seconds(t)) == t for every tick. Both are O(log changes). Immutable use is
// thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/ticks.h"

namespace tutti::score {

struct TempoChange {
  Ticks at;
  double microseconds_per_quarter = 500000;  // > 0
  friend bool operator==(const TempoChange&, const TempoChange&) = default;
};

// numerator/denominator as written: 6/8 is {6, 8}. The denominator is a power of two, 1 … 64.
struct MetreChange {
  Ticks at;
  int numerator = 4;
  int denominator = 4;
  friend bool operator==(const MetreChange&, const MetreChange&) = default;
};

// A place as musicians say it: bar and beat count from 1, the rest in ticks within the beat.
struct BarPosition {
  std::int64_t bar = 1;
  int beat = 1;
  Ticks within;
  friend bool operator==(const BarPosition&, const BarPosition&) = default;
};

class TempoMap {
 public:
  TempoMap();  // 120 quarter notes a minute, 4/4
  // Changes may come in any order; of several at one tick the last wins; what holds at the first
  // change also holds before it. Values out of range are clamped (1 … 6e7 µs a quarter).
  TempoMap(std::vector<TempoChange> tempos, std::vector<MetreChange> metres);

  double seconds(Ticks) const;
  Ticks ticks(double seconds) const;  // nearest tick

  double bpm_at(Ticks) const;  // quarter notes a minute
  MetreChange metre_at(Ticks) const;
  BarPosition bar_at(Ticks) const;  // ticks below 0 count as 0
  Ticks tick_of(BarPosition) const;
  Ticks bar_start(Ticks) const;  // start of the bar that holds this tick
  Ticks ticks_per_beat(Ticks) const;
  Ticks ticks_per_bar(Ticks) const;

  const std::vector<TempoChange>& tempos() const { return tempos_; }  // sorted, first at 0
  const std::vector<MetreChange>& metres() const { return metres_; }

  friend bool operator==(const TempoMap& a, const TempoMap& b) {
    return a.tempos_ == b.tempos_ && a.metres_ == b.metres_;
  }

 private:
  std::vector<TempoChange> tempos_;
  std::vector<double> tempo_seconds_;  // seconds at each tempo change
  std::vector<MetreChange> metres_;
  std::vector<std::int64_t> metre_bars_;  // bar number (from 0) at each metre change
};

}  // namespace tutti::score
