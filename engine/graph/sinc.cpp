#include "engine/graph/sinc.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::graph {
namespace {

// Modified Bessel function of the first kind, order 0, by its series.
double bessel(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 40; ++k) {
    term *= (x / 2 / k) * (x / 2 / k);
    sum += term;
  }
  return sum;
}

using Lanes = simd::f32x16;

// Always in this order, so that the bits are the same on every machine.
float add_up(const Lanes& a, const Lanes& b) {
  const Lanes v = a + b;
  float sum[8];
  for (int i = 0; i < 8; ++i) sum[i] = v[i] + v[i + 8];
  return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

}  // namespace

// Row r for a point r/kRows of the way from tap 15 to tap 16; one row more, so that the space
// between rows can be interpolated.
SincTable::SincTable(double ratio) : rows_(static_cast<std::size_t>(kTaps) * (kRows + 1)) {
  constexpr double kBeta = 9;
  const double cutoff = std::min(1.0, 1 / ratio) * 0.94;
  for (int r = 0; r <= kRows; ++r) {
    double sum = 0, row[kTaps];
    for (int t = 0; t < kTaps; ++t) {
      const double x = t - (kTaps / 2 - 1) - static_cast<double>(r) / kRows;
      const double w = x / (kTaps / 2);
      const double window =
          std::fabs(w) < 1 ? bessel(kBeta * std::sqrt(1 - w * w)) / bessel(kBeta) : 0;
      const double y = math::kPi * cutoff * x;
      row[t] = window * (x == 0 ? 1 : math::sin(y) / y);
      sum += row[t];
    }
    for (int t = 0; t < kTaps; ++t)
      rows_[static_cast<std::size_t>(r * kTaps + t)] = static_cast<float>(row[t] / sum);
  }
}

void SincTable::read(const float* left, const float* right, std::uint32_t fraction, float* out_left,
                     float* out_right) const noexcept {
  const float* row = rows_.data() + static_cast<std::size_t>(fraction >> 23) * kTaps;
  const float between = static_cast<float>(fraction & 0x7fffff) * 0x1p-23f;
  Lanes taps[2];
  for (int k = 0; k < 2; ++k) {
    const Lanes low = simd::load<Lanes>(row + 16 * k);
    const Lanes high = simd::load<Lanes>(row + 16 * k + kTaps);
    taps[k] = low + (high - low) * between;
  }
  constexpr int kBefore = kTaps / 2 - 1;
  *out_left = add_up(simd::load<Lanes>(left - kBefore) * taps[0],
                     simd::load<Lanes>(left - kBefore + 16) * taps[1]);
  if (right == nullptr) return;
  *out_right = add_up(simd::load<Lanes>(right - kBefore) * taps[0],
                      simd::load<Lanes>(right - kBefore + 16) * taps[1]);
}

std::shared_ptr<const SincTable> SincShelf::table(std::int64_t step, double ratio) {
  auto& shared = tables_[step];
  auto table = shared.lock();
  if (!table) {
    table = std::make_shared<const SincTable>(ratio);
    shared = table;
  }
  return table;
}

}  // namespace tutti::graph
