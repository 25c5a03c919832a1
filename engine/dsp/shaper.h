// A bent characteristic, y = f(x), with next to no aliasing.
//
// Two means together. The signal is oversampled (dsp/oversample.h). And the bend is not taken at
// the fast samples alone: between them the signal is drawn as straight lines, f of those lines is
// integrated exactly against a cubic B-spline four fast samples long, and that is what comes out
// (the antiderivative method of Parker, Zavalishin and Le Bivic 2016, carried to fourth order;
// integrated by Gauss-Legendre nodes instead of differences of antiderivatives, which lose all
// digits where the signal stands still). The spline's loss of treble is made up for by a short
// filter behind.
//
// A curve is a polynomial of up to fifth degree inside an interval and constant outside; several
// of them add up to any piecewise polynomial. The corners at the interval's ends are placed
// exactly, so hard clipping is as clean as soft. With a full-scale 5-kHz tone at 48 kHz and factor
// 4, what folds back lies 85 dB or more below the tone, for any drive up to 36 dB
// (tests/dsp/shaper_test.cpp). Factor 1 is the bare curve: no delay, no protection.
//
// prepare() takes the memory, nothing else allocates. One channel an object, one thread at a time.
#pragma once

#include <span>

#include "engine/dsp/oversample.h"

namespace tutti::dsp {

// c[0] + c[1] u + … + c[5] u^5 with u = scale x + shift limited to -1 … 1.
struct ShaperCurve {
  float scale = 1, shift = 0;
  float c[6] = {0, 1, 0, 0, 0, 0};
};

class Shaper {
 public:
  static constexpr int kRun = Oversampler::kRun;

  void prepare(int factor, Arena& arena);  // 1, 2, 4 or 8
  void reset() noexcept;
  int factor() const noexcept { return over_.factor(); }
  // A whole number of frames; 44 at factor 4.
  static int latency(int factor) noexcept;
  int latency() const noexcept { return latency(factor()); }

  // The sum of the curves, 1 … kRun frames. `in` and `out` may be the same.
  void process(const float* in, float* out, int frames,
               std::span<const ShaperCurve> curves) noexcept;

  // For bends that are not curves (steps in time or level), factor 2 or more: `bend(a, b, moments)`
  // is called for the line from each fast sample a to the next one, b, in order. It gives back the
  // output at the line's end and sets moments[j] to the integral of dy t^j over the line, t from 0
  // to 1: a step of height h at t adds h t^j.
  template <class Bend>
  void process(const float* in, float* out, int frames, Bend&& bend) noexcept {
    begin(in, frames);
    for (int i = 0; i < frames; ++i) {
      for (int p = 0; p < factor(); ++p) {
        float m[5] = {};
        const float a = p == 0 ? over_.fast(factor() - 1)[i - 1] : over_.fast(p - 1)[i];
        const float y = bend(a, over_.fast(p)[i], m);
        weigh(p, i, y, m);
      }
    }
    end(out, frames);
  }

  // Becomes what the other is; both prepared alike.
  void copy_state(const Shaper& other) noexcept;

 private:
  void begin(const float* in, int frames) noexcept;
  void end(float* out, int frames) noexcept;
  void weigh(int p, int i, float y, const float* m) noexcept;
  Oversampler over_;
  float* parts_[4 * Oversampler::kMaxFactor] = {};  // by phase, then by place in the spline
  float* after_ = nullptr;                          // before the treble is made up for
  float centre_ = 1, taps_[2] = {};
};

// The value of the curves at one point, as process() tends to at rest.
float shaped(std::span<const ShaperCurve> curves, float x) noexcept;

}  // namespace tutti::dsp
