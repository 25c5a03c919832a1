// The state-variable filter and the DJ filter: shapes, resonance, corners that race.
#include <gtest/gtest.h>

#include "engine/effects/equaliser/response.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

double level(std::string_view id, const std::vector<double>& values, double f) {
  const double fs[] = {f};
  double db = 0;
  effects::response_decibels(id, values, 48000, fs, std::span(&db, 1));
  return db;
}

//                               mode slope freq resonance rate depth mix
std::vector<double> filter(int mode, int slope, double freq, double resonance) {
  return {static_cast<double>(mode), static_cast<double>(slope), freq, resonance, 1, 0, 1};
}

TEST(Filter, HasTheShapesThatItNames) {
  for (int slope = 0; slope < 2; ++slope) {
    const double octave = slope == 0 ? 12 : 24;
    EXPECT_NEAR(level("filter", filter(0, slope, 1000, 0), 1000), -3.01, 0.02);
    EXPECT_NEAR(level("filter", filter(1, slope, 1000, 0), 1000), -3.01, 0.02);
    EXPECT_NEAR(level("filter", filter(0, slope, 500, 0), 2000) -
                    level("filter", filter(0, slope, 500, 0), 4000),
                octave, 0.15 * octave);
    EXPECT_NEAR(level("filter", filter(1, slope, 1000, 0), 250) -
                    level("filter", filter(1, slope, 1000, 0), 125),
                octave, 0.3);
    EXPECT_LT(level("filter", filter(3, slope, 1000, 0.5), 1000), -100);
    for (const double f : {100.0, 1000.0, 9000.0})
      EXPECT_NEAR(level("filter", filter(5, slope, 1000, 0.5), f), 0, 1e-6);
  }
  EXPECT_NEAR(level("filter", filter(2, 0, 1000, 0.5), 1000), 0, 0.01);
  EXPECT_GT(level("filter", filter(0, 0, 1000, 1), 1000), 25);
}

// A corner that swings over eight octaves, 2,000 times a second, at full resonance: what comes out
// stays bounded, and dies away when the input does.
TEST(Filter, IsStableWhileItsCornerMovesAtAudioRate) {
  const auto& info = *registry::find_effect("filter");
  for (int mode = 0; mode < 6; ++mode) {
    for (const double lfo : {30.0, 440.0, 2000.0}) {
      auto values = filter(mode, 1, 2000, 1);
      values[4] = lfo;
      values[5] = 4;
      Rig rig(info, 48000, 512, values);
      Stereo sound(144000);
      const Stereo noise = material(48000, 1, 5);
      std::copy(noise.left.begin(), noise.left.end(), sound.left.begin());
      std::copy(noise.right.begin(), noise.right.end(), sound.right.begin());
      rig.play(sound, blocks_of(512));
      EXPECT_LT(peak(sound), 100) << mode << ' ' << lfo;
      EXPECT_LT(peak(sound, 120000), 1e-3) << mode << ' ' << lfo;
    }
  }
}

// Setting the corner anew every 16 frames, up and down by octaves, is as safe.
TEST(Filter, IsStableUnderFastAutomation) {
  const auto& info = *registry::find_effect("filter");
  Rig rig(info, 48000, 64, filter(0, 1, 1000, 1));
  Stereo sound = material(48000, 1, 6);
  std::vector<Turn> turns;
  Random random(1);
  for (std::size_t at = 0; at < sound.size(); at += 16)
    turns.push_back({at, 2, 20 * std::pow(900.0, random.uniform()), 16});
  rig.play(sound, blocks_of(64), turns);
  EXPECT_LT(peak(sound), 100);
}

TEST(DjFilter, OpensInTheMiddleAndClosesEitherWay) {
  const auto& info = *registry::find_effect("dj-filter");
  Stereo sound = material(48000, 0.2, 7);
  const Stereo before = sound;
  Rig(info, 48000, 512, {0, 0.3}).play(sound, blocks_of(512));
  EXPECT_TRUE(sound == before);
  EXPECT_LT(level(info.id, {-0.6, 0.3}, 8000), -60);
  EXPECT_NEAR(level(info.id, {-0.6, 0.3}, 60), 0, 0.5);
  EXPECT_LT(level(info.id, {0.6, 0.3}, 60), -60);
  EXPECT_NEAR(level(info.id, {0.6, 0.3}, 12000), 0, 0.5);
  // The further, the less, once the filter is all in; and no bump without resonance.
  for (const double sign : {-1.0, 1.0}) {
    double last = 1;
    for (double way = 0.01; way <= 1; way += 0.01) {
      const double now = level(info.id, {sign * way, 0}, sign < 0 ? 6000 : 200);
      EXPECT_LT(now, 0.5) << sign * way;
      if (way > 0.1) {
        EXPECT_LT(now, last + 0.05) << sign * way;
      }
      last = now;
    }
  }
}

}  // namespace
}  // namespace tutti::tests
