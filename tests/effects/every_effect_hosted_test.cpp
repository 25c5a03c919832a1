// Every effect in its place in a graph: bypass that is bit-exact, on time and free of clicks, and
// sound that is not finite stopped at the door.
#include <gtest/gtest.h>
#include <limits>

#include "engine/graph/insert.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

class EveryHostedEffect : public testing::TestWithParam<const param::EffectInfo*> {
 protected:
  const param::EffectInfo& info() const { return *GetParam(); }

  std::unique_ptr<graph::Insert> insert(const std::vector<double>& values) const {
    auto made = std::make_unique<graph::Insert>(info());
    for (std::size_t i = 0; i < values.size(); ++i) {
      made->effect().set(static_cast<int>(i), values[i], 0);
    }
    made->prepare(48000, 256);
    made->effect().tempo(120, 0);
    return made;
  }
  static void play(graph::Insert& insert, Stereo& s, std::size_t from, std::size_t to, int size) {
    for (std::size_t at = from; at < to;) {
      const auto n = std::min<std::size_t>(static_cast<std::size_t>(size), to - at);
      insert.process({s.left.data() + at, s.right.data() + at, static_cast<int>(n)});
      at += n;
    }
  }
};

TEST_P(EveryHostedEffect, PassesItsInputBitForBitWhenBypassed) {
  const auto made = insert(random_values(info(), 5));
  made->set_bypass(true, true);
  const auto late = static_cast<std::size_t>(made->latency());
  Stereo sound = material(48000, 0.5, 3);
  const Stereo input = sound;
  play(*made, sound, 0, sound.size(), 256);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    ASSERT_EQ(sound.left[i], i < late ? 0.f : input.left[i - late]) << i;
    ASSERT_EQ(sound.right[i], i < late ? 0.f : input.right[i - late]) << i;
  }
}

// Switched off while playing, the input comes back exactly after the fade; the samples do not
// depend on the blocks around the switch.
TEST_P(EveryHostedEffect, GivesTheInputBackAfterTheFade) {
  const auto once = insert(default_values(info())), again = insert(default_values(info()));
  const auto late = static_cast<std::size_t>(once->latency());
  Stereo sound = material(48000, 0.6, 4), other = sound;
  const Stereo input = sound;
  const std::size_t off = 9600, on = 19200;
  play(*once, sound, 0, off, 256);
  once->set_bypass(true);
  play(*once, sound, off, on, 256);
  once->set_bypass(false);
  play(*once, sound, on, sound.size(), 256);
  play(*again, other, 0, off, 37);
  again->set_bypass(true);
  play(*again, other, off, on, 64);
  again->set_bypass(false);
  play(*again, other, on, other.size(), 101);
  EXPECT_TRUE(sound == other);
  for (std::size_t i = off + 480; i < on; ++i) {
    ASSERT_EQ(sound.left[i], i < late ? 0.f : input.left[i - late]) << i;
  }
}

TEST_P(EveryHostedEffect, StopsWhatIsNotFiniteAndGoesOn) {
  const auto made = insert(default_values(info()));
  Stereo sound = material(48000, 0.5, 6);
  sound.left[5000] = std::numeric_limits<float>::quiet_NaN();
  sound.right[5001] = std::numeric_limits<float>::infinity();
  play(*made, sound, 0, sound.size(), 256);
  EXPECT_TRUE(finite(sound));
  EXPECT_GE(made->bad_samples(), 2);
}

INSTANTIATE_TEST_SUITE_P(All, EveryHostedEffect,
                         testing::ValuesIn(registry::effects().begin(), registry::effects().end()),
                         [](const auto& p) { return case_name(*p.param); });

}  // namespace
}  // namespace tutti::tests
