// Fast Fourier transform of real signals, with the same bits on every build.
//
// Stockham radix-4 passes over the half-length complex transform (Cooley and Tukey 1965; Stockham
// 1966), then the split into the spectrum of a real signal. Every output value is computed by the
// same operations in the same order whatever the vector width, so SSE2, AVX2 and WASM agree bit for
// bit; the widest set the machine has is chosen at construction. Error is some 1e-7 of the largest
// value. Construction allocates; the transforms do not, and may run on the audio thread. One object
// serves one thread at a time (it owns a work buffer).
#pragma once

#include <memory>
#include <vector>

namespace tutti::dsp {

class RealFft {
 public:
  // `size` is the number of real points: a power of two, 8 … 2^24 (rounded up into that).
  explicit RealFft(int size);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  int size() const { return size_; }
  int bins() const { return size_ / 2 + 1; }

  // X[k] = sum over n of x[n] exp(-2 pi i k n / size), k = 0 … size/2, as two arrays of bins()
  // values. No scaling. Input and output must not overlap.
  void forward(const float* in, float* re, float* im) noexcept;

  // The exact inverse, scaled by 1 / size: inverse(forward(x)) is x. im[0] and im[size/2] are taken
  // as 0. Input and output must not overlap.
  void inverse(const float* re, const float* im, float* out) noexcept;

 private:
  struct Plan;
  int size_ = 0;
  std::unique_ptr<Plan> plan_;
};

}  // namespace tutti::dsp
