// The speed ladder: it only rises, exactly by its steps, after n clean passes in a row.
#include "engine/practice/ladder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tutti::practice {
namespace {

SpeedLadder any_ladder() {
  SpeedLadder ladder;
  ladder.start = *rc::gen::inRange(25, 201) / 100.0;
  ladder.end = *rc::gen::inRange(static_cast<int>(ladder.start * 100 + 0.5), 201) / 100.0;
  ladder.step = *rc::gen::inRange(1, 51) / 100.0;
  ladder.passes = *rc::gen::inRange(1, 8);
  return ladder;
}

TEST(Ladder, GoesFromSixtyToHundredInSteps) {
  const SpeedLadder ladder;
  ASSERT_EQ(rungs(ladder), 9);
  LadderPlace place;
  for (int rung = 0; rung < 9; ++rung) {
    EXPECT_NEAR(speed_at(ladder, place.rung), 0.6 + 0.05 * rung, 1e-12);
    for (int pass = 0; pass < 3; ++pass) place = after_pass(ladder, place, true);
  }
  EXPECT_TRUE(place.complete);
  EXPECT_EQ(speed_at(ladder, place.rung), 1.0);
}

TEST(Ladder, CountsCleanPassesInARow) {
  const SpeedLadder ladder;
  LadderPlace place;
  for (int i = 0; i < 50; ++i) {
    place = after_pass(ladder, place, true);
    place = after_pass(ladder, place, true);
    place = after_pass(ladder, place, false);
  }
  EXPECT_EQ(place, LadderPlace());
}

TEST(Ladder, OnlyRisesAndKeepsItsBounds) {
  rc::check([] {
    const SpeedLadder ladder = any_ladder();
    RC_ASSERT(check(ladder).ok());
    LadderPlace place;
    double before = 0;
    int clean = 0;
    for (const bool pass :
         *rc::gen::container<std::vector<bool>>(200, rc::gen::arbitrary<bool>())) {
      const LadderPlace next = after_pass(ladder, place, pass);
      const double speed = speed_at(ladder, next.rung);
      RC_ASSERT(speed >= before && speed >= ladder.start && speed <= ladder.end);
      RC_ASSERT(next.rung == place.rung || (next.rung == place.rung + 1 && pass));
      clean = pass ? clean + 1 : 0;
      if (next.rung > place.rung) {
        RC_ASSERT(clean == ladder.passes);
        clean = 0;
      }
      before = speed;
      place = next;
    }
    RC_ASSERT(speed_at(ladder, rungs(ladder) - 1) == ladder.end);
  });
}

TEST(Ladder, GoesOnWhereItWas) {
  rc::check([] {
    const SpeedLadder ladder = any_ladder();
    const int rung = *rc::gen::inRange(0, rungs(ladder));
    RC_ASSERT(go_on(ladder, speed_at(ladder, rung)).rung == rung);
    RC_ASSERT(go_on(ladder, 0).rung == 0);
  });
}

TEST(Ladder, SaysWhatIsWrong) {
  EXPECT_FALSE(check({true, 0.1, 1, 0.05, 3}));
  EXPECT_FALSE(check({true, 0.9, 0.8, 0.05, 3}));
  EXPECT_FALSE(check({true, 0.6, 1, 0, 3}));
  EXPECT_FALSE(check({true, 0.6, 1, 0.05, 0}));
  EXPECT_FALSE(check({true, 0.6, -1.0, 0.05, 3}));
  EXPECT_EQ(rungs({true, 1, 1, 0.05, 3}), 1);
}

}  // namespace
}  // namespace tutti::practice
