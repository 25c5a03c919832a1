// Two, four or eight times the sampling rate for a stretch of non-linear work, and back.
//
// Linear-phase FIR filters, minimax designs: half-band stages up and down, and one sharp filter
// from twice the rate to once, so that nothing above half the sampling rate folds back (Crochiere
// and Rabiner 1983). In parts of the base rate fs: flat within 0.01 dB up to 0.4 fs (19.2 kHz at
// 48 kHz); whatever lies above 0.5 fs at the fast rate comes back 88 dB down or more. The fast
// stream is kept as `factor` streams at the base rate (polyphase), so that every filter is a plain
// loop over frames, with the same bits for any vector width. The delay of up and down together is a
// whole number of base frames.
//
//   over.up(in, n);
//   for (int p = 0; p < over.factor(); ++p) for i < n: over.shaped(p)[i] = f(over.fast(p)[i]);
//   over.down(out, n);
//
// prepare() takes the memory, nothing else allocates. One channel an object, one thread at a time.
#pragma once

#include "engine/base/arena.h"

namespace tutti::dsp {

class Oversampler {
 public:
  static constexpr int kRun = 128;   // longest stretch of base frames at a time
  static constexpr int kGuard = 32;  // shaped() may be written this far beyond its stretch
  static constexpr int kMaxFactor = 8;

  // `factor` 1, 2, 4 or 8; 1 passes everything through with no delay.
  void prepare(int factor, Arena& arena);
  void reset() noexcept;  // silence

  int factor() const noexcept { return factor_; }
  // Delay of up() and down() together in base frames.
  static int latency(int factor) noexcept;
  int latency() const noexcept { return latency(factor_); }

  // Reads 1 … kRun frames; afterwards fast(p)[n] is sample factor * n + p of the fast stream.
  // fast(p)[-1] is the frame before, and reading up to kGuard beyond the stretch is harmless.
  void up(const float* in, int frames) noexcept;
  const float* fast(int p) const noexcept { return fast_[p]; }
  // Where the result goes, in the same form.
  float* shaped(int p) noexcept { return shaped_[p]; }
  void down(float* out, int frames) noexcept;

  // Becomes what the other is; both prepared alike.
  void copy_state(const Oversampler& other) noexcept;

 private:
  template <class Do>
  void each_stream(Do&& act) noexcept;
  int factor_ = 1;
  float* slow_ = nullptr;  // the input
  float* twice_[2] = {};   // between the stages, on the way up …
  float* four_[4] = {};
  float* fast_[kMaxFactor] = {};
  float* shaped_[kMaxFactor] = {};
  float* down_four_[4] = {};  // … and down
  float* down_twice_[2] = {};
};

}  // namespace tutti::dsp
