#include "engine/dsp/shaper.h"

#include <algorithm>
#include <cstring>

#include "engine/base/cpu.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/dsp/oversample_stage.h"
#include "engine/dsp/shaper_stage.h"

namespace tutti::dsp {
namespace {

constexpr int kPast = 16;
constexpr std::size_t kLength = kPast + Shaper::kRun + Oversampler::kGuard;

const ShaperLoops& loops() {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return shaper_loops_avx512();
  if (isa() == Isa::avx2) return shaper_loops_avx2();
#endif
  return shaper_loops_generic();
}

// The spline and the straight lines together weigh a slow signal as a quintic B-spline does.
double spline_response(double w) {
  return (66 + 52 * math::cos(w) + 2 * math::cos(2 * w)) / 120;
}

void keep(float* stream, int frames) {
  static_assert(kPast == 16);
  simd::store(stream - kPast, simd::load<simd::f32x16>(stream - kPast + frames));
}

}  // namespace

void Shaper::prepare(int factor, Arena& arena) {
  over_.prepare(factor, arena);
  factor = over_.factor();
  after_ = arena.take<float>(kLength).data() + kPast;
  for (int k = 0; k < 4 * factor && factor > 1; ++k) {
    parts_[k] = arena.take<float>(kLength).data() + kPast;
  }
  if (factor == 1) return;
  // centre + 2 tap0 cos w + 2 tap1 cos 2w is the inverse of the loss at 0, 10 and 20 kHz of 48 kHz.
  const double w1 = math::kTwoPi * 10 / 48, w2 = math::kTwoPi * 20 / 48;
  const double a1 = 2 * (math::cos(w1) - 1), b1 = 2 * (math::cos(2 * w1) - 1);
  const double a2 = 2 * (math::cos(w2) - 1), b2 = 2 * (math::cos(2 * w2) - 1);
  const double r1 = 1 / spline_response(w1 / factor) - 1;
  const double r2 = 1 / spline_response(w2 / factor) - 1;
  const double determinant = a1 * b2 - a2 * b1;
  const double t0 = (r1 * b2 - r2 * b1) / determinant, t1 = (a1 * r2 - a2 * r1) / determinant;
  taps_[0] = static_cast<float>(t0);
  taps_[1] = static_cast<float>(t1);
  centre_ = static_cast<float>(1 - 2 * t0 - 2 * t1);
}

void Shaper::reset() noexcept {
  over_.reset();
  if (after_ == nullptr) return;
  std::memset(after_ - kPast, 0, sizeof(float) * kLength);
  for (int k = 0; k < 4 * factor() && factor() > 1; ++k) {
    std::memset(parts_[k] - kPast, 0, sizeof(float) * kLength);
  }
}

int Shaper::latency(int factor) noexcept {
  // The spline's two fast samples, padded to a frame, and the two frames of the treble filter.
  return factor < 2 ? 0 : Oversampler::latency(factor) + 1 + 2;
}

void Shaper::process(const float* in, float* out, int frames,
                     std::span<const ShaperCurve> curves) noexcept {
  const ShaperLoops& loop = loops();
  const int factor = over_.factor();
  begin(in, frames);
  bool add = false;
  if (factor == 1) {
    for (const ShaperCurve& curve : curves) {
      loop.bare(over_.fast(0), over_.shaped(0), curve, add, frames);
      add = true;
    }
    over_.down(out, frames);
    return;
  }
  const float* x[Oversampler::kMaxFactor];
  for (int p = 0; p < factor; ++p) x[p] = over_.fast(p);
  for (const ShaperCurve& curve : curves) {
    loop.segments(x, factor, parts_, curve, add, frames);
    add = true;
  }
  end(out, frames);
}

void Shaper::begin(const float* in, int frames) noexcept {
  over_.up(in, frames);
}

// As in the loops: the cubic B-spline's mass still to come, newest piece first.
void Shaper::weigh(int p, int i, float y, const float* m) noexcept {
  const float n0 = m[0] * (1.0f / 24), n1 = m[1] * (1.0f / 6), n2 = m[2] * 0.25f,
              n3 = m[3] * (1.0f / 6), n4 = m[4] * (1.0f / 24), e4 = 3.0f * n4;
  float* const* out = parts_ + 4 * p;
  out[0][i] = ((n0 + n2) + n4) - (n1 + n3);
  out[1][i] = (12.0f * n0 - 4.0f * n1) + (2.0f * n3 - e4);
  out[2][i] = ((23.0f * n0 - n1) + e4) - (n2 + n3);
  out[3][i] = y - n4;
}

void Shaper::end(float* out, int frames) noexcept {
  const ShaperLoops& loop = loops();
  const int factor = over_.factor();
  // Piece s of the spline comes from the line s samples back; all of it waits until the whole delay
  // is one frame.
  for (int p = 0; p < factor; ++p) {
    const float* part[4];
    for (int s = 0; s < 4; ++s) {
      const int at = p - (factor - 2) - s + 2 * factor;
      part[s] = parts_[4 * (at % factor) + s] + at / factor - 2;
    }
    loop.sum(part[0], part[1], part[2], part[3], over_.shaped(p), frames);
  }
  for (int k = 0; k < 4 * factor; ++k) keep(parts_[k], frames);
  // What the spline took from the treble is given back.
  over_.down(after_, frames);
  alignas(64) float flat[kRun];
  oversample_loops().five(after_, centre_, taps_, flat, frames);
  std::memcpy(out, flat, sizeof(float) * static_cast<std::size_t>(frames));
  keep(after_, frames);
}

void Shaper::copy_state(const Shaper& other) noexcept {
  over_.copy_state(other.over_);
  if (after_ == nullptr) return;
  std::memcpy(after_ - kPast, other.after_ - kPast, sizeof(float) * kLength);
  for (int k = 0; k < 4 * factor() && factor() > 1; ++k) {
    std::memcpy(parts_[k] - kPast, other.parts_[k] - kPast, sizeof(float) * kLength);
  }
}

float shaped(std::span<const ShaperCurve> curves, float x) noexcept {
  float sum = 0;
  for (const ShaperCurve& curve : curves) {
    const float u = std::clamp(curve.scale * x + curve.shift, -1.0f, 1.0f);
    float y = curve.c[5];
    for (int k = 4; k >= 0; --k) y = y * u + curve.c[k];
    sum += y;
  }
  return sum;
}

}  // namespace tutti::dsp
