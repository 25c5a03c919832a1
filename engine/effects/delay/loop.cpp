#include "engine/effects/delay/loop.h"

#include <cmath>
#include <cstring>

#include "engine/base/math.h"

namespace tutti::effects {

long long echo_tail(double period, double feedback) noexcept {
  double echoes = 1;
  if (feedback > 0) echoes += std::ceil(math::log(1e-3) / math::log(feedback));
  return static_cast<long long>(echoes * period) + 64;
}

LoopFilter LoopFilter::make(double low_cut, double high_cut, double rate) noexcept {
  const auto amount = [rate](double hertz) {
    return static_cast<float>(1 - math::exp(-math::kTwoPi * hertz / rate));
  };
  LoopFilter filter;
  filter.high_amount_ = high_cut >= kHighCutOff ? 1 : amount(high_cut);
  filter.low_amount_ = low_cut <= kLowCutOff ? 0 : amount(low_cut);
  return filter;
}

void LoopFilter::process(const float* in, float* out, int frames) noexcept {
  const float a = high_amount_, b = low_amount_, keep_a = 1 - a, keep_b = 1 - b;
  float high = high_, low = low_;
  // The constants, 400 dB down, keep decays out of the denormal numbers.
  if (b <= 0) {
    low = 0;
    for (int i = 0; i < frames; ++i) {
      high = keep_a * high + (a * in[i] + 1e-20f);
      out[i] = high;
    }
  } else if (a >= 1) {
    for (int i = 0; i < frames; ++i) {
      low = keep_b * low + (b * in[i] + 1e-20f);
      out[i] = in[i] - low;
    }
    if (frames > 0) high = in[frames - 1];
  } else {
    for (int i = 0; i < frames; ++i) {
      high = keep_a * high + (a * in[i] + 1e-20f);
      low = keep_b * low + b * high;
      out[i] = high - low;
    }
  }
  high_ = high;
  low_ = low;
}

}  // namespace tutti::effects
