// Edits as a musician makes them.

#include "engine/project/song.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/project/command.h"
#include "engine/project/edits.h"
#include "engine/project/pitch_text.h"
#include "engine/project/schema.h"
#include "tests/project/replicas.h"

namespace tutti::project {
namespace {

class SongTest : public ::testing::Test {
 protected:
  SongTest() {
    track_ = *add_track(d_, {});
    d_.forget_history();
  }
  EntityId put(std::int64_t start, std::int64_t duration, int key, int velocity = 100) {
    Note n;
    n.start = {start};
    n.duration = {duration};
    n.key = key;
    n.velocity = velocity;
    return *add_note(d_, track_, n);
  }
  Note read(EntityId id) { return note(d_, id).value_or(Note()); }
  Document d_{1};
  EntityId track_;
};

constexpr std::int64_t kQuarter = kTicksPerQuarter;

TEST_F(SongTest, MovingStopsTheGroupAtTheWalls) {
  const auto a = put(100, 50, 60);
  const auto b = put(500, 50, 125);
  const std::vector both = {a, b};
  ASSERT_TRUE(move_notes(d_, both, {-400}, 7).ok());
  EXPECT_EQ(read(a).start, Ticks{0});
  EXPECT_EQ(read(b).start, Ticks{400});
  EXPECT_EQ(read(a).key, 62);
  EXPECT_EQ(read(b).key, 127);
  EXPECT_TRUE(d_.undo());
  EXPECT_EQ(read(a).start, Ticks{100});
  EXPECT_EQ(read(b).key, 125);
}

TEST_F(SongTest, StretchingKeepsALeastLength) {
  const auto a = put(100, 1000, 60);
  const std::vector one = {a};
  ASSERT_TRUE(stretch_notes(d_, one, {-5000}).ok());
  EXPECT_EQ(read(a).duration, Ticks{kQuarter / 64});
  ASSERT_TRUE(stretch_notes(d_, one, {300}).ok());
  EXPECT_EQ(read(a).duration, Ticks{kQuarter / 64 + 300});
  const Ticks end = read(a).start + read(a).duration;
  ASSERT_TRUE(stretch_notes(d_, one, {-5000}, true).ok());
  EXPECT_EQ(read(a).start, Ticks{0});
  EXPECT_EQ(read(a).start + read(a).duration, end);
}

TEST_F(SongTest, QuantiseGoesToTheNearestLineByItsStrength) {
  const std::int64_t g = kQuarter / 4;
  const auto a = put(g + 100, g + 50, 60);
  const auto b = put(3 * g - 200, g, 62);
  const std::vector both = {a, b};
  ASSERT_TRUE(quantise(d_, both, {.strength = 0.5}).ok());
  EXPECT_EQ(read(a).start, Ticks{g + 50});
  EXPECT_EQ(read(a).duration, Ticks{g + 50});
  EXPECT_EQ(read(b).start, Ticks{3 * g - 100});
  ASSERT_TRUE(quantise(d_, both, {.ends = true}).ok());
  EXPECT_EQ(read(a).start, Ticks{g});
  EXPECT_EQ(read(a).duration, Ticks{g});
  EXPECT_EQ(read(b).start, Ticks{3 * g});
  ASSERT_TRUE(quantise(d_, both, {.swing = 1}).ok());
  EXPECT_EQ(read(a).start, Ticks{g + g / 3});
  EXPECT_EQ(read(b).start, Ticks{3 * g + g / 3});
}

TEST_F(SongTest, QuantiseCountsFromTheBar) {
  // 5/8 has no whole number of quarter notes: the second bar begins off the quarter grid.
  ASSERT_TRUE(set_metre(d_, 5, 8).ok());
  const std::int64_t bar = 5 * kQuarter / 2;
  const auto a = put(bar + 700, 500, 60);
  const auto b = put(bar + kQuarter + 700, 500, 60);
  const auto c = put(2 * bar - 300, 500, 60);
  ASSERT_TRUE(quantise(d_, std::vector{a, b, c}, {.grid = {kQuarter}}).ok());
  EXPECT_EQ(read(a).start, Ticks{bar});
  EXPECT_EQ(read(b).start, Ticks{bar + kQuarter});
  EXPECT_EQ(read(c).start, Ticks{2 * bar});
}

TEST_F(SongTest, SnapTransposeAndVelocity) {
  const auto a = put(0, 100, 61, 20);
  const auto b = put(0, 100, 66, 120);
  const std::vector both = {a, b};
  ASSERT_TRUE(snap_to_key(d_, both, {0, score::Mode::major}).ok());
  EXPECT_EQ(read(a).key, 60);
  EXPECT_EQ(read(b).key, 65);
  ASSERT_TRUE(transpose(d_, both, -12).ok());
  EXPECT_EQ(d_.undo_label(), "Transpose");
  EXPECT_EQ(read(b).key, 53);
  ASSERT_TRUE(change_velocity(d_, both, 30).ok());
  EXPECT_EQ(read(a).velocity, 50);
  EXPECT_EQ(read(b).velocity, 127);
  ASSERT_TRUE(set_velocity(d_, both, 0).ok());
  EXPECT_EQ(read(a).velocity, 1);
}

TEST_F(SongTest, CutAndPasteThroughText) {
  const auto a = put(1000, 100, 60, 90);
  const auto b = put(1500, 200, 64, 80);
  const auto text = cut_notes(d_, std::vector{b, a});
  ASSERT_TRUE(text.ok());
  EXPECT_TRUE(notes(d_, track_).empty());
  Document other(2);
  const auto there = *add_track(other, {});
  const auto pasted = paste_notes(other, there, {7000}, *text);
  ASSERT_TRUE(pasted.ok());
  const auto list = notes(other, there);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].start, Ticks{7000});
  EXPECT_EQ(list[0].key, 60);
  EXPECT_EQ(list[1].start, Ticks{7500});
  EXPECT_EQ(list[1].duration, Ticks{200});
  EXPECT_EQ(list[1].velocity, 80);
  EXPECT_TRUE(d_.undo());
  EXPECT_EQ(notes(d_, track_).size(), 2u);
  for (const char* wrong :
       {"", "hello", "{}", R"({"tutti":"notes","notes":5})", R"({"tutti":"notes","notes":[{}]})",
        R"({"tutti":"notes","notes":[{"start":-1,"duration":5,"key":60}]})",
        R"({"tutti":"notes","notes":[{"start":0,"duration":5,"key":600}]})"}) {
    const auto refused = paste_notes(other, there, {}, wrong);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.error().code, Code::bad_input);
  }
  EXPECT_EQ(notes(other, there).size(), 2u);
}

TEST_F(SongTest, NothingHappensIfANoteIsGone) {
  const auto a = put(0, 100, 60);
  const auto b = put(0, 100, 62);
  ASSERT_TRUE(remove_notes(d_, std::vector{b}).ok());
  static_cast<void>(d_.take_operations());
  for (const auto& result :
       {move_notes(d_, std::vector{a, b}, {5}, 0), set_velocity(d_, std::vector{a, b}, 5),
        remove_notes(d_, std::vector{a, b}), quantise(d_, std::vector{a, b}, {})}) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Code::not_found);
  }
  EXPECT_TRUE(d_.take_operations().empty());
}

TEST_F(SongTest, TempoMetreKeyAndLoop) {
  ASSERT_TRUE(set_tempo(d_, 90).ok());
  ASSERT_TRUE(set_tempo(d_, 180, {4 * kQuarter}).ok());
  ASSERT_TRUE(set_tempo(d_, 60, {4 * kQuarter}).ok());
  ASSERT_TRUE(set_metre(d_, 6, 8, {8 * kQuarter}).ok());
  ASSERT_TRUE(set_key(d_, score::Key{6, score::Mode::minor}).ok());
  ASSERT_TRUE(set_loop(d_, true, {100}, {50}).ok());
  const auto project = info(d_);
  ASSERT_EQ(project.tempo.tempos().size(), 2u);
  EXPECT_NEAR(project.tempo.bpm_at({}), 90, 1e-9);
  EXPECT_NEAR(project.tempo.bpm_at({4 * kQuarter}), 60, 1e-9);
  EXPECT_EQ(project.tempo.metre_at({8 * kQuarter}).numerator, 6);
  EXPECT_EQ(name_of(*project.key), "F# minor");
  EXPECT_EQ(project.loop_end, Ticks{100});
  EXPECT_EQ(set_tempo(d_, 0).error().code, Code::wrong_usage);
  EXPECT_EQ(set_metre(d_, 4, 3).error().code, Code::wrong_usage);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(d_.undo());
  EXPECT_EQ(tempo_map(d_), score::TempoMap());
}

TEST_F(SongTest, TracksKeepTheirOrderAndFields) {
  Track t;
  t.name = "Bass";
  t.program = 33;
  t.pan = -3;
  const auto b = *add_track(d_, t);
  const auto c = *add_track(d_, {});
  ASSERT_TRUE(move_track(d_, c, kRoot).ok());
  auto list = tracks(d_);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].id, c);
  EXPECT_EQ(list[2].id, b);
  EXPECT_EQ(list[2].pan, -1);
  // Two people set different things of one track.
  Document other(2);
  ASSERT_TRUE(other.apply(d_.to_operations()).ok());
  auto mine = *track(d_, b);
  mine.mute = true;
  ASSERT_TRUE(set_track(d_, mine).ok());
  auto theirs = *track(other, b);
  theirs.gain_db = -6;
  ASSERT_TRUE(set_track(other, theirs).ok());
  ASSERT_TRUE(d_.apply(other.take_operations()).ok());
  EXPECT_TRUE(track(d_, b)->mute);
  EXPECT_EQ(track(d_, b)->gain_db, -6);
}

// Whatever anybody wrote into the fields, reading gives something that can be played.
TEST_F(SongTest, WildFieldsReadAsDefaultsOrInRange) {
  const auto a = put(0, 100, 60);
  for (const Value& wild :
       {Value(-1e18), Value(1e18), Value("x"), Value(true), Value(0.5), Value()}) {
    for (const auto& spec : field_specs()) {
      const EntityId id = spec.kind == "note" ? a : spec.kind == "track" ? track_ : kRoot;
      if (id == kRoot && spec.kind != "project") continue;
      ASSERT_TRUE(d_.set(id, spec.name, wild).ok());
    }
    const auto n = read(a);
    EXPECT_GE(n.start.value, 0);
    EXPECT_GE(n.duration.value, 1);
    EXPECT_TRUE(n.key >= 0 && n.key <= 127 && n.velocity >= 1 && n.velocity <= 127);
    EXPECT_TRUE(n.confidence >= 0 && n.confidence <= 1);
    const auto t = *track(d_, track_);
    EXPECT_TRUE(t.program >= 0 && t.program <= 127 && t.pan >= -1 && t.pan <= 1);
    const auto project = info(d_);
    EXPECT_GT(project.tempo.bpm_at({}), 0);
    EXPECT_GE(project.tempo.metre_at({}).numerator, 1);
  }
}

TEST_F(SongTest, TakesNeedTheirRecording) {
  Take t;
  EXPECT_EQ(add_take(d_, track_, t).error().code, Code::wrong_usage);
  t.blob = std::string(64, 'a');
  t.frames = 96000;
  t.offset = 0.5;
  const auto id = add_take(d_, track_, t);
  ASSERT_TRUE(id.ok());
  EXPECT_DOUBLE_EQ(length_of(*take(d_, *id), tempo_map(d_)), 1.5);
  EXPECT_EQ(end_of(d_), Ticks{3 * kQuarter});
  ASSERT_TRUE(d_.set(*id, "blob", "../../etc/passwd").ok());
  EXPECT_EQ(take(d_, *id)->blob, "");
}

TEST_F(SongTest, ATakeHasItsOwnLevelInRange) {
  Take t;
  t.blob = std::string(64, 'a');
  t.frames = 96000;
  const auto id = add_take(d_, track_, t);
  ASSERT_TRUE(id.ok());
  ASSERT_TRUE(set_take_gain(d_, *id, -6.5).ok());
  EXPECT_DOUBLE_EQ(take(d_, *id)->gain_db, -6.5);
  ASSERT_TRUE(set_take_gain(d_, *id, 1e9).ok());
  EXPECT_DOUBLE_EQ(take(d_, *id)->gain_db, 24);
  ASSERT_TRUE(d_.undo());
  EXPECT_DOUBLE_EQ(take(d_, *id)->gain_db, -6.5);
  EXPECT_EQ(set_take_gain(d_, track_, 0).error().code, Code::not_found);
}

TEST(PitchText, GoesBothWaysToTheCent) {
  Random random(3);
  PitchCurve curve{0.0058, {}};
  double hz = 220;
  for (int i = 0; i < 5000; ++i) {
    hz *= 1 + random.uniform(-0.01, 0.01);
    curve.hz.push_back(random.below(10) < 3 ? 0.0f : static_cast<float>(hz));
  }
  curve.hz.push_back(std::numeric_limits<float>::quiet_NaN());
  curve.hz.push_back(-5);
  const auto text = pitch_to_text(curve);
  EXPECT_LT(text.size(), 2 * curve.hz.size());
  const auto again = pitch_from_text(text);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->hop, curve.hop);
  ASSERT_EQ(again->hz.size(), curve.hz.size());
  for (std::size_t i = 0; i < 5000; ++i) {
    if (curve.hz[i] == 0) {
      ASSERT_EQ(again->hz[i], 0);
    } else {
      ASSERT_NEAR(1200 * std::log2(again->hz[i] / curve.hz[i]), 0, 0.51);
    }
  }
  EXPECT_EQ(again->hz[5000], 0);
  EXPECT_EQ(again->hz[5001], 0);
  EXPECT_EQ(pitch_to_text(*again), text);
  for (const char* wrong :
       {"", ";", "0.01", "0;AA==", "0.01;A", "0.01;AP8=", "0.01;////////", "0.01;AP////8P"}) {
    EXPECT_FALSE(pitch_from_text(wrong).ok()) << wrong;
  }
}

// --- edits by name
// ---------------------------------------------------------------------------------

TEST_F(SongTest, CommandsDoWhatTheEditsDo) {
  const auto run = [&](const std::string& text) {
    const auto result = run_command(d_, text);
    EXPECT_TRUE(result.ok()) << text << result.error().message;
    return result.ok() ? *result : std::string();
  };
  const std::string track = to_text(track_);
  EXPECT_EQ(run(R"({"do":"add_note","track":")" + track + R"(","start":960,"key":64})"),
            R"({"changed":true,"result":"2.1"})");
  EXPECT_EQ(run(R"({"do":"move_notes","notes":["2.1"],"by":40,"keys":-1})"),
            R"({"changed":true,"result":null})");
  EXPECT_EQ(read({2, 1}).start, Ticks{1000});
  EXPECT_EQ(read({2, 1}).key, 63);
  EXPECT_EQ(run(R"({"do":"move_notes","notes":["2.1"],"by":0})"),
            R"({"changed":false,"result":null})");
  EXPECT_EQ(run(R"({"do":"undo"})"), R"({"changed":true,"result":true})");
  EXPECT_EQ(read({2, 1}).key, 64);
  run(R"({"do":"begin","label":"Drag"})");
  run(R"({"do":"set_velocity","notes":["2.1"],"velocity":5})");
  run(R"({"do":"cancel"})");
  EXPECT_EQ(read({2, 1}).velocity, 100);
  run(R"({"do":"set_key","key":"F# minor"})");
  EXPECT_EQ(name_of(*info(d_).key), "F# minor");
  run(R"({"do":"set_key"})");
  EXPECT_FALSE(info(d_).key);
  EXPECT_NE(run(R"({"do":"copy_notes","notes":["2.1"]})").find("tutti"), std::string::npos);
}

TEST_F(SongTest, CommandsNameWhatIsWrong) {
  const auto before = d_.canonical();
  const struct {
    const char* text;
    const char* words;
  } cases[] = {{R"({"do":"fly"})", "no edit named"},
               {"{}", "no edit named"},
               {R"({"do":"add_note"})", "\"track\""},
               {R"({"do":"move_notes","notes":"2.1"})", "\"notes\""},
               {R"({"do":"move_notes","notes":["x"]})", "\"notes\""},
               {R"({"do":"set_tempo","bpm":"fast"})", "\"bpm\""},
               {R"({"do":"snap_to_key","notes":[],"key":"H"})", "\"key\""},
               {R"({"do":"add_track","type":"video"})", "\"type\""},
               {R"({"do":"set_velocity","notes":[],"velocity":1e300})", "\"velocity\""}};
  for (const auto& c : cases) {
    const auto result = run_command(d_, c.text);
    ASSERT_FALSE(result.ok()) << c.text;
    EXPECT_EQ(result.error().code, Code::wrong_usage);
    EXPECT_NE(result.error().message.find(c.words), std::string::npos) << result.error().message;
  }
  EXPECT_EQ(d_.canonical(), before);
}

}  // namespace
}  // namespace tutti::project
