// The learned melodist: continues a tune over given chords, by a small transformer.
//
// Trained by us on public-domain tunes (training/); weights are a safetensors file, quantised,
// under 4 MB. Works on pitches relative to the tonic, so it knows no key but all of them. The same
// weights, seed and request give the same notes on every machine and in WASM (engine/nn works in a
// fixed order). compose() is const and thread-safe; it allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/ticks.h"
#include "engine/compose/composer.h"

namespace tutti::compose {

struct MelodyNote {
  Ticks start;  // from the phrase's first bar
  Ticks duration;
  int key = 60;  // MIDI note number
  friend bool operator==(const MelodyNote&, const MelodyNote&) = default;
};

struct PhraseRequest {
  score::Key key;
  int bars = 8;                    // 1 … 16, of 4/4
  std::vector<ChordAt> chords;     // from the phrase's first bar, sorted, covering it
  std::vector<MelodyNote> before;  // what was played last, with negative starts; may be empty
  int lowest = 57, highest = 84;   // MIDI note numbers, at least an octave apart
  double density = 0.5;            // 0 … 1: rests and long notes to quick ones
  double adventure = 0.5;          // 0 … 1: temperature of the choice
  std::uint64_t seed = 1;
};

class MelodyModel {
 public:
  // bad_input (not safetensors, other network, wrong shapes).
  static Result<std::shared_ptr<const MelodyModel>> load(std::span<const std::byte> weights);
  ~MelodyModel();

  // Sorted, not overlapping, within the range and the phrase. May be empty only if nothing can be
  // said (then the caller falls back).
  std::vector<MelodyNote> compose(const PhraseRequest&) const;
  // Mean natural-log loss a token of a given tune, for measuring: exp() of it is the perplexity.
  double loss(const PhraseRequest& context, std::span<const MelodyNote> tune) const;

  struct Impl;

 private:
  explicit MelodyModel(std::unique_ptr<const Impl>);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace tutti::compose
