// What the separator learns from: mixing, mastering, spectra, the loss and the made-up scores.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

#include "native/files/audio_writer.h"
#include "native/learn/separator_loss.h"
#include "native/learn/separator_mix.h"
#include "native/learn/separator_score.h"
#include "native/learn/separator_voice.h"

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;

FourStems noise(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  FourStems stems;
  for (auto& stem : stems.samples)
    for (auto& channel : stem) {
      channel.resize(n);
      for (float& x : channel) x = static_cast<float>(random.uniform(-0.6, 0.6));
    }
  return stems;
}

TEST(SeparatorMix, LimiterGivesEveryStemTheSameGain) {
  const std::size_t n = 9000;
  const FourStems before = noise(n, 1);
  FourStems after = before;
  limit_together(after, 2.0f, 0.7f, 3000);
  int pressed = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double gain = 0, sum = 0;
    for (int s = 0; s < 4; ++s) {
      sum += static_cast<double>(after.samples[s][0][i]);
      for (int c = 0; c < 2; ++c) {
        const double in = static_cast<double>(before.samples[s][c][i]);
        if (std::abs(in) < 0.05) continue;
        const double own = static_cast<double>(after.samples[s][c][i]) / in;
        if (gain == 0) gain = own;
        ASSERT_NEAR(own, gain, 1e-5);
      }
    }
    pressed += gain > 0 && gain < 1.9;
    EXPECT_LT(std::abs(sum), 0.701);
  }
  EXPECT_GT(pressed, 1000);
}

TEST(SeparatorMix, SpectraGiveTheSoundBack) {
  const FourStems stems = noise(5000, 2);
  StereoSpectrum spectrum(2048);
  const long row = 4L * spectrum.bins(), frames = spectrum.frames(5000);
  std::vector<float> rows(static_cast<std::size_t>(frames * row)), left(5000), right(5000);
  spectrum.forward(stems.samples[0][0].data(), stems.samples[0][1].data(), 5000, rows.data(), row);
  spectrum.inverse(rows.data(), row, left.data(), right.data(), 5000);
  for (std::size_t i = 0; i < 5000; ++i) {
    ASSERT_NEAR(left[i], stems.samples[0][0][i], 1e-5);
    ASSERT_NEAR(right[i], stems.samples[0][1][i], 1e-5);
  }
}

TEST(SeparatorMix, StemsSumToTheMixtureAndExamplesRepeat) {
  const fs::path root = fs::path(::testing::TempDir()) / "separator-mix";
  fs::remove_all(root);
  for (int song = 0; song < 3; ++song) {
    const fs::path folder = root / ("song" + std::to_string(song));
    fs::create_directories(folder);
    const FourStems stems = noise(60000, static_cast<std::uint64_t>(10 + song));
    const char* const names[4] = {"drums", "bass", "other", "vocals"};
    for (int s = song == 2 ? 1 : 0; s < 4; ++s) {  // the last song has no drums
      files::AudioBuffer audio;
      audio.rate = kSeparatorRate;
      audio.channels = {stems.samples[s][0], stems.samples[s][1]};
      ASSERT_TRUE(files::encode((folder / (std::string(names[s]) + ".wav")).string(), audio, {}));
    }
  }
  const long samples = 20000;
  StemMixer mixer({root.string()}, 3, 512), again({root.string()}, 3, 512);
  ASSERT_EQ(*mixer.rescan(), 3);
  ASSERT_TRUE(again.rescan());
  StereoSpectrum spectrum(512);
  const long row = 4L * spectrum.bins(), frames = spectrum.frames(samples), all = frames * row;
  std::vector<float> mixture(static_cast<std::size_t>(all)), other(mixture.size());
  std::vector<float> stems(static_cast<std::size_t>(4 * all)), others(stems.size());
  for (std::uint64_t number = 0; number < 40; ++number) {
    mixer.spectra(number, samples, mixture.data(), stems.data(), all, row);
    double energy = 0;
    for (std::size_t i = 0; i < mixture.size(); ++i) {
      float sum = stems[i];
      for (std::size_t s = 1; s < 4; ++s) sum += stems[s * static_cast<std::size_t>(all) + i];
      ASSERT_EQ(sum, mixture[i]);
      energy += static_cast<double>(sum) * static_cast<double>(sum);
    }
    EXPECT_GT(energy, 0);
    again.spectra(number, samples, other.data(), others.data(), all, row);
    ASSERT_EQ(mixture, other);
    ASSERT_EQ(stems, others);
  }
  fs::remove_all(root);
  StemMixer none({root.string()}, 3, 512);
  EXPECT_FALSE(none.rescan());
}

TEST(SeparatorLoss, EstimatesSumToTheMixture) {
  const std::vector<int> bands = {0, 3, 10};
  Random random(5);
  const long rows = 6;
  std::vector<float> mixture(rows * 40), estimates(4 * rows * 40);
  for (float& x : mixture) x = static_cast<float>(random.normal());
  std::vector<std::vector<float>> answers;
  std::vector<const float*> pointers;
  for (int i = 0; i < 8; ++i) {
    answers.emplace_back(static_cast<std::size_t>(rows * 8 * (i % 2 ? 7 : 3)));
    for (float& x : answers.back()) x = static_cast<float>(random.normal());
  }
  for (const auto& a : answers) pointers.push_back(a.data());
  separator_estimates({bands, 3, 2, mixture.data(), nullptr}, pointers, estimates.data());
  for (std::size_t i = 0; i < mixture.size(); ++i) {
    float sum = 0;
    for (std::size_t s = 0; s < 4; ++s) sum += estimates[s * mixture.size() + i];
    EXPECT_NEAR(sum, mixture[i], 1e-4);
  }
}

TEST(SeparatorLoss, GradientIsTheSlope) {
  const std::vector<int> bands = {0, 2, 5};
  Random random(6);
  const long rows = 4;  // two frames of two items
  std::vector<float> mixture(rows * 20), stems(4 * rows * 20);
  for (float& x : stems) x = static_cast<float>(random.normal());
  for (std::size_t i = 0; i < mixture.size(); ++i)
    for (std::size_t s = 0; s < 4; ++s) mixture[i] += stems[s * mixture.size() + i];
  std::vector<std::vector<float>> answers, slopes, unused;
  for (int i = 0; i < 8; ++i) {
    answers.emplace_back(static_cast<std::size_t>(rows * 8 * (i % 2 ? 3 : 2)));
    for (float& x : answers.back()) x = static_cast<float>(random.normal());
    slopes.emplace_back(answers.back().size());
    unused.emplace_back(answers.back().size());
  }
  std::vector<const float*> from;
  std::vector<float*> to, nowhere;
  for (std::size_t i = 0; i < 8; ++i) {
    from.push_back(answers[i].data());
    to.push_back(slopes[i].data());
    nowhere.push_back(unused[i].data());
  }
  const SeparatorBatch batch{bands, 2, 2, mixture.data(), stems.data()};
  (void)separator_loss(batch, {}, from, to);
  for (int probe = 0; probe < 60; ++probe) {
    const std::size_t i = random.below(8), k = random.below(answers[i].size());
    const float kept = answers[i][k];
    constexpr float kStep = 1e-2f;
    answers[i][k] = kept + kStep;
    const double up = separator_loss(batch, {}, from, nowhere);
    answers[i][k] = kept - kStep;
    const double down = separator_loss(batch, {}, from, nowhere);
    answers[i][k] = kept;
    const double slope = (up - down) / (2 * static_cast<double>(kStep));
    EXPECT_NEAR(static_cast<double>(slopes[i][k]), slope, 0.02 * std::abs(slope) + 2e-4);
  }
}

TEST(SeparatorScore, TheSameSeedGivesTheSameSong) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Random one(seed), two(seed);
    const SongScore a = make_score({}, one, 20), b = make_score({}, two, 20);
    ASSERT_EQ(a.drums.size(), b.drums.size());
    ASSERT_FALSE(a.drums.empty() || a.bass.empty() || a.melody.empty() || a.parts.empty());
    for (std::size_t i = 0; i < a.bass.size(); ++i) {
      ASSERT_EQ(a.bass[i].start, b.bass[i].start);
      ASSERT_EQ(a.bass[i].key, b.bass[i].key);
      EXPECT_GE(a.bass[i].start, 0);
      EXPECT_TRUE(a.bass[i].key >= 15 && a.bass[i].key <= 60) << a.bass[i].key;
    }
  }
}

// The strongest period of sung sound is that of the note.
TEST(SeparatorVoice, SingsTheNotesItIsGiven) {
  Random random(9);
  std::vector<float> out(2 * kSeparatorRate, 0.0f);
  SingerStyle style;
  style.vibrato = style.scoop = style.breath = style.arc = 0;
  sing_formants({{0.2, 1.6, 57, 1}}, style, random, out);  // 220 Hz
  const auto at = [&](long lag) {
    double sum = 0;
    for (long i = 30000; i < 50000; ++i)
      sum += static_cast<double>(out[static_cast<std::size_t>(i)]) *
             static_cast<double>(out[static_cast<std::size_t>(i + lag)]);
    return sum;
  };
  long best = 100;
  for (long lag = 100; lag < 400; ++lag)
    if (at(lag) > at(best)) best = lag;
  EXPECT_NEAR(static_cast<double>(best), 44100.0 / 220, 4);
}

}  // namespace
}  // namespace tutti::learn
