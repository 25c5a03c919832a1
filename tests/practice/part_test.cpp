// What is heard in a stem: onsets and pitches against the notes that were played, in pieces of any
// size, and silence, noise and broken samples.
#include "engine/practice/part.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/base/random.h"
#include "tests/support/planted_songs.h"

namespace tutti::practice {
namespace {

using tests::planted_song;

std::vector<double> starts_of(const Part& part) {
  std::vector<double> starts;
  for (const PartNote& note : part.notes)
    if (starts.empty() || note.start - starts.back() > 0.025) starts.push_back(note.start);
  return starts;
}

struct Heard {
  double f = 0;      // F-measure of onsets within 50 ms
  double pitch = 0;  // share of the hits with the right note
};

Heard heard(const tests::PlantedSong& song, const Part& part) {
  const Part truth = part_of(song);
  const auto wanted = starts_of(truth), found = starts_of(part);
  std::size_t hits = 0, next = 0;
  for (const double time : wanted) {
    while (next < found.size() && found[next] < time - 0.05) ++next;
    if (next < found.size() && found[next] < time + 0.05) ++hits, ++next;
  }
  std::size_t pitched = 0, right = 0;
  for (const PartNote& note : part.notes)
    for (const PartNote& played : truth.notes)
      if (std::fabs(note.start - played.start) < 0.04) {
        ++pitched;
        right += std::fabs(note.pitch - played.pitch) < 0.5;
        break;
      }
  return {2.0 * static_cast<double>(hits) / static_cast<double>(wanted.size() + found.size()),
          pitched ? static_cast<double>(right) / static_cast<double>(pitched) : 0};
}

TEST(Part, HearsOnsetsAndPitches) {
  for (const int number : {0, 1, 2, 3}) {
    const auto song = planted_song(number);
    const auto part = hear_part(song.instrument, stem_of(song, 22050), 22050);
    ASSERT_TRUE(part);
    const Heard result = heard(song, *part);
    EXPECT_GT(result.f, 0.9) << number;
    if (song.instrument == Instrument::bass || song.instrument == Instrument::vocals) {
      EXPECT_GT(result.pitch, 0.9) << number;
    }
    if (song.instrument == Instrument::other) {
      EXPECT_GE(part->chroma.size() / 12, static_cast<std::size_t>(song.song.duration * 10));
    }
  }
}

TEST(Part, HearsTheSameInPiecesOfAnySize) {
  auto song = planted_song(1);
  std::erase_if(song.notes, [](const auto& note) { return note.start > 75; });
  song.song.duration = 76;  // over the border of a piece
  const auto stem = stem_of(song, 16000);
  const auto whole = hear_part(Instrument::bass, stem, 16000);
  ASSERT_TRUE(whole);
  Random random(3);
  PartListener listener(Instrument::bass, 16000);
  for (std::size_t at = 0; at < stem.size();) {
    const std::size_t count = std::min(stem.size() - at, std::size_t{1} + random.below(200'000));
    listener.add(std::span(stem).subspan(at, count));
    at += count;
  }
  const auto pieces = listener.finish();
  ASSERT_TRUE(pieces);
  ASSERT_EQ(pieces->notes.size(), whole->notes.size());
  for (std::size_t i = 0; i < whole->notes.size(); ++i) {
    EXPECT_EQ(pieces->notes[i].start, whole->notes[i].start);
    EXPECT_EQ(pieces->notes[i].pitch, whole->notes[i].pitch);
  }
}

TEST(Part, HearsNothingInSilence) {
  for (const Instrument instrument :
       {Instrument::drums, Instrument::bass, Instrument::other, Instrument::vocals}) {
    for (const std::size_t frames : {std::size_t{0}, std::size_t{1}, std::size_t{50'000}}) {
      const std::vector<float> silence(frames, 0.0f);
      const auto part = hear_part(instrument, silence, 44100);
      ASSERT_TRUE(part);
      EXPECT_TRUE(part->notes.empty());
      EXPECT_EQ(part->instrument, instrument);
    }
  }
}

TEST(Part, StaysFiniteOnBrokenSamples) {
  Random random(9);
  std::vector<float> sound(48'000 * 4);
  for (float& sample : sound) sample = static_cast<float>(random.normal() * 0.1);
  for (std::size_t i = 0; i < sound.size(); i += 997)
    sound[i] =
        i % 2 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  for (const Instrument instrument :
       {Instrument::drums, Instrument::bass, Instrument::other, Instrument::vocals})
    for (const double rate : {8000.0, 44100.0, 192000.0}) {
      const auto part = hear_part(instrument, sound, rate);
      ASSERT_TRUE(part);
      for (const PartNote& note : part->notes) {
        EXPECT_TRUE(std::isfinite(note.start) && std::isfinite(note.pitch));
        EXPECT_LE(note.start, static_cast<double>(sound.size()) / rate + 0.1);
        EXPECT_TRUE(note.strength >= 0 && note.strength <= 1);
      }
      for (const float value : part->chroma) EXPECT_TRUE(value >= 0 && value <= 1);
    }
}

TEST(Part, CanBeCancelled) {
  const std::vector<float> sound(16000 * 5, 0.1f);
  const auto part =
      hear_part(Instrument::bass, sound, 16000, [](double, std::string_view) { return false; });
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Code::cancelled);
}

}  // namespace
}  // namespace tutti::practice
