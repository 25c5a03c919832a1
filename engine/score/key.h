// Keys and scales: names, members, the nearest member.
//
// Pure functions on pitch classes (0 is C … 11 is B). Thread-safe, no allocation but for names.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tutti::score {

enum class Mode {
  major,
  minor,  // natural minor (aeolian)
  dorian,
  phrygian,
  lydian,
  mixolydian,
  locrian,
  harmonic_minor,
  melodic_minor,  // ascending
  major_pentatonic,
  minor_pentatonic,
  blues,
  chromatic,
};

inline constexpr std::array kModes = {Mode::major,
                                      Mode::minor,
                                      Mode::dorian,
                                      Mode::phrygian,
                                      Mode::lydian,
                                      Mode::mixolydian,
                                      Mode::locrian,
                                      Mode::harmonic_minor,
                                      Mode::melodic_minor,
                                      Mode::major_pentatonic,
                                      Mode::minor_pentatonic,
                                      Mode::blues,
                                      Mode::chromatic};

// "major", "minor", "dorian", …, "harmonic minor", …; from_name also takes "ionian" and "aeolian".
std::string_view name_of(Mode);
std::optional<Mode> mode_from_name(std::string_view);

struct Key {
  int tonic = 0;  // 0 … 11
  Mode mode = Mode::major;
  friend bool operator==(const Key&, const Key&) = default;
};

// "C major", "F# minor", "Bb major": the spelling with fewer signs in the key signature.
std::string name_of(Key);
// Also takes "Cmaj", "f#m", "Am", "e", "B♭ major", "C sharp minor" in any case; a lone lower-case
// letter is minor.
std::optional<Key> key_from_name(std::string_view);

// Signs of the key signature, -7 (flats) … 7 (sharps), as a MIDI file states it; modes other than
// minor use their parent major scale's (chromatic and blues: of the tonic's major or minor).
int signature_of(Key);
// sharps -7 … 7, minor as in the MIDI key signature event; nothing if out of range.
std::optional<Key> key_from_signature(int sharps, bool minor);

// Is the MIDI key number (any int) in the scale?
bool in_scale(Key, int key);
// Nearest key number in the scale; of two equally near the lower. Stays within 0 … 127.
int snap(Key, int key);

// "C4" for 60 (middle C is C4), sharps or flats as the key has them.
std::string note_name(int key, Key = {});
// "C4", "F#3", "Bb-1", "c5"; nothing if it is not a note name within 0 … 127.
std::optional<int> key_from_note_name(std::string_view);

}  // namespace tutti::score
