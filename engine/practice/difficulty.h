// Where a song is hard for the instrument one plays, and why.
//
// Each bar is judged on what teachers and studies of difficulty name: notes a second, leaps,
// syncopation, changes of chord, tempo, and whether the figure comes only once, so that nothing in
// the rest of the song prepares it. (Sébastien et al., "Score Analyzer: automatically determining
// scores difficulty level for instrumental e-learning", ISMIR 2012; Chiu and Chen, "A study on
// difficulty level recognition of piano sheet music", ISM 2012; syncopation as Longuet-Higgins and
// Lee, Music Perception 1984, per onset; self-similarity as Foote, ACM Multimedia 1999.) Each
// measure counts by how far it stands out from the song's own middle and by what hands can do at
// all; the strongest causes carry the bar. Passages are the runs of 2 to 8 whole bars that stand
// out most from what surrounds them; they never overlap. A figure that is hard at several places is
// listed first at its first place; its later places come after all other passages.
//
// The input is plain data: beats, bars and chords of a SongAnalysis (however they were made), and
// the notes of a part (part.h hears them in a stem). Pure and deterministic; allocates some hundred
// bytes a bar and note; time linear in the notes and quadratic in the bars (1,000 bars: 5 ms).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/analysis/song_analysis.h"
#include "engine/base/json.h"

namespace tutti::practice {

enum class Instrument { drums, bass, other, vocals };
std::string_view name_of(Instrument);  // "drums", "bass", "other", "vocals"
std::optional<Instrument> instrument_of(std::string_view name);

struct PartNote {
  double start = 0;     // seconds
  double duration = 0;  // seconds, 0: not known
  double pitch = -1;    // MIDI note number, fractional; < 0: not known, or no pitch
  int voice = 0;        // drums: 0 low (kick), 1 middle (snare, toms), 2 high (cymbals)
  double strength = 1;  // 0 … 1
};

// What the stem of one instrument plays.
struct Part {
  Instrument instrument = Instrument::other;
  std::vector<PartNote> notes;  // by start; several may start together
  // Of a polyphonic stem: its pitch classes, twelve numbers for each `chroma_hop` seconds, each 0 …
  // 1; empty where the notes' pitches say it.
  std::vector<float> chroma;
  double chroma_hop = 0.1;
};

enum class Cause { density, leaps, syncopation, harmony, rarity, tempo };
std::string_view name_of(Cause);  // "density", "leaps", …

struct Reason {
  Cause cause = Cause::density;
  double value = 0;   // notes a second, semitones, share of off-beat entries, chords a bar, …
  double weight = 0;  // 0 … 1: how hard by this alone
  std::string text;   // "11 notes a second"
};

struct HardPassage {
  double start = 0, end = 0;        // seconds
  int first_bar = 1, last_bar = 1;  // from 1: the bar of the first downbeat
  double score = 0;                 // 0 … 1
  std::vector<Reason> reasons;      // strongest first, one at least
  int same_as = 0;                  // first bar of the passage that it repeats, 0: none
};

struct DifficultyOptions {
  int most = 3;         // passages; more on request, 1 … 50
  double least = 0.15;  // passages below this score are not worth a loop
};

// Ranked, hardest first. None where there are fewer than four bars or nothing stands out. Times
// that are not finite or notes out of order are put right or left out; never fails.
std::vector<HardPassage> hard_passages(const analysis::SongAnalysis& song, const Part& part,
                                       const DifficultyOptions& = {});

// [{"start","end","firstBar","lastBar","score","reasons":[text],"causes":[name],"sameAs"?}]
json::array json_of(std::span<const HardPassage> passages);

}  // namespace tutti::practice
