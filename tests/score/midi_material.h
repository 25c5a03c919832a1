// MIDI material that the tests make for themselves.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <tuple>

#include "engine/base/random.h"
#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"

namespace tutti::score::test {

// Bytes of a file, piece by piece.
class Raw {
 public:
  Raw& text(std::string_view s) {
    for (const char c : s) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  Raw& bytes(std::initializer_list<int> list) {
    for (const int b : list) bytes_.push_back(static_cast<std::byte>(b));
    return *this;
  }
  Raw& u32(std::size_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes_.push_back(static_cast<std::byte>(v >> shift & 0xFF));
    return *this;
  }
  Raw& header(int format, int tracks, int division) {
    return text("MThd").u32(6).bytes(
        {0, format, tracks >> 8, tracks & 255, division >> 8 & 255, division & 255});
  }
  Raw& track(std::initializer_list<int> list) { return text("MTrk").u32(list.size()).bytes(list); }
  const std::vector<std::byte>& get() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// A file with everything in it that a file may hold.
inline MidiFile any_file(Random& random) {
  MidiFile file;
  const int kind = static_cast<int>(random.below(4));
  file.format = kind == 0 ? 0 : kind == 3 ? 2 : 1;
  constexpr int kDivisions[] = {1,
                                24,
                                96,
                                120,
                                480,
                                960,
                                15360,
                                32767,
                                1000,
                                -25 * 256 + 40,
                                -30 * 256 + 80,
                                -29 * 256 + 100};
  file.division = kDivisions[random.below(std::size(kDivisions))];
  const auto tracks = file.format == 0 ? 1 : random.below(5);
  if (random.below(4) == 0) file.header_rest = {1, 2, 3};
  for (std::uint64_t t = 0; t < tracks; ++t) {
    if (random.below(4) == 0) file.chunks.push_back({"XFIH", {9, 8, 7}, t});
    MidiTrack track;
    std::uint64_t tick = 0;
    for (auto n = random.below(60); n > 0; --n) {
      constexpr std::uint64_t kGaps[] = {0,     0,     1,       127,        128,
                                         16383, 16384, 2097152, 0x0FFFFFFF, 1ull << 29};
      tick += random.below(3) == 0 ? kGaps[random.below(std::size(kGaps))] : random.below(500);
      MidiEvent event;
      event.tick = tick;
      const auto what = random.below(10);
      if (what < 7) {
        event.status = static_cast<std::uint8_t>(0x80 + random.below(0x70));
        event.data1 = static_cast<std::uint8_t>(random.below(128));
        const bool two = (event.status & 0xE0) != 0xC0;
        event.data2 = two ? static_cast<std::uint8_t>(random.below(128)) : std::uint8_t{0};
      } else {
        event.status = what == 7   ? std::uint8_t{0xF0}
                       : what == 8 ? std::uint8_t{0xF7}
                                   : std::uint8_t{0xFF};
        if (what == 9) {
          constexpr std::uint8_t kTypes[] = {0x00, 0x01, 0x03, 0x05, 0x06, 0x20,
                                             0x51, 0x54, 0x58, 0x59, 0x7F, 0x33};
          event.data1 = kTypes[random.below(std::size(kTypes))];
        }
        const auto length = random.below(10) == 0 ? random.below(300) : random.below(6);
        for (std::uint64_t i = 0; i < length; ++i)
          event.bytes.push_back(static_cast<std::uint8_t>(random.below(256)));
      }
      track.events.push_back(std::move(event));
    }
    track.end = tick + random.below(1000);
    file.tracks.push_back(std::move(track));
  }
  return file;
}

// A score whose notes do not overlap on one key, so that a file can state it exactly.
inline Score any_score(Random& random) {
  Score score;
  score.title = random.below(2) == 0 ? "" : "Song \xC3\xA9";
  constexpr int kGrids[] = {15360 / 480, 15360 / 960, 15360 / 96, 1};
  const int grid = kGrids[random.below(std::size(kGrids))];
  const auto at = [&](std::uint64_t most) {
    return Ticks{static_cast<std::int64_t>(random.below(most)) * grid};
  };
  std::vector<TempoChange> tempos;
  std::vector<MetreChange> metres;
  for (auto n = random.below(6); n > 0; --n)
    tempos.push_back({at(5000), 1.0 + static_cast<double>(random.below(16777215))});
  for (auto n = random.below(6); n > 0; --n)
    metres.push_back({at(5000), 1 + static_cast<int>(random.below(30)), 1 << random.below(7)});
  score.tempo = TempoMap(tempos, metres);
  for (std::uint64_t p = 0, parts = random.below(5); p < parts; ++p) {
    Part part;
    part.name = random.below(3) == 0 ? "" : "Part " + std::to_string(p);
    part.channel = static_cast<int>(random.below(16));
    part.program = static_cast<int>(random.below(128));
    part.bank = random.below(2) == 0 ? 0 : static_cast<int>(random.below(16384));
    part.program_given = true;
    for (int key = 0; key < 128; key += 1 + static_cast<int>(random.below(40))) {
      Ticks now;
      for (auto n = random.below(12); n > 0; --n) {
        now += at(400);
        const Ticks length = at(300) + Ticks{grid};
        part.notes.push_back(
            {now, length, key, 1 + static_cast<int>(random.below(127)), part.channel, 1});
        now += length;
      }
    }
    std::sort(part.notes.begin(), part.notes.end(), [](const Note& a, const Note& b) {
      return std::tie(a.start, a.key) < std::tie(b.start, b.key);
    });
    constexpr std::uint8_t kKinds[] = {0xA0, 0xB0, 0xC0, 0xD0, 0xE0};
    for (auto n = random.below(20); n > 0; --n) {
      const auto kind = kKinds[random.below(5)];
      const auto data2 = (kind & 0xE0) == 0xC0 ? 0 : random.below(128);
      part.controls.push_back({at(4000) + Ticks{grid}, kind,
                               static_cast<std::uint8_t>(random.below(128)),
                               static_cast<std::uint8_t>(data2)});
    }
    std::stable_sort(part.controls.begin(), part.controls.end(),
                     [](const Control& a, const Control& b) { return a.at < b.at; });
    score.parts.push_back(std::move(part));
  }
  for (auto n = random.below(4); n > 0; --n) {
    constexpr int kKinds[] = {1, 2, 5, 6, 7};
    const int part = static_cast<int>(random.below(score.parts.size() + 1)) - 1;
    score.texts.push_back({at(4000), kKinds[random.below(5)], "la", part});
  }
  if (random.below(2) == 0)
    score.keys.push_back(
        {{}, *key_from_signature(static_cast<int>(random.below(12)) - 5, random.below(2) == 0)});
  if (random.below(2) == 0) score.raws.push_back({at(100), 0xF0, 0, {0x7E, 0x7F, 9, 1, 0xF7}, -1});
  for (const auto& part : score.parts) {
    for (const auto& note : part.notes) score.end = std::max(score.end, note.start + note.duration);
  }
  return score;
}

}  // namespace tutti::score::test
