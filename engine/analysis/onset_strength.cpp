#include "engine/analysis/onset_strength.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/fast_math.h"

namespace tutti::analysis {

namespace {
constexpr double kLowest = 30, kHighest = 10500;    // Hz
constexpr double kLowEnd = 160, kMiddleEnd = 2500;  // Hz: where the registers meet
constexpr float kDepth = 300;       // how far below the peak changes still count: some 50 dB
constexpr float kForget = 0.9995f;  // of the peak a frame: halved in 14 s
constexpr float kFaintest = 0.05f;  // of magnitude: below this all is silence (some -80 dBFS)
}  // namespace

OnsetStrength::OnsetStrength()
    : fft_(kWindow),
      window_(kWindow),
      block_(kWindow),
      re_(kWindow / 2 + 1),
      im_(kWindow / 2 + 1),
      magnitude_(kWindow / 2 + 1) {
  for (int i = 0; i < kWindow; ++i)
    window_[i] = static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * (i + 0.5) / kWindow));
  const double bin = kSongRate / kWindow;
  for (double hz = kLowest; hz < kHighest; hz *= 1.0293022366434921) {  // 24 an octave
    const int edge = static_cast<int>(hz / bin + 0.5);
    if (!edges_.empty() && edges_.back() == edge) continue;
    if (hz < kLowEnd) low_bands_ = static_cast<int>(edges_.size()) + 1;
    if (hz < kMiddleEnd) middle_bands_ = static_cast<int>(edges_.size()) + 1;
    edges_.push_back(edge);
  }
}

void OnsetStrength::push(const float* samples) {
  for (int i = 0; i < kWindow; ++i) block_[i] = samples[i] * window_[i];
  fft_.forward(block_.data(), re_.data(), im_.data());
  const int bands = static_cast<int>(edges_.size()) - 1;
  std::vector<float>& out = magnitude_;
  float top = 0;
  for (int b = 0; b < bands; ++b) {
    float power = 0;
    for (int k = edges_[b]; k < edges_[b + 1]; ++k) power += re_[k] * re_[k] + im_[k] * im_[k];
    out[b] = std::sqrt(power / static_cast<float>(edges_[b + 1] - edges_[b]));
    top = std::max(top, out[b]);
  }
  peak_ = std::max({peak_ * kForget, top, kFaintest});
  const float gain = kDepth / peak_;
  for (int b = 0; b < bands; ++b) out[b] = dsp::fast::log2_brief(1 + gain * out[b]);
  float sums[3] = {0, 0, 0};
  if (seen_ >= kLag) {
    const std::vector<float>& before = recent_[0];
    for (int b = 0; b < bands; ++b) {
      const float rise = out[b] - before[b];
      if (rise > 0) sums[b < low_bands_ ? 0 : b < middle_bands_ ? 1 : 2] += rise;
    }
  }
  tracks_.low.push_back(sums[0] / static_cast<float>(low_bands_));
  tracks_.middle.push_back(sums[1] / static_cast<float>(middle_bands_ - low_bands_));
  tracks_.high.push_back(sums[2] / static_cast<float>(bands - middle_bands_));
  // Widened by a band on either side for the comparison to come.
  for (int i = 0; i + 1 < kLag; ++i) recent_[i].swap(recent_[i + 1]);
  std::vector<float>& wide = recent_[kLag - 1];
  wide.resize(bands);
  for (int b = 0; b < bands; ++b)
    wide[b] = std::max({out[std::max(0, b - 1)], out[b], out[std::min(bands - 1, b + 1)]});
  ++seen_;
}

}  // namespace tutti::analysis
