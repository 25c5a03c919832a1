// What tests measure of tones: level, frequency to a fraction of a cent, and what else there is.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <vector>

#include "engine/base/math.h"

namespace tutti::tests {

inline std::vector<float> sine(double hertz, double rate, std::size_t frames, double level = 1,
                               double phase = 0) {
  std::vector<float> out(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    out[i] = static_cast<float>(
        level *
        math::sin(math::kTwoPi * (std::fmod(hertz * static_cast<double>(i) / rate, 1.0)) + phase));
  }
  return out;
}

// Amplitude and phase of the component at `hertz`, through a Hann window.
inline std::complex<double> component(std::span<const float> x, double hertz, double rate) {
  std::complex<double> sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i);
    const double w = 0.5 - 0.5 * std::cos(math::kTwoPi * (t + 0.5) / static_cast<double>(x.size()));
    sum += w * static_cast<double>(x[i]) * std::polar(1.0, -math::kTwoPi * hertz * t / rate);
    weight += w;
  }
  return 2.0 * sum / weight;
}
inline double level(std::span<const float> x, double hertz, double rate) {
  return std::abs(component(x, hertz, rate));
}

// How far the tone near `hertz` is off, in cents: by the turn of its phase over the whole stretch.
inline double cents_off(std::span<const float> x, double hertz, double rate) {
  const std::size_t window = static_cast<std::size_t>(rate * 0.1), hop = window / 4;
  double turn = 0;
  std::complex<double> before = 0;
  std::size_t hops = 0;
  for (std::size_t at = 0; at + window <= x.size(); at += hop) {
    const auto c = component(x.subspan(at, window), hertz, rate) *
                   std::polar(1.0, -math::kTwoPi * hertz * static_cast<double>(at) / rate);
    if (at > 0) {
      turn += std::arg(c * std::conj(before));
      ++hops;
    }
    before = c;
  }
  const double seconds = static_cast<double>(hops * hop) / rate;
  return 1200 * std::log2((hertz + turn / math::kTwoPi / seconds) / hertz);
}

// The rest beside the tone at exactly `hertz`, in dB of the tone's power: least squares.
inline double rest_db(std::span<const float> x, double hertz, double rate) {
  double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = math::kTwoPi * hertz * static_cast<double>(i) / rate;
    const double c = std::cos(a), s = std::sin(a), v = x[i];
    cc += c * c, ss += s * s, cs += c * s, xc += v * c, xs += v * s, xx += v * v;
  }
  const double d = cc * ss - cs * cs;
  const double p = (xc * ss - xs * cs) / d, q = (xs * cc - xc * cs) / d;
  const double tone = p * xc + q * xs;
  return 10 * std::log10(std::max((xx - tone) / tone, 1e-15));
}

}  // namespace tutti::tests
