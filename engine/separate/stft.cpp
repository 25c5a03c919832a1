#include "engine/separate/stft.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::separate {
namespace {

using simd::f32x8;

}  // namespace

Stft::Stft(int window) : fft_(window < 16 ? 16 : window) {
  const auto size = static_cast<std::size_t>(fft_.size());
  shape_.resize(size);
  frame_.resize(2 * size);
  for (std::size_t i = 0; i < size; ++i)
    shape_[i] = static_cast<float>(
        math::sin(math::kPi * static_cast<double>(i) / static_cast<double>(size)));
}

std::size_t Stft::bytes() const {  // with the transform's tables and work buffers
  return sizeof(float) * (shape_.size() + frame_.size() + 6 * shape_.size());
}

void Stft::forward(const float* samples, float* re, float* im) noexcept {
  float* const under = frame_.data();
  for (int i = 0; i < window(); i += 8)
    simd::store(under + i, simd::load<f32x8>(samples + i) * simd::load<f32x8>(shape_.data() + i));
  fft_.forward(under, re, im);
}

void Stft::inverse(const float* re, const float* im, float* samples) noexcept {
  fft_.inverse(re, im, samples);
  for (int i = 0; i < window(); i += 8)
    simd::store(samples + i, simd::load<f32x8>(samples + i) * simd::load<f32x8>(shape_.data() + i));
}

void Stft::forward(std::span<const float> signal, std::int64_t t, float* re, float* im) noexcept {
  const auto length = static_cast<std::int64_t>(signal.size());
  const std::int64_t begin = (t - 1) * hop();
  if (begin >= 0 && begin + window() <= length) return forward(signal.data() + begin, re, im);
  float* const padded = frame_.data() + window();
  for (int i = 0; i < window(); ++i) {
    const std::int64_t at = begin + i;
    padded[i] = at >= 0 && at < length ? signal[static_cast<std::size_t>(at)] : 0.0f;
  }
  forward(padded, re, im);
}

void Stft::add_inverse(const float* re, const float* im, std::span<float> signal,
                       std::int64_t t) noexcept {
  const auto length = static_cast<std::int64_t>(signal.size());
  const std::int64_t begin = (t - 1) * hop();
  float* const own = frame_.data();
  inverse(re, im, own);
  if (begin >= 0 && begin + window() <= length) {
    float* const to = signal.data() + begin;
    for (int i = 0; i < window(); i += 8)
      simd::store(to + i, simd::load<f32x8>(to + i) + simd::load<f32x8>(own + i));
    return;
  }
  const auto first = std::max<std::int64_t>(0, -begin);
  const auto end = std::min<std::int64_t>(window(), length - begin);
  for (std::int64_t i = first; i < end; ++i) signal[static_cast<std::size_t>(begin + i)] += own[i];
}

}  // namespace tutti::separate
