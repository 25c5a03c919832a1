#include "engine/dsp/true_peak.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {

void true_peaks(const float* in, float* peaks, int frames) noexcept {
  peak_kernels::best().peaks(in, peaks, frames);
}

void TruePeakMeter::add(const float* in, int frames) noexcept {
  constexpr int kPast = kTruePeakTaps - 1;
  float window[kPast + kChunk + 16];
  std::memcpy(window, history_.data(), sizeof(float) * kPast);
  const auto& kernels = peak_kernels::best();
  for (int done = 0; done < frames;) {
    const int n = std::min(frames - done, kChunk);
    std::memcpy(window + kPast, in + done, sizeof(float) * static_cast<std::size_t>(n));
    std::memset(window + kPast + n, 0, sizeof(float) * 16);
    kernels.highest(window + kPast, n, peak_, sample_peak_);
    std::memmove(window, window + n, sizeof(float) * kPast);
    done += n;
  }
  std::memcpy(history_.data(), window, sizeof(float) * kPast);
}

}  // namespace tutti::dsp
