#include "engine/graph/metronome.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::graph {
namespace {

// 60 ms of a sine with an octave above it, half a millisecond of attack, down 60 dB at its end.
std::vector<float> click(double rate, double hz) {
  const auto frames = static_cast<std::size_t>(0.060 * rate);
  std::vector<float> wave(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / rate;
    const double tone =
        math::sin(math::kTwoPi * hz * t) + 0.35 * math::sin(math::kTwoPi * 2 * hz * t);
    wave[i] =
        static_cast<float>(0.5 * tone * std::min(1.0, t / 0.0005) * math::exp(-t * 6.9078 / 0.060));
  }
  return wave;
}

}  // namespace

void Metronome::prepare(double rate) {
  accent_wave_ = click(rate, 1760);
  plain_wave_ = click(rate, 1174.659);
  reset();
}

void Metronome::process(float* left, float* right, int frames) noexcept {
  if (at_ < 0) return;
  const std::vector<float>& wave = accent_ ? accent_wave_ : plain_wave_;
  const auto count = static_cast<int>(
      std::min<std::int64_t>(frames, static_cast<std::int64_t>(wave.size()) - at_));
  for (int i = 0; i < count; ++i) {
    const float x = wave[static_cast<std::size_t>(at_ + i)] * gain_;
    left[i] += x;
    right[i] += x;
  }
  at_ += count;
  if (at_ >= static_cast<std::int64_t>(wave.size())) at_ = -1;
}

}  // namespace tutti::graph
