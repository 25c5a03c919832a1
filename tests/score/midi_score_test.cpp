#include "engine/score/midi_score.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/score/midi_material.h"

namespace tutti::score {
namespace {

using test::Raw;

Random any_random() {
  return Random(*rc::gen::arbitrary<std::uint64_t>());
}

Score must(Result<Score> score) {
  EXPECT_TRUE(score.ok()) << score.error().message;
  return *std::move(score);
}

RC_GTEST_PROP(MidiScoreProperty, NotesTempoAndMetreSurviveExactly, ()) {
  auto random = any_random();
  const auto score = test::any_score(random);
  const auto again = score_from_midi(*read_midi(write_midi(midi_from_score(score))));
  RC_ASSERT(again.ok());
  RC_ASSERT(again->title == score.title);
  RC_ASSERT(again->tempo == score.tempo);
  RC_ASSERT(again->keys == score.keys);
  RC_ASSERT(again->parts.size() == score.parts.size());
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    RC_ASSERT(again->parts[i].name == score.parts[i].name);
    RC_ASSERT(again->parts[i].channel == score.parts[i].channel);
    RC_ASSERT(again->parts[i].program == score.parts[i].program);
    RC_ASSERT(again->parts[i].bank == score.parts[i].bank);
    RC_ASSERT(again->parts[i].notes == score.parts[i].notes);
    RC_ASSERT(again->parts[i].controls == score.parts[i].controls);
  }
  RC_ASSERT(again->texts.size() == score.texts.size());
  RC_ASSERT(again->raws == score.raws);
  RC_ASSERT(again->warnings.empty());
}

// Whatever file comes in: what was made of it is written and read back the same.
RC_GTEST_PROP(MidiScoreProperty, AnImportedScoreComesBackTheSame, ()) {
  auto random = any_random();
  auto file = test::any_file(random);
  const auto first = score_from_midi(file);
  RC_ASSERT(first.ok());
  const auto written = write_midi(midi_from_score(*first));
  const auto second = score_from_midi(*read_midi(written));
  RC_ASSERT(second.ok());
  RC_ASSERT(second->tempo.metres() == first->tempo.metres());
  std::size_t notes_first = 0;
  std::size_t notes_second = 0;
  for (const auto& part : first->parts) notes_first += part.notes.size();
  for (const auto& part : second->parts) notes_second += part.notes.size();
  RC_ASSERT(notes_first == notes_second);
  const auto third = score_from_midi(*read_midi(write_midi(midi_from_score(*second))));
  RC_ASSERT(third->parts == second->parts);
  RC_ASSERT(third->tempo == second->tempo);
}

TEST(MidiScore, EveryDivisionKeepsItsOwnTimes) {
  for (const int division :
       {1, 24, 25, 96, 100, 120, 192, 240, 384, 480, 960, 1000, 1024, 1920, 7777, 15360}) {
    MidiFile file;
    file.format = 0;
    file.division = division;
    file.tracks.resize(1);
    std::uint64_t tick = 0;
    for (int i = 0; i < 500; ++i) {
      const int key = 40 + i % 40;
      file.tracks[0].events.push_back({tick, 0x90, static_cast<std::uint8_t>(key), 100, {}});
      tick += 1 + static_cast<std::uint64_t>(i % 7);
      file.tracks[0].events.push_back({tick, 0x80, static_cast<std::uint8_t>(key), 64, {}});
    }
    file.tracks[0].end = tick;
    const auto score = must(score_from_midi(file));
    const auto back = midi_from_score(score, division);
    ASSERT_EQ(back.tracks.size(), 2u);
    EXPECT_EQ(back.tracks[1].events, file.tracks[0].events) << division;
  }
}

TEST(MidiScore, OffBeforeOnAtOneTick) {
  const auto score = must(
      score_from_midi(*read_midi(Raw()
                                     .header(0, 1, 96)
                                     .track({0,  0x90, 60, 100,  48, 0x90, 60, 0,    0,    0x90,
                                             60, 90,   48, 0x80, 60, 0,    0,  0xFF, 0x2F, 0})
                                     .get())));
  ASSERT_EQ(score.parts.size(), 1u);
  ASSERT_EQ(score.parts[0].notes.size(), 2u);
  EXPECT_EQ(score.parts[0].notes[0].duration.value, kTicksPerQuarter / 2);
  EXPECT_EQ(score.parts[0].notes[1].start.value, kTicksPerQuarter / 2);
  EXPECT_EQ(score.parts[0].notes[1].velocity, 90);
}

TEST(MidiScore, OverlappingNotesEndInTheOrderTheyBegan) {
  const auto score = must(score_from_midi(
      *read_midi(Raw()
                     .header(0, 1, 96)
                     .track({0, 0x90, 60, 100, 10, 60, 90, 10, 60, 0, 10, 60, 0, 0, 0xFF, 0x2F, 0})
                     .get())));
  ASSERT_EQ(score.parts[0].notes.size(), 2u);
  EXPECT_EQ(score.parts[0].notes[0].duration.value, 20 * 160);
  EXPECT_EQ(score.parts[0].notes[1].start.value, 10 * 160);
  EXPECT_EQ(score.parts[0].notes[1].duration.value, 20 * 160);
}

TEST(MidiScore, HangingAndStrayEndsAreReported) {
  const auto score = must(score_from_midi(*read_midi(
      Raw().header(0, 1, 96).track({0, 0x80, 61, 0, 0, 0x90, 60, 100, 96, 0xFF, 0x2F, 0}).get())));
  ASSERT_EQ(score.parts[0].notes.size(), 1u);
  EXPECT_EQ(score.parts[0].notes[0].duration, 1_quarters);
  EXPECT_EQ(score.warnings.size(), 2u);
}

TEST(MidiScore, AChannelWithNothingButEndsIsNoPart) {
  const auto score = must(score_from_midi(
      *read_midi(Raw().header(0, 1, 96).track({0, 0x80, 61, 0, 0, 0xFF, 0x2F, 0}).get())));
  EXPECT_TRUE(score.parts.empty());
  EXPECT_EQ(score.warnings.size(), 1u);
}

TEST(MidiScore, TracksAndChannelsBecomeParts) {
  MidiFile file;
  file.division = 480;
  file.tracks.resize(2);
  const auto name = [](std::string_view s) {
    return MidiEvent{0, 0xFF, 3, 0, std::vector<std::uint8_t>(s.begin(), s.end())};
  };
  file.tracks[0].events = {name("Title"),
                           {0, 0xFF, 0x51, 0, {0x0F, 0x42, 0x40}},
                           {0, 0xFF, 0x58, 0, {6, 3, 36, 8}},
                           {0, 0xFF, 0x59, 0, {0xFD, 1}}};
  file.tracks[1].events = {name("Band"),           {0, 0xB0, 0, 1, {}},     {0, 0xB0, 32, 2, {}},
                           {0, 0xC0, 40, 0, {}},   {0, 0x90, 60, 80, {}},   {240, 0xC0, 41, 0, {}},
                           {480, 0x80, 60, 0, {}}, {480, 0x99, 36, 80, {}}, {960, 0x89, 36, 0, {}}};
  file.tracks[1].end = 960;
  const auto score = must(score_from_midi(file));
  EXPECT_EQ(score.title, "Title");
  EXPECT_DOUBLE_EQ(score.tempo.bpm_at({}), 60);
  EXPECT_EQ(score.tempo.metre_at({}), (MetreChange{{}, 6, 8}));
  ASSERT_EQ(score.keys.size(), 1u);
  EXPECT_EQ(name_of(score.keys[0].key), "C minor");
  ASSERT_EQ(score.parts.size(), 2u);
  EXPECT_EQ(score.parts[0].program, 40);
  EXPECT_EQ(score.parts[0].bank, 130);
  EXPECT_EQ(score.parts[0].controls,
            (std::vector<Control>{{Ticks{kTicksPerQuarter / 2}, 0xC0, 41, 0}}));
  EXPECT_EQ(score.parts[1].channel, 9);
  EXPECT_EQ(score.end, 2_quarters);
}

TEST(MidiScore, Type2PatternsFollowOneAnother) {
  MidiFile file;
  file.format = 2;
  file.division = 96;
  file.tracks.resize(2);
  for (auto& track : file.tracks) {
    track.events = {{0, 0x90, 60, 100, {}}, {96, 0x80, 60, 0, {}}};
    track.end = 192;
  }
  const auto score = must(score_from_midi(file));
  ASSERT_EQ(score.parts.size(), 2u);
  EXPECT_EQ(score.parts[0].notes[0].start, 0_quarters);
  EXPECT_EQ(score.parts[1].notes[0].start, 2_quarters);
}

TEST(MidiScore, SmpteFilesKeepTheirSeconds) {
  MidiFile file;
  file.division = -25 * 256 + 40;  // milliseconds
  file.format = 0;
  file.tracks.resize(1);
  file.tracks[0].events = {{1500, 0x90, 60, 100, {}}, {2750, 0x80, 60, 0, {}}};
  file.tracks[0].end = 3000;
  const auto score = must(score_from_midi(file));
  const auto& note = score.parts[0].notes[0];
  EXPECT_NEAR(score.tempo.seconds(note.start), 1.5, 2e-5);
  EXPECT_NEAR(score.tempo.seconds(note.start + note.duration), 2.75, 2e-5);
}

TEST(MidiScore, LatinTextBecomesUtf8) {
  MidiFile file;
  file.tracks.resize(1);
  file.tracks[0].events = {{0, 0xFF, 5, 0, {'d', 0xE9, 'j', 0xE0}},
                           {0, 0xFF, 6, 0, {0xC3, 0xA9, 0}}};
  const auto score = must(score_from_midi(file));
  ASSERT_EQ(score.texts.size(), 2u);
  EXPECT_EQ(score.texts[0].text, "d\xC3\xA9j\xC3\xA0");
  EXPECT_EQ(score.texts[1].text, "\xC3\xA9");
}

TEST(MidiScore, NoTimeBaseIsRefused) {
  MidiFile file;
  file.division = 0;
  const auto score = score_from_midi(file);
  ASSERT_FALSE(score.ok());
  EXPECT_EQ(score.error().code, Code::unsupported);
}

TEST(MidiScore, TheSmallestExactDivisionIsChosen) {
  Score score;
  score.parts.resize(1);
  score.parts[0].notes = {{0_quarters, 1_quarters, 60, 100, 0, 1}};
  EXPECT_EQ(midi_from_score(score).division, 480);
  score.parts[0].notes[0].start = Ticks{16};
  EXPECT_EQ(midi_from_score(score).division, 960);
  score.parts[0].notes[0].start = Ticks{1};
  EXPECT_EQ(midi_from_score(score).division, 15360);
}

TEST(MidiScore, AMillionOverlappingNotesOnOneKeyArePairedInTime) {
  MidiFile file;
  file.format = 0;
  file.tracks.resize(1);
  constexpr int kNotes = 500'000;
  auto& events = file.tracks[0].events;
  for (int i = 0; i < kNotes; ++i)
    events.push_back({static_cast<std::uint64_t>(i), 0x90, 60, 100, {}});
  for (int i = 0; i < kNotes; ++i)
    events.push_back({static_cast<std::uint64_t>(kNotes + i), 0x80, 60, 0, {}});
  file.tracks[0].end = 2 * kNotes;
  const auto score = must(score_from_midi(file));
  ASSERT_EQ(score.parts[0].notes.size(), static_cast<std::size_t>(kNotes));
  for (const auto& note : score.parts[0].notes) ASSERT_EQ(note.duration, Ticks{kNotes * 16});
}

}  // namespace
}  // namespace tutti::score
