#include "engine/score/ir.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/score/midi_material.h"

namespace tutti::score {
namespace {

RC_GTEST_PROP(IrProperty, NotesComeBackWithinATick, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  auto score = test::any_score(random);
  // The IR has one tempo; seconds are what it keeps.
  const auto again = score_from_ir(ir_from_score(score));
  RC_ASSERT(again.ok());
  RC_ASSERT(again->parts.size() == score.parts.size());
  for (std::size_t p = 0; p < score.parts.size(); ++p) {
    RC_ASSERT(again->parts[p].notes.size() == score.parts[p].notes.size());
    const double tick = 60.0 / again->tempo.bpm_at({}) / kTicksPerQuarter;
    auto wanted = score.parts[p].notes;
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const Note& a, const Note& b) { return a.key < b.key; });
    auto got = again->parts[p].notes;
    std::stable_sort(got.begin(), got.end(),
                     [](const Note& a, const Note& b) { return a.key < b.key; });
    for (std::size_t i = 0; i < got.size(); ++i) {
      RC_ASSERT(got[i].key == wanted[i].key);
      RC_ASSERT(got[i].velocity == wanted[i].velocity);
      RC_ASSERT(std::abs(again->tempo.seconds(got[i].start) -
                         score.tempo.seconds(wanted[i].start)) <= tick);
    }
  }
}

TEST(Ir, HasTheAgreedForm) {
  Score score;
  score.tempo = TempoMap({{{}, 6e7 / 97}}, {{{}, 3, 4}});
  score.keys.push_back({{}, {6, Mode::minor}});
  score.parts.resize(2);
  score.parts[0].program = 40;
  score.parts[0].notes = {{0_quarters, 1_quarters, 69, 127, 0, 1}};
  score.parts[1].channel = 9;
  const auto text = ir_from_score(score);
  const auto value = parse_json(text);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(text.substr(0, 74),
            R"({"metadata":{"tempo":97,"key":"F# minor","timeSignature":"3/4"},"tracks":[)");
  EXPECT_NE(text.find(R"("instrument":"violin")"), text.npos);
  EXPECT_NE(text.find(R"("instrument":"drums")"), text.npos);
  EXPECT_NE(text.find(R"({"pitch":69,"start":0,"duration":0.61855)"), text.npos) << text;
}

TEST(Ir, IsReadLeniently) {
  const auto score = score_from_ir(R"({"metadata":{"tempo":"90","key":"dm","timeSignature":[3,4]},
    "tracks":[{"id":"lead","instrument":"Flute","notes":[{"pitch":"A4","start":0,"duration":1},
      {"note":60.4,"time":"2","end":2.5,"velocity":64}]},{"instrument":"drums"},{"instrument":56}]})");
  ASSERT_TRUE(score.ok()) << score.error().message;
  EXPECT_DOUBLE_EQ(score->tempo.bpm_at({}), 90);
  EXPECT_EQ(score->tempo.metre_at({}).numerator, 3);
  EXPECT_EQ(score->keys[0].key, (Key{2, Mode::minor}));
  ASSERT_EQ(score->parts.size(), 3u);
  EXPECT_EQ(score->parts[0].name, "lead");
  EXPECT_EQ(score->parts[0].program, 73);
  EXPECT_EQ(score->parts[0].notes[0].key, 69);
  EXPECT_EQ(score->parts[0].notes[0].velocity, 102);
  EXPECT_EQ(score->parts[0].notes[1].key, 60);
  EXPECT_EQ(score->parts[0].notes[1].velocity, 64);
  EXPECT_EQ(score->parts[0].notes[1].start, 3_quarters);
  EXPECT_EQ(score->parts[1].channel, 9);
  EXPECT_EQ(score->parts[2].program, 56);
}

TEST(Ir, SaysWhatIsWrongAndWhere) {
  const struct {
    const char* text;
    const char* words;
  } cases[] = {{"[]", "no JSON object"},
               {"{}", "list of tracks"},
               {R"({"tracks":[5]})", "Track 1"},
               {R"({"tracks":[{"notes":7}]})", "Track 1"},
               {R"({"tracks":[{"notes":[{"start":0,"duration":1}]}]})", "Track 1, note 1"},
               {R"({"tracks":[{"notes":[{"pitch":300,"start":0,"duration":1}]}]})", "pitch"},
               {R"({"tracks":[{"notes":[{"pitch":60,"start":-1,"duration":1}]}]})", "start"},
               {R"({"tracks":[{"notes":[{"pitch":60,"start":1e9,"duration":1}]}]})", "start"},
               {R"({"tracks":[{"notes":[{"pitch":60,"start":1,"end":0}]}]})", "duration"},
               {R"({"metadata":{"tempo":0},"tracks":[]})", "tempo"},
               {R"({"metadata":{"timeSignature":"4/3"},"tracks":[]})", "time signature"}};
  for (const auto& c : cases) {
    const auto score = score_from_ir(c.text);
    ASSERT_FALSE(score.ok()) << c.text;
    EXPECT_EQ(score.error().code, Code::bad_input);
    EXPECT_NE(score.error().message.find(c.words), std::string::npos) << score.error().message;
  }
}

}  // namespace
}  // namespace tutti::score
