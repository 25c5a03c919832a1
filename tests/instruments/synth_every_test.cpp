// What holds for every synthesiser, whatever it sounds like.
#include <gtest/gtest.h>
#include <set>

#include "tests/instruments/synth_rig.h"
#include "tests/support/allocation_count.h"

namespace tutti::tests {
namespace {

using instruments::SynthInfo;

class EverySynth : public testing::TestWithParam<const SynthInfo*> {
 protected:
  const SynthInfo& info() const { return *GetParam(); }
};

std::vector<const SynthInfo*> all() {
  std::vector<const SynthInfo*> list;
  for (const SynthInfo& info : instruments::synths()) list.push_back(&info);
  return list;
}

// Chords, pedal, bends, controllers and stolen voices, in two seconds.
std::vector<SynthEvent> performance(double rate, std::uint64_t seed, int count = 120) {
  Random random(seed);
  std::vector<SynthEvent> events;
  for (int i = 0; i < count; ++i) {
    SynthEvent e;
    e.at = static_cast<std::size_t>(random.uniform(0, 1.8) * rate);
    const auto key = static_cast<std::uint8_t>(36 + random.below(48));
    const double kind = random.uniform();
    if (kind < 0.6) {
      e = {e.at, 0x90, key, static_cast<std::uint8_t>(1 + random.below(127))};
    } else if (kind < 0.8) {
      e = {e.at, 0x80, key, 0};
    } else if (kind < 0.9) {
      constexpr std::uint8_t kControllers[] = {1, 7, 11, 64, 74};
      e = {e.at, 0xb0, kControllers[random.below(5)], static_cast<std::uint8_t>(random.below(128))};
    } else {
      e = {e.at, 0xe0, static_cast<std::uint8_t>(random.below(128)),
           static_cast<std::uint8_t>(random.below(128))};
    }
    events.push_back(e);
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return events;
}

TEST(Synths, AreListedOnceUnderStableIds) {
  std::vector<std::string_view> ids;
  for (const SynthInfo& info : instruments::synths()) ids.push_back(info.id);
  EXPECT_EQ(ids, (std::vector<std::string_view>{"pad", "choir", "bell", "pluck", "bass", "felt",
                                                "grains", "noise", "drums"}));
  EXPECT_EQ(instruments::find_synth("theremin"), nullptr);
}

TEST_P(EverySynth, DescribesItself) {
  EXPECT_FALSE(info().name.empty());
  EXPECT_FALSE(info().summary.empty());
  EXPECT_FALSE(info().method.empty());
  EXPECT_FALSE(info().presets.empty());
  std::set<std::string_view> ids;
  for (const auto& p : info().parameters) {
    EXPECT_TRUE(ids.insert(p.id).second) << p.id;
    EXPECT_LT(p.min, p.max) << p.id;
    EXPECT_EQ(param::clamp(p, p.initial), p.initial) << p.id;
    EXPECT_TRUE(p.scale != param::Scale::logarithmic || p.min > 0) << p.id;
  }
  EXPECT_TRUE(ids.contains("level"));
  for (const auto& preset : info().presets) {
    for (const auto& v : preset.values) {
      const param::Description* p = param::find(info().parameters, v.id);
      ASSERT_NE(p, nullptr) << preset.name << ": " << v.id;
      EXPECT_EQ(param::clamp(*p, v.value), v.value) << preset.name << ": " << v.id;
    }
  }
}

TEST_P(EverySynth, GivesTheSameSamplesInAnyBlocks) {
  const auto play = [&](const std::function<int()>& block) {
    Player p(info());
    const auto first = performance(p.rate, 3);
    Sound out = p.play(1, first, block);
    // A ramp that begins off the grid of cells.
    p.play(7.0 / 48000, {}, block);
    p.synth->set(0, -12, 5000);
    const Sound more = p.play(1, performance(p.rate, 4), block);
    out.left.insert(out.left.end(), more.left.begin(), more.left.end());
    out.right.insert(out.right.end(), more.right.begin(), more.right.end());
    return out;
  };
  const Sound whole = play([] { return 4096; });
  EXPECT_GT(whole.peak(), 0.01);
  for (int size : {1, 16, 100, 256}) EXPECT_EQ(play([=] { return size; }), whole) << size;
  Random random(9);
  EXPECT_EQ(play([&] { return 1 + static_cast<int>(random.below(600)); }), whole);
}

TEST_P(EverySynth, RepeatsWithItsSeedAfterReset) {
  Player p(info(), 48000, 5);
  const auto events = performance(p.rate, 8);
  const Sound first = p.play(2, events);
  p.synth->reset(5);
  EXPECT_TRUE(p.synth->silent());
  EXPECT_EQ(p.play(2, events), first);
}

TEST_P(EverySynth, StaysFiniteAtEveryParameterAndRate) {
  for (double rate : {8000.0, 44100.0, 48000.0, 192000.0}) {
    const auto events = performance(rate, 21, 60);
    const auto check = [&](Player& p, const std::string& what) {
      std::vector<SynthEvent> all = {{0, 0x90, 0, 127}, {0, 0x90, 127, 127}, {0, 0x90, 108, 127}};
      all.insert(all.end(), events.begin(), events.end());
      const Sound sound = p.play(0.5, all);
      EXPECT_TRUE(sound.finite()) << what << " at " << rate;
      EXPECT_LT(sound.peak(), 60) << what << " at " << rate;
    };
    for (std::size_t i = 0; i < info().parameters.size(); ++i) {
      for (bool high : {false, true}) {
        Player p(info(), rate);
        const auto& d = info().parameters[i];
        p.synth->set(static_cast<int>(i), high ? d.max : d.min, 0);
        if (d.id != "level") p.set("level", 0);
        check(p, std::string(d.id) + (high ? " highest" : " lowest"));
      }
    }
    Random random(77);
    for (int run = 0; run < 6; ++run) {
      Player p(info(), rate);
      for (std::size_t i = 0; i < info().parameters.size(); ++i) {
        p.synth->set(static_cast<int>(i),
                     param::from_travel(info().parameters[i], random.uniform()), 0);
      }
      p.set("level", 0);
      check(p, "random values, run " + std::to_string(run));
    }
  }
}

TEST_P(EverySynth, EndsInSilence) {
  Player p(info());
  EXPECT_TRUE(p.synth->silent());
  for (int key : {40, 47, 56}) p.on(key);
  p.play(0.5);
  EXPECT_FALSE(p.synth->silent());
  EXPECT_GT(p.synth->active_voices(), 0);
  for (int key : {40, 47, 56}) p.off(key);
  const double release =
      p.index("release") >= 0
          ? info().parameters[static_cast<std::size_t>(p.index("release"))].initial
          : 4;
  // A release is the fall by 60 dB; -100 dB is the end.
  p.play(1.8 * release + 1);
  EXPECT_TRUE(p.synth->silent());
  EXPECT_EQ(p.synth->active_voices(), 0);
  EXPECT_EQ(p.play(0.1).peak(), 0);
}

TEST_P(EverySynth, IsSilentSoonAfterAllSoundOff) {
  Player p(info());
  for (int key : {36, 43, 52}) p.on(key);
  p.play(0.7);
  p.control(120, 0);
  p.play(0.03);
  EXPECT_TRUE(p.synth->silent());
}

TEST_P(EverySynth, NeverAllocatesWhilePlaying) {
  Player p(info());
  std::vector<float> left(512), right(512);
  Random random(4);
  const long before = allocations();
  for (int i = 0; i < 200; ++i) {
    p.synth->event(0x90, static_cast<std::uint8_t>(30 + random.below(60)), 100);
    p.synth->set(static_cast<int>(random.below(info().parameters.size())), 0.5, 300);
    p.synth->process({left.data(), right.data(), 1 + static_cast<int>(random.below(512))});
    p.synth->event(0x80, static_cast<std::uint8_t>(30 + random.below(60)), 0);
  }
  p.synth->reset(3);
  EXPECT_EQ(allocations(), before);
}

// One note is neither lost nor overwhelming, four at full velocity stay below full scale.
TEST_P(EverySynth, IsAboutAsLoudAsTheOthers) {
  const bool drums = info().id == "drums";
  for (int preset = -1; preset < static_cast<int>(info().presets.size()); ++preset) {
    const auto make = [&] {
      auto p = std::make_unique<Player>(info());
      if (preset >= 0) p->preset(info().presets[static_cast<std::size_t>(preset)]);
      return p;
    };
    const std::string name(preset < 0 ? "initial"
                                      : info().presets[static_cast<std::size_t>(preset)].name);
    for (int key :
         drums ? std::vector<int>{36, 38, 42, 46, 49, 70} : std::vector<int>{36, 48, 60, 72, 84}) {
      auto p = make();
      p->on(key);
      const Sound sound = p->play(4);
      double loudest = 0;
      for (std::size_t at = 0; at + 4800 < sound.left.size(); at += 2400) {
        loudest = std::max(loudest, sound.rms(at, at + 4800));
      }
      EXPECT_GT(20 * std::log10(loudest), -46) << name << ", key " << key;
      EXPECT_LT(20 * std::log10(loudest), -12) << name << ", key " << key;
    }
    auto p = make();
    for (int key : drums ? std::vector<int>{36, 38, 42, 49} : std::vector<int>{36, 48, 55, 64})
      p->on(key, 127);
    EXPECT_LT(p->play(4).peak(), 1) << name;
  }
}

TEST_P(EverySynth, HasNoDirectCurrent) {
  for (int key : {36, 57, 81}) {
    Player p(info());
    p.on(key);
    const Sound sound = p.play(3);
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < sound.left.size(); ++i) {
      const double w = 0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(i) /
                                            static_cast<double>(sound.left.size()));
      sum += w * static_cast<double>(sound.left[i] + sound.right[i]) / 2;
      weight += w;
    }
    // Noise has a little of every frequency.
    const double share = info().id == "noise" ? 0.05 : 0.003;
    EXPECT_LT(std::fabs(sum / weight), share * std::max(sound.rms(), 1e-3)) << key;
  }
}

TEST_P(EverySynth, TakesAnyEvents) {
  Random random(2024);
  Player p(info(), 44100);
  std::vector<float> left(600), right(600);
  for (int i = 0; i < 4000; ++i) {
    for (std::uint64_t k = random.below(4); k > 0; --k) {
      p.synth->event(static_cast<std::uint8_t>(random.next()),
                     static_cast<std::uint8_t>(random.below(140)),
                     static_cast<std::uint8_t>(random.below(140)));
    }
    if (random.below(6) == 0) {
      p.synth->set(static_cast<int>(random.below(40)) - 4,
                   random.below(20) == 0 ? std::nan("") : random.uniform(-50, 50),
                   static_cast<int>(random.below(3000)) - 100);
    }
    p.set("level", 0);
    const int frames = 1 + static_cast<int>(random.below(600));
    p.synth->process({left.data(), right.data(), frames});
    for (int f = 0; f < frames; ++f) {
      ASSERT_TRUE(std::isfinite(left[static_cast<std::size_t>(f)]) &&
                  std::isfinite(right[static_cast<std::size_t>(f)]))
          << i;
      ASSERT_LT(std::fabs(left[static_cast<std::size_t>(f)]), 100) << i;
    }
    ASSERT_LE(p.synth->active_voices(), 32);
  }
  p.control(64, 0);
  p.control(120, 0);
  p.play(0.05);
  EXPECT_TRUE(p.synth->silent());
}

INSTANTIATE_TEST_SUITE_P(All, EverySynth, testing::ValuesIn(all()),
                         [](const auto& each) { return std::string(each.param->id); });

}  // namespace
}  // namespace tutti::tests
