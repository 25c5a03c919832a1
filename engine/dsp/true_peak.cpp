#include "engine/dsp/true_peak.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/simd.h"

namespace tutti::dsp {
namespace {

using simd::f32x8;

// Phases 2 and 3 are phases 1 and 0 backwards.
constexpr float kPhase0[kTruePeakTaps] = {0.0017089843750f,  0.0109863281250f,  -0.0196533203125f,
                                          0.0332031250000f,  -0.0594482421875f, 0.1373291015625f,
                                          0.9721679687500f,  -0.1022949218750f, 0.0476074218750f,
                                          -0.0266113281250f, 0.0148925781250f,  -0.0083007812500f};
constexpr float kPhase1[kTruePeakTaps] = {-0.0291748046875f, 0.0292968750000f,  -0.0517578125000f,
                                          0.0891113281250f,  -0.1665039062500f, 0.4650878906250f,
                                          0.7797851562500f,  -0.2003173828125f, 0.1015625000000f,
                                          -0.0582275390625f, 0.0330810546875f,  -0.0189208984375f};

inline f32x8 absolute(f32x8 x) {
  return x < 0.0f ? -x : x;
}
inline f32x8 larger(f32x8 a, f32x8 b) {
  return a > b ? a : b;
}

}  // namespace

void true_peaks(const float* in, float* peaks, int frames) noexcept {
  int i = 0;
  for (; i + 8 <= frames; i += 8) {
    f32x8 p0 = {}, p1 = {}, p2 = {}, p3 = {};
    for (int k = 0; k < kTruePeakTaps; ++k) {
      const auto x = simd::load<f32x8>(in + i - k);
      p0 += x * kPhase0[k];
      p1 += x * kPhase1[k];
      p2 += x * kPhase1[kTruePeakTaps - 1 - k];
      p3 += x * kPhase0[kTruePeakTaps - 1 - k];
    }
    const f32x8 highest =
        larger(larger(absolute(p0), absolute(p1)), larger(absolute(p2), absolute(p3)));
    simd::store(peaks + i, larger(highest, absolute(simd::load<f32x8>(in + i - 6))));
  }
  for (; i < frames; ++i) {
    float p[4] = {};
    for (int k = 0; k < kTruePeakTaps; ++k) {
      const float x = in[i - k];
      p[0] += x * kPhase0[k];
      p[1] += x * kPhase1[k];
      p[2] += x * kPhase1[kTruePeakTaps - 1 - k];
      p[3] += x * kPhase0[kTruePeakTaps - 1 - k];
    }
    peaks[i] = std::max(
        {std::fabs(p[0]), std::fabs(p[1]), std::fabs(p[2]), std::fabs(p[3]), std::fabs(in[i - 6])});
  }
}

void TruePeakMeter::add(const float* in, int frames) noexcept {
  float window[kTruePeakTaps - 1 + kChunk], peaks[kChunk];
  for (int done = 0; done < frames;) {
    const int n = std::min(frames - done, kChunk);
    std::memcpy(window, history_.data(), sizeof(float) * history_.size());
    std::memcpy(window + history_.size(), in + done, sizeof(float) * static_cast<std::size_t>(n));
    true_peaks(window + history_.size(), peaks, n);
    for (int i = 0; i < n; ++i) {
      // The newest samples count at once; their surroundings when they are known.
      peak_ = std::max({peak_, peaks[i], std::fabs(in[done + i])});
    }
    std::memcpy(history_.data(), window + n, sizeof(float) * history_.size());
    done += n;
  }
}

}  // namespace tutti::dsp
