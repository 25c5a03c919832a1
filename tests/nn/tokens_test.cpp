// Tunes as tokens, and the collections read: times, keys, repeats, and a split without echoes.
#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "native/learn/pieces.h"

namespace tutti::learn {
namespace {

using namespace compose::melody;

TEST(Tokens, LengthsOfAnySizeComeBack) {
  for (int steps = 1; steps < 700; ++steps) {
    const TuneNote notes[] = {{10, steps, 3}, {10 + steps + 5, 24, 40}};
    int now = 0, held = 0;
    std::vector<int> pitches;
    for (const Event& event : events_of(notes, 0)) {
      EXPECT_EQ(steps_of(duration_token(event.duration)), event.duration);
      if (event.sound >= kFirstPitch) pitches.push_back(semitones_of(event.sound)), held = 0;
      if (event.sound != kRest) held += event.duration;
      now += event.duration;
      if (now == 10 + steps) {
        EXPECT_EQ(held, steps);
      }
    }
    EXPECT_EQ(now, 10 + steps + 5 + 24);
    EXPECT_EQ(pitches, (std::vector<int>{3, 28}));  // 40 comes in by an octave
  }
}

TEST(Tokens, TonicStandsBelowTheMiddle) {
  for (int middle = 40; middle < 90; ++middle) {
    for (int tonic = 0; tonic < 12; ++tonic) {
      const int found = tonic_below(tonic, middle);
      EXPECT_EQ(found % 12, tonic);
      EXPECT_LE(found, middle);
      EXPECT_GT(found, middle - 12);
    }
  }
}

TEST(Tokens, RotationsDependOnDistanceAlone) {
  const auto difference = [](int a, int b) {
    const Rotation x = rotation_of(a, 96, a / 6), y = rotation_of(b, 96, b / 6);
    std::vector<double> cosines;
    for (std::size_t i = 0; i < kRotations; ++i)
      cosines.push_back(static_cast<double>(x.cosine[i]) * y.cosine[i] +
                        static_cast<double>(x.sine[i]) * y.sine[i]);
    return cosines;
  };
  const auto early = difference(-96, 114),
             late = difference(7 * 96 * 1000 - 96, 7 * 96 * 1000 + 114);
  for (std::size_t i = 0; i < kRotations; ++i) EXPECT_NEAR(early[i], late[i], 1e-6) << i;
}

const char kBook[] =
    "X: 1\nT:First\nM:3/4\nL:1/4\nK:G\n"
    "d/2c/2|\"G\"B2^c|c>B \"D7\"A|[1 GGG:|[2 (3GAB z|\n"
    "\nX: 2\nT:Second\nM:4/4\nK:Dm\n"
    "A2|d4 _e2 f2|[df]8-|d2 z6|g,,8|\n";

TEST(Collections, ReadAbc) {
  const auto tunes = read_abc(kBook, "book");
  ASSERT_EQ(tunes.size(), 1u);  // the second has too few notes
  const Tune& tune = tunes[0];
  EXPECT_EQ(tune.id, "book:1#0");
  EXPECT_EQ(tune.title, "first");
  EXPECT_EQ(tune.bar, 72);
  EXPECT_EQ(tune.tonic, 7);
  EXPECT_FALSE(tune.minor);
  const std::vector<std::array<int, 3>> wanted = {
      {-24, 12, 74}, {-12, 12, 72}, {0, 48, 71},   {48, 24, 73},  {72, 36, 72},
      {108, 12, 71}, {120, 24, 69}, {144, 16, 67}, {160, 16, 69}, {176, 16, 71}};
  ASSERT_EQ(tune.notes.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(tune.notes[i].start, wanted[i][0]) << i;
    EXPECT_EQ(tune.notes[i].duration, wanted[i][1]) << i;
    EXPECT_EQ(tune.notes[i].key, wanted[i][2]) << i;
  }
  ASSERT_EQ(tune.chords.size(), 2u);
  EXPECT_EQ(tune.chords[1].start, 120);
  EXPECT_EQ(tune.chords[1].root, 2);
  EXPECT_EQ(tune.chords[1].tones, 0x491);
}

Tune made(const std::string& id, std::uint64_t seed, int shift) {
  Tune tune;
  tune.id = id;
  std::uint64_t x = seed;
  for (int i = 0; i < 60; ++i) {
    x = x * 6364136223846793005ull + 1442695040888963407ull;
    tune.notes.push_back({24 * i, 24, 60 + shift + static_cast<int>(x >> 60)});
  }
  return tune;
}

TEST(Collections, ReadJsonLinesWithAPickUp) {
  std::string line =
      R"({"src":"x","time":"4/4","key_fifths":-3,"chords":[[1,"C","minor"],[5,"Ab","major"],[9,"G","dominant"],[13,"C","minor"]],"notes":[[0,1,67])";
  for (int i = 0; i < 12; ++i)
    line += ",[" + std::to_string(1 + i) + ",1," + std::to_string(i % 2 == 0 ? 72 : 75) + "]";
  line += ",[13,4,72]]}\nnot json\n{\"time\":\"4/4\"}\n";
  const auto tunes = read_json_lines(line, "lines", Manner::lead_sheet);
  ASSERT_EQ(tunes.size(), 1u);
  EXPECT_EQ(tunes[0].notes[0].start, -24);
  EXPECT_EQ(tunes[0].chords[0].start, 0);
  EXPECT_TRUE(tunes[0].minor);
  EXPECT_EQ(tunes[0].tonic, 0);
}

// The same tune in another key, or half of it, is on the same side of the split.
TEST(Collections, SplitLeavesNoEchoes) {
  std::vector<Tune> tunes;
  for (std::uint64_t i = 0; i < 300; ++i)
    tunes.push_back(made("a:" + std::to_string(i) + "#0", i * 77 + 5, 0));
  for (std::uint64_t i = 0; i < 300; ++i) {
    tunes.push_back(made("b:" + std::to_string(i) + "#0", i * 77 + 5, 3));
    if (i % 2 == 0) tunes.back().notes.resize(30);
  }
  const auto parts = split(tunes);
  int held = 0, validation = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(parts[i], parts[i + 300]) << i;
    held += parts[i] == Part::held_out;
    validation += parts[i] == Part::validation;
  }
  EXPECT_NEAR(held, 30, 20);
  EXPECT_NEAR(validation, 12, 11);
  EXPECT_EQ(split(tunes), parts);
}

TEST(Collections, AChainLearnsWhatItHears) {
  Markov chain(2, true);
  const auto pieces = pieces_of(made("a:1#0", 9, 0));
  ASSERT_EQ(pieces.size(), 1u);
  const double before = chain.loss(pieces[0]);
  for (int i = 0; i < 5; ++i) chain.learn(pieces[0]);
  const double after = chain.loss(pieces[0]);
  EXPECT_NEAR(before / (2 * static_cast<double>(pieces[0].events.size())),
              (std::log(26) + std::log(51)) / 2, 0.01);
  EXPECT_LT(after, 0.2 * before);
  // Whatever may follow, its probabilities sum to one.
  double sum = 0;
  for (int length = kFirstDuration; length < kRest; ++length) {
    Piece longer = pieces[0];
    longer.events.resize(9);
    const double before_it = chain.loss(longer);
    for (int sound = kRest; sound < kTokens; ++sound) {
      longer.events.resize(9);
      longer.events.push_back({steps_of(length), sound});
      sum += std::exp(before_it - chain.loss(longer));
    }
  }
  EXPECT_NEAR(sum, 1, 1e-9);
}

}  // namespace
}  // namespace tutti::learn
