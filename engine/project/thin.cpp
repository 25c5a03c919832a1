#include "engine/project/thin.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tutti::project {
namespace {

constexpr std::size_t kStretch = 4096;

double on_line(const TimedValue& a, const TimedValue& b, double at) {
  return a.value + (b.value - a.value) * ((at - a.at) / (b.at - a.at));
}

}  // namespace

std::vector<std::size_t> thin(std::span<const TimedValue> points, double error) {
  std::vector<std::size_t> kept;
  if (points.empty()) return kept;
  kept.push_back(0);
  std::vector<std::pair<std::size_t, std::size_t>> open;  // stretches still to be judged
  for (std::size_t from = 0; from + 1 < points.size();) {
    const std::size_t to = std::min(from + kStretch, points.size() - 1);
    open.emplace_back(from, to);
    // The earlier half of a divided stretch comes off the stack first, so ends come in order.
    while (!open.empty()) {
      const auto [first, last] = open.back();
      open.pop_back();
      std::size_t worst = first;
      double distance = error;
      for (std::size_t i = first + 1; i < last; ++i) {
        const double d =
            std::fabs(points[i].value - on_line(points[first], points[last], points[i].at));
        if (d > distance) distance = d, worst = i;
      }
      if (worst == first) {
        kept.push_back(last);
      } else {
        open.emplace_back(worst, last);
        open.emplace_back(first, worst);
      }
    }
    from = to;
  }
  return kept;
}

std::vector<std::size_t> thin_steps(std::span<const TimedValue> points, double error) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (kept.empty() || std::fabs(points[i].value - points[kept.back()].value) > error)
      kept.push_back(i);
  return kept;
}

double value_on(std::span<const TimedValue> kept, double at) {
  if (at <= kept.front().at) return kept.front().value;
  if (at >= kept.back().at) return kept.back().value;
  const auto next = std::upper_bound(kept.begin(), kept.end(), at,
                                     [](double time, const TimedValue& p) { return time < p.at; });
  return on_line(*(next - 1), *next, at);
}

}  // namespace tutti::project
