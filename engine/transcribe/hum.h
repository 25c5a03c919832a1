// From a hummed, sung or whistled recording to notes.
//
// Pitch by probabilistic YIN (Mauch and Dixon, ICASSP 2014), notes by a hidden Markov model (Mauch
// et al., TENOR 2015), then tuning, tempo, metre and key, and quantised notes beside the free ones.
// Pure and deterministic: the same samples give the same notes natively and in WASM. Allocates; not
// for the audio thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/score/note.h"
#include "engine/score/tempo_map.h"

namespace tutti::transcribe {

// A note as it was sung: in seconds, its pitch against A4 = 440 Hz (take Hum::tuning off to have it
// against the singer's own tuning).
struct HeardNote {
  double start = 0;
  double duration = 0;
  double pitch = 60;      // fractional MIDI note number: the median over the note
  double velocity = 0.8;  // 0 … 1, from loudness
  double confidence = 1;  // 0 … 1
};

struct HumOptions {
  double tempo = 0;   // quarter notes a minute if known; 0: find it
  int numerator = 0;  // metre if known; 0: find it
  int denominator = 0;
  double grid = 0.25;  // quantisation step in quarter notes
};

struct Hum {
  std::vector<HeardNote> notes;        // sorted by start, not overlapping
  std::vector<score::Note> quantised;  // the same notes on the grid, one for one
  double tempo = 120;                  // quarter notes a minute
  double offset = 0;                   // seconds of the recording where tick 0 lies; may be < 0
  score::MetreChange metre;
  std::string key;        // "F# minor"
  double tuning = 0;      // cents against A4 = 440 Hz, -50 … 50
  double noise = -90;     // dBFS of the background
  double hop = 0;         // seconds between f0 values
  std::vector<float> f0;  // Hz, 0 where unvoiced
};

// `mono` is any length at 8 to 192 kHz. Errors: bad_input for NaN, silence or no melody (with what
// to do), cancelled.
Result<Hum> transcribe_hum(std::span<const float> mono, double rate, const HumOptions& = {},
                           const Progress& = {});

}  // namespace tutti::transcribe
