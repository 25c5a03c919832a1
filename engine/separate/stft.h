// Short-time Fourier transform and back, for separators: half-overlapping frames under the square
// root of a periodic Hann window, so that analysis and synthesis together add up to 1.
//
// Frame t is centred on sample t * hop: it spans samples (t - 1) hop … (t + 1) hop - 1, zeros where
// the signal has none; frames 0 … frames_of(n) - 1 cover n samples. The transform is unscaled
// (dsp/fft.h); the inverse brings back what was put in. Same bits on every machine. One object
// serves one thread at a time; only the constructor allocates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/dsp/fft.h"

namespace tutti::separate {

class Stft {
 public:
  explicit Stft(int window);  // a power of two, at least 16

  int window() const { return fft_.size(); }
  int hop() const { return fft_.size() / 2; }
  int bins() const { return fft_.bins(); }
  std::int64_t frames_of(std::int64_t samples) const { return (samples + hop() - 1) / hop() + 1; }
  std::size_t bytes() const;

  // Of one frame, given as window() samples.
  void forward(const float* samples, float* re, float* im) noexcept;
  // The frame's samples under the window, to be added to its neighbours'.
  void inverse(const float* re, const float* im, float* samples) noexcept;

  // Of frame `t` of a signal.
  void forward(std::span<const float> signal, std::int64_t t, float* re, float* im) noexcept;
  void add_inverse(const float* re, const float* im, std::span<float> signal,
                   std::int64_t t) noexcept;

 private:
  dsp::RealFft fft_;
  std::vector<float> shape_, frame_;
};

}  // namespace tutti::separate
