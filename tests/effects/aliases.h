// What folds back when a 5-kHz tone at 48 kHz is bent: harmonics lie at multiples of 5 kHz,
// whatever folds at other whole kilohertz, because 48 frames hold five turns exactly.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <vector>

#include "engine/base/math.h"

namespace tutti::tests {

inline std::vector<float> five_kilohertz(std::size_t frames, double level) {
  std::vector<float> out(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    out[i] = static_cast<float>(
        level * math::sin(math::kTwoPi * (static_cast<double>(5 * i % 48) / 48) + 0.3));
  }
  return out;
}

// The strongest component from 1 to 23 kHz that is no harmonic, in dB of the strongest that is one
// (some curves leave hardly anything of the tone itself); over 480 frames.
inline double worst_alias_db(std::span<const float> x) {
  const auto amplitude = [&](int khz) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < 480; ++i) {
      sum +=
          static_cast<double>(x[i]) *
          std::polar(1.0, -math::kTwoPi * static_cast<double>(khz * static_cast<int>(i) % 48) / 48);
    }
    return std::abs(sum);
  };
  double worst = 0, tone = 0;
  for (int khz = 1; khz < 24; ++khz) {
    double& most = khz % 5 == 0 ? tone : worst;
    most = std::max(most, amplitude(khz));
  }
  return 20 * std::log10(worst / tone + 1e-12);
}

}  // namespace tutti::tests
