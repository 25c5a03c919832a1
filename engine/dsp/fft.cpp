#include "engine/dsp/fft.h"

#include <cstddef>

#include "engine/base/arena.h"
#include "engine/base/math.h"
#include "engine/dsp/fft_plan.h"

namespace tutti::dsp {

namespace fft_base {
extern const FftKernel kernel;
}
#ifdef TUTTI_FFT_AVX2
namespace fft_avx2 {
extern const FftKernel kernel;
}
#endif

namespace {

const FftKernel& best_kernel() {
#ifdef TUTTI_FFT_AVX2
  if (__builtin_cpu_supports("avx2")) return fft_avx2::kernel;
#endif
  return fft_base::kernel;
}

// exp(-2 pi i k / n), by the octant in which sine and cosine are most exact.
void unit_root(long long k, long long n, float& re, float& im) {
  const double angle = math::kTwoPi * static_cast<double>(k % n) / static_cast<double>(n);
  re = static_cast<float>(math::cos(angle));
  im = static_cast<float>(-math::sin(angle));
}

}  // namespace

struct RealFft::Plan {
  Arena arena;
  FftPlan data;
  FftKernel kernel;
};

RealFft::RealFft(int size) : plan_(std::make_unique<Plan>()) {
  size_ = 8;
  while (size_ < size && size_ < (1 << 24)) size_ *= 2;
  const int n = size_ / 2;
  FftPlan& data = plan_->data;
  data.half = n;
  plan_->kernel = best_kernel();
  int pass = 0;
  for (int stride = 1; stride * 4 <= n; stride *= 4, ++pass) {
    const int m = n / stride / 4;
    auto table = plan_->arena.take<float>(static_cast<std::size_t>(6) * m);
    for (int k = 1; k <= 3; ++k)
      for (int p = 0; p < m; ++p)
        unit_root(static_cast<long long>(k) * p, n / stride, table[(k - 1) * 2 * m + p],
                  table[(k - 1) * 2 * m + m + p]);
    data.twiddles[pass] = table.data();
  }
  auto split = plan_->arena.take<float>(n);
  for (int k = 0; k < n / 2; ++k) unit_root(k, size_, split[k], split[n / 2 + k]);
  data.split = split.data();
  data.a = plan_->arena.take<float>(2 * n).data();
  data.b = plan_->arena.take<float>(2 * n).data();
  data.c = plan_->arena.take<float>(2 * n).data();
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::forward(const float* in, float* re, float* im) noexcept {
  plan_->kernel.forward(plan_->data, in, re, im);
}
void RealFft::inverse(const float* re, const float* im, float* out) noexcept {
  plan_->kernel.inverse(plan_->data, re, im, out);
}

}  // namespace tutti::dsp
