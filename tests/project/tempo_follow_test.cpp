#include "engine/project/tempo_follow.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/project/edits.h"
#include "engine/project/song.h"

namespace tutti::project {
namespace {

// Quarter notes sung at a pace that wanders by `drift` around `bpm`, each up to `jitter` seconds
// off.
HeardMelody sung(double bpm, double drift, double jitter, int count) {
  HeardMelody melody;
  Random random(5);
  melody.tempo = bpm;
  melody.offset = 0.3;
  double at = melody.offset;
  for (int i = 0; i < count; ++i) {
    const double start = at + random.uniform(-jitter, jitter);
    melody.notes.push_back({i == 0 ? at : start, 0.3, 60, 0.8, 1});
    melody.quantised.push_back({Ticks{i * kTicksPerQuarter}, 1_quarters, 60, 100, 0, 1});
    at += 60 / (bpm * (1 + drift * std::sin(i * 0.15)));
  }
  return melody;
}

double worst_drift(const HeardMelody& melody, const score::TempoMap& map) {
  double worst = 0;
  for (std::size_t i = 0; i < melody.notes.size(); ++i) {
    const double sung_at = melody.notes[i].start - melody.offset;
    worst = std::max(worst, std::fabs(map.seconds(melody.quantised[i].start) - sung_at));
  }
  return worst;
}

TEST(FollowTempo, OneTempoServesASteadySinger) {
  EXPECT_TRUE(follow_tempo(sung(100, 0, 0.02, 64)).empty());
}

TEST(FollowTempo, KeepsNotesUnderAWanderingSinger) {
  const auto melody = sung(100, 0.12, 0.02, 64);
  const score::TempoMap straight({{{}, 6e7 / melody.tempo}}, {});
  ASSERT_GT(worst_drift(melody, straight), 0.5);
  const auto changes = follow_tempo(melody);
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes.front().at, Ticks{});
  EXPECT_LT(worst_drift(melody, score::TempoMap(changes, {})), 0.1);
}

TEST(FollowTempo, StaysSaneOnNonsense) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    HeardMelody melody;
    melody.tempo = random.uniform(20, 300);
    melody.metre = {{}, static_cast<int>(1 + random.below(9)), 1 << random.below(5)};
    double second = 0;
    for (int i = 0; i < 30; ++i) {
      second += random.uniform(0.01, 3);
      melody.notes.push_back({second, 0.1, 60, 0.8, 1});
      melody.quantised.push_back(
          {Ticks{static_cast<std::int64_t>(random.below(400000))}, {1}, 60, 100, 0, 1});
    }
    for (const auto& change : follow_tempo(melody)) {
      const double pace = 6e7 / melody.tempo;
      EXPECT_GE(change.microseconds_per_quarter, pace / 2 - 1);
      EXPECT_LE(change.microseconds_per_quarter, pace * 2 + 1);
    }
  }
}

TEST(FollowTempo, ImportPutsNotesAndRecordingTogether) {
  const auto melody = sung(100, 0.12, 0.01, 48);
  HeardOptions options;
  Take take;
  take.blob = std::string(64, 'a');
  take.rate = 48000;
  take.frames = 48000 * 40;
  options.take = take;
  Document d(7);
  const auto ids = import_melody(d, melody, options);
  ASSERT_TRUE(ids);
  EXPECT_LT(worst_drift(melody, tempo_map(d)), 0.1);
  ASSERT_TRUE(d.undo());
  EXPECT_EQ(tempo_map(d), score::TempoMap());
}

}  // namespace
}  // namespace tutti::project
