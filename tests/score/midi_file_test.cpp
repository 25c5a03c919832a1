#include "engine/score/midi_file.h"

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

bool warned(const MidiFile& file, std::string_view words) {
  return std::any_of(file.warnings.begin(), file.warnings.end(),
                     [&](const std::string& w) { return w.find(words) != w.npos; });
}

RC_GTEST_PROP(MidiFileProperty, EverythingWrittenIsReadBack, ()) {
  auto random = any_random();
  auto file = test::any_file(random);
  // Gaps that a file cannot state are bridged with empty texts; those files are compared as bytes.
  const auto bytes = write_midi(file);
  const auto again = read_midi(bytes);
  RC_ASSERT(again.ok());
  RC_ASSERT(write_midi(*again) == bytes);
  RC_ASSERT(again->format == file.format || file.tracks.size() != 1);
  RC_ASSERT(again->division == file.division);
  RC_ASSERT(again->header_rest == file.header_rest);
  RC_ASSERT(again->chunks == file.chunks);
  RC_ASSERT(again->tracks.size() == file.tracks.size());
  for (std::size_t i = 0; i < file.tracks.size(); ++i) {
    auto events = again->tracks[i].events;
    std::erase_if(
        events, [](const MidiEvent& e) { return e.is_meta() && e.data1 == 1 && e.bytes.empty(); });
    auto wanted = file.tracks[i].events;
    std::erase_if(
        wanted, [](const MidiEvent& e) { return e.is_meta() && e.data1 == 1 && e.bytes.empty(); });
    RC_ASSERT(events == wanted);
    RC_ASSERT(again->tracks[i].end == file.tracks[i].end);
  }
}

RC_GTEST_PROP(MidiFileProperty, CutAnywhereItStillOpensOrSaysWhy, ()) {
  auto random = any_random();
  const auto bytes = write_midi(test::any_file(random));
  const std::span<const std::byte> all(bytes);
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    const auto file = read_midi(all.first(n));
    if (!file) {
      RC_ASSERT(!file.error().message.empty());
      RC_ASSERT(!file.error().next.empty());
      continue;
    }
    const auto once = write_midi(*file);
    const auto twice = read_midi(once);
    RC_ASSERT(twice.ok());
    RC_ASSERT(write_midi(*twice) == once);
  }
}

RC_GTEST_PROP(MidiFileProperty, DamagedBytesNeverBreakTheReader, ()) {
  auto random = any_random();
  auto bytes = write_midi(test::any_file(random));
  for (auto n = 1 + random.below(8); n > 0; --n) {
    bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
  }
  const auto file = read_midi(bytes);
  if (!file) return;
  const auto once = write_midi(*file);
  const auto twice = read_midi(once);
  RC_ASSERT(twice.ok());
  RC_ASSERT(write_midi(*twice) == once);
  const auto score = score_from_midi(*file);
  if (!score) RC_ASSERT(score.error().code == Code::unsupported);
}

TEST(MidiFile, RandomBytesNeverBreakTheReader) {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    Raw raw;
    if (i % 2 == 0)
      raw.header(static_cast<int>(random.below(4)), 1, 480).text("MTrk").u32(random.below(100));
    auto bytes = raw.get();
    for (auto n = random.below(100); n > 0; --n)
      bytes.push_back(static_cast<std::byte>(random.next()));
    const auto file = read_midi(bytes);
    if (file) {
      ASSERT_TRUE(read_midi(write_midi(*file)).ok());
    } else {
      ASSERT_NE(file.error().code, Code::internal);
    }
  }
}

TEST(MidiFile, RunningStatusIsReadAndWritten) {
  const auto bytes =
      Raw()
          .header(0, 1, 96)
          .track({0, 0x90, 60, 100, 96, 60, 0, 0, 62, 100, 96, 62, 0, 0, 0xFF, 0x2F, 0})
          .get();
  const auto file = read_midi(bytes);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->tracks.size(), 1u);
  ASSERT_EQ(file->tracks[0].events.size(), 4u);
  EXPECT_EQ(file->tracks[0].events[3], (MidiEvent{192, 0x90, 62, 0, {}}));
  EXPECT_EQ(file->tracks[0].end, 192u);
  EXPECT_TRUE(file->warnings.empty());
  EXPECT_EQ(write_midi(*file), bytes);
}

TEST(MidiFile, RunningStatusOverAMetaEventIsTakenWithAWarning) {
  const auto file =
      read_midi(Raw()
                    .header(0, 1, 96)
                    .track({0, 0x90, 60, 100, 0, 0xFF, 1, 1, 'x', 5, 60, 0, 0, 0xFF, 0x2F, 0})
                    .get());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->tracks[0].events.size(), 3u);
  EXPECT_TRUE(warned(*file, "running status"));
}

TEST(MidiFile, StrayMessagesArePassedOver) {
  const auto file = read_midi(Raw()
                                  .header(0, 1, 96)
                                  .track({0,   0xF1, 5,    0, 0xF2, 1,  2, 0, 0xF8, 0,    0x90, 60,
                                          100, 9,    0xFE, 1, 0x80, 60, 0, 0, 0xFF, 0x2F, 0})
                                  .get());
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->tracks[0].events.size(), 2u);
  EXPECT_EQ(file->tracks[0].events[1].tick, 10u);
  EXPECT_TRUE(warned(*file, "(F1)"));
  EXPECT_TRUE(warned(*file, "(F2)"));
  EXPECT_TRUE(warned(*file, "(FE)"));
}

TEST(MidiFile, WrappersAndJunkAreSkipped) {
  const auto plain = Raw().header(1, 1, 96).track({0, 0xFF, 0x2F, 0}).get();
  auto riff = Raw().text("RIFF").u32(0).text("RMIDdata").u32(0).get();
  riff.insert(riff.end(), plain.begin(), plain.end());
  const auto a = read_midi(riff);
  ASSERT_TRUE(a.ok());
  EXPECT_TRUE(a->warnings.empty());
  std::vector<std::byte> junk(128, std::byte{0});
  junk.insert(junk.end(), plain.begin(), plain.end());
  const auto b = read_midi(junk);
  ASSERT_TRUE(b.ok());
  EXPECT_TRUE(warned(*b, "128 bytes before"));
}

TEST(MidiFile, ATrackAfterAStrayByteIsFound) {
  const auto file = read_midi(Raw()
                                  .header(1, 2, 96)
                                  .track({0, 0x90, 60, 100, 9, 60, 0, 0, 0xFF, 0x2F, 0})
                                  .bytes({0x55})
                                  .track({0, 0x90, 61, 100, 9, 61, 0, 0, 0xFF, 0x2F, 0})
                                  .get());
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->tracks.size(), 2u);
  EXPECT_EQ(file->tracks[1].events.size(), 2u);
  EXPECT_TRUE(warned(*file, "between chunks"));
}

TEST(MidiFile, SmpteTimeIsUnderstood) {
  MidiFile file;
  file.division = -25 * 256 + 40;
  EXPECT_DOUBLE_EQ(file.smpte_ticks_per_second(), 1000);
  file.division = -29 * 256 + 4;
  EXPECT_NEAR(file.smpte_ticks_per_second(), 119.88011988, 1e-8);
  file.division = 480;
  EXPECT_EQ(file.smpte_ticks_per_second(), 0);
}

TEST(MidiFile, WhatIsNoMidiFileIsNamed) {
  for (const auto& bytes :
       {Raw().get(), Raw().text("RIFF....WAVEfmt ").get(), Raw().text("MThd").get(),
        Raw().text("MThd").u32(6).bytes({0, 1}).get(), Raw().header(1, 3, 96).get(),
        Raw().text("MThd").u32(2).bytes({0, 1, 0, 0, 0, 0}).get()}) {
    const auto file = read_midi(bytes);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, Code::bad_input);
    EXPECT_FALSE(file.error().next.empty());
  }
}

TEST(MidiFile, OtherMidiThingsAreNamed) {
  EXPECT_EQ(read_midi(Raw().text("SMF2CLIP").get()).error().code, Code::unsupported);
  EXPECT_EQ(read_midi(Raw().bytes({0xF0, 0x7E, 0x7F, 6, 1, 0xF7}).get()).error().code,
            Code::unsupported);
}

TEST(MidiFile, LimitsAreKept) {
  const auto bytes =
      Raw().header(0, 1, 96).track({0, 0x90, 60, 100, 96, 60, 0, 0, 0xFF, 0x2F, 0}).get();
  EXPECT_EQ(read_midi(bytes, {.max_bytes = 10}).error().code, Code::too_large);
  EXPECT_EQ(read_midi(bytes, {.max_events = 1}).error().code, Code::too_large);
}

TEST(MidiFile, WildEventsAreWrittenAsAValidFile) {
  MidiFile file;
  file.format = 0;
  file.tracks.resize(2);
  file.tracks[0].events = {{100, 0x90, 200, 255, {}}, {50, 0x80, 60, 0, {}},
                           {60, 0xFF, 0x2F, 0, {}},   {60, 0xFF, 0x90, 0, {}},
                           {60, 0xF3, 0, 0, {}},      {60, 0x12, 0, 0, {}}};
  file.chunks.push_back({"MTrk", {1}, 0});
  file.chunks.push_back({"toolong", {1}, 0});
  const auto again = read_midi(write_midi(file));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->warnings.empty()) << again->warnings.front();
  EXPECT_EQ(again->format, 1);
  ASSERT_EQ(again->tracks[0].events.size(), 2u);
  EXPECT_EQ(again->tracks[0].events[0], (MidiEvent{100, 0x90, 72, 127, {}}));
  EXPECT_EQ(again->tracks[0].events[1].tick, 100u);
}

}  // namespace
}  // namespace tutti::score
