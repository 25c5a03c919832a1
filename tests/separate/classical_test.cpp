#include "engine/separate/classical.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/separate/classical_parts.h"
#include "tests/support/allocation_count.h"

namespace tutti::separate {
namespace {

using classical::Plane;
using Song = std::array<std::vector<float>, kChannels>;
using Separated = std::array<Song, kStems>;

Plane noise(int frames, int bins, std::uint64_t seed) {
  Random random(seed);
  Plane plane(frames, bins);
  for (int t = 0; t < frames; ++t)
    for (int f = 0; f < bins; ++f) plane.row(t)[f] = static_cast<float>(random.uniform());
  return plane;
}

TEST(ClassicalParts, MediansAreMedians) {
  constexpr int kFrames = 30, kBins = 37;
  const Plane in = noise(kFrames, kBins, 1);
  Plane long_out(kFrames, kBins), brief(kFrames, kBins), wide(kFrames, kBins);
  classical::median_in_time(in, kFrames, kBins, long_out);
  classical::brief_median_in_time(in, kFrames, kBins, brief);
  classical::median_in_frequency(in, kFrames, kBins, wide);
  const auto middle = [](std::vector<float> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  };
  for (int t = 0; t < kFrames; ++t) {
    for (int f = 0; f < kBins; ++f) {
      const auto over = [&](int count) {
        std::vector<float> v;
        for (int i = -(count / 2); i <= count / 2; ++i)
          v.push_back(in.row(std::clamp(t + i, 0, kFrames - 1))[f]);
        return middle(v);
      };
      ASSERT_EQ(long_out.row(t)[f], over(classical::kMedianFrames)) << t << " " << f;
      ASSERT_EQ(brief.row(t)[f], over(classical::kBriefFrames)) << t << " " << f;
      std::vector<float> v;  // zeros beyond the ends, which are the plane's margins
      for (int i = -(classical::kMedianBins / 2); i <= classical::kMedianBins / 2; ++i)
        v.push_back(f + i >= 0 && f + i < kBins ? in.row(t)[f + i] : 0.0f);
      ASSERT_EQ(wide.row(t)[f], middle(v)) << t << " " << f;
    }
  }
}

TEST(ClassicalParts, WhatComesOnceDoesNotRepeat) {
  constexpr int kFrames = 120, kBins = 64;
  Plane in = noise(8, kBins, 2), song(kFrames, kBins), out(kFrames, kBins);
  for (int t = 0; t < kFrames; ++t)
    for (int f = 0; f < kBins; ++f) song.row(t)[f] = in.row(t % 8)[f];
  for (int t = 50; t < 54; ++t) song.row(t)[20] += 3;  // the one new thing
  classical::Repetition repetition(kFrames, kBins);
  repetition.find(song, kFrames, 4, out);
  for (int t = 0; t < kFrames; ++t)
    for (int f = 0; f < kBins; ++f)
      ASSERT_NEAR(out.row(t)[f], in.row(t % 8)[f], 1e-6f) << t << " " << f;
}

TEST(ClassicalParts, PitchLineFollowsAMelodyAndItsRests) {
  constexpr int kFrames = 90, kBins = 500;
  constexpr double kBinHz = 10;
  Plane in(kFrames, kBins);
  const auto pitch_at = [](int t) {
    return t < 30 ? 220.0 : t < 45 ? 0.0 : t < 70 ? 330.0 : 294.0;
  };
  for (int t = 0; t < kFrames; ++t) {
    for (int h = 1; pitch_at(t) > 0 && h <= 10; ++h) {
      const double at = pitch_at(t) * h / kBinHz;
      for (int f = static_cast<int>(at) - 2; f <= static_cast<int>(at) + 3; ++f)
        in.row(t)[f] += static_cast<float>(std::max(0.0, 1 - std::fabs(f - at) / 2) / h);
    }
  }
  classical::PitchLine line(kFrames, kBinHz, kBins, 80, 1000, 8);
  std::vector<float> pitch(kFrames);
  line.track(in, kFrames, pitch.data());
  for (int t = 0; t < kFrames; ++t) {
    if (pitch_at(t) == 0)
      ASSERT_EQ(pitch[static_cast<std::size_t>(t)], 0.0f) << t;
    else
      ASSERT_NEAR(12 * std::log2(pitch[static_cast<std::size_t>(t)] * kBinHz / pitch_at(t)), 0, 0.4)
          << t;
  }
}

// A band: kick and hats, a bass line, chords at the sides, a voice with vibrato in the middle.
struct Band {
  Song mixture;
  Separated stems;
};
Band band(double seconds) {
  constexpr double kRate = 44100;
  const auto frames = static_cast<std::size_t>(seconds * kRate);
  Band b;
  for (auto& stem : b.stems)
    for (auto& channel : stem) channel.assign(frames, 0.0f);
  Random random(5);
  const double bass_notes[] = {41.2, 55, 49, 61.7}, melody[] = {392, 440, 523.3, 349.2, 440, 587.3};
  double voice = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double beat = std::fmod(t, 0.5), eighth = std::fmod(t, 0.25);
    const double kick = std::exp(-beat * 30) *
                        math::sin(math::kTwoPi * (50 * beat + 3 * (1 - std::exp(-beat * 40))));
    const double hat = std::exp(-eighth * 90) * random.uniform(-1, 1);
    const double bass_hz = bass_notes[static_cast<int>(t) % 4];
    double bass = 0;
    for (int h = 1; h <= 5; ++h) bass += math::sin(math::kTwoPi * bass_hz * h * t) / (h * h);
    const double note_hz = melody[static_cast<int>(t / 0.75) % 6];
    voice += note_hz * (1 + 0.01 * math::sin(math::kTwoPi * 5.5 * t)) / kRate;
    const bool sings = std::fmod(t, 6.0) > 2.0;
    double song = 0;
    for (int h = 1; h <= 8; ++h) song += math::sin(math::kTwoPi * voice * h) / h;
    for (std::size_t c = 0; c < kChannels; ++c) {
      double chord = 0;
      for (const double hz : {261.6, 329.6, 392.0, 523.2})
        chord += math::sin(math::kTwoPi * hz * (c == 0 ? 1 : 1.2599) * t);
      b.stems[0][c][i] = static_cast<float>(0.4 * kick + 0.12 * hat);
      b.stems[1][c][i] = static_cast<float>(0.2 * bass);
      b.stems[2][c][i] = static_cast<float>(0.05 * chord);
      b.stems[3][c][i] = static_cast<float>(sings ? 0.12 * song : 0);
    }
  }
  for (std::size_t c = 0; c < kChannels; ++c) {
    b.mixture[c].resize(frames);
    for (std::size_t i = 0; i < frames; ++i)
      for (std::size_t s = 0; s < kStems; ++s) b.mixture[c][i] += b.stems[s][c][i];
  }
  return b;
}

Separated separate(const Song& x) {
  const auto separator = make_classical();
  const auto workspace = separator->make_workspace();
  Separated stems;
  StemsOut out;
  for (std::size_t s = 0; s < kStems; ++s) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      stems[s][c].resize(x[0].size());
      out[s][c] = stems[s][c];
    }
  }
  const long before = tutti::tests::allocations();
  EXPECT_TRUE(separator->separate({x[0], x[1]}, out, *workspace));
  EXPECT_EQ(tutti::tests::allocations(), before);
  return stems;
}

double sdr(const Song& truth, const Song& estimate) {
  double power = 0, error = 0;
  for (std::size_t c = 0; c < kChannels; ++c) {
    for (std::size_t i = 0; i < truth[c].size(); ++i) {
      const double d = static_cast<double>(truth[c][i] - estimate[c][i]);
      power += static_cast<double>(truth[c][i]) * static_cast<double>(truth[c][i]);
      error += d * d;
    }
  }
  return 10 * std::log10(power / error);
}

TEST(Classical, TakesABandApart) {
  const Band b = band(12);
  const auto stems = separate(b.mixture);
  for (std::size_t s = 0; s < kStems; ++s) {
    const double found = sdr(b.stems[s], stems[s]), mixture = sdr(b.stems[s], b.mixture);
    RecordProperty(std::string(kStemNames[s]), std::to_string(found));
    EXPECT_GT(found, 3) << kStemNames[s];
    EXPECT_GT(found, mixture + 4) << kStemNames[s];
  }
}

TEST(Classical, StemsSumToTheMixture) {
  for (const std::size_t frames : {1u, 2047u, 2048u, 2049u, 100000u}) {
    Band b = band(3);
    for (auto& channel : b.mixture) channel.resize(frames);
    const auto stems = separate(b.mixture);
    for (std::size_t c = 0; c < kChannels; ++c)
      for (std::size_t i = 0; i < frames; ++i)
        ASSERT_NEAR(stems[0][c][i] + stems[1][c][i] + stems[2][c][i] + stems[3][c][i],
                    b.mixture[c][i], 2e-6);
  }
}

TEST(Classical, SilenceAndNoiseAreNoTrouble) {
  Song x;
  for (auto& channel : x) channel.assign(50000, 0.0f);
  for (const auto& stem : separate(x))
    for (const auto& channel : stem)
      for (const float v : channel) ASSERT_EQ(v, 0.0f);
  Random random(3);
  for (auto& channel : x)
    for (float& v : channel) v = static_cast<float>(random.uniform(-100, 100));
  for (const auto& stem : separate(x))
    for (const auto& channel : stem)
      for (const float v : channel) ASSERT_TRUE(std::isfinite(v));
}

}  // namespace
}  // namespace tutti::separate
