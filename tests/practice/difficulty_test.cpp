// Hard passages: planted ones are found and named, whatever the song; nothing is found where
// nothing stands out; what is not whole does no harm.
#include "engine/practice/difficulty.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>

#include "engine/base/json.h"
#include "engine/practice/part.h"
#include "tests/support/planted_songs.h"

namespace tutti::practice {
namespace {

using tests::planted_song;

analysis::SongAnalysis even_song(int bars, double beat = 0.5) {
  analysis::SongAnalysis song;
  for (int b = 0; b < bars * 4; ++b) {
    song.beats.push_back(b * beat);
    if (b % 4 == 0) song.downbeats.push_back(b * beat);
  }
  song.duration = bars * 4 * beat;
  for (int bar = 0; bar < bars; ++bar)
    song.chords.push_back({bar * 4 * beat, (bar + 1) * 4 * beat, bar % 2 ? "G:maj" : "C:maj"});
  return song;
}

Part quarters(const analysis::SongAnalysis& song) {
  Part part;
  part.instrument = Instrument::bass;
  for (std::size_t i = 0; i < song.beats.size(); ++i)
    part.notes.push_back({song.beats[i], 0.4, 40 + static_cast<double>(i % 4 == 2 ? 2 : 0), 0, 1});
  return part;
}

void replace_bars(Part& part, double from, double to, const std::vector<PartNote>& notes) {
  std::erase_if(part.notes, [&](const PartNote& n) { return n.start >= from && n.start < to; });
  part.notes.insert(part.notes.end(), notes.begin(), notes.end());
}

TEST(Difficulty, FindsWhatWasPlantedAndNamesIt) {
  int three = 0, named = 0, others = 0;
  for (int number = 0; number < 30; ++number) {
    const auto song = planted_song(number);
    const auto score = score_of(song, hard_passages(song.song, part_of(song)));
    three += score.found == 3;
    named += score.named == score.found;
    others = std::max(others, score.others);
  }
  EXPECT_GE(three, 27);
  EXPECT_EQ(named, 30);
  EXPECT_LE(others, 1);
}

TEST(Difficulty, FindsThemInTheSoundOfTheStem) {
  for (const int number : {0, 1, 2, 3}) {  // each instrument
    const auto song = planted_song(number);
    const auto part = hear_part(song.instrument, stem_of(song, 16000), 16000);
    ASSERT_TRUE(part);
    const auto score = score_of(song, hard_passages(song.song, *part));
    EXPECT_EQ(score.found, 3) << number;
    EXPECT_EQ(score.named, 3) << number;
  }
}

TEST(Difficulty, SaysNumbersInWords) {
  auto song = even_song(24);
  Part part = quarters(song);
  // Bars 9 to 12 in sixteenths at 120: eight notes a second.
  std::vector<PartNote> run;
  for (int k = 0; k < 64; ++k) run.push_back({16 + k * 0.125, 0.1, 40.0 + k % 5, 0, 1});
  replace_bars(part, 16, 24, run);
  const auto found = hard_passages(song, part);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].first_bar, 9);
  EXPECT_EQ(found[0].last_bar, 12);
  EXPECT_DOUBLE_EQ(found[0].start, 16);
  EXPECT_DOUBLE_EQ(found[0].end, 24);
  ASSERT_FALSE(found[0].reasons.empty());
  EXPECT_EQ(found[0].reasons[0].cause, Cause::density);
  EXPECT_EQ(found[0].reasons[0].text, "8 notes a second");

  const auto list = json_of(found);
  EXPECT_EQ(list[0].at("firstBar").as_int64(), 9);
  EXPECT_EQ(list[0].at("reasons").as_array()[0].as_string(), "8 notes a second");
  EXPECT_EQ(list[0].at("causes").as_array()[0].as_string(), "density");
}

TEST(Difficulty, NamesLeapsByTheirInterval) {
  auto song = even_song(24);
  Part part = quarters(song);
  for (PartNote& note : part.notes)
    if (note.start >= 20 && note.start < 28)
      note.pitch = static_cast<int>(note.start * 2) % 2 ? 56 : 40;
  const auto found = hard_passages(song, part);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].first_bar, 11);
  EXPECT_EQ(found[0].last_bar, 14);
  EXPECT_EQ(found[0].reasons[0].text, "leaps of a tenth");
}

TEST(Difficulty, TellsChangesOfChord) {
  auto song = even_song(24);
  const Part part = quarters(song);
  std::vector<analysis::ChordSpan> chords;
  const char* names[] = {"C:maj", "A:min", "D:min", "G:7"};
  for (const auto& chord : song.chords)
    if (chord.start < 12 || chord.start >= 18) chords.push_back(chord);
  for (int k = 0; k < 12; ++k) chords.push_back({12 + k * 0.5, 12.5 + k * 0.5, names[k % 4]});
  std::sort(chords.begin(), chords.end(),
            [](const auto& a, const auto& b) { return a.start < b.start; });
  song.chords = chords;
  const auto found = hard_passages(song, part);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first_bar, 7);
  EXPECT_EQ(found[0].last_bar, 9);
  EXPECT_EQ(found[0].reasons[0].text, "chord change every beat");
}

TEST(Difficulty, ListsAFigureOnceAndItsReturnsLast) {
  auto song = even_song(48);
  Part part = quarters(song);
  for (const double from : {32.0, 64.0}) {  // bars 17 and 33: the same run
    std::vector<PartNote> run;
    for (int k = 0; k < 32; ++k) run.push_back({from + k * 0.125, 0.1, 40.0 + k % 5, 0, 1});
    replace_bars(part, from, from + 4, run);
  }
  for (PartNote& note : part.notes)  // bars 25 and 26: off the beat
    if (note.start >= 48 && note.start < 52) note.start += 0.25;
  std::sort(part.notes.begin(), part.notes.end(),
            [](const auto& a, const auto& b) { return a.start < b.start; });
  const auto found = hard_passages(song, part);
  ASSERT_EQ(found.size(), 3u);
  // The one that is played once has nothing to prepare it.
  EXPECT_EQ(found[0].first_bar, 25);
  EXPECT_EQ(found[0].reasons[0].text, "off-beat entries, 3.5 a bar");
  EXPECT_EQ(found[1].first_bar, 17);
  EXPECT_EQ(found[2].first_bar, 33);
  EXPECT_EQ(found[2].same_as, 17);
}

TEST(Difficulty, FindsNothingWhereNothingStandsOut) {
  const auto song = even_song(32);
  EXPECT_TRUE(hard_passages(song, quarters(song)).empty());
  EXPECT_TRUE(hard_passages(song, {}).empty());
  EXPECT_TRUE(hard_passages({}, quarters(song)).empty());
  EXPECT_TRUE(hard_passages(even_song(3), quarters(song)).empty());
}

TEST(Difficulty, GivesMoreOnRequest) {
  const auto song = planted_song(5);
  const auto part = part_of(song);
  const auto three = hard_passages(song.song, part);
  const auto more = hard_passages(song.song, part, {8, 0.05});
  ASSERT_EQ(three.size(), 3u);
  EXPECT_GT(more.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(more[i].first_bar, three[i].first_bar);
}

TEST(Difficulty, KeepsItsPromisesOnAnything) {
  rc::check([] {
    analysis::SongAnalysis song;
    const auto awkward = [] {
      return *rc::gen::weightedOneOf<double>(
          {{20, rc::gen::map(rc::gen::inRange(-100, 60000), [](int v) { return v / 200.0; })},
           {1, rc::gen::element(std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity(), -1e300, 1e300)}});
    };
    for (int n = *rc::gen::inRange(0, 60); n > 0; --n) song.downbeats.push_back(awkward());
    for (int n = *rc::gen::inRange(0, 120); n > 0; --n) song.beats.push_back(awkward());
    for (int n = *rc::gen::inRange(0, 20); n > 0; --n)
      song.chords.push_back({awkward(), awkward(), *rc::gen::element<std::string>("C:maj", "N")});
    song.beats_per_bar = *rc::gen::inRange(-2, 20);
    song.duration = awkward();
    Part part;
    part.instrument = static_cast<Instrument>(*rc::gen::inRange(0, 4));
    for (int n = *rc::gen::inRange(0, 200); n > 0; --n)
      part.notes.push_back({awkward(), awkward(), awkward(), *rc::gen::inRange(-3, 9), 1});
    if (*rc::gen::arbitrary<bool>()) part.chroma.assign(1200, 0.5f);
    const int most = *rc::gen::inRange(-1, 12);
    const auto found = hard_passages(song, part, {most, 0.01});
    RC_ASSERT(found.size() <= static_cast<std::size_t>(std::max(1, most)));
    for (std::size_t i = 0; i < found.size(); ++i) {
      RC_ASSERT(found[i].end > found[i].start);
      RC_ASSERT(found[i].score >= 0 && found[i].score <= 1);
      const int bars = found[i].last_bar - found[i].first_bar + 1;
      RC_ASSERT(bars >= 2 && bars <= 8);
      RC_ASSERT(!found[i].reasons.empty() && !found[i].reasons[0].text.empty());
      if (i > 0 && found[i].same_as == 0) RC_ASSERT(found[i].score <= found[i - 1].score);
      for (std::size_t k = 0; k < i; ++k)
        RC_ASSERT(found[k].last_bar < found[i].first_bar || found[i].last_bar < found[k].first_bar);
    }
  });
}

TEST(Difficulty, DoesNotMindTheKeyOrTheStart) {
  rc::check([] {
    const auto song = planted_song(*rc::gen::inRange(0, 40));
    const auto part = part_of(song);
    const double later = *rc::gen::inRange(0, 4000) / 128.0;
    const int higher = *rc::gen::inRange(-5, 12);
    auto moved = song.song;
    auto moved_part = part;
    for (auto* times : {&moved.beats, &moved.downbeats})
      for (double& t : *times) t += later;
    for (auto& chord : moved.chords) chord.start += later, chord.end += later;
    moved.duration += later;
    for (auto& note : moved_part.notes) {
      note.start += later;
      if (note.pitch >= 0) note.pitch += higher;
    }
    const auto a = hard_passages(song.song, part), b = hard_passages(moved, moved_part);
    RC_ASSERT(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      RC_ASSERT(a[i].first_bar == b[i].first_bar && a[i].last_bar == b[i].last_bar);
      RC_ASSERT(a[i].reasons[0].cause == b[i].reasons[0].cause);
    }
  });
}

}  // namespace
}  // namespace tutti::practice
