// The spectrogram pair of Demucs: frames of nfft every nfft / 4, Hann window, scaled by 1 /
// sqrt(nfft), without the Nyquist bin, as many frames as hops fit (rounded up); frame n is centred
// on (n + 1/2) hop. The signal is mirrored at both ends. The inverse is the weighted overlap-add of
// what is left, so a round trip is exact only in the middle.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/dsp/fft.h"

namespace tutti::separate {

// One object serves one thread at a time. Construction allocates, the transforms do not.
class DemucsSpectrum {
 public:
  // nfft: a power of two ≥ 16.
  explicit DemucsSpectrum(int nfft = 4096);

  int bins() const { return nfft_ / 2; }
  int hop() const { return nfft_ / 4; }
  int frames(std::size_t length) const {
    return static_cast<int>((length + static_cast<std::size_t>(hop()) - 1) /
                            static_cast<std::size_t>(hop()));
  }
  // Real and imaginary part of bin b, frame t go to spectrum[b * bin_stride + t * frame_stride] and
  // the number after it. `in` must be longer than nfft.
  void forward(std::span<const float> in, float* spectrum, long bin_stride,
               long frame_stride) noexcept;
  // Writes out.size() samples from frames(out.size()) frames.
  void inverse(const float* spectrum, long bin_stride, long frame_stride,
               std::span<float> out) noexcept;

 private:
  int nfft_;
  dsp::RealFft fft_;
  std::vector<float> window_, frame_, re_, im_;
};

}  // namespace tutti::separate
