// The settings of a control log, followed forward in time.
//
// Glides start at the entry's frame from the value that sounds there and end `transition` seconds
// later. They go quickly at first and settle softly (1 - (1 - t)^3: half the way in the first fifth
// of the time), so that a change is heard at once however long it takes. Values; no threads, no
// allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/stream/log.h"

namespace tutti::stream {

class Follower {
 public:
  explicit Follower(const ControlLog& log) noexcept;

  // Takes in the log's entries up to `frame`: those of that very frame too if `with` is set. Never
  // goes back.
  void advance(const ControlLog& log, std::int64_t frame, bool with) noexcept;

  // At `frame`, which must not lie before the last entry taken in.
  compose::Settings at(std::int64_t frame) const noexcept;
  double value(compose::Setting, std::int64_t frame) const noexcept;

  std::uint64_t seed() const noexcept { return seed_; }
  // How often a seed was asked for.
  std::int64_t seeds() const noexcept { return seeds_; }
  // Frame from which everything stands still, unless the log goes on.
  std::int64_t settled() const noexcept { return settled_; }
  std::size_t taken() const noexcept { return next_; }  // entries

 private:
  struct Glide {
    double from = 0;
    std::int64_t start = 0, frames = 0;
  };
  void take(const LogEntry&, int rate) noexcept;

  compose::Settings target_;
  std::array<Glide, compose::kSettings> glides_{};
  std::uint64_t seed_ = 1;
  std::int64_t seeds_ = 0, settled_ = 0;
  std::size_t next_ = 0;
};

}  // namespace tutti::stream
