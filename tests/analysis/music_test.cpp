// Tuning, key and rhythm.
#include <cmath>
#include <gtest/gtest.h>

#include "engine/analysis/key.h"
#include "engine/analysis/rhythm.h"
#include "engine/analysis/tuning.h"
#include "engine/base/random.h"

namespace tutti::analysis {
namespace {

TEST(Tuning, FindsTheOffsetAcrossTheWrap) {
  Random random(5);
  for (double cents = -49; cents < 50; cents += 7) {
    std::vector<WeightedPitch> pitches;
    for (int i = 0; i < 60; ++i)
      pitches.push_back(
          {48 + static_cast<double>(random.below(24)) + cents / 100 + random.normal() * 0.1, 1});
    const auto tuning = estimate_tuning(pitches);
    EXPECT_NEAR(std::remainder(tuning.cents - cents, 100), 0, 4) << cents;
    EXPECT_GT(tuning.strength, 0.6);
  }
  EXPECT_EQ(estimate_tuning({}).strength, 0);
}

TEST(Tuning, NoCommonTuningIsWeak) {
  Random random(6);
  std::vector<WeightedPitch> pitches;
  for (int i = 0; i < 400; ++i) pitches.push_back({random.uniform(40, 80), 1});
  EXPECT_LT(estimate_tuning(pitches).strength, 0.2);
}

// Well-known tunes as (semitones above the tonic, length), in every key.
TEST(Key, OfWellKnownTunesInEveryKey) {
  struct Tune {
    const char* name;
    bool minor;
    std::vector<std::pair<int, double>> notes;
  };
  const Tune tunes[] = {
      {"Ode to Joy", false, {{4, 1}, {4, 1}, {5, 1}, {7, 1},   {7, 1},   {5, 1},  {4, 1}, {2, 1},
                             {0, 1}, {0, 1}, {2, 1}, {4, 1},   {4, 1.5}, {2, .5}, {2, 2}, {4, 1},
                             {4, 1}, {5, 1}, {7, 1}, {7, 1},   {5, 1},   {4, 1},  {2, 1}, {0, 1},
                             {0, 1}, {2, 1}, {4, 1}, {2, 1.5}, {0, .5},  {0, 2}}},
      {"Twinkle",
       false,
       {{0, 1},
        {0, 1},
        {7, 1},
        {7, 1},
        {9, 1},
        {9, 1},
        {7, 2},
        {5, 1},
        {5, 1},
        {4, 1},
        {4, 1},
        {2, 1},
        {2, 1},
        {0, 2}}},
      {"Greensleeves",
       true,
       {{0, 1},    {3, 2},    {5, 1},   {7, 1.5},  {8, .5}, {7, 1},   {5, 2},   {2, 1},
        {-2, 1.5}, {0, .5},   {2, 1},   {3, 2},    {0, 1},  {0, 1.5}, {-1, .5}, {0, 1},
        {2, 2},    {-1, 1},   {-5, 2},  {0, 1},    {3, 2},  {5, 1},   {7, 1.5}, {8, .5},
        {7, 1},    {5, 2},    {2, 1},   {-2, 1.5}, {0, .5}, {2, 1},   {3, 1.5}, {2, .5},
        {0, 1},    {-1, 1.5}, {-3, .5}, {-1, 1},   {0, 3}}}};
  for (const Tune& tune : tunes)
    for (int tonic = 0; tonic < 12; ++tonic) {
      std::vector<KeyNote> notes;
      for (const auto& [degree, length] : tune.notes)
        notes.push_back({60.0 + tonic + degree, length, 1});
      const auto key = estimate_key(notes);
      EXPECT_EQ(key.tonic, tonic) << tune.name;
      EXPECT_EQ(key.minor, tune.minor) << tune.name;
      EXPECT_GT(key.confidence, 0);
    }
  EXPECT_EQ(estimate_key({}).confidence, 0);
}

struct Beat {
  double bpm;
  std::uint64_t seed;
};

std::vector<RhythmNote> melody(double bpm, const std::vector<double>& beats, double loose,
                               std::uint64_t seed, double start = 0.7) {
  Random random(seed);
  std::vector<RhythmNote> notes;
  double at = 0;
  for (double b : beats) {
    notes.push_back({start + at * 60 / bpm + random.normal() * loose, b * 60 / bpm * 0.85, 0.8});
    at += b;
  }
  return notes;
}

const std::vector<double> kOdeToJoy = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, .5, 2,
                                       1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, .5, 2};

TEST(Rhythm, FindsTheTempoOfASteadyTune) {
  for (double bpm : {70.0, 84.0, 100.0, 120.0, 138.0})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto rhythm = estimate_rhythm(melody(bpm, kOdeToJoy, 0.012, seed));
      EXPECT_NEAR(rhythm.tempo / bpm, 1, 0.02) << bpm;
      EXPECT_GT(rhythm.confidence, 0.5);
    }
}

TEST(Rhythm, FollowsASingerWhoSlowsDown) {
  std::vector<RhythmNote> notes;
  double at = 0.5, beat = 0.5;
  std::vector<double> truth;
  double position = 0;
  for (double b : kOdeToJoy) {
    notes.push_back({at, b * beat * 0.8, 0.8});
    truth.push_back(position);
    at += b * beat, position += b, beat *= 1.006;
  }
  const auto rhythm = estimate_rhythm(notes);
  for (std::size_t i = 1; i < notes.size(); ++i)
    EXPECT_NEAR(rhythm.position[i] - rhythm.position[i - 1], truth[i] - truth[i - 1], 0.12) << i;
}

TEST(Rhythm, TellsThreeFromFour) {
  std::vector<double> waltz;
  for (int i = 0; i < 8; ++i) waltz.insert(waltz.end(), {2, 1});
  const auto three = estimate_rhythm(melody(110, waltz, 0.008, 3));
  EXPECT_EQ(three.numerator, 3);
  EXPECT_EQ(three.denominator, 4);
  std::vector<double> march;
  for (int i = 0; i < 8; ++i) march.insert(march.end(), {2, 1, 1});
  const auto four = estimate_rhythm(melody(110, march, 0.008, 4));
  EXPECT_EQ(four.numerator, 4);
}

TEST(Rhythm, KeepsToHints) {
  const auto rhythm = estimate_rhythm(melody(90, kOdeToJoy, 0.01, 9), {90, 3, 4});
  EXPECT_EQ(rhythm.tempo, 90);
  EXPECT_EQ(rhythm.numerator, 3);
  EXPECT_NEAR(std::remainder(rhythm.position[5] - rhythm.position[0], 1), 0, 0.1);
}

TEST(Rhythm, IsSaneWithFreeRhythmAndFewNotes) {
  Random random(8);
  for (int count : {0, 1, 2, 3, 40}) {
    std::vector<RhythmNote> notes;
    double at = 0.3;
    for (int i = 0; i < count; ++i) {
      notes.push_back({at, 0.1, random.uniform()});
      at += 0.12 + random.uniform() * random.uniform() * 2.5;
    }
    const auto rhythm = estimate_rhythm(notes);
    EXPECT_GE(rhythm.tempo, 40);
    EXPECT_LE(rhythm.tempo, 320);
    EXPECT_EQ(rhythm.position.size(), notes.size());
    EXPECT_LT(rhythm.confidence, 0.6);
    for (std::size_t i = 0; i < notes.size(); ++i) {
      EXPECT_GE(rhythm.position[i], -1e-9);
      if (i > 0) {
        EXPECT_GT(rhythm.position[i], rhythm.position[i - 1]);
      }
    }
    if (count > 0) {
      EXPECT_LE(rhythm.offset, notes[0].start + 1e-9);
    }
  }
}

}  // namespace
}  // namespace tutti::analysis
