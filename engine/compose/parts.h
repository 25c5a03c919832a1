// The part writers: each adds the notes of one kind of part to a bar.
//
// They see the bar as a frozen context and keep what must be remembered (voicings, what still
// sounds) in Memory, a value that the composer copies with itself. Every part draws from random
// numbers of its own, so that switching one voice changes no other. They allocate.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/random.h"
#include "engine/compose/composer.h"
#include "engine/compose/fit.h"
#include "engine/compose/style.h"
#include "engine/compose/voicing.h"

namespace tutti::compose {

// Purposes of random numbers.
enum class Draw : std::uint64_t {
  form,
  signature,
  second,
  harmony,
  tune,
  model,
  counter,
  presence,
  pad,
  choir,
  piano,
  pluck,
  bell,
  bass,
  drums,
  texture,
  melody_touch,
  counter_touch
};

// Independent numbers for every purpose and place of a stream.
Random random_for(std::uint64_t seed, std::int64_t chapter, int place, Draw) noexcept;

struct Sustained {
  std::vector<int> keys;                   // the last voicing
  std::array<Ticks, kMostVoices> until{};  // of the chapter: until when each voice sounds
};

struct Memory {
  Sustained pad, choir, piano;
  std::vector<int> pluck;  // voicing of its figures
  int bass = -1;
  int melody = -1, counter = -1;
  // Until when each key of each voice sounds, in ticks of the chapter.
  std::array<std::array<Ticks, 128>, kVoices> sounds{};
};

struct BarContext {
  std::uint64_t seed = 1;
  std::int64_t chapter = 0;
  int index = 0;  // of the chapter
  const Settings* settings = nullptr;
  const StyleRow* style = nullptr;
  score::Key key;
  Section section = Section::theme;
  double tension = 0.4, intensity = 0.4, density = 0.4;
  std::span<const ChordAt> chords;  // of this bar
  bool carries = false;             // the first chord began before this bar
  Chord next;  // that follows this bar's last one; the same if the chapter ends
  // Planned after this bar to the end of the section, `at` from this bar on.
  std::span<const ChordAt> ahead;
  std::array<bool, kVoices> plays{};
  Voice melody = Voice::piano;     // who sings
  std::span<const LineNote> tune;  // of this bar, starts within the bar
  Memory* memory = nullptr;
  std::vector<BarNote>* notes = nullptr;

  bool last() const noexcept { return index == kChapterBars - 1; }  // of the chapter
  bool on(Voice v) const noexcept { return plays[static_cast<std::size_t>(v)]; }
  Random random(Draw draw) const noexcept { return random_for(seed, chapter, index, draw); }
  Ticks begin() const noexcept { return kBarTicks * index; }
  // Kept within the voice's range by octaves, the velocity within 1 … 127, the duration within a
  // bar after this one and the chapter. Notes of no length are left out.
  void add(Voice, int key, double velocity, Ticks start, Ticks duration, Play = Play::plain,
           bool melody = false) const;
  // About a voice's own velocity: touch is the metric and melodic accent, `random` the hand.
  double velocity(Voice, double touch, Random&) const;
  // A late onset, 0 … a few thousandths of a beat, by the style.
  Ticks late(Random&) const;
};

void write_pad(const BarContext&);
void write_choir(const BarContext&);
void write_piano(const BarContext&);  // accompaniment
void write_pluck(const BarContext&);
void write_bell(const BarContext&);
void write_bass(const BarContext&);
void write_drums(const BarContext&);
void write_texture(const BarContext&);
void write_melody(const BarContext&);
void write_counter(const BarContext&, Voice, std::span<const LineNote> tune);

// Sorts, and lets no voice strike a key that it is sounding: of two at one moment the tune's stays,
// an earlier one of this bar gives way, and a chord's note waits for one that reaches in from
// before.
void untangle(std::vector<BarNote>&, int index, Memory&);

inline constexpr Ticks kBeatTicks{kTicksPerQuarter};
inline constexpr Ticks kSixteenthTicks{kTicksPerQuarter / 4};

}  // namespace tutti::compose
