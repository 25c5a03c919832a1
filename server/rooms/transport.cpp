#include "server/rooms/transport.h"

#include <algorithm>
#include <cmath>

namespace tutti::rooms {

double Transport::seconds_at(std::int64_t now) const {
  if (!playing_) return origin_seconds_;
  // The difference is whole nanoseconds; only it is turned into seconds.
  const double played = static_cast<double>(std::max<std::int64_t>(0, now - origin_)) * 1e-9;
  return std::min(origin_seconds_ + played, kFurthestSeconds);
}

// The map knows whole ticks; what lies between two runs on at the tempo there.
double Transport::beats_of(double seconds) const {
  Ticks tick = map_.ticks(seconds);
  if (map_.seconds(tick) > seconds) --tick.value;  // the one before, whose tempo holds here
  return quarters(tick) + (seconds - map_.seconds(tick)) * map_.bpm_at(tick) / 60;
}

double Transport::seconds_of(double beats) const {
  const Ticks tick{static_cast<std::int64_t>(std::floor(beats * kTicksPerQuarter))};
  return map_.seconds(tick) + (beats - quarters(tick)) * 60 / map_.bpm_at(tick);
}

TransportState Transport::at(std::int64_t now) const {
  TransportState state;
  state.playing = playing_;
  state.time_seconds = seconds_at(now);
  state.bpm = map_.bpm_at(map_.ticks(state.time_seconds));
  state.beat_position = beats_of(state.time_seconds);
  return state;
}

void Transport::begin_from(std::int64_t now, double seconds) {
  origin_ = now;
  origin_seconds_ = std::clamp(seconds, 0.0, kFurthestSeconds);
}

void Transport::play(std::int64_t now) {
  if (playing_) return;
  begin_from(now, origin_seconds_);
  playing_ = true;
}

void Transport::stop(std::int64_t now) {
  begin_from(now, seconds_at(now));
  playing_ = false;
}

void Transport::seek_seconds(std::int64_t now, double seconds) {
  begin_from(now, seconds);
}

void Transport::seek_beats(std::int64_t now, double beats) {
  // Far more than any song at any tempo has.
  begin_from(now, seconds_of(std::clamp(beats, 0.0, 1e9)));
}

void Transport::follow(std::int64_t now, score::TempoMap map) {
  if (map == map_) return;
  const double beats = beats_of(seconds_at(now));
  map_ = std::move(map);
  begin_from(now, seconds_of(beats));
}

}  // namespace tutti::rooms
