// Between MIDI files and notes: a score has parts with notes, not switches going on and off.
//
// What is not a note is kept too (controllers, bends, lyrics, markers, system exclusive, other meta
// events), so that file → score → file loses no music. Times are exact whenever the file's division
// divides 15,360; other divisions are rounded to the nearest tick here and come back exactly on
// writing with the same division. Not for the audio thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/score/key.h"
#include "engine/score/midi_file.h"
#include "engine/score/note.h"
#include "engine/score/tempo_map.h"

namespace tutti::score {

// A channel-voice message other than note on and off: status high nibble 0xA0 (key pressure), 0xB0
// (controller), 0xC0 (program), 0xD0 (channel pressure) or 0xE0 (bend); the channel is the part's.
struct Control {
  Ticks at;
  std::uint8_t kind = 0xB0;
  std::uint8_t data1 = 0;
  std::uint8_t data2 = 0;
  friend bool operator==(const Control&, const Control&) = default;
};

struct Part {
  std::string name;
  int channel = 0;                // 0 … 15; 9 is percussion
  int program = 0;                // at the start; later changes are controls of kind 0xC0
  int bank = 0;                   // controller 0 × 128 + controller 32, at the start
  bool program_given = false;     // the file stated a program (or bank) at the start
  std::vector<Note> notes;        // sorted by start, then key
  std::vector<Control> controls;  // sorted by time, file order within one
  friend bool operator==(const Part&, const Part&) = default;
};

struct KeyChange {
  Ticks at;
  Key key;
  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

// Words at a time. `kind` is the MIDI meta type: 1 text, 2 copyright, 5 lyric, 6 marker, 7 cue.
struct TextMark {
  Ticks at;
  int kind = 6;
  std::string text;  // UTF-8 (Latin-1 in the file is converted)
  int part = -1;     // index into parts; -1: the whole score
  friend bool operator==(const TextMark&, const TextMark&) = default;
};

// Anything else, kept to be written back: status 0xF0/0xF7 or 0xFF with `type`.
struct RawMark {
  Ticks at;
  std::uint8_t status = 0xFF;
  std::uint8_t type = 0;
  std::vector<std::uint8_t> bytes;
  int part = -1;
  friend bool operator==(const RawMark&, const RawMark&) = default;
};

struct Score {
  std::string title;
  TempoMap tempo;
  std::vector<KeyChange> keys;  // sorted
  std::vector<Part> parts;
  std::vector<TextMark> texts;
  std::vector<RawMark> raws;
  Ticks end;         // end of the longest track or last note
  int division = 0;  // the file's ticks a quarter note; 0: none or SMPTE
  std::vector<std::string> warnings;
};

// A part per track and channel; type 2 patterns are placed one after another. A note without an end
// lasts to the end of its track, an end without a note is dropped, both with a warning. Notes on
// one key and channel that overlap end in the order they began. An SMPTE file keeps its seconds (at
// 120 quarter notes a minute). Errors: unsupported (no usable time base).
Result<Score> score_from_midi(const MidiFile&);

// A type 1 file: a conductor track, then a track per part. `division` 0 chooses the smallest of
// 480, 960, the score's own and 15,360 that holds every time exactly.
MidiFile midi_from_score(const Score&, int division = 0);

}  // namespace tutti::score
