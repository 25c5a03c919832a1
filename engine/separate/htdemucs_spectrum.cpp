#include "engine/separate/htdemucs_spectrum.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::separate {

DemucsSpectrum::DemucsSpectrum(int nfft)
    : nfft_(nfft),
      fft_(nfft),
      window_(static_cast<std::size_t>(nfft)),
      frame_(static_cast<std::size_t>(nfft)),
      re_(static_cast<std::size_t>(nfft / 2 + 1)),
      im_(re_.size()) {
  for (int i = 0; i < nfft; ++i)
    window_[static_cast<std::size_t>(i)] =
        static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * i / nfft));
}

void DemucsSpectrum::forward(std::span<const float> in, float* spectrum, long bin_stride,
                             long frame_stride) noexcept {
  const auto length = static_cast<long>(in.size());
  const float scale = 1.0f / std::sqrt(static_cast<float>(nfft_));
  const int count = frames(in.size());
  for (int t = 0; t < count; ++t) {
    const long start = static_cast<long>(t) * hop() - hop() / 2 * 3;
    for (long i = 0; i < nfft_; ++i) {
      long at = start + i;
      if (at < 0) at = -at;
      if (at >= length) at = 2 * (length - 1) - at;
      frame_[static_cast<std::size_t>(i)] =
          in[static_cast<std::size_t>(at)] * window_[static_cast<std::size_t>(i)];
    }
    fft_.forward(frame_.data(), re_.data(), im_.data());
    float* to = spectrum + t * frame_stride;
    for (int b = 0; b < bins(); ++b, to += bin_stride) {
      to[0] = re_[static_cast<std::size_t>(b)] * scale;
      to[1] = im_[static_cast<std::size_t>(b)] * scale;
    }
  }
}

void DemucsSpectrum::inverse(const float* spectrum, long bin_stride, long frame_stride,
                             std::span<float> out) noexcept {
  const auto length = static_cast<long>(out.size());
  // Four squared Hann windows, a quarter apart, add up to 3/2 everywhere.
  const float scale = std::sqrt(static_cast<float>(nfft_)) / 1.5f;
  std::fill(out.begin(), out.end(), 0.0f);
  const int count = frames(out.size());
  re_.back() = im_.back() = 0;
  for (int t = 0; t < count; ++t) {
    const float* from = spectrum + t * frame_stride;
    for (int b = 0; b < bins(); ++b, from += bin_stride) {
      re_[static_cast<std::size_t>(b)] = from[0];
      im_[static_cast<std::size_t>(b)] = from[1];
    }
    fft_.inverse(re_.data(), im_.data(), frame_.data());
    const long start = static_cast<long>(t) * hop() - hop() / 2 * 3;
    const long from_i = std::max<long>(0, -start), to_i = std::min<long>(nfft_, length - start);
    for (long i = from_i; i < to_i; ++i)
      out[static_cast<std::size_t>(start + i)] +=
          frame_[static_cast<std::size_t>(i)] * window_[static_cast<std::size_t>(i)] * scale;
  }
}

}  // namespace tutti::separate
