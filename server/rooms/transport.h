// Where a song stands while it plays, worked out from one reading of a clock.
//
// Everything follows from the clock's time at the last command (the origin), the song's place then,
// and the tempo map; nothing is ever added up, so hours later the place is as exact as at the start
// (below a nanosecond in ten hours). Asking never changes anything. Times are nanoseconds of any
// clock that does not jump; the caller reads it. A change of tempo keeps the musical place; its
// seconds follow from the new tempo. One thread at a time.
#pragma once

#include <cstdint>

#include "engine/score/tempo_map.h"

namespace tutti::rooms {

struct TransportState {
  bool playing = false;
  double time_seconds = 0;   // of the song
  double bpm = 120;          // quarter notes a minute, here
  double beat_position = 0;  // quarter notes from the start
};

class Transport {
 public:
  // A song's places end here (some 115 days).
  static constexpr double kFurthestSeconds = 1e7;

  TransportState at(std::int64_t now) const;
  const score::TempoMap& tempo_map() const { return map_; }

  void play(std::int64_t now);
  void stop(std::int64_t now);  // stays where it is
  void seek_seconds(std::int64_t now, double seconds);
  void seek_beats(std::int64_t now, double quarters);
  void follow(std::int64_t now, score::TempoMap map);

 private:
  double seconds_at(std::int64_t now) const;
  double beats_of(double seconds) const;
  double seconds_of(double beats) const;
  void begin_from(std::int64_t now, double seconds);

  score::TempoMap map_;
  bool playing_ = false;
  std::int64_t origin_ = 0;    // the clock …
  double origin_seconds_ = 0;  // … when the song stood here
};

}  // namespace tutti::rooms
