// Least-squares projection of signals onto delayed copies of others: the heart of BSS Eval.
//
// All in double precision; correlations by FFT of blocks. Internal to evaluate_separation.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace tutti::analysis {

using Wave = std::vector<double>;

// Complex transform of a power of two, in place; not scaled.
class DoubleFft {
 public:
  explicit DoubleFft(std::size_t size);
  std::size_t size() const { return size_; }
  void forward(std::complex<double>* x) const;

 private:
  std::size_t size_;
  std::vector<std::complex<double>> turns_;
};

// sum over n of a[n] b[n + lag] for lag = 0 … lags - 1, by blocks.
Wave correlation(const DoubleFft& fft, const Wave& a, const Wave& b, std::size_t lags);

// The Gram matrix of every basis signal delayed by 0 … taps - 1 frames, factored once; then any
// number of targets is projected onto all of them, or onto some alone.
class DelayedBasis {
 public:
  DelayedBasis(const std::vector<Wave>& signals, int taps);

  // Correlations of the target with every delayed signal, [signal * taps + delay].
  Wave products(const Wave& target) const;
  // The target's projection onto the signals from `first` to `first + count` (length: frames +
  // taps - 1), whose Gram matrix was factored by `factor(first, count)`.
  struct Factor {
    std::size_t first = 0, count = 0;  // signals
    std::vector<double> upper;         // rows of U, U^T U = Gram; a zero on the diagonal: left out
  };
  Factor factor(std::size_t first, std::size_t count) const;
  Wave project(const Factor&, const Wave& products) const;

 private:
  double gram(std::size_t i, std::size_t j) const;  // of column i and column j

  const std::vector<Wave>& signals_;
  std::size_t taps_;
  DoubleFft fft_;
  // [a * signals + b]: correlation at lags 0 … taps - 1 of a with b delayed
  std::vector<Wave> lags_;
};

}  // namespace tutti::analysis
