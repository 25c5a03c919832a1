#include "engine/dsp/loudness.h"

#include <cmath>
#include <ebur128.h>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

struct Sound {
  std::vector<float> left, right;
};

// Bursts of tone and noise at random levels, with silences: gates and ranges have work to do.
Sound random_sound(std::uint64_t seed, double rate, double seconds) {
  Random random(seed);
  Sound s;
  const auto total = static_cast<std::size_t>(rate * seconds);
  while (s.left.size() < total) {
    const auto length = static_cast<std::size_t>(rate * random.uniform(0.2, 4));
    const double level = random.below(5) == 0 ? 0 : std::pow(10, random.uniform(-50, -3) / 20);
    const double hz = random.uniform(40, rate * 0.4), noise = random.uniform();
    for (std::size_t i = 0; i < length && s.left.size() < total; ++i) {
      const double tone = std::sin(6.283185307 * hz * static_cast<double>(i) / rate);
      s.left.push_back(
          static_cast<float>(level * (tone * (1 - noise) + noise * random.uniform(-1, 1))));
      s.right.push_back(
          static_cast<float>(level * (tone * 0.7 * (1 - noise) + noise * random.uniform(-1, 1))));
    }
  }
  return s;
}

struct Oracle {
  explicit Oracle(double rate, unsigned channels)
      : state(ebur128_init(channels, static_cast<unsigned long>(rate),
                           EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_M | EBUR128_MODE_S)) {}
  ~Oracle() { ebur128_destroy(&state); }
  ebur128_state* state;
};

class LoudnessAtRate : public ::testing::TestWithParam<double> {};

TEST_P(LoudnessAtRate, AgreesWithLibebur128) {
  const double rate = GetParam();
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Sound s = random_sound(seed, rate, 30);
    Oracle oracle(rate, 2);
    LoudnessMeter meter(rate);
    const auto step = static_cast<std::size_t>(rate / 10);
    for (std::size_t at = 0; at + step <= s.left.size(); at += step) {
      std::vector<float> interleaved;
      for (std::size_t i = at; i < at + step; ++i)
        interleaved.push_back(s.left[i]), interleaved.push_back(s.right[i]);
      ebur128_add_frames_float(oracle.state, interleaved.data(), step);
      meter.add(s.left.data() + at, s.right.data() + at, static_cast<int>(step));
      double momentary = 0, short_term = 0;
      ebur128_loudness_momentary(oracle.state, &momentary);
      ebur128_loudness_shortterm(oracle.state, &short_term);
      if (at > step * 4 && momentary > -70) {
        ASSERT_NEAR(meter.momentary(), momentary, 0.05);
      }
      if (at > step * 30 && short_term > -70) {
        ASSERT_NEAR(meter.short_term(), short_term, 0.05);
      }
    }
    double integrated = 0, range = 0;
    ebur128_loudness_global(oracle.state, &integrated);
    ebur128_loudness_range(oracle.state, &range);
    EXPECT_NEAR(meter.integrated(), integrated, 0.05) << seed;
    EXPECT_NEAR(meter.range(), range, 0.1) << seed;
  }
}
INSTANTIATE_TEST_SUITE_P(Rates, LoudnessAtRate,
                         ::testing::Values(8000.0, 44100.0, 48000.0, 96000.0));

TEST(Loudness, ReferenceToneIsAsTheStandardSays) {
  // BS.1770: 997 Hz at 0 dBFS in one channel reads -3.01 LUFS; EBU Tech 3341 case 1: -23 dBFS in
  // both -23 LUFS.
  std::vector<float> tone(48000 * 5), quiet(tone.size()), zero(tone.size());
  for (std::size_t i = 0; i < tone.size(); ++i) {
    tone[i] =
        static_cast<float>(std::sin(6.283185307179586 * 997 * static_cast<double>(i) / 48000));
    quiet[i] = tone[i] * static_cast<float>(std::pow(10, -23 / 20.0));
  }
  LoudnessMeter one, both, mono;
  one.add(tone.data(), zero.data(), static_cast<int>(tone.size()));
  both.add(quiet.data(), quiet.data(), static_cast<int>(tone.size()));
  mono.add(tone.data(), nullptr, static_cast<int>(tone.size()));
  EXPECT_NEAR(one.integrated(), -3.01, 0.02);
  EXPECT_NEAR(both.integrated(), -23.0, 0.02);
  EXPECT_NEAR(mono.integrated(), -3.01, 0.02);
  EXPECT_NEAR(one.momentary_max(), -3.01, 0.05);
}

TEST(LoudnessScan, FiveAndOneChannelsAgreeWithLibebur128) {
  Random random(77);
  for (const int channels : {1, 2, 5, 6}) {
    const double rate = 44100;
    const std::size_t frames = 44100 * 12;
    std::vector<std::vector<float>> sound(static_cast<std::size_t>(channels));
    for (auto& channel : sound) {
      const double level = random.uniform(0.02, 0.4);
      for (std::size_t i = 0; i < frames; ++i)
        channel.push_back(static_cast<float>(level * random.uniform(-1, 1)));
    }
    ebur128_state* oracle = ebur128_init(
        static_cast<unsigned>(channels), 44100,
        EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_SAMPLE_PEAK);
    if (channels == 5) {
      constexpr int kPlaces[] = {EBUR128_LEFT, EBUR128_RIGHT, EBUR128_CENTER, EBUR128_LEFT_SURROUND,
                                 EBUR128_RIGHT_SURROUND};
      for (unsigned c = 0; c < 5; ++c) ebur128_set_channel(oracle, c, kPlaces[c]);
    }
    std::vector<float> interleaved;
    for (std::size_t i = 0; i < frames; ++i) {
      for (const auto& channel : sound) interleaved.push_back(channel[i]);
    }
    ebur128_add_frames_float(oracle, interleaved.data(), frames);
    LoudnessScan scan(rate, channels);
    for (std::size_t at = 0; at < frames;) {
      const std::size_t n = std::min<std::size_t>(1 + random.below(3000), frames - at);
      std::vector<const float*> pointers;
      for (const auto& channel : sound) pointers.push_back(channel.data() + at);
      scan.add(pointers, static_cast<int>(n));
      at += n;
    }
    const LoudnessReport report = scan.report();
    double integrated = 0, true_peak = 0, sample_peak = 0;
    ebur128_loudness_global(oracle, &integrated);
    for (unsigned c = 0; c < static_cast<unsigned>(channels); ++c) {
      double value = 0;
      ebur128_true_peak(oracle, c, &value);
      true_peak = std::max(true_peak, value);
      ebur128_sample_peak(oracle, c, &value);
      sample_peak = std::max(sample_peak, value);
    }
    ebur128_destroy(&oracle);
    EXPECT_NEAR(report.integrated, integrated, 0.001) << channels;
    EXPECT_NEAR(report.true_peak, 20 * std::log10(true_peak), 0.001) << channels;
    EXPECT_NEAR(report.sample_peak, 20 * std::log10(sample_peak), 1e-5) << channels;
  }
}

TEST(Loudness, DoesNotDependOnBlocks) {
  const Sound s = random_sound(3, 48000, 8);
  LoudnessMeter whole, parts;
  whole.add(s.left.data(), s.right.data(), static_cast<int>(s.left.size()));
  Random random(4);
  for (std::size_t at = 0; at < s.left.size();) {
    const std::size_t n = std::min<std::size_t>(1 + random.below(700), s.left.size() - at);
    parts.add(s.left.data() + at, s.right.data() + at, static_cast<int>(n));
    at += n;
  }
  EXPECT_EQ(parts.integrated(), whole.integrated());
  EXPECT_EQ(parts.range(), whole.range());
  EXPECT_EQ(parts.momentary_max(), whole.momentary_max());
  EXPECT_EQ(parts.short_term_max(), whole.short_term_max());
}

TEST(Loudness, TheMomentOfABurstDoesNotMatter) {
  // 400 ms at any place give the same highest momentary loudness (EBU Tech 3341, case 13).
  for (int shift = 0; shift < 20; ++shift) {
    std::vector<float> x(48000 * 2);
    const auto start = static_cast<std::size_t>(24000 + shift * 233);
    for (std::size_t i = start; i < start + 19200; ++i)
      x[i] = static_cast<float>(
          0.0708 * std::sin(6.283185307179586 * 1000 * static_cast<double>(i) / 48000));
    LoudnessMeter meter;
    meter.add(x.data(), x.data(), static_cast<int>(x.size()));
    EXPECT_NEAR(meter.momentary_max(), -23, 0.1) << shift;
  }
}

TEST(Loudness, SilenceAndNothing) {
  LoudnessMeter meter;
  EXPECT_EQ(meter.integrated(), kSilence);
  EXPECT_EQ(meter.range(), 0);
  const std::vector<float> zero(48000);
  meter.add(zero.data(), zero.data(), 48000);
  EXPECT_EQ(meter.integrated(), kSilence);
  EXPECT_EQ(meter.momentary(), kSilence);
}

}  // namespace
}  // namespace tutti::dsp
