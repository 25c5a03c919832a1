// How a tune becomes tokens for the melody network, and back.
//
// Time is in steps, 24 a quarter note, so that semiquavers (6) and triplets (8) are whole. A tune
// is a gapless row of events, each a duration and then what sounds: a pitch relative to the tonic,
// a rest, or `hold` (the pitch before goes on, for lengths that are no token of their own). The
// tonic is taken in the octave just below the tune's middle, so nothing depends on key or register.
//
// What is known around a token (place in the bar, chord, key mode …) is not made of tokens: it goes
// in beside each, as features of the place that is to be predicted. A feature is a row of one
// table; the network's input is the sum of a token's rows. Any feature may be unknown. Pure,
// thread-safe; functions that give vectors allocate.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tutti::compose::melody {

inline constexpr int kStepsPerQuarter = 24;

// Tokens: 0 begins, then durations, then pitches.
inline constexpr std::array<int, 26> kDurations = {1,  2,  3,  4,  6,  8,  9,   12, 15,
                                                   16, 18, 20, 21, 24, 30, 32,  36, 42,
                                                   48, 54, 60, 72, 84, 96, 120, 144};
inline constexpr int kBegin = 0;
inline constexpr int kFirstDuration = 1;
inline constexpr int kRest = kFirstDuration + static_cast<int>(kDurations.size());
inline constexpr int kHold = kRest + 1;
inline constexpr int kFirstPitch = kHold + 1;
inline constexpr int kLowestPitch = -18, kHighestPitch = 30;  // semitones from the tonic
inline constexpr int kTokens = kFirstPitch + (kHighestPitch - kLowestPitch + 1);

constexpr bool is_duration(int token) {
  return token >= kFirstDuration && token < kRest;
}
constexpr int steps_of(int duration_token) {
  return kDurations[static_cast<std::size_t>(duration_token - kFirstDuration)];
}
// The longest duration token of at most `steps` ≥ 1.
int duration_token(int steps) noexcept;
// Pitches beyond the ends come in by octaves.
int pitch_token(int semitones_from_tonic) noexcept;
constexpr int semitones_of(int pitch_token) {
  return pitch_token - kFirstPitch + kLowestPitch;
}

enum class Metre : std::uint8_t { other, four_four, three_four, two_four, six_eight, two_two };
enum class Tonality : std::uint8_t { unknown, major, minor };
enum class Manner : std::uint8_t { unknown, song, lead_sheet, folk };  // where a tune comes from
inline constexpr int kDensities = 8;  // classes of notes a quarter; -1 is unknown
int density_class(double notes_a_quarter) noexcept;

struct TuneNote {
  int start = 0, duration = 0;  // steps; bar 0 begins at step 0, a pick-up is negative
  int pitch = 0;                // semitones from the tonic chosen
};
struct TuneChord {
  int start = 0;
  int root = -1;            // semitones above the tonic, 0 … 11; -1 where unknown
  std::uint16_t tones = 0;  // bit i: i semitones above the tonic belongs to the chord
};

// What holds around a tune.
struct Surroundings {
  Metre metre = Metre::four_four;
  int bar = 4 * kStepsPerQuarter;  // steps
  Tonality tonality = Tonality::unknown;
  Manner manner = Manner::unknown;
  bool bars_known = true;            // whether the bar's number within 8 is told
  std::vector<TuneChord> chords;     // sorted; empty: unknown
  std::vector<std::int8_t> density;  // class of each 8 bars from step 0 on; empty: unknown
};

struct Event {
  int duration = 0;   // steps, one of kDurations
  int sound = kRest;  // kRest, kHold or a pitch token
};
// Notes that overlap are cut at the next one's start. Rests fill from `from` to the last note's
// end.
std::vector<Event> events_of(std::span<const TuneNote> sorted, int from);

// Rows of the feature table, row 0 being nothing.
inline constexpr int kTokenRow = 1;
inline constexpr int kBeatRow = kTokenRow + kTokens;           // quarter within the bar, 0 … 11
inline constexpr int kOffsetRow = kBeatRow + 12;               // step within the quarter
inline constexpr int kBarRow = kOffsetRow + kStepsPerQuarter;  // bar within 8, then unknown
inline constexpr int kMetreRow = kBarRow + 9;
inline constexpr int kTonalityRow = kMetreRow + 6;
inline constexpr int kMannerRow = kTonalityRow + 3;
inline constexpr int kDensityRow = kMannerRow + 4;             // classes, then unknown
inline constexpr int kRootRow = kDensityRow + kDensities + 1;  // chord's root, then unknown
inline constexpr int kToneRow = kRootRow + 13;                 // each of the chord's tones
inline constexpr int kUntilRow = kToneRow + 12;                // time to the next chord
inline constexpr int kNextRootRow = kUntilRow + 7;
inline constexpr int kNextToneRow = kNextRootRow + 13;
inline constexpr int kRows = kNextToneRow + 12;
inline constexpr int kMostRows = 11 + 2 * 12;  // of one token

// One token as the network reads it.
struct Input {
  std::array<std::uint16_t, kMostRows> rows{};
  int count = 0;
  int key_time = 0;    // steps: where the token itself stands
  int query_time = 0;  // steps: where the token to be predicted stands
};
Input input_of(const Surroundings&, int token, int key_time, int query_time) noexcept;

// Attention is rotated by musical distance (rotary embedding, Su et al. 2021), in units of the bar,
// the quarter and the token: pairs of (cosine, sine) of the angle for each of kRotations pairs.
inline constexpr int kRotations = 16;
struct Rotation {
  std::array<float, kRotations> cosine, sine;
};
Rotation rotation_of(int time, int bar, int index) noexcept;

// The tonic's MIDI note number for a tune whose middle (median, or the middle of a range) is
// `middle`: the highest tonic not above it.
int tonic_below(int tonic_class, int middle) noexcept;

}  // namespace tutti::compose::melody
