// What every effect promises, run over all that the registry knows: the same samples whatever the
// blocks, no allocation, nothing infinite, a reset that forgets.
#include <gtest/gtest.h>

#include "tests/effects/rig.h"
#include "tests/support/allocations.h"

namespace tutti::tests {
namespace {

class EveryEffect : public testing::TestWithParam<const param::EffectInfo*> {
 protected:
  const param::EffectInfo& info() const { return *GetParam(); }

  // Three parameters moved on the way: with a ramp, at once, and back.
  std::vector<Turn> turns(std::size_t frames, std::uint64_t seed) const {
    std::vector<Turn> list;
    if (info().parameters.empty()) return list;
    Random random(seed);
    for (int i = 0; i < 5; ++i) {
      const auto p = random.below(info().parameters.size());
      const auto& d = info().parameters[p];
      if (d.structural) continue;
      list.push_back({frames * static_cast<std::size_t>(i + 1) / 7 + random.below(31),
                      static_cast<int>(p), param::from_travel(d, random.uniform()),
                      i % 2 == 0 ? static_cast<int>(random.below(900)) : 0});
    }
    return list;
  }
};

constexpr double kRates[] = {8000, 11025, 22050, 44100, 48000, 96000, 192000};

TEST_P(EveryEffect, StaysFiniteAndBoundedAtEveryRate) {
  for (const double rate : kRates) {
    std::vector<std::vector<double>> settings{default_values(info())};
    for (const auto& preset : info().presets) settings.push_back(preset_values_of(info(), preset));
    const std::size_t musical = settings.size();
    for (std::uint64_t seed = 1; seed <= 4; ++seed) settings.push_back(random_values(info(), seed));
    for (std::size_t i = 0; i < settings.size(); ++i) {
      Rig rig(info(), rate, 512, settings[i]);
      Stereo sound = material(rate, 0.5, i + 1, 1.0);
      const Stereo side = material(rate, 0.5, 99);
      rig.play(sound, blocks_of(512), {}, info().side_chain ? &side : nullptr);
      ASSERT_TRUE(finite(sound)) << rate << " Hz, setting " << i;
      // A setting meant for music stays within 30 dB of full scale, any other within 240 dB.
      ASSERT_LT(peak(sound), i < musical ? 32 : 1e12) << rate << " Hz, setting " << i;
    }
  }
}

TEST_P(EveryEffect, GivesTheSameSamplesWhateverTheBlocks) {
  for (const double rate : {8000.0, 44100.0, 192000.0}) {
    const Stereo input = material(rate, 0.25, 7);
    const Stereo side = material(rate, 0.25, 8);
    const Stereo* listen = info().side_chain ? &side : nullptr;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const auto values = seed == 1 ? default_values(info()) : random_values(info(), 40 + seed);
      const auto moves = turns(input.size(), seed);
      Stereo expected = input;
      Rig(info(), rate, dsp::kMaxBlock, values)
          .play(expected, blocks_of(dsp::kMaxBlock), moves, listen);
      for (const int size : {1, 3, 16, 64, 441, 1024}) {
        Stereo sound = input;
        Rig(info(), rate, size, values).play(sound, blocks_of(size), moves, listen);
        ASSERT_TRUE(sound == expected) << rate << " Hz, blocks of " << size << ", seed " << seed;
      }
      Stereo sound = input;
      Rig(info(), rate, 777, values).play(sound, random_blocks(seed, 777), moves, listen);
      ASSERT_TRUE(sound == expected) << rate << " Hz, random blocks, seed " << seed;
    }
  }
}

TEST_P(EveryEffect, NeverAllocatesWhileProcessing) {
  for (const int size : {1, 64, 4096}) {
    Rig rig(info(), 48000, size, random_values(info(), 3));
    Stereo sound = material(48000, 0.2, 5);
    const Stereo side = material(48000, 0.2, 6);
    const auto moves = turns(sound.size(), 9);
    const auto blocks = blocks_of(size);
    const long before = allocations();
    rig.play(sound, blocks, moves, info().side_chain ? &side : nullptr);
    rig.effect->tempo(97, 12.5);
    rig.effect->reset();
    EXPECT_EQ(allocations(), before) << "blocks of " << size;
  }
}

TEST_P(EveryEffect, IsFreshAfterReset) {
  const auto values = random_values(info(), 11);
  Stereo expected = material(48000, 0.3, 21), sound = expected;
  Rig fresh(info(), 48000, 256, values), used(info(), 48000, 256, values);
  fresh.play(expected, blocks_of(256));
  Stereo before = material(48000, 0.4, 22);
  used.play(before, blocks_of(100));
  used.effect->reset();
  used.effect->tempo(120, 0);
  used.play(sound, blocks_of(256));
  EXPECT_TRUE(sound == expected);
}

TEST_P(EveryEffect, CanBePreparedAnewForAnotherRate) {
  const auto values = random_values(info(), 12);
  Stereo expected = material(96000, 0.2, 31), sound = expected;
  Rig(info(), 96000, 128, values).play(expected, blocks_of(128));
  Rig used(info(), 22050, 512, values);
  Stereo before = material(22050, 0.2, 32);
  used.play(before, blocks_of(512));
  Arena arena;
  used.effect->prepare(96000, 128, arena);
  used.effect->tempo(120, 0);
  used.play(sound, blocks_of(128));
  EXPECT_TRUE(sound == expected);
}

TEST_P(EveryEffect, TreatsMonoAsTheLeftOfTwoEqualChannels) {
  if (!info().mono) return;
  const auto values = random_values(info(), 13);
  Stereo input = material(48000, 0.3, 41);
  input.right = input.left;
  Stereo side = material(48000, 0.3, 42);
  side.right = side.left;
  const Stereo* listen = info().side_chain ? &side : nullptr;
  const auto moves = turns(input.size(), 14);
  Stereo both = input, one = input;
  Rig stereo(info(), 48000, 200, values), mono(info(), 48000, 200, values);
  stereo.play(both, blocks_of(200), moves, listen);
  mono.play(one, blocks_of(200), moves, listen, true);
  ASSERT_EQ(one.left, both.left);
  // Stereo afterwards goes on as if it had been stereo before.
  Stereo after = material(48000, 0.2, 43), after_mono = after;
  stereo.play(after, blocks_of(200), {}, listen);
  mono.play(after_mono, blocks_of(200), {}, listen);
  EXPECT_TRUE(after_mono == after);
}

TEST_P(EveryEffect, GivesTheSameSamplesManyAtOnce) {
  if (info().process_many == nullptr) return;
  for (const bool mono : {true, false}) {
    if (mono && !info().mono) continue;
    for (const std::size_t count : {1u, 2u, 5u, 16u, 17u, 50u}) {
      std::vector<std::unique_ptr<Rig>> alone, together;
      std::vector<Stereo> expected, sound;
      for (std::size_t i = 0; i < count; ++i) {
        const auto values = i % 3 == 0 ? default_values(info()) : random_values(info(), 50 + i);
        alone.push_back(std::make_unique<Rig>(info(), 48000, 256, values));
        together.push_back(std::make_unique<Rig>(info(), 48000, 256, values));
        expected.push_back(material(48000, 0.1, 60 + i));
        sound.push_back(expected.back());
      }
      Random random(count);
      for (std::size_t at = 0; at + 256 <= sound[0].size();) {
        const int frames = 1 + static_cast<int>(random.below(256));
        std::vector<param::Effect*> effects;
        std::vector<dsp::Block> blocks;
        for (std::size_t i = 0; i < count; ++i) {
          if (!info().parameters.empty() && random.below(4) == 0) {
            const auto p = random.below(info().parameters.size());
            if (!info().parameters[p].structural) {
              const double value = param::from_travel(info().parameters[p], random.uniform());
              const int ramp = static_cast<int>(random.below(300));
              alone[i]->effect->set(static_cast<int>(p), value, ramp);
              together[i]->effect->set(static_cast<int>(p), value, ramp);
            }
          }
          alone[i]->effect->process({expected[i].left.data() + at,
                                     mono ? nullptr : expected[i].right.data() + at, frames});
          effects.push_back(together[i]->effect.get());
          blocks.push_back(
              {sound[i].left.data() + at, mono ? nullptr : sound[i].right.data() + at, frames});
        }
        info().process_many(effects.data(), blocks.data(), static_cast<int>(count));
        at += static_cast<std::size_t>(frames);
      }
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(sound[i] == expected[i])
            << count << " effects, number " << i << (mono ? ", mono" : ", stereo");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryEffect,
                         testing::ValuesIn(registry::effects().begin(), registry::effects().end()),
                         [](const auto& p) { return case_name(*p.param); });

}  // namespace
}  // namespace tutti::tests
