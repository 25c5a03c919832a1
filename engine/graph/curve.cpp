#include "engine/graph/curve.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::graph {

double shaped(Shape shape, double bend, double t) noexcept {
  switch (shape) {
    case Shape::hold:
      return t < 1 ? 0 : 1;
    case Shape::linear:
      return t;
    case Shape::curved: {
      const double b = 8 * std::clamp(bend, -1.0, 1.0);
      // Close to a straight line the formula divides nothing by nothing.
      if (b > -1e-3 && b < 1e-3) return t;
      return (math::exp(b * t) - 1) / (math::exp(b) - 1);
    }
    case Shape::smooth:
      return t * t * (3 - 2 * t);
  }
  return t;
}

double value_at(std::span<const TimedPoint> points, double at) noexcept {
  if (points.empty()) return 0;
  const auto next = std::upper_bound(points.begin(), points.end(), at,
                                     [](double t, const TimedPoint& p) { return t < p.at; });
  if (next == points.begin()) return points.front().value;
  const TimedPoint& from = *(next - 1);
  if (next == points.end()) return from.value;
  const double share = (at - from.at) / (next->at - from.at);
  return from.value + (next->value - from.value) * shaped(from.shape, from.bend, share);
}

void Curve::time(const Timeline& timeline) {
  frames_.resize(points_.size());
  for (std::size_t i = 0; i < points_.size(); ++i) frames_[i] = timeline.frame_of(points_[i].at);
}

// Number of points at or before `frame`.
std::size_t Curve::find(std::int64_t frame, std::size_t& hint) const noexcept {
  const auto fits = [&](std::size_t n) {
    return n <= frames_.size() && (n == 0 || frames_[n - 1] <= frame) &&
           (n == frames_.size() || frames_[n] > frame);
  };
  if (fits(hint)) return hint;
  if (fits(hint + 1)) return ++hint;
  hint = static_cast<std::size_t>(std::upper_bound(frames_.begin(), frames_.end(), frame) -
                                  frames_.begin());
  return hint;
}

double Curve::inside(std::size_t segment, std::int64_t frame) const noexcept {
  const PlanPoint& from = points_[segment];
  const PlanPoint& to = points_[segment + 1];
  const auto length = static_cast<double>(frames_[segment + 1] - frames_[segment]);
  const double share = static_cast<double>(frame - frames_[segment]) / length;
  if (from.shape == Shape::hold) return from.value;
  return from.value + (to.value - from.value) * shaped(from.shape, from.bend, share);
}

double Curve::value(std::int64_t frame, std::size_t& hint) const noexcept {
  if (frames_.empty()) return 0;
  const std::size_t n = find(frame, hint);
  if (n == 0) return points_.front().value;
  if (n == points_.size()) return points_.back().value;
  return inside(n - 1, frame);
}

double Curve::value_before(std::int64_t frame, std::size_t& hint) const noexcept {
  if (frames_.empty()) return 0;
  // The last point before the frame; a segment that ends right here is followed to its end.
  const std::size_t n = find(frame - 1, hint);
  if (n == 0) return points_.front().value;
  if (n == points_.size()) return points_.back().value;
  if (frames_[n] == frame) {
    const PlanPoint& from = points_[n - 1];
    return from.shape == Shape::hold ? from.value : points_[n].value;
  }
  return inside(n - 1, frame);
}

std::int64_t Curve::constant_until(std::int64_t frame, std::size_t& hint) const noexcept {
  if (frames_.empty()) return kNever;
  std::size_t n = find(frame, hint);
  if (n == points_.size()) return kNever;
  const double now = n == 0 ? points_.front().value : points_[n - 1].value;
  for (; n < points_.size(); ++n) {
    const bool level = n == 0 || points_[n - 1].shape == Shape::hold;
    if (!level && points_[n].value != points_[n - 1].value)
      return n > 0 && frames_[n - 1] > frame ? frames_[n - 1] : frame + 1;
    // A level stretch ends at its next point, if that changes the value.
    if (points_[n].value != now) return frames_[n];
  }
  return kNever;
}

std::int64_t Curve::next_point(std::int64_t frame, std::size_t& hint) const noexcept {
  const std::size_t n = find(frame, hint);
  return n < frames_.size() ? frames_[n] : kNever;
}

}  // namespace tutti::graph
