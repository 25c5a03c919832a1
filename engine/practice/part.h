// Hears in a stem what its instrument plays: the notes that difficulty.h judges.
//
// Onsets are peaks of the spectral flux of logarithmic bands against their maximum a few
// frames earlier (Böck and Widmer, "Maximum filter vibrato suppression for onset detection", DAFx
// 2013). Bass and vocals have their pitch followed by pYIN (engine/analysis/pitch.h), and a change
// of pitch without an onset is a note too; drums tell kick, snare and cymbals by the band in which
// the flux rises; anything else has pitch classes for each tenth of a second.
//
// Pieces of any length are taken one after another; memory is that of a minute of sound and some
// 200 kB for each minute heard. One object serves one thread; allocates.
#pragma once

#include <memory>
#include <span>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/practice/difficulty.h"

namespace tutti::practice {

class PartListener {
 public:
  // Rate 8000 … 192000 Hz.
  PartListener(Instrument instrument, double rate);
  PartListener(PartListener&&) noexcept;
  PartListener& operator=(PartListener&&) noexcept;
  ~PartListener();

  // Samples of the stem, all channels mixed to one; what is not finite counts as 0.
  void add(std::span<const float> mono);
  // What was heard. Call once. A silent stem has no notes. Errors: cancelled.
  Result<Part> finish(const Progress& progress = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A stem in memory at once.
Result<Part> hear_part(Instrument instrument, std::span<const float> mono, double rate,
                       const Progress& progress = {});

}  // namespace tutti::practice
