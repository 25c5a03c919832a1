// Automation: the value of a curve at every frame of the song.
//
// A curve is made of points at whole frames; between two of them it runs along time in the shape of
// the earlier one. Values are worked out from the frame alone, so they are the same wherever
// playing starts and however it is cut into blocks. Querying does not allocate and is const;
// `hint` is the caller's memory of where it looked last and only saves time.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/graph/plan.h"
#include "engine/graph/timeline.h"

namespace tutti::graph {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Share of the way to the next point at share t (0 … 1) of the time to it.
double shaped(Shape shape, double bend, double t) noexcept;

// Value of sorted points at a time, everything in one unit of time (seconds, as the player draws).
struct TimedPoint {
  double at = 0;
  double value = 0;
  Shape shape = Shape::linear;
  double bend = 0;
};
double value_at(std::span<const TimedPoint> points, double at) noexcept;  // 0 without points

class Curve {
 public:
  explicit Curve(std::vector<PlanPoint> points) : points_(std::move(points)) {}
  // New frames for all points, after a change of rate, tempo or speed. No points may be added.
  void time(const Timeline& timeline);

  bool same_points(const Curve& other) const { return points_ == other.points_; }
  bool empty() const noexcept { return frames_.empty(); }
  double value(std::int64_t frame, std::size_t& hint) const noexcept;
  // The value that holds right before `frame`: differs from value(frame) where the curve jumps.
  double value_before(std::int64_t frame, std::size_t& hint) const noexcept;
  // First frame after `frame` where the value may differ from value(frame) (kNever: none).
  std::int64_t constant_until(std::int64_t frame, std::size_t& hint) const noexcept;
  // First frame after `frame` where the curve jumps or bends: its next point (kNever: none).
  std::int64_t next_point(std::int64_t frame, std::size_t& hint) const noexcept;

 private:
  std::size_t find(std::int64_t frame, std::size_t& hint) const noexcept;
  double inside(std::size_t segment, std::int64_t frame) const noexcept;
  std::vector<PlanPoint> points_;
  std::vector<std::int64_t> frames_;
};

}  // namespace tutti::graph
