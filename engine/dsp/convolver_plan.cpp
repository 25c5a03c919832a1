#include "engine/dsp/convolver_plan.h"

#include <vector>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

// r, r^2, r^3 of the block whose constant lies at `turns` of the circle; `step` floats apart.
void write_constants(double turns, float* out, int step) {
  for (int power = 1; power <= 3; ++power) {
    const double angle = math::kTwoPi * turns * power / 4;
    out[(2 * power - 2) * step] = static_cast<float>(math::cos(angle));
    out[(2 * power - 1) * step] = static_cast<float>(math::sin(angle));
  }
}
// The four blocks that a block splits into.
double child(double turns, int k) {
  constexpr double kTurns[4] = {0, 0.5, 0.25, 0.75};
  return turns / 4 + kTurns[k];
}

}  // namespace

TurnPlan make_turn_plan(Arena& arena, int size, int lanes) {
  TurnPlan plan;
  plan.size = size;
  std::vector<double> turns{0.25};  // of each block of the present size: the whole is z^n - i
  int m = size;
  int log = 0;
  while ((1 << log) < size) ++log;
  plan.odd = log % 2 == 1;
  if (plan.odd) {
    plan.first[0] = static_cast<float>(math::cos(math::kPi / 4));
    plan.first[1] = static_cast<float>(math::sin(math::kPi / 4));
    turns = {0.125, 0.625};
    m /= 2;
  }
  for (; m > 16; m /= 4) {
    auto table = arena.take<float>(6 * turns.size());
    std::vector<double> next;
    next.reserve(4 * turns.size());
    for (std::size_t b = 0; b < turns.size(); ++b) {
      write_constants(turns[b], table.data() + 6 * b, 1);
      for (int k = 0; k < 4; ++k) next.push_back(child(turns[b], k));
    }
    plan.level[plan.levels++] = table.data();
    turns = std::move(next);
  }
  auto leaf = arena.take<float>(30 * turns.size());
  for (std::size_t b = 0; b < turns.size(); ++b) {
    const auto wide = static_cast<std::size_t>(lanes);
    float* out = leaf.data() + b / wide * wide * 30 + b % wide;
    write_constants(turns[b], out, lanes);
    for (int k = 0; k < 4; ++k) {
      write_constants(child(turns[b], k), out + (6 + 6 * k) * lanes, lanes);
    }
  }
  plan.leaf = leaf.data();
  return plan;
}

}  // namespace tutti::dsp
