// A SoundFont 2 file as data: presets, instruments, zones, samples.
//
// Source: SoundFont Technical Specification 2.04 (Creative/E-mu, 2006). The reader trusts nothing:
// every length and index is checked, ill-formed zones are dropped as the specification asks, and a
// file that cannot be used gives bad_input. 16-bit samples; the optional low bytes of 24-bit files
// (sm24) are not used. SF3 files (Ogg Vorbis samples) give unsupported, with how to convert them.
// Immutable once read, so any number of threads may share one.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace tutti::instruments {

// Bank 128 is percussion by convention of the SoundFont world; others are MIDI banks 0 … 127.
inline constexpr int kDrumBank = 128;

struct PresetId {
  int bank = 0;
  int program = 0;  // 0 … 127
  friend constexpr auto operator<=>(PresetId, PresetId) = default;
};

// A generator as in the file (specification §8.1); ranges keep low in the low byte.
struct Generator {
  std::uint16_t kind = 0;
  std::int16_t amount = 0;
  int low() const { return static_cast<std::uint16_t>(amount) & 0xff; }
  int high() const { return static_cast<std::uint16_t>(amount) >> 8; }
  friend bool operator==(Generator, Generator) = default;
};

// A modulator as in the file (specification §8.2).
struct Modulator {
  std::uint16_t source = 0;
  std::uint16_t destination = 0;  // generator kind
  std::int16_t amount = 0;
  std::uint16_t amount_source = 0;
  std::uint16_t transform = 0;
  friend bool operator==(Modulator, Modulator) = default;
};

// `target` is an instrument (in a preset) or a sample (in an instrument); -1 marks a global zone,
// which can only be the first of its list. Generators exclude the target's own.
struct Zone {
  std::uint32_t first_generator = 0, generator_count = 0;
  std::uint32_t first_modulator = 0, modulator_count = 0;
  std::int32_t target = -1;
};

struct Preset {
  std::string name;
  PresetId id;
  std::vector<Zone> zones;
};

struct Instrument {
  std::string name;
  std::vector<Zone> zones;
};

// Positions are frames into SoundFont::frames, already checked: start <= loop_start <= loop_end <=
// end
// <= frames.size(). A loop shorter than one frame counts as none.
struct SampleHeader {
  std::string name;
  std::uint32_t start = 0, end = 0, loop_start = 0, loop_end = 0;
  std::uint32_t rate = 44100;
  std::uint8_t original_key = 60;
  std::int8_t correction = 0;  // cents
  std::uint16_t link = 0;
  std::uint16_t type = 1;  // 1 mono, 2 right, 4 left, 8 linked; bit 15: ROM
};

struct SoundFont {
  std::string name;             // INAM
  std::string author;           // IENG
  std::string copyright;        // ICOP
  std::string comment;          // ICMT
  std::vector<Preset> presets;  // sorted by bank, then program; of doubles the first stays
  std::vector<Instrument> instruments;
  std::vector<SampleHeader> samples;
  std::vector<Generator> generators;
  std::vector<Modulator> modulators;
  std::span<const std::int16_t> frames;    // all sample data
  std::shared_ptr<const void> keep_alive;  // owner of `frames`, if not the caller
  std::vector<std::string> warnings;       // what was repaired or dropped, for a person

  const Preset* find(PresetId) const noexcept;
};

// Reads an SF2 file. Sample data is viewed in place: the caller keeps `bytes` alive and unchanged
// as long as the SoundFont lives (if their address is odd, the samples are copied instead).
Result<SoundFont> read_soundfont(std::span<const std::byte> bytes);

// The same, with the bytes handed over: the SoundFont owns them.
Result<SoundFont> read_soundfont(std::vector<std::byte> bytes);

// A valid SF2 file of everything in `font`. read_soundfont of it gives the same presets,
// generators, modulators and frames. Fails with too_large where the format's 16-bit indices do not
// suffice.
Result<std::vector<std::byte>> write_soundfont(const SoundFont& font);

}  // namespace tutti::instruments
