#include "engine/analysis/projection.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::analysis {

DoubleFft::DoubleFft(std::size_t size) : size_(size), turns_(size / 2) {
  for (std::size_t k = 0; k < turns_.size(); ++k) {
    const double angle = -math::kTwoPi * static_cast<double>(k) / static_cast<double>(size);
    turns_[k] = {math::cos(angle), math::sin(angle)};
  }
}

// Decimation in time (Cooley and Tukey 1965).
void DoubleFft::forward(std::complex<double>* x) const {
  for (std::size_t i = 1, j = 0; i < size_; ++i) {
    std::size_t bit = size_ >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j |= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t half = 1; half < size_; half *= 2) {
    const std::size_t step = size_ / (2 * half);
    for (std::size_t start = 0; start < size_; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const double re = turns_[k * step].real(), im = turns_[k * step].imag();
        auto &low = x[start + k], &high = x[start + k + half];
        const std::complex<double> turned(high.real() * re - high.imag() * im,
                                          high.real() * im + high.imag() * re);
        high = low - turned;
        low += turned;
      }
    }
  }
}

Wave correlation(const DoubleFft& fft, const Wave& a, const Wave& b, std::size_t lags) {
  // A block of a against the block of b that begins with it and reaches `lags` further.
  const std::size_t size = fft.size(), block = size - lags;
  std::vector<std::complex<double>> both(size), product(size);
  std::vector<std::complex<double>> sum(size);
  for (std::size_t start = 0; start < a.size(); start += block) {
    for (std::size_t i = 0; i < size; ++i) {
      const double x = i < block && start + i < a.size() ? a[start + i] : 0;
      const double y = start + i < b.size() ? b[start + i] : 0;
      both[i] = {x, y};
    }
    fft.forward(both.data());
    // Both real signals in one transform: X = (Z + Z*)/2, Y = (Z - Z*)/2i. Then conj(X) Y.
    for (std::size_t k = 0; k < size; ++k) {
      const auto z = both[k], w = std::conj(both[(size - k) % size]);
      const std::complex<double> x = 0.5 * (z + w);
      const std::complex<double> d = 0.5 * (z - w);
      const std::complex<double> y(d.imag(), -d.real());
      sum[k] += std::complex<double>(x.real() * y.real() + x.imag() * y.imag(),
                                     x.real() * y.imag() - x.imag() * y.real());
    }
  }
  // The inverse by the forward transform of the conjugate.
  for (std::size_t k = 0; k < size; ++k) product[k] = std::conj(sum[k]);
  fft.forward(product.data());
  Wave out(lags);
  for (std::size_t lag = 0; lag < lags; ++lag)
    out[lag] = product[lag].real() / static_cast<double>(size);
  return out;
}

namespace {

std::size_t fft_size(int taps) {
  std::size_t size = 2048;
  while (size < 8 * static_cast<std::size_t>(taps)) size *= 2;
  return size;
}

}  // namespace

DelayedBasis::DelayedBasis(const std::vector<Wave>& signals, int taps)
    : signals_(signals), taps_(static_cast<std::size_t>(taps)), fft_(fft_size(taps)) {
  for (const auto& a : signals)
    for (const auto& b : signals) lags_.push_back(correlation(fft_, a, b, taps_));
}

// Column i: signal i / taps delayed by i % taps. Their product is sum a[n - d] b[n - e].
double DelayedBasis::gram(std::size_t i, std::size_t j) const {
  const std::size_t a = i / taps_, d = i % taps_, b = j / taps_, e = j % taps_;
  // With d ≥ e it is sum a[m] b[m + (d - e)].
  return d >= e ? lags_[a * signals_.size() + b][d - e] : lags_[b * signals_.size() + a][e - d];
}

Wave DelayedBasis::products(const Wave& target) const {
  Wave all;
  for (const auto& signal : signals_) {
    // sum over n of signal[n - d] target[n]
    const Wave one = correlation(fft_, signal, target, taps_);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

DelayedBasis::Factor DelayedBasis::factor(std::size_t first, std::size_t count) const {
  Factor factor;
  factor.first = first;
  factor.count = count;
  const std::size_t n = count * taps_;
  auto& u = factor.upper;
  u.resize(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) u[i * n + j] = gram(first * taps_ + i, first * taps_ + j);
  // Cholesky by rows; a column that the ones before it make up (channels alike, bands without
  // sound) is left out, which leaves the projection what it is.
  for (std::size_t k = 0; k < n; ++k) {
    double* row = u.data() + k * n;
    const double own = gram(first * taps_ + k, first * taps_ + k);
    if (!(row[k] > 1e-13 * own)) {
      std::fill(row + k, row + n, 0.0);
      continue;
    }
    const double scale = 1 / std::sqrt(row[k]);
    for (std::size_t j = k; j < n; ++j) row[j] *= scale;
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor_of_row = row[i];
      if (factor_of_row == 0) continue;
      double* target = u.data() + i * n;
      for (std::size_t j = i; j < n; ++j) target[j] -= factor_of_row * row[j];
    }
  }
  return factor;
}

Wave DelayedBasis::project(const Factor& factor, const Wave& products) const {
  const std::size_t n = factor.count * taps_;
  const double* u = factor.upper.data();
  Wave x(products.begin() + static_cast<std::ptrdiff_t>(factor.first * taps_),
         products.begin() + static_cast<std::ptrdiff_t>(factor.first * taps_ + n));
  for (std::size_t k = 0; k < n; ++k) {  // U^T y = products
    const double diagonal = u[k * n + k];
    x[k] = diagonal > 0 ? x[k] / diagonal : 0;
    for (std::size_t j = k + 1; j < n; ++j) x[j] -= u[k * n + j] * x[k];
  }
  for (std::size_t k = n; k-- > 0;) {  // U x = y
    double sum = x[k];
    for (std::size_t j = k + 1; j < n; ++j) sum -= u[k * n + j] * x[j];
    x[k] = u[k * n + k] > 0 ? sum / u[k * n + k] : 0;
  }
  // The filters on their signals.
  const std::size_t frames = signals_[0].size(), size = fft_.size(), block = size - taps_;
  Wave out(frames + taps_ - 1);
  std::vector<std::complex<double>> piece(size), filter(size);
  for (std::size_t s = 0; s < factor.count; ++s) {
    const Wave& signal = signals_[factor.first + s];
    std::fill(filter.begin(), filter.end(), 0.0);
    for (std::size_t d = 0; d < taps_; ++d) filter[d] = x[s * taps_ + d];
    fft_.forward(filter.data());
    for (std::size_t start = 0; start < frames; start += block) {
      for (std::size_t i = 0; i < size; ++i)
        piece[i] = i < block && start + i < frames ? signal[start + i] : 0.0;
      fft_.forward(piece.data());
      for (std::size_t k = 0; k < size; ++k) {
        const auto a = piece[k], b = filter[k];
        piece[k] = {a.real() * b.real() - a.imag() * b.imag(),
                    -(a.real() * b.imag() + a.imag() * b.real())};
      }
      fft_.forward(piece.data());
      for (std::size_t i = 0; i < size && start + i < out.size(); ++i)
        out[start + i] += piece[i].real() / static_cast<double>(size);
    }
  }
  return out;
}

}  // namespace tutti::analysis
