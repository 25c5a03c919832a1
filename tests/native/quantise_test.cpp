// Dither and rounding: what TPDF promises (Lipshitz et al. 1992), and rates changed without a
// trace.
#include "native/files/quantise.h"

#include <gtest/gtest.h>

#include "native/files/resample.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

TEST(Quantise, DitherMakesTheMeanTheSignalAndTheNoiseConstant) {
  // Without dither 0.3 of a step would always round to 0. With triangular dither the mean error is
  // 0 and its power a quarter of a step squared, for every place between two steps.
  Random random(8);
  std::vector<std::int32_t> values;
  for (const double place : {0.0001, 0.1, 0.3, 0.5, 0.77, 0.999}) {
    std::vector<float> samples(400000, static_cast<float>((100 + place) / 32768));
    ASSERT_TRUE(files::quantise(samples, 16, true, random, values).sane);
    double sum = 0, squares = 0;
    for (const auto value : values) {
      const double error = value - static_cast<double>(samples[0]) * 32768;
      sum += error;
      squares += error * error;
    }
    const double mean = sum / static_cast<double>(values.size());
    EXPECT_NEAR(mean, 0, 0.004) << place;
    EXPECT_NEAR(squares / static_cast<double>(values.size()), 0.25, 0.004) << place;
  }
}

TEST(Quantise, WhatLiesOnTheGridIsLeftAlone) {
  Random random(8);
  std::vector<std::int32_t> values;
  std::vector<float> samples;
  for (int n = -32768; n <= 32767; n += 7) samples.push_back(static_cast<float>(n) / 32768);
  ASSERT_TRUE(files::quantise(samples, 16, true, random, values).sane);
  for (std::size_t i = 0; i < samples.size(); ++i)
    ASSERT_EQ(values[i], -32768 + 7 * static_cast<int>(i));
}

TEST(Quantise, EndsOfTheScale) {
  Random random(8);
  std::vector<std::int32_t> values;
  const std::vector<float> samples = {1.0f, -1.0f, 1.001f, -1.001f, 1e9f};
  const auto result = files::quantise(samples, 24, false, random, values);
  EXPECT_TRUE(result.sane);
  EXPECT_EQ(result.clipped, 3u);
  EXPECT_EQ(values, (std::vector<std::int32_t>{8388607, -8388608, 8388607, -8388608, 8388607}));
  EXPECT_FALSE(files::quantise(std::vector<float>{NAN}, 16, true, random, values).sane);
  EXPECT_FALSE(files::quantise(std::vector<float>{INFINITY}, 24, false, random, values).sane);
}

TEST(Resample, KeepsToneLevelAndLength) {
  for (const auto& [from, to] :
       {std::pair{44100, 48000}, {48000, 44100}, {8000, 192000}, {192000, 8000}, {37000, 48000}}) {
    const auto audio = test::tones(from, 2, 1, 1000, 0.5);
    auto result = files::resample(audio, to);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->rate, to);
    EXPECT_EQ(result->frames(), static_cast<std::size_t>(
                                    std::lround(static_cast<double>(audio.frames()) * to / from)));
    const auto skip = result->frames() / 10;
    const auto middle = std::span(result->channels[0]).subspan(skip, result->frames() - 2 * skip);
    EXPECT_NEAR(test::db(test::level_at(middle, to, 1000) / 0.5), 0, 0.01);
    // Linear phase without delay: the sine begins where it began.
    const double expected = 0.5 * std::sin(2 * M_PI * 1000 * static_cast<double>(skip) / to);
    EXPECT_NEAR(static_cast<double>(result->channels[0][skip]), expected, 1e-3);
  }
}

TEST(Resample, WhatDoesNotFitIsGone) {
  const auto audio = test::tones(96000, 1, 1, 30000, 0.5);  // above half of 44.1 kHz
  auto result = files::resample(audio, 44100);
  ASSERT_TRUE(result.ok());
  const auto middle = std::span(result->channels[0]).subspan(4410, 35280);
  EXPECT_LT(test::db(test::rms(middle) / 0.35), -100);
}

TEST(Resample, StreamsLikeTheWhole) {
  const auto audio = test::tones(44100, 1, 1, 700);
  auto whole = files::resample(audio, 48000);
  auto resampler = files::Resampler::create(44100, 48000, 1);
  ASSERT_TRUE(whole.ok() && resampler.ok());
  Random random(2);
  std::vector<std::vector<float>> out(1);
  for (std::size_t at = 0; at < audio.frames();) {
    const auto step = std::min<std::size_t>(1 + random.below(5000), audio.frames() - at);
    const float* channels[] = {audio.channels[0].data() + at};
    resampler->push(channels, static_cast<int>(step), out);
    at += step;
  }
  resampler->finish(out);
  EXPECT_EQ(out, whole->channels);
}

TEST(Resample, CanBeStopped) {
  auto result = files::resample(test::tones(44100, 1, 10, 700), 48000,
                                [](double, std::string_view) { return false; });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::cancelled);
}

}  // namespace
}  // namespace tutti
