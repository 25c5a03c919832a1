// The kernels for the baseline (SSE2, WASM SIMD), and the choice among all of them.
#include "engine/base/cpu.h"
#include "engine/effects/dynamics/kernels_impl.h"

namespace tutti::effects::dynamics {

#if defined(__x86_64__) && !defined(__wasm__)
const Table& avx2();
const Table& avx512();
#endif

const Table& generic() {
  return kTable;
}

const Table& best() {
#if defined(__x86_64__) && !defined(__wasm__)
  if (isa() == Isa::avx512) return avx512();
  if (isa() == Isa::avx2) return avx2();
#endif
  return kTable;
}

namespace {

// Where falling is faster the lower of both candidates is the right one, else the higher: no
// comparison waits for the state, only one multiplication, one addition and one choice.
template <bool kFallsFaster>
void follow_as(float* x, const Speed& speed, float& state, int frames) noexcept {
  const float down = speed.down, up = speed.up, keep_down = 1.0f - down, keep_up = 1.0f - up;
  float s = state;
  for (int i = 0; i < frames; ++i) {
    const float p = keep_down * s + down * x[i], q = keep_up * s + up * x[i];
    if constexpr (kFallsFaster)
      s = p < q ? p : q;
    else
      s = p > q ? p : q;
    x[i] = s;
  }
  state = s;
}

}  // namespace

void follow(float* x, const Speed& speed, float& state, int frames) noexcept {
  if (speed.down >= speed.up)
    follow_as<true>(x, speed, state, frames);
  else
    follow_as<false>(x, speed, state, frames);
}

}  // namespace tutti::effects::dynamics
