// What the program hears in a recording: tempo, beats, bars, key, chords, tuning, sections,
// loudness. The one face of song analysis for the command line, the server and the page.
//
// Methods and papers are named in the headers of the parts (onset_strength.h, beats.h, bars.h,
// harmony.h, song_key.h, chords.h, sections.h). Times are seconds from the start of the recording;
// levels are dBFS or LUFS. What cannot be heard is absent, never guessed: silence, noise and a
// recording of a second or two give empty lists and a tempo of 0; nothing is ever NaN or infinite.
// The same samples give the same answer on every machine and in WASM.
//
// Pure; allocates; not for the audio thread. One object serves one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/dsp/loudness.h"

namespace tutti::analysis {

// A chord by Harte's grammar (ISMIR 2005), which mir_eval reads: "A:min", "C:maj", "G:7"; "N" where
// no chord sounds. Chords follow one another without a gap.
struct ChordSpan {
  double start = 0, end = 0;
  std::string name = "N";
};
// As musicians write it: "Am", "C", "G7"; "N.C." for "N". Flats or sharps as in `name`.
std::string chord_symbol(const std::string& name);

// A part of the form. Parts with the same letter sound alike; `name` is the part's likely role.
struct SectionSpan {
  double start = 0, end = 0;
  std::string name;    // "Intro", "Verse", "Chorus", "Bridge", "Outro"
  std::string letter;  // "A", "B" …
};

struct SongAnalysis {
  double duration = 0;            // seconds of sound that were heard
  double tempo = 0;               // beats a minute; 0: no beat
  double tempo_other = 0;         // the second likely tempo (usually half or double); 0: none
  double tempo_confidence = 0;    // 0 … 1, of `tempo` against `tempo_other`
  std::vector<double> beats;      // ascending
  std::vector<double> downbeats;  // first beats of bars, a subset of `beats`
  int beats_per_bar = 4;          // 2 … 12
  double beat_confidence = 0;     // 0 … 1
  std::string key;                // "F# minor"; "" if there is none
  double key_confidence = 0;      // 0 … 1: lead over the second-best
  double tuning_cents = 0;        // of A4 against 440 Hz, -50 … 50
  double tuning_hz = 440;         // of A4
  std::vector<ChordSpan> chords;
  std::vector<SectionSpan> sections;
  dsp::LoudnessReport loudness;
};

// Listens to a recording piece by piece, so that one of any length never sits in memory: some
// 1 MB of features a minute and a fixed 2 MB beside. A 3-minute song takes well under 2 s of CPU.
class SongListener {
 public:
  // Rate 8000 … 192000 Hz; 1 … 8 channels (more than two are mixed to one for all but loudness).
  SongListener(double rate, int channels);
  SongListener(SongListener&&) noexcept;
  SongListener& operator=(SongListener&&) noexcept;
  ~SongListener();

  // Planar samples, any number of frames; what is not finite counts as 0.
  void add(std::span<const float* const> channels, int frames);
  // What was heard. Call once. Errors: cancelled.
  Result<SongAnalysis> finish(const Progress& progress = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A recording in memory at once; channels of equal length. Errors: wrong_usage (rate or number of
// channels out of range), cancelled.
Result<SongAnalysis> analyse(std::span<const std::span<const float>> channels, double rate,
                             const Progress& progress = {});

// The same song with beats set by hand (a list of taps, or heard beats that were moved): tempo,
// bars and chord borders follow. Beats are sorted and those closer than 50 ms joined;
// `first_downbeat` is the index in `beats` of some first beat of a bar. Fewer than two beats: no
// tempo and no bars.
SongAnalysis with_beats(SongAnalysis song, std::vector<double> beats, int beats_per_bar,
                        int first_downbeat);

// The bar at a time: 0 is the bar of the first downbeat, negative before it (an upbeat). Beyond the
// last downbeat, bars go on at the last bar's length. 0 where there are no bars.
int bar_at(const SongAnalysis& song, double time);
// Bars that a song has: one for each downbeat.
int bar_count(const SongAnalysis& song);
// When bar `bar` begins (any number; outside the heard ones by the nearest bar's length), seconds.
double bar_start(const SongAnalysis& song, int bar);
// Index of the beat nearest to a time; -1 where there are none.
int beat_near(const SongAnalysis& song, double time);

// The JSON of `tutti analyse --json`, the server and the page: duration, tempo, tempoOther, beats,
// downbeats, beatsPerBar, timeSignature ("3/4"), key, tuning (of A4 in Hz), tuningCents, chords
// [{start, end, name, symbol}], sections [{start, end, name, letter}], loudness {integrated, range,
// momentary_max, short_term_max, true_peak, sample_peak; null for silence} and the confidences.
// Times to a tenth of a millisecond.
json::object json_of(const SongAnalysis& song);
// Reads that again; unknown members are ignored, missing ones keep their defaults. Errors:
// bad_input where a member has the wrong form, times are not finite or not in order.
Result<SongAnalysis> song_analysis_from_json(const json::value& value);

}  // namespace tutti::analysis
