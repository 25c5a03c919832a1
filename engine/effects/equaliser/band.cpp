#include "engine/effects/equaliser/band.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::effects {
namespace {

constexpr double kFlat = 0.70710678118654752;
constexpr std::array<int, 8> kOrders = {1, 2, 3, 4, 6, 8, 12, 16};

using Model = dsp::Analogue (*)(double gain, double q) noexcept;

// A section whose model lets everything pass at 0 dB. Close to that its poles are not defined by
// its magnitude, so the last thousandth of a dB is a straight line.
dsp::Section at_gain(Model model, double gain, double q, double w0) noexcept {
  constexpr double kLeast = 1e-3;
  if (std::fabs(gain) >= kLeast) return dsp::matched(model(gain, q), w0);
  const dsp::Section edge = dsp::matched(model(gain < 0 ? -kLeast : kLeast, q), w0);
  return dsp::blended(edge, std::fabs(gain) / kLeast);
}

void add_cut(const Band& band, double w0, int key, Sections& list) noexcept {
  const bool low = band.type == BandType::low_cut;
  const int order = kOrders[static_cast<std::size_t>(std::clamp(band.slope, 0, 7))];
  if (order % 2 == 1) {
    const auto model = low ? dsp::high_pass1() : dsp::low_pass1();
    list.add(key++, dsp::blended(dsp::matched(model, w0), band.on));
  }
  for (int i = order / 2; i > 0; --i) {  // blunt to sharp
    const double angle = math::kPi * (2 * i - 1) / (2.0 * order);
    double q = 1 / (2 * math::sin(angle));
    if (i == 1) q *= band.q / kFlat;
    const auto model = low ? dsp::high_pass(q) : dsp::low_pass(q);
    list.add(key++, dsp::blended(dsp::matched(model, w0), band.on));
  }
}

}  // namespace

void add_band(const Band& band, double rate, int key, Sections& list) noexcept {
  if (band.on <= 0) return;
  const double w0 = math::kTwoPi * band.freq / rate, gain = band.gain * band.on;
  switch (band.type) {
    case BandType::bell:
      if (gain != 0) list.add(key, at_gain(dsp::bell, gain, band.q, w0));
      return;
    case BandType::low_shelf:
      if (gain != 0) list.add(key, at_gain(dsp::low_shelf, gain, band.q, w0));
      return;
    case BandType::high_shelf:
      if (gain != 0) list.add(key, at_gain(dsp::high_shelf, gain, band.q, w0));
      return;
    case BandType::tilt: {
      if (gain == 0) return;
      dsp::Section s = at_gain(dsp::high_shelf, 2 * gain, band.q, w0);
      const double level = math::db_to_gain(-gain);
      s.c2 *= level, s.c1 *= level, s.c0 *= level;
      list.add(key, s);
      return;
    }
    case BandType::low_cut:
    case BandType::high_cut:
      add_cut(band, w0, key, list);
      return;
    case BandType::notch:
      list.add(key, dsp::blended(dsp::matched(dsp::notch(band.q), w0), band.on));
      return;
    case BandType::band_pass:
      list.add(key, dsp::blended(dsp::matched(dsp::band_pass(band.q), w0), band.on));
      return;
  }
}

}  // namespace tutti::effects
