// What is heard against the formula (equaliser/response.h): magnitude within 0.1 dB and phase
// within one degree, measured on the answer to a single pulse.
#include <gtest/gtest.h>

#include "engine/effects/equaliser/response.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

struct Measured {
  double db, degrees;
};

// The Fourier sum of `sound` at `frequency`.
dsp::Complex at_frequency(const std::vector<float>& sound, double frequency, double rate) {
  const double w = -math::kTwoPi * frequency / rate, c = std::cos(w), s = std::sin(w);
  double re = 1, im = 0, sum_re = 0, sum_im = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    sum_re += sound[i] * re;
    sum_im += sound[i] * im;
    const double next = re * c - im * s;
    im = re * s + im * c;
    re = next;
    if (i % 1024 == 1023)
      re = std::cos(w * static_cast<double>(i + 1)), im = std::sin(w * static_cast<double>(i + 1));
  }
  return {sum_re, sum_im};
}

// The largest differences over 40 frequencies where the response is above -60 dB.
Measured deviation(const param::EffectInfo& info, const std::vector<double>& values, double rate) {
  Rig rig(info, rate, 1024, values);
  const auto ring = static_cast<std::size_t>(std::min<std::int64_t>(rig.effect->tail(), 400000));
  Stereo pulse(ring + 4096);
  pulse.left[0] = pulse.right[0] = 1;
  rig.play(pulse, blocks_of(1024));
  Measured most{0, 0};
  for (int i = 0; i < 40; ++i) {
    const double f = 20 * std::pow(0.49 * rate / 20, i / 39.0);
    const double fs[] = {f};
    dsp::Complex wanted;
    effects::response(info.id, values, rate, fs, std::span(&wanted, 1));
    if (dsp::squared(wanted) < 1e-6) continue;
    const dsp::Complex got = at_frequency(pulse.left, f, rate);
    most.db =
        std::max(most.db, std::fabs(10 * std::log10(dsp::squared(got) / dsp::squared(wanted))));
    const double turn = std::atan2(wanted.re * got.im - wanted.im * got.re,
                                   wanted.re * got.re + wanted.im * got.im);
    most.degrees = std::max(most.degrees, std::fabs(turn) * 180 / math::kPi);
  }
  return most;
}

constexpr double kRates[] = {8000, 22050, 44100, 48000, 96000, 192000};

class FilterResponse : public testing::TestWithParam<const char*> {};

TEST_P(FilterResponse, IsWhatTheFormulaSays) {
  const auto& info = *registry::find_effect(GetParam());
  ASSERT_TRUE(effects::has_response(info.id));
  std::vector<std::vector<double>> settings{default_values(info)};
  for (const auto& preset : info.presets) settings.push_back(preset_values_of(info, preset));
  for (auto& values : settings) {
    if (info.id == "filter") values[5] = 0;  // its modulation has no single response
    for (const double rate : kRates) {
      const Measured off = deviation(info, values, rate);
      EXPECT_LT(off.db, 0.1) << rate;
      EXPECT_LT(off.degrees, 1) << rate;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FilterResponse,
                         testing::Values("parametric-eq", "low-shelf", "high-shelf", "graphic-eq",
                                         "highpass", "lowpass", "filter", "dj-filter"),
                         [](const auto& p) {
                           std::string name = p.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Every shape of the parametric equaliser on its own, low, in the middle and high.
TEST(ParametricResponse, IsWhatTheFormulaSaysForEveryShape) {
  const auto& info = *registry::find_effect("parametric-eq");
  for (int type = 0; type < 8; ++type) {
    for (const double freq : {40.0, 1000.0, 16000.0}) {
      for (const double q : {0.3, 0.707, 8.0}) {
        for (const double gain : {-18.0, 6.0}) {
          auto values = default_values(info);
          values[1] = type, values[2] = freq, values[3] = gain, values[4] = q;
          values[5] = type == 3 || type == 4 ? (q < 0.5 ? 7 : q < 1 ? 3 : 0) : 0;
          for (const double rate : {44100.0, 96000.0}) {
            const Measured off = deviation(info, values, rate);
            EXPECT_LT(off.db, 0.1) << type << ' ' << freq << ' ' << q << ' ' << gain;
            EXPECT_LT(off.degrees, 1) << type << ' ' << freq << ' ' << q << ' ' << gain;
          }
        }
      }
    }
  }
}

TEST(ParametricResponse, IsWhatTheFormulaSaysForTwentyFourBandsAtOnce) {
  const auto& info = *registry::find_effect("parametric-eq");
  Random random(8);
  for (int round = 0; round < 6; ++round) {
    auto values = default_values(info);
    for (std::size_t band = 0; band < 24; ++band) {
      values[band * 6 + 1] = static_cast<double>(random.below(3));
      values[band * 6 + 2] = 30 * std::pow(500.0, random.uniform());
      values[band * 6 + 3] = random.uniform(-6, 6);
      values[band * 6 + 4] = 0.4 + 3 * random.uniform();
    }
    const Measured off = deviation(info, values, 48000);
    EXPECT_LT(off.db, 0.1);
    EXPECT_LT(off.degrees, 1);
  }
}

TEST(Response, SaysWhichEffectsHaveOne) {
  EXPECT_FALSE(effects::has_response("compressor"));
  EXPECT_FALSE(effects::has_response(""));
  const double fs[] = {100, 1000};
  dsp::Complex out[2];
  effects::response("compressor", {}, 48000, fs, out);
  EXPECT_EQ(out[1].re, 1);
  double db[2];
  const double values[] = {120, 6, 0.707};
  effects::response_decibels("low-shelf", values, 48000, fs, db);
  EXPECT_NEAR(db[1], 0, 0.1);
  EXPECT_GT(db[0], 3);
}

}  // namespace
}  // namespace tutti::tests
