// Gain, place, width, polarity, DC block and dither by what they claim.
#include <gtest/gtest.h>

#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

Stereo played(const char* effect, const std::vector<double>& values, Stereo sound,
              double rate = 48000) {
  Rig rig(*registry::find_effect(effect), rate, 512, values);
  rig.play(sound, blocks_of(512));
  return sound;
}

double decibels(double ratio) {
  return 20 * std::log10(ratio);
}

TEST(Gain, MultipliesAndFallsSilent) {
  const Stereo in = material(48000, 0.1, 1);
  const Stereo half = played("gain", {-6.0206}, in);
  for (std::size_t i = 0; i < in.size(); ++i) ASSERT_NEAR(half.left[i], in.left[i] / 2, 1e-5);
  EXPECT_EQ(peak(played("gain", {-80}, in)), 0);
  EXPECT_TRUE(played("gain", {0}, in) == in);
}

TEST(Polarity, TurnsOverAndBack) {
  const Stereo in = material(48000, 0.1, 2);
  const Stereo over = played("polarity", {1, 0, 0}, in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(over.left[i], -in.left[i]);
    ASSERT_EQ(over.right[i], in.right[i]);
  }
  EXPECT_TRUE(played("polarity", {1, 0, 0}, over) == in);
  const Stereo swapped = played("polarity", {0, 0, 1}, in);
  EXPECT_EQ(swapped.left, in.right);
  EXPECT_EQ(swapped.right, in.left);
}

TEST(Pan, FollowsItsLaw) {
  Stereo in(64);
  in.left[10] = 1;  // left only: panned to the right it moves over
  constexpr double kHalfWay[] = {-3.0103, -4.5154, -6.0206};
  for (int law = 0; law < 3; ++law) {
    const auto at = [&](double pan) { return played("pan", {pan, static_cast<double>(law)}, in); };
    EXPECT_TRUE(at(0) == in);
    EXPECT_NEAR(decibels(at(0.5).left[10]), kHalfWay[law], 0.001);
    EXPECT_NEAR(decibels(at(0.5).right[10]), kHalfWay[law], 0.001);
    EXPECT_NEAR(at(1).left[10], 0, 1e-6);
    EXPECT_NEAR(at(1).right[10], 1, 1e-6);
    EXPECT_EQ(at(-1).left[10], 1);
    if (law != 0) continue;
    for (double pan = 0; pan <= 1; pan += 0.05) {  // constant power
      const Stereo out = at(pan);
      EXPECT_NEAR(out.left[10] * out.left[10] + out.right[10] * out.right[10], 1, 1e-6) << pan;
    }
  }
}

TEST(Balance, TurnsOneChannelDown) {
  const Stereo in = material(48000, 0.1, 3);
  const Stereo out = played("balance", {-1}, in);
  EXPECT_EQ(out.left, in.left);
  EXPECT_EQ(*std::max_element(out.right.begin(), out.right.end()), 0);
  EXPECT_TRUE(played("balance", {0}, in) == in);
}

TEST(MidSide, EncodesAndDecodesToTheSame) {
  const Stereo in = material(48000, 0.1, 4);
  const Stereo back = played("mid-side", {0, 0, 4}, played("mid-side", {0, 0, 3}, in));
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_NEAR(back.left[i], in.left[i], 2e-7);
    ASSERT_NEAR(back.right[i], in.right[i], 2e-7);
  }
  Stereo middle = in;
  middle.right = middle.left;
  EXPECT_LT(peak(played("mid-side", {0, 0, 2}, middle)), 1e-7);  // nothing at the side
  EXPECT_TRUE(played("mid-side", {0, 0, 0}, in) == in);
}

TEST(Width, NarrowsToMonoAndKeepsTheMiddle) {
  const Stereo in = material(48000, 0.1, 5);
  const Stereo mono = played("width", {0, 0}, in);
  EXPECT_EQ(mono.left, mono.right);
  for (const double width : {0.0, 70.0, 200.0}) {
    const Stereo out = played("width", {width, 0}, in);
    for (std::size_t i = 0; i < in.size(); ++i) {
      ASSERT_NEAR(out.left[i] + out.right[i], in.left[i] + in.right[i], 1e-6);
      ASSERT_NEAR(out.left[i] - out.right[i], width / 100 * (in.left[i] - in.right[i]), 1e-6);
    }
  }
}

TEST(Width, KeepsTheBassInTheMiddle) {
  for (const double f : {30.0, 3000.0}) {
    Stereo in(48000);
    for (std::size_t i = 0; i < in.size(); ++i) {
      in.left[i] =
          static_cast<float>(0.5 * math::sin(math::kTwoPi * f * static_cast<double>(i) / 48000));
      in.right[i] = -in.left[i];
    }
    const Stereo out = played("width", {100, 200}, in);
    const double side = decibels(peak(out, 24000) / 0.5);
    if (f < 200) {
      EXPECT_NEAR(side, -40 * std::log10(200 / f), 0.5);
    } else {
      EXPECT_NEAR(side, 0, 0.05);
    }
  }
}

TEST(DcBlock, TakesTheOffsetAndLeavesTheRest) {
  for (const double rate : {8000.0, 48000.0, 192000.0}) {
    Stereo in(static_cast<std::size_t>(3 * rate));
    for (std::size_t i = 0; i < in.size(); ++i)
      in.left[i] = in.right[i] = static_cast<float>(
          0.25 + 0.5 * math::sin(math::kTwoPi * 100 * static_cast<double>(i) / rate));
    const Stereo out = played("dc-block", {5}, in, rate);
    double mean = 0;
    const auto from = static_cast<std::size_t>(2 * rate);
    for (std::size_t i = from; i < out.size(); ++i) mean += out.left[i];
    EXPECT_LT(std::fabs(mean / static_cast<double>(out.size() - from)), 1e-6) << rate;
    // |H|² = 1 / (1 + (5 / 100)²)
    EXPECT_NEAR(decibels(peak(out, from) / 0.5), -10 * std::log10(1 + 0.0025), 0.01) << rate;
  }
}

struct Noise {
  double mean = 0, power = 0;  // in steps
};
Noise noise_of(const Stereo& out, const Stereo& in, double steps) {
  Noise n;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double e = (static_cast<double>(out.left[i]) - in.left[i]) * steps;
    n.mean += e;
    n.power += e * e;
  }
  n.mean /= static_cast<double>(in.size());
  n.power /= static_cast<double>(in.size());
  return n;
}

TEST(Dither, RoundsToItsBits) {
  for (const int bits : {8, 12, 16, 20}) {
    const double steps = std::pow(2, bits - 1);
    const Stereo out = played("dither", {static_cast<double>(bits), 0, 1}, material(48000, 0.2, 6));
    for (const float x : out.left) ASSERT_EQ(x * steps, std::round(x * steps)) << bits;
  }
}

// Triangular dither makes the error's mean 0 and its power a quarter of a step squared (1/12 of the
// rounding, 2/12 of the noise) whatever is played: here a level between two steps, held still.
TEST(Dither, MakesTheErrorIndependentOfTheSound) {
  const double steps = 32768;
  for (const double part : {0.0, 0.1, 0.25, 0.5, 0.8}) {
    Stereo in(200000);
    for (float& x : in.left) x = static_cast<float>((100 + part) / steps);
    in.right = in.left;
    const Noise n = noise_of(played("dither", {16, 0, 1}, in), in, steps);
    EXPECT_NEAR(n.mean, 0, 0.01) << part;
    EXPECT_NEAR(n.power, 0.25, 0.01) << part;
    const Noise without = noise_of(played("dither", {16, 0, 0}, in), in, steps);
    EXPECT_NEAR(std::fabs(without.mean), std::min(part, 1 - part), 0.01) << part;
  }
}

// Power of the error around `frequency`, in dB of a step squared.
double density(const std::vector<float>& out, double frequency) {
  constexpr std::size_t kPart = 4096;
  double sum = 0;
  std::size_t parts = 0;
  for (std::size_t at = 0; at + kPart <= out.size(); at += kPart, ++parts) {
    double re = 0, im = 0;
    for (std::size_t i = 0; i < kPart; ++i) {
      const double window = 0.5 - 0.5 * std::cos(math::kTwoPi * static_cast<double>(i) / kPart);
      const double angle = math::kTwoPi * frequency * static_cast<double>(i) / 44100;
      re += 32768.0 * out[at + i] * window * std::cos(angle);
      im += 32768.0 * out[at + i] * window * std::sin(angle);
    }
    sum += re * re + im * im;
  }
  return 10 * std::log10(sum / (static_cast<double>(parts) * kPart));
}

TEST(Dither, ShapesItsNoiseAwayFromWhereTheEarIsKeen) {
  const Stereo silence(120000);
  const Stereo flat = played("dither", {16, 0, 1}, silence, 44100);
  const Stereo high = played("dither", {16, 1, 1}, silence, 44100);
  const Stereo shaped = played("dither", {16, 2, 1}, silence, 44100);
  EXPECT_NEAR(density(flat.left, 1000), density(flat.left, 15000), 2);
  EXPECT_LT(density(high.left, 1000), density(flat.left, 1000) - 3);
  EXPECT_LT(density(shaped.left, 3500), density(flat.left, 3500) - 12);
  EXPECT_GT(density(shaped.left, 17000), density(flat.left, 17000));
}

TEST(Dither, GivesItsChannelsNoiseOfTheirOwn) {
  const Stereo out = played("dither", {16, 0, 1}, Stereo(48000));
  double both = 0, left = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    both += static_cast<double>(out.left[i]) * out.right[i];
    left += static_cast<double>(out.left[i]) * out.left[i];
  }
  EXPECT_LT(std::fabs(both / left), 0.02);
}

}  // namespace
}  // namespace tutti::tests
