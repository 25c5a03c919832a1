// Loudness normalisation in two passes: the first measures and keeps the sound in an unnamed
// temporary file, the second writes it with one gain and a true-peak limiter.
//
// The gain is what brings the integrated loudness (BS.1770-4) to the target after the limiter,
// found by repeating the second pass without writing while that still helps: where the limiter must
// take much away, the loudness stays below the target and the report says so. Memory does not grow
// with the length. One thread at a time.
#pragma once

#include <memory>
#include <optional>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "native/render/offline.h"

namespace tutti::render {

struct Normalise {
  std::optional<double> lufs;       // nothing: the level stays
  std::optional<double> true_peak;  // ceiling in dBTP, -24 … 0; nothing: no limiter
};

class Normaliser {
 public:
  // 1 or 2 channels; io without room for the temporary file.
  static Result<Normaliser> create(int rate, int channels);
  Normaliser(Normaliser&&) noexcept;
  Normaliser& operator=(Normaliser&&) noexcept;
  ~Normaliser();

  // First pass; `right` null where there is one channel.
  Result<void> add(const float* left, const float* right, int frames);
  Loudness before() const;
  // Second pass: to the sink (`right` null for one channel).
  struct Outcome {
    double gain_db = 0;
    double limited_db = 0;  // most that the limiter took away
    Loudness loudness;
  };
  Result<Outcome> finish(const Normalise&, const Sink&, const Progress& = {});

 private:
  struct State;
  explicit Normaliser(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::render
