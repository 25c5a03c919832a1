#include "engine/graph/player.h"

#include <cmath>
#include <gtest/gtest.h>
#include <thread>

#include "engine/base/random.h"
#include "engine/graph/render.h"
#include "engine/registry/registry.h"
#include "tests/support/allocations.h"
#include "tests/support/tiny_font.h"

namespace tutti::graph {
namespace {

using tests::FontMaker;
using tests::g;
namespace gen = instruments::gen;

constexpr double kRate = 48000;
// At 120 quarters a minute and 48 kHz a quarter is 24,000 frames.
constexpr int kQuarter = 24000;

// Program 0: a click-like ramp that is heard from its second frame on; program 1: a held sine.
std::vector<std::byte> font_bytes() {
  FontMaker m;
  m.simple(0, 0, m.sample(std::vector<std::int16_t>(600, 16000), 10, 590),
           {g(gen::vol_env_release, -7200)});
  m.simple(0, 1, m.sine(), {g(gen::vol_env_release, -2400)});
  return m.bytes();
}

PlanNode sampler_node(std::uint64_t id, int program = 0) {
  PlanNode node;
  node.id = id;
  node.kind = "sampler";
  node.resource = "test";
  node.params = {{"program", static_cast<double>(program)}, {"level", 0}};
  return node;
}
PlanNode clip_node(std::uint64_t id, const char* resource, Ticks start) {
  PlanNode node;
  node.id = id;
  node.kind = "clip";
  node.resource = resource;
  node.start = start;
  return node;
}
void add_note(Plan& plan, std::uint32_t node, Ticks start, Ticks duration, int key = 60,
              int velocity = 127) {
  plan.events.push_back(
      {start, node, 0x90, static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(velocity)});
  plan.events.push_back({start + duration, node, 0x80, static_cast<std::uint8_t>(key), 0});
  std::stable_sort(plan.events.begin(), plan.events.end(), [](auto& a, auto& b) {
    return a.at != b.at ? a.at < b.at : a.status < b.status;
  });
  plan.end = std::max(plan.end, start + duration);
}

struct Studio {
  explicit Studio(Plan plan, int max_block = 4096, bool with_font = true)
      : player(registry::factory()) {
    EXPECT_TRUE(player.prepare(kRate, max_block).ok());
    if (with_font) {
      EXPECT_TRUE(player.add_resource("sf:test", font_bytes()).ok());
    }
    const auto adopted = player.adopt(std::move(plan));
    EXPECT_TRUE(adopted.ok());
  }
  // The next frames, without the limiter's delay: call first with the delay itself.
  tests::Take run(std::int64_t frames, int block = 512) {
    tests::Take take;
    take.left.resize(static_cast<std::size_t>(frames));
    take.right.resize(static_cast<std::size_t>(frames));
    for (std::int64_t at = 0; at < frames; at += block) {
      player.process(take.left.data() + at, take.right.data() + at,
                     static_cast<int>(std::min<std::int64_t>(block, frames - at)));
    }
    return take;
  }
  Player player;
};

// Frames where sound begins after at least `gap` frames of silence.
std::vector<std::int64_t> onsets(const tests::Take& take, std::int64_t latency, int gap = 200) {
  std::vector<std::int64_t> found;
  int quiet = gap;
  for (std::size_t i = 0; i < take.left.size(); ++i) {
    if (std::fabs(take.left[i]) < 1e-7) {
      ++quiet;
      continue;
    }
    if (quiet >= gap) found.push_back(static_cast<std::int64_t>(i) - latency);
    quiet = 0;
  }
  return found;
}

constexpr int kHeard = 1;  // a note's gain starts from 0 in its first frame

TEST(Player, NotesBeginAtTheirFrameThroughTempoChanges) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.tempos = {{{0}, 500000}, {4_quarters, 250000}, {{15360 * 5 + 7000}, 333333}};
  const score::TempoMap map(plan.tempos, {});
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 12; ++i) {
    const Ticks at{i * 10007};
    add_note(plan, 0, at, {2000});
    expected.push_back(static_cast<std::int64_t>(std::floor(map.seconds(at) * kRate + 0.5)) +
                       kHeard);
  }
  Studio studio(plan);
  studio.player.play();
  EXPECT_EQ(onsets(studio.run(200000), studio.player.latency()), expected);
}

TEST(Player, BlocksAndThreadsDoNotMatter) {
  class Threads final : public ParallelFor {
    void run(int count, void (*job)(void*, int) noexcept, void* context) noexcept override {
      std::vector<std::thread> threads;
      for (int i = 0; i < count; ++i) threads.emplace_back(job, context, i);
      for (auto& t : threads) t.join();
    }
  };
  Plan plan;
  plan.nodes = {sampler_node(1, 1), sampler_node(2, 1), sampler_node(3, 0)};
  plan.nodes[1].pan = -0.4;
  plan.nodes[2].gain = 2.5;
  Random random(4);
  for (int i = 0; i < 150; ++i) {
    add_note(plan, static_cast<std::uint32_t>(random.below(3)),
             {static_cast<std::int64_t>(random.below(60000))},
             {1 + static_cast<std::int64_t>(random.below(9000))},
             40 + static_cast<int>(random.below(40)), 1 + static_cast<int>(random.below(127)));
  }
  const auto render = [&](int block, bool looped, ParallelFor* parallel = nullptr) {
    Studio studio(plan);
    studio.player.set_parallel(parallel);
    if (looped) studio.player.set_loop({3333}, {22222}, true);
    studio.player.set_metronome(true, -6);
    studio.player.play();
    Random cut(static_cast<std::uint64_t>(block));
    tests::Take whole;
    while (whole.left.size() < 100000) {
      const auto n = block > 0 ? block : 1 + static_cast<int>(cut.below(4096));
      tests::Take part = studio.run(
          std::min<std::int64_t>(n, 100000 - static_cast<std::int64_t>(whole.left.size())), 4096);
      whole.left.insert(whole.left.end(), part.left.begin(), part.left.end());
      whole.right.insert(whole.right.end(), part.right.begin(), part.right.end());
    }
    return whole;
  };
  for (bool looped : {false, true}) {
    const tests::Take reference = render(128, looped);
    EXPECT_GT(reference.rms(0, 100000), 0.01);
    for (int block : {1, 7, 64, 480, 4096, 0}) {
      const tests::Take other = render(block, looped);
      EXPECT_EQ(other.left, reference.left) << block;
      EXPECT_EQ(other.right, reference.right) << block;
    }
    Threads threads;
    EXPECT_EQ(render(512, looped, &threads).left, reference.left);
  }
}

TEST(Player, LoopJumpsAtTheExactFrameAndLeavesNoNoteHanging) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  add_note(plan, 0, {3840}, {1000});
  add_note(plan, 0, 1_quarters, 4_quarters);  // reaches past the loop's end
  Studio studio(plan);
  studio.player.set_loop({0}, {15360 * 3 / 2}, true);
  studio.player.play();
  const auto length = kQuarter * 3 / 2;
  const std::vector<std::int64_t> found =
      onsets(studio.run(length * 3 + 100), studio.player.latency(), 100);
  ASSERT_GE(found.size(), 5u);
  for (std::size_t turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(found[turn * 2], static_cast<std::int64_t>(turn) * length + kQuarter / 4 + kHeard);
    EXPECT_EQ(found[turn * 2 + 1], static_cast<std::int64_t>(turn) * length + kQuarter + kHeard);
  }
  EXPECT_EQ(studio.player.position().value, studio.player.position().value % (15360 * 3 / 2));
  studio.player.stop();
  studio.run(48000);
  EXPECT_TRUE(studio.player.silent());
}

TEST(Player, SeekReleasesNotesAndTellsTheChannelItsState) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  plan.events.push_back({{0}, 0, 0xb0, 11, 127});
  plan.events.push_back({{15360 * 4}, 0, 0xb0, 11, 40});
  plan.events.push_back({{15360 * 5}, 0, 0xb0, 11, 127});
  add_note(plan, 0, 0_quarters, 3_quarters, 69);
  add_note(plan, 0, {15360 * 9 / 2}, {4000}, 69);
  add_note(plan, 0, 6_quarters, 8_quarters, 69);
  Studio straight(plan), jumped(plan);
  straight.player.play();
  const tests::Take a = straight.run(kQuarter * 7);
  jumped.player.play();
  jumped.run(kQuarter);
  jumped.player.seek({15360 * 9 / 2});
  EXPECT_EQ(jumped.player.position().value, 15360 * 9 / 2);
  const tests::Take b = jumped.run(kQuarter * 5 / 2);
  // After the old note has rung out, the jump sounds as the straight run does there: expression 40.
  const double level =
      a.rms(static_cast<std::size_t>(kQuarter * 4.55), static_cast<std::size_t>(kQuarter * 4.6));
  EXPECT_GT(level, 1e-4);
  EXPECT_NEAR(tests::db(b.rms(static_cast<std::size_t>(kQuarter * 0.05),
                              static_cast<std::size_t>(kQuarter * 0.1)) /
                        level),
              0, 4);
  EXPECT_NEAR(tests::db(b.rms(static_cast<std::size_t>(kQuarter * 1.6),
                              static_cast<std::size_t>(kQuarter * 2)) /
                        a.rms(static_cast<std::size_t>(kQuarter * 6.1),
                              static_cast<std::size_t>(kQuarter * 6.5))),
              0, 0.01);
  jumped.player.seek({0});
  jumped.player.stop();
  jumped.run(48000);
  EXPECT_TRUE(jumped.player.silent());
}

TEST(Player, TempoChangeKeepsTheMusicalPosition) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  for (int i = 0; i < 16; ++i) add_note(plan, 0, Ticks{15360 * i}, {1000});
  Studio studio(plan);
  studio.player.play();
  studio.run(kQuarter * 3 / 2);
  EXPECT_EQ(studio.player.position().value, 15360 * 3 / 2);
  Plan faster = plan;
  faster.tempos = {{{0}, 250000}};  // 240 a minute
  ASSERT_TRUE(studio.player.adopt(faster).ok());
  EXPECT_EQ(studio.player.position().value, 15360 * 3 / 2);
  const auto latency = studio.player.latency();
  const std::vector<std::int64_t> found = onsets(studio.run(kQuarter), latency);
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0], kQuarter / 4 + kHeard);  // half a quarter at the double tempo
  EXPECT_EQ(found[1], kQuarter / 4 + kQuarter / 2 + kHeard);
  studio.player.set_speed(0.5);  // back to the old pace
  const Ticks here = studio.player.position();
  studio.run(kQuarter);
  EXPECT_NEAR(static_cast<double>((studio.player.position() - here).value), 15360, 2);
}

TEST(Player, MetronomeAndCountInClickOnTheFrame) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.metres = {{{0}, 3, 4}};
  plan.end = 12_quarters;
  Studio studio(plan);
  studio.player.set_metronome(true, 0);
  studio.player.count_in(1);
  studio.player.play();
  EXPECT_EQ(studio.player.state(), PlayState::counting_in);
  const tests::Take take = studio.run(kQuarter * 9);
  EXPECT_EQ(studio.player.state(), PlayState::playing);
  EXPECT_EQ(studio.player.position().value, 15360 * 6);  // three beats were the count-in
  std::vector<std::int64_t> expected;
  for (int beat = 0; beat < 9; ++beat) expected.push_back(beat * kQuarter + kHeard);
  EXPECT_EQ(onsets(take, studio.player.latency(), 2000), expected);
  // The accent has another pitch: count zero crossings of the first 20 ms.
  const auto pitch = [&](int beat) {
    int crossings = 0;
    const auto from = static_cast<std::size_t>(beat * kQuarter + studio.player.latency() + 24);
    for (std::size_t i = from; i < from + 960; ++i)
      crossings += (take.left[i] < 0) != (take.left[i + 1] < 0);
    return crossings;
  };
  for (int beat : {0, 3, 6}) {
    EXPECT_GT(pitch(beat), pitch(beat + 1) * 1.3);
    EXPECT_EQ(pitch(beat + 1), pitch(beat + 2));
  }
}

TEST(Player, CountInLeadsToAPlaceInsideABar) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.end = 12_quarters;
  Studio studio(plan);
  studio.player.seek({15360 * 5});  // the second beat of a 4/4 bar
  studio.player.count_in(1);
  studio.player.play();
  const tests::Take take = studio.run(kQuarter * 4 + 10);
  EXPECT_EQ(onsets(take, studio.player.latency(), 2000),
            (std::vector<std::int64_t>{1, kQuarter + 1, 2 * kQuarter + 1, 3 * kQuarter + 1}));
  EXPECT_EQ(studio.player.state(), PlayState::playing);
}

TEST(Player, AdoptionKeepsSoundingNotesAndReleasesDroppedOnes) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1), sampler_node(2, 1)};
  add_note(plan, 0, 0_quarters, 8_quarters, 69);
  add_note(plan, 1, 0_quarters, 8_quarters, 72);
  Studio changed(plan), untouched(plan);
  changed.player.play(), untouched.player.play();
  changed.run(kQuarter), untouched.run(kQuarter);
  // An edit elsewhere: another note far ahead. The sound must not differ by a bit.
  Plan edited = plan;
  add_note(edited, 0, 7_quarters, {500}, 40);
  ASSERT_TRUE(changed.player.adopt(edited).ok());
  const tests::Take a = changed.run(kQuarter), b = untouched.run(kQuarter);
  EXPECT_EQ(a.left, b.left);
  EXPECT_EQ(a.right, b.right);
  // The second node goes: it fades without a step larger than the tones themselves make.
  Plan without = edited;
  without.nodes.pop_back();
  std::erase_if(without.events, [](const PlanEvent& e) { return e.node == 1; });
  ASSERT_TRUE(changed.player.adopt(without).ok());
  const tests::Take c = changed.run(kQuarter);
  double before = 0, after = 0;
  for (std::size_t i = 1; i < a.left.size(); ++i)
    before = std::max(before, std::fabs(static_cast<double>(a.left[i]) - a.left[i - 1]));
  for (std::size_t i = 1; i < c.left.size(); ++i)
    after = std::max(after, std::fabs(static_cast<double>(c.left[i]) - c.left[i - 1]));
  EXPECT_LE(after, before * 1.01);
  EXPECT_LT(c.rms(12000, 24000), a.rms(12000, 24000) * 0.8);
  EXPECT_GT(c.rms(12000, 24000), 0.01);
  // The held note itself is deleted: it is let go.
  without.events.clear();
  ASSERT_TRUE(changed.player.adopt(without).ok());
  changed.run(kQuarter);
  changed.player.stop();
  changed.run(kQuarter);
  EXPECT_TRUE(changed.player.silent());
}

TEST(Player, GainPanAndMuteGlide) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  add_note(plan, 0, 0_quarters, 8_quarters, 33);  // 60 Hz: steps would stand out
  Studio studio(plan);
  studio.player.play();
  const tests::Take a = studio.run(kQuarter);
  Plan next = plan;
  next.nodes[0].gain = 0.5;
  ASSERT_TRUE(studio.player.adopt(next).ok());
  const tests::Take b = studio.run(kQuarter);
  EXPECT_NEAR(tests::db(b.rms(8000, 24000) / a.rms(8000, 24000)), -6.02, 0.1);
  next.nodes[0].pan = 1;
  ASSERT_TRUE(studio.player.adopt(next).ok());
  const tests::Take c = studio.run(kQuarter);
  EXPECT_EQ(c.left[20000], 0);
  next.nodes[0].mute = true;
  ASSERT_TRUE(studio.player.adopt(next).ok());
  const tests::Take d = studio.run(kQuarter);
  EXPECT_EQ(d.rms(10000, 24000), 0);
  double step = 0;
  for (const tests::Take* t : {&b, &c, &d}) {
    for (std::size_t i = 1; i < t->left.size(); ++i)
      step = std::max({step, std::fabs(static_cast<double>(t->left[i]) - t->left[i - 1]),
                       std::fabs(static_cast<double>(t->right[i]) - t->right[i - 1])});
  }
  // 10 ms of glide: at most the tone's own slope plus its level / 480.
  const double level = a.rms(8000, 24000) * std::sqrt(2);
  EXPECT_LT(step, level * (6.2832 * 60 / kRate + 1 / 480.0) * 1.1);
}

TEST(Player, LiveNotesSoundAtOnceAndOutliveTheTransport) {
  Plan plan;
  plan.nodes = {sampler_node(7, 1)};
  plan.end = 4_quarters;
  Studio studio(plan);
  EXPECT_FALSE(studio.player.event(99, 0x90, 60, 100));
  EXPECT_TRUE(studio.player.event(7, 0x90, 60, 100));
  EXPECT_GT(studio.run(4800).rms(2400, 4800), 0.01);
  studio.player.play();
  studio.player.seek(2_quarters);
  studio.player.stop();
  EXPECT_GT(studio.run(4800).rms(2400, 4800), 0.01);
  studio.player.event(7, 0x80, 60, 0);
  studio.run(kQuarter * 2);
  EXPECT_TRUE(studio.player.silent());
}

TEST(Player, MissingResourcesAreNamed) {
  Plan plan;
  plan.nodes = {sampler_node(1, 5), sampler_node(2, 1)};
  plan.nodes.push_back(clip_node(3, "take-a", {0}));
  add_note(plan, 0, 0_quarters, 1_quarters);
  add_note(plan, 1, 0_quarters, 1_quarters);
  Studio studio(plan, 512, false);
  EXPECT_EQ(studio.player.missing(), (std::vector<std::string>{"sf:test", "take-a"}));
  const auto whole = font_bytes();
  ASSERT_TRUE(studio.player.add_resource("sf:test:0:1", whole).ok());
  EXPECT_EQ(studio.player.missing(), (std::vector<std::string>{"sf:test:0:5", "take-a"}));
  ASSERT_TRUE(studio.player.add_audio("take-a", 44100, std::vector<float>(100), {}).ok());
  ASSERT_TRUE(studio.player.add_resource("sf:test", whole).ok());
  EXPECT_TRUE(studio.player.missing().empty());
  studio.player.remove_resource("sf:test");
  EXPECT_EQ(studio.player.missing(), (std::vector<std::string>{"sf:test:0:5"}));
  EXPECT_FALSE(studio.player.add_resource("sf:other", std::vector<std::byte>(50)).ok());
  EXPECT_FALSE(studio.player.add_audio("empty", 48000, {}, {}).ok());
  Plan unknown = plan;
  unknown.nodes[0].kind = "theremin";
  const auto refused = studio.player.adopt(unknown);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("theremin"), std::string::npos);
  EXPECT_EQ(studio.player.plan(), plan);  // nothing changed
}

TEST(Player, SubsetsLoadedWhileANoteSoundsDoNotDisturbIt) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  add_note(plan, 0, 0_quarters, 8_quarters, 69);
  Studio a(plan), b(plan);
  a.player.play(), b.player.play();
  a.run(kQuarter), b.run(kQuarter);
  ASSERT_TRUE(a.player.add_resource("sf:test:0:0", font_bytes()).ok());
  EXPECT_EQ(a.run(kQuarter).left, b.run(kQuarter).left);
}

TEST(Player, ClipsPlayTheirSamplesAtTheirPlace) {
  std::vector<float> wave(48000);
  Random random(3);
  for (float& x : wave) x = static_cast<float>(random.uniform(-0.3, 0.3));
  Plan plan;
  plan.nodes = {clip_node(5, "take", 1_quarters)};
  plan.end = 3_quarters;
  Studio studio(plan, 4096, false);
  ASSERT_TRUE(studio.player.add_audio("take", 48000, wave, {}).ok());
  studio.player.play();
  const auto late = static_cast<std::size_t>(studio.player.latency());
  const tests::Take t = studio.run(kQuarter * 4, 333);
  for (std::size_t i = 0; i < static_cast<std::size_t>(kQuarter); ++i)
    ASSERT_EQ(t.left[i + late], 0);
  for (std::size_t i = 0; i < wave.size(); ++i)
    ASSERT_EQ(t.left[i + late + kQuarter], wave[i]) << i;
  for (std::size_t i = kQuarter + wave.size(); i + late < t.left.size(); ++i)
    ASSERT_EQ(t.left[i + late], 0);
}

TEST(Player, ClipsOfOtherRatesKeepPitchAndLevel) {
  for (double rate : {44100.0, 22050.0, 96000.0}) {
    std::vector<float> wave(static_cast<std::size_t>(rate * 2));
    for (std::size_t i = 0; i < wave.size(); ++i)
      wave[i] = static_cast<float>(
          0.3 * std::sin(6.283185307179586 * 1000 * static_cast<double>(i) / rate));
    Plan plan;
    plan.nodes = {clip_node(5, "take", {0})};
    plan.end = 8_quarters;
    Studio studio(plan, 4096, false);
    ASSERT_TRUE(studio.player.add_audio("take", rate, wave, {}).ok());
    studio.player.play();
    const tests::Take t = studio.run(90000);
    EXPECT_LT(std::fabs(tests::cents(tests::measured_hz(t.left, 5000, 64000, kRate, 1000), 1000)),
              0.01)
        << rate;
    // Least-squares tone at 1000 Hz; the rest is the converter's error.
    double xc = 0, xs = 0, all = 0;
    for (std::size_t i = 4800; i < 52800; ++i) {
      const double angle = 6.283185307179586 * 1000 * static_cast<double>(i) / kRate, x = t.left[i];
      xc += x * std::cos(angle), xs += x * std::sin(angle), all += x * x;
    }
    const double tone = (xc * xc + xs * xs) * 2 / 48000;
    EXPECT_LT(10 * std::log10(std::max(all - tone, 0.0) / all), -75) << rate;
    EXPECT_NEAR(tests::db(std::sqrt(tone / 48000 * 2) / 0.3), 0, 0.02) << rate;
  }
}

TEST(Player, ClipsFadeWhereTheyAreCut) {
  Plan plan;
  plan.nodes = {clip_node(5, "take", {0})};
  plan.end = 8_quarters;
  Studio studio(plan, 4096, false);
  ASSERT_TRUE(studio.player.add_audio("take", 48000, std::vector<float>(480000, 0.5f), {}).ok());
  studio.player.seek(1_quarters);
  studio.player.play();
  tests::Take all = studio.run(5000);
  const auto more = [&](const tests::Take& t) {
    all.left.insert(all.left.end(), t.left.begin(), t.left.end());
  };
  studio.player.seek(3_quarters);
  more(studio.run(5000));
  studio.player.stop();
  more(studio.run(5000));
  double step = 0;
  for (std::size_t i = 1; i < all.left.size(); ++i)
    step = std::max(step, std::fabs(static_cast<double>(all.left[i]) - all.left[i - 1]));
  EXPECT_LT(step, 0.5 / 240 * 2.01);  // fades of 5 ms; two at once while crossing over
  EXPECT_TRUE(studio.player.silent());
}

TEST(Player, NeverAllocatesWhilePlaying) {
  Plan plan;
  plan.nodes = {
      sampler_node(1, 1), sampler_node(2, 0), clip_node(5, "take", {5000})};
  for (int i = 0; i < 40; ++i)
    add_note(plan, static_cast<std::uint32_t>(i % 2), {i * 1500}, {4000}, 50 + i % 12);
  for (int block : {1, 64, 128, 1000, 4096}) {
    Studio studio(plan);
    ASSERT_TRUE(studio.player.add_audio("take", 44100, std::vector<float>(30000, 0.1f), {}).ok());
    std::vector<float> left(4096), right(4096);
    Player& p = studio.player;
    const long before = tests::allocations();
    p.set_loop({1000}, {20000}, true);
    p.set_metronome(true, -3);
    p.count_in(1);
    p.play();
    for (int at = 0; at < 150000; at += block) {
      p.process(left.data(), right.data(), block);
      if (at / block == 20) p.seek({30000}), p.set_speed(1.7), p.event(1, 0x90, 77, 99);
      if (at / block == 30) p.stop(), p.count_in(0), p.play(), p.all_sound_off();
      (void)p.position(), (void)p.take_meters(), (void)p.silent();
    }
    p.stop();
    EXPECT_EQ(tests::allocations(), before) << block;
  }
}

TEST(Player, LimiterKeepsTheMasterUnderTheCeilingAndMetersTell) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  plan.nodes[0].gain = 12;
  for (int i = 0; i < 8; ++i) add_note(plan, 0, 0_quarters, 4_quarters, 60 + i);
  Studio studio(plan);
  studio.player.play();
  const tests::Take t = studio.run(kQuarter * 2);
  for (float x : t.left) ASSERT_LE(std::fabs(x), 0.8913f);
  const Meters m = studio.player.take_meters();
  EXPECT_GT(m.limiter_reduction_db, 6);
  EXPECT_GT(m.peak_left, 0.5f);
  EXPECT_NEAR(
      m.rms_left,
      t.rms(static_cast<std::size_t>(kQuarter * 2 - 14400), static_cast<std::size_t>(kQuarter * 2)),
      0.02);
  EXPECT_GT(m.lufs_momentary, -20);
  EXPECT_EQ(studio.player.take_meters().peak_left, 0);
}

TEST(Player, RefusesWhatItCannotDo) {
  Player player(registry::factory());
  EXPECT_FALSE(player.prepare(100, 128).ok());
  EXPECT_FALSE(player.prepare(48000, 0).ok());
  EXPECT_FALSE(player.prepare(48000, 5000).ok());
  float l[16], r[16];
  l[3] = 1;
  player.process(l, r, 16);  // unprepared: silence
  EXPECT_EQ(l[3], 0);
  Plan bad;
  bad.events.push_back({{0}, 3, 0x90, 60, 100});
  EXPECT_FALSE(player.adopt(bad).ok());
}

TEST(Render, GivesTheSongFromItsFirstFrameToItsLastRing) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  add_note(plan, 0, 0_quarters, 2_quarters, 69);
  std::vector<std::vector<float>> results;
  for (int block : {1, 64, 1000, 4096}) {
    Studio studio(plan);
    std::vector<float> left;
    OfflineOptions options;
    options.block = block;
    double last = 0;
    const auto report = render_offline(
        studio.player, kRate, options,
        [&](const float* l, const float*, int n) {
          left.insert(left.end(), l, l + n);
          return true;
        },
        [&](double part, std::string_view) {
          EXPECT_GE(part, last);
          last = part;
          return true;
        });
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->frames, static_cast<std::int64_t>(left.size()));
    EXPECT_GT(left.size(), static_cast<std::size_t>(kQuarter * 2));          // the release rings
    EXPECT_LT(left.size(), static_cast<std::size_t>(kQuarter * 2 + 20000));  // and ends
    std::size_t first = 0;
    while (left[first] == 0) ++first;
    EXPECT_LE(first, 3u);
    results.push_back(std::move(left));
  }
  for (const auto& other : results) EXPECT_EQ(other, results[0]);
  Studio studio(plan);
  const auto cancelled = render_offline(
      studio.player, kRate, {}, [](const float*, const float*, int) { return true; },
      [](double, std::string_view) { return false; });
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code, Code::cancelled);
  const auto full = render_offline(studio.player, kRate, {},
                                   [](const float*, const float*, int) { return false; });
  EXPECT_EQ(full.error().code, Code::io);
}

}  // namespace
}  // namespace tutti::graph
