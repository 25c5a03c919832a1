// The composer: a seed, a chapter and the listener's settings in, bars of notes out, without end.
//
// Music comes in chapters of kChapterBars bars of 4/4. A chapter has a form (sections of 8 bars
// over a curve of tension) and ends in a cadence; it depends on nothing but the seed, its number
// and the settings that each of its bars was asked with, so any moment of an endless stream can be
// made again without composing what came before. Same input, same notes, on every machine and in
// WASM.
//
// Composer is a value: a copy goes on exactly as the original, so that a bar can be composed ahead
// and composed again if the settings changed. next() allocates and may take some milliseconds (with
// a melody model some tens, once in 8 bars); never on an audio thread. No errors: any settings
// within the table give music.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ticks.h"
#include "engine/compose/settings.h"

namespace tutti::compose {

class MelodyModel;

inline constexpr int kChapterBars = 64;
inline constexpr int kSectionBars = 8;
inline constexpr Ticks kBarTicks{4 * 15360};

enum class Section : std::uint8_t { opening, theme, variation, lift, calm, close };
std::string_view name_of(Section) noexcept;

enum class Quality : std::uint8_t {
  major,
  minor,
  diminished,
  augmented,
  sus2,
  sus4,
  major7,
  minor7,
  dominant7,
  half_diminished7,
  diminished7,
  add9,
  minor_add9
};

struct Chord {
  int root = 0;  // pitch class
  Quality quality = Quality::major;
  int bass = 0;  // pitch class that sounds lowest
  friend bool operator==(const Chord&, const Chord&) = default;
};
std::string name_of(const Chord&, score::Key);  // "Am7", "F/A", "Bbmaj7": spelt as the key has it
// Pitch classes of the chord, root first; 3 to 5 of them.
std::vector<int> pitch_classes(const Chord&);

struct ChordAt {
  Ticks at;        // within the bar
  Ticks duration;  // to the next chord or the bar's end
  Chord chord;
};

// How a texture or a drum is played; other voices are always `plain`.
enum class Play : std::uint8_t { plain, swell, grains, noise, reverse };

struct BarNote {
  Voice voice = Voice::pad;
  Play play = Play::plain;
  int key = 60;       // MIDI note number; for drums General MIDI percussion
  int velocity = 80;  // 1 … 127
  Ticks start;        // within the bar, 0 ≤ start < kBarTicks
  Ticks duration;     // > 0; may reach at most a bar over this one's end, never over the chapter's
  bool melody = false;  // belongs to the tune
  friend bool operator==(const BarNote&, const BarNote&) = default;
};

struct Bar {
  std::int64_t chapter = 0;
  int index = 0;  // within the chapter, 0 … kChapterBars - 1
  Section section = Section::opening;
  double tension = 0;  // 0 … 1, of the form and the intensity
  score::Key key;
  Settings settings;            // it was asked with
  std::vector<ChordAt> chords;  // at least one, covering the bar
  std::vector<BarNote> notes;   // sorted by start, voice, key
};

class Composer {
 public:
  // `model` may be null: melodies are then made by rule alone. It must be the same for the same
  // notes.
  Composer(std::uint64_t seed, std::int64_t chapter, std::shared_ptr<const MelodyModel> model = {});
  Composer(const Composer&);
  Composer& operator=(const Composer&);
  Composer(Composer&&) noexcept;
  Composer& operator=(Composer&&) noexcept;
  ~Composer();

  // The next bar; after the chapter's last one, the next chapter's first.
  Bar next(const Settings&);
  // Of the bar that next() will give.
  std::int64_t chapter() const noexcept;
  int index() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::compose
