#include "tests/graph/lab.h"
#include "tests/support/allocations.h"

namespace tutti::graph {
namespace {

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

TEST(Player, NeverAllocatesWhilePlaying) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1), sampler_node(2, 0), clip_node(5, "take", {5000})};
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

TEST(Player, NeverAllocatesInABusyMix) {
  const Plan plan = lab::busy_plan(9, 30);
  for (int block : {1, 128, 1000, 4096}) {
    lab::Desk desk(plan, lab::waves());
    desk.player.set_strip_meters(true);
    desk.player.set_taps({1, 2, 9002});
    std::vector<float> left(4096), right(4096);
    const long before = tests::allocations();
    desk.player.set_loop({1000}, {20000}, true);
    for (int done = 0; done < 60000; done += block) {
      desk.player.process(left.data(), right.data(), block);
      if (done / block == 5) {
        desk.player.set_insert_param(1010, "by", 0.3);
        desk.player.set_insert_bypass(1010, true);
        desk.player.set_fader(3, 0.2, 0.1, false);
        desk.player.set_send(1024, 0.4, false);
        desk.player.seek({15000});
        (void)desk.player.insert_reading(1010, 0), (void)desk.player.take_strip_meters();
      }
    }
    EXPECT_EQ(tests::allocations(), before) << block;
  }
}

}  // namespace
}  // namespace tutti::graph
