#include "engine/dsp/cells.h"

#include <cstring>

#include "engine/base/math.h"

namespace tutti::dsp {

Pole make_pole(double a) noexcept {
  const auto kept = [](double x) { return static_cast<float>(x < 1e-12 && x > -1e-12 ? 0 : x); };
  Pole pole;
  const double a2 = a * a, a4 = a2 * a2;
  pole.a1 = kept(a), pole.a2 = kept(a2), pole.a4 = kept(a4), pole.a8 = kept(a4 * a4);
  double power = a;
  for (float& value : pole.powers) {
    value = kept(power);
    power *= a;
  }
  return pole;
}

CellRing make_ring(Arena& arena, int longest) {
  CellRing ring;
  ring.size = ring_size(longest);
  ring.data = arena.take<float>(static_cast<std::size_t>(ring.size + CellRing::kMirror)).data();
  return ring;
}

void clear(CellRing& ring) noexcept {
  std::memset(ring.data, 0,
              sizeof(float) * static_cast<std::size_t>(ring.size + CellRing::kMirror));
  ring.place = 0;
}

CellTurn turn_at(double phase) noexcept {
  return {math::cos(math::kTwoPi * phase), math::sin(math::kTwoPi * phase)};
}
CellTurn make_turn(double hertz, double rate) noexcept {
  return turn_at(hertz * 16 / rate);
}

}  // namespace tutti::dsp
