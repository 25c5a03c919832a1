#include "engine/score/key.h"

#include <gtest/gtest.h>

#include "engine/score/general_midi.h"

namespace tutti::score {
namespace {

TEST(Key, EveryNameReadsBack) {
  for (const Mode mode : kModes) {
    for (int tonic = 0; tonic < 12; ++tonic) {
      const Key key{tonic, mode};
      EXPECT_EQ(key_from_name(name_of(key)), key) << name_of(key);
    }
  }
}

TEST(Key, NamesAsMusiciansWriteThem) {
  EXPECT_EQ(name_of(Key{6, Mode::minor}), "F# minor");
  EXPECT_EQ(name_of(Key{10, Mode::major}), "Bb major");
  EXPECT_EQ(name_of(Key{3, Mode::minor}), "D# minor");
  EXPECT_EQ(name_of(Key{2, Mode::dorian}), "D dorian");
  const struct {
    const char* text;
    Key key;
  } cases[] = {{"Cmaj", {0, Mode::major}},
               {"f#m", {6, Mode::minor}},
               {"Am", {9, Mode::minor}},
               {"AM", {9, Mode::major}},
               {"e", {4, Mode::minor}},
               {"E", {4, Mode::major}},
               {"B\xE2\x99\xAD major", {10, Mode::major}},
               {"C sharp minor", {1, Mode::minor}},
               {"e flat Major", {3, Mode::major}},
               {"Cb", {11, Mode::major}},
               {" G_harmonic-minor ", {7, Mode::harmonic_minor}},
               {"d aeolian", {2, Mode::minor}}};
  for (const auto& c : cases) EXPECT_EQ(key_from_name(c.text), c.key) << c.text;
  for (const char* wrong : {"", "H", "C banana", "#", "12", "major"}) {
    EXPECT_FALSE(key_from_name(wrong)) << wrong;
  }
}

TEST(Key, SignaturesGoBothWays) {
  for (int sharps = -6; sharps <= 6; ++sharps) {
    for (const bool minor : {false, true}) {
      const auto key = key_from_signature(sharps, minor);
      ASSERT_TRUE(key);
      // Six flats and six sharps are the same keys; sharps are written.
      EXPECT_EQ(signature_of(*key), sharps == -6 ? 6 : sharps);
    }
  }
  EXPECT_EQ(name_of(*key_from_signature(3, true)), "F# minor");
  EXPECT_EQ(name_of(*key_from_signature(-3, false)), "Eb major");
  EXPECT_EQ(signature_of({2, Mode::dorian}), 0);
  EXPECT_EQ(signature_of({7, Mode::mixolydian}), 0);
  EXPECT_FALSE(key_from_signature(8, false));
}

TEST(Key, SnapFindsTheNearestMember) {
  for (const Mode mode : kModes) {
    for (int tonic = 0; tonic < 12; ++tonic) {
      const Key key{tonic, mode};
      for (int note = 0; note < 128; ++note) {
        const int snapped = snap(key, note);
        ASSERT_TRUE(in_scale(key, snapped));
        ASSERT_GE(snapped, 0);
        ASSERT_LE(snapped, 127);
        for (int other = 0; other < 128; ++other) {
          if (!in_scale(key, other)) continue;
          ASSERT_LE(std::abs(snapped - note), std::abs(other - note));
        }
        ASSERT_EQ(snap(key, snapped), snapped);
      }
    }
  }
  EXPECT_EQ(snap({0, Mode::major}, 61), 60);
}

TEST(Key, NoteNamesGoBothWays) {
  EXPECT_EQ(note_name(60), "C4");
  EXPECT_EQ(note_name(61), "C#4");
  EXPECT_EQ(note_name(61, {5, Mode::major}), "Db4");
  EXPECT_EQ(note_name(0), "C-1");
  for (int note = 0; note < 128; ++note) {
    EXPECT_EQ(key_from_note_name(note_name(note)), note);
    EXPECT_EQ(key_from_note_name(note_name(note, {5, Mode::major})), note);
  }
  for (const char* wrong : {"", "C", "H4", "C10", "G#9", "Cb-1", "4", "C4x"}) {
    EXPECT_FALSE(key_from_note_name(wrong)) << wrong;
  }
}

TEST(GeneralMidi, NamesAreThere) {
  EXPECT_EQ(program_name(0), "Acoustic Grand Piano");
  EXPECT_EQ(program_name(40), "Violin");
  EXPECT_EQ(program_name(73), "Flute");
  EXPECT_EQ(program_name(127), "Gunshot");
  EXPECT_EQ(program_name(128), "");
  EXPECT_EQ(program_family(73), "Pipe");
  EXPECT_EQ(drum_name(35), "Acoustic Bass Drum");
  EXPECT_EQ(drum_name(42), "Closed Hi-hat");
  EXPECT_EQ(drum_name(81), "Open Triangle");
  EXPECT_EQ(drum_name(87), "Open Surdo");
  EXPECT_EQ(drum_name(26), "");
  EXPECT_EQ(drum_name(88), "");
}

TEST(GeneralMidi, ProgramsAreFoundByName) {
  for (int program = 0; program < kPrograms; ++program) {
    EXPECT_EQ(program_from_name(program_name(program)), program);
    EXPECT_EQ(program_from_name(program_slug(program)), program);
  }
  EXPECT_EQ(program_from_name("piano"), 0);
  EXPECT_EQ(program_from_name("VIOLIN"), 40);
  EXPECT_EQ(program_from_name("strings"), 44);
  EXPECT_EQ(program_from_name("reed"), 20);
  EXPECT_EQ(program_from_name("brass"), 61);
  EXPECT_FALSE(program_from_name("zither of doom"));
  EXPECT_FALSE(program_from_name(" "));
}

}  // namespace
}  // namespace tutti::score
