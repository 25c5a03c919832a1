#include "native/files/quantise.h"

#include <algorithm>
#include <cmath>

namespace tutti::files {

Quantised quantise(std::span<const float> samples, int bits, bool dither, Random& random,
                   std::vector<std::int32_t>& values) {
  Quantised result;
  const double scale = std::ldexp(1.0, bits - 1);
  const double top = scale - 1;
  values.resize(samples.size());
  if (dither) {
    dither = std::any_of(samples.begin(), samples.end(), [&](float sample) {
      const double step = static_cast<double>(sample) * scale;
      return step != std::floor(step);
    });
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    double step = static_cast<double>(samples[i]) * scale;
    if (!std::isfinite(step)) return {false, 0};
    // +1.0 itself is one step beyond the top and no overload that anyone hears.
    if (step > scale || step < -scale) ++result.clipped;
    if (dither) step += random.uniform() - random.uniform();
    values[i] = static_cast<std::int32_t>(std::clamp(std::floor(step + 0.5), -scale, top));
  }
  return result;
}

}  // namespace tutti::files
