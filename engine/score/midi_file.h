// Standard MIDI files as they are: every event, meta event, system-exclusive message and unknown
// chunk is kept, in file order and in the file's own time units.
//
// Types 0, 1 and 2, running status, metrical and SMPTE division, RIFF-wrapped files (.rmi). Written
// from "Standard MIDI Files 1.0" (MIDI Association, RP-001). Reading is lenient: what can be read
// is read, and every liberty taken is named in `warnings`. Neither direction throws or reads out of
// bounds on any bytes; memory is bounded by a small multiple of the input. Not for the audio
// thread. write(read(write(m))) == write(m) byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace tutti::score {

// One event of a track at an absolute time. `status` is 0x80 … 0xEF with data1/data2 (channel
// voice), 0xF0 or 0xF7 with `bytes` (system exclusive, or its continuation or escape; the bytes
// after the length, so an 0xF0 message ends in 0xF7), or 0xFF with data1 = meta type and `bytes`.
struct MidiEvent {
  std::uint64_t tick = 0;  // units of MidiFile::division from the start of the track
  std::uint8_t status = 0;
  std::uint8_t data1 = 0;  // 0 … 127
  std::uint8_t data2 = 0;  // 0 … 127; 0 where the message has one data byte
  std::vector<std::uint8_t> bytes;

  bool is_meta() const { return status == 0xFF; }
  bool is_channel() const { return status >= 0x80 && status < 0xF0; }
  int channel() const { return status & 0x0F; }
  friend bool operator==(const MidiEvent&, const MidiEvent&) = default;
};

// Events in order of time. The end-of-track meta event is not among them: `end` holds its time, not
// before the last event's.
struct MidiTrack {
  std::vector<MidiEvent> events;
  std::uint64_t end = 0;
  friend bool operator==(const MidiTrack&, const MidiTrack&) = default;
};

// A chunk that is not a track, and the number of tracks before it.
struct MidiChunk {
  std::string id;  // four bytes
  std::vector<std::uint8_t> bytes;
  std::size_t before_track = 0;
  friend bool operator==(const MidiChunk&, const MidiChunk&) = default;
};

struct MidiFile {
  int format = 1;  // 0: one track, 1: tracks played together, 2: separate patterns
  // > 0: ticks a quarter note. < 0: SMPTE, high byte minus frames a second (24, 25, 29, 30), low
  // byte ticks a frame, as in the file.
  int division = 960;
  std::vector<MidiTrack> tracks;
  std::vector<MidiChunk> chunks;
  std::vector<std::uint8_t> header_rest;  // bytes of the header chunk after the known six
  std::vector<std::string> warnings;      // what was odd in the file, for a person; not written

  bool smpte() const { return division < 0; }
  // Ticks a second of an SMPTE file (29 means 29.97, 30000/1001).
  double smpte_ticks_per_second() const;
};

struct MidiLimits {
  std::size_t max_bytes = 64u << 20;
  std::size_t max_events = 2'000'000;
};

// Errors: bad_input (not a MIDI file, nothing readable in it), unsupported (MIDI 2.0), too_large. A
// damaged file gives what came before the damage, with warnings.
Result<MidiFile> read_midi(std::span<const std::byte> bytes, const MidiLimits& = {});

// Running status is used. Times that go back and data bytes above 127 are put right, so that the
// bytes are always a valid file.
std::vector<std::byte> write_midi(const MidiFile&);

}  // namespace tutti::score
