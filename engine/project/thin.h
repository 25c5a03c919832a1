// Fewer points for the same curve: what a hand on a fader wrote, thinned within a stated error.
//
// The algorithm of Ramer ("An iterative procedure for the polygonal approximation of plane curves",
// 1972) and of Douglas and Peucker (1973), with the distance measured along the value, since time
// and value have no common unit: the straight lines between the points kept pass every point left
// out within `error`, in the unit of the value. Times are in whatever unit the lines are straight
// in; automation is drawn over seconds.
//
// Pure and thread-safe; allocates. At most 4,096 points are looked at together, which bounds the
// time to 4,096 steps a point.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tutti::project {

struct TimedValue {
  double at = 0;
  double value = 0;
};

// The places of the points to keep, ascending; the first and the last always. Times must rise from
// point to point and everything must be finite; error >= 0.
std::vector<std::size_t> thin(std::span<const TimedValue> points, double error);

// The same for values that jump and hold (switches, choices): the first point and every one that
// differs from the last one kept by more than `error`.
std::vector<std::size_t> thin_steps(std::span<const TimedValue> points, double error);

// The straight line through the kept points at a time; before the first and after the last their
// values hold. `kept` must not be empty.
double value_on(std::span<const TimedValue> kept, double at);

}  // namespace tutti::project
