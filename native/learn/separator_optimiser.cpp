#include "native/learn/separator_optimiser.h"

#include <cmath>

#include "native/learn/separator_math.h"

namespace tutti::learn {
namespace {

TUTTI_CLONES void pass(float* w, const float* g, float* m, float* v, float* mean, std::size_t n,
                       float scale, float first, float second, float rate, float root, float keep,
                       float slow) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const float x = g[i] * scale;
    m[i] = first * m[i] + (1 - first) * x;
    v[i] = second * v[i] + (1 - second) * x * x;
    w[i] = w[i] * keep - rate * m[i] / (std::sqrt(v[i]) * root + 1e-8f);
    mean[i] = slow * mean[i] + (1 - slow) * w[i];
  }
}

}  // namespace

void adam_step(const AdamStep& s, const AdamArrays& a) {
  const auto n = static_cast<double>(s.number);
  const auto rate = static_cast<float>(static_cast<double>(s.rate) /
                                       (1 - std::pow(static_cast<double>(s.first), n)));
  const auto root =
      static_cast<float>(1 / std::sqrt(1 - std::pow(static_cast<double>(s.second), n)));
  pass(a.weights, a.gradients, a.first, a.second, a.mean, a.count, s.scale, s.first, s.second, rate,
       root, 1 - s.rate * s.decay, s.mean);
}

}  // namespace tutti::learn
