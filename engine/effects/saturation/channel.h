// One channel of an effect that bends the signal: drive, bend, direct current, treble, level and
// the dry signal beside it, in time with the bent one.
//
// No allocation but in prepare(); one thread at a time.
#pragma once

#include <span>

#include "engine/dsp/shaper.h"
#include "engine/effects/saturation/tone.h"

namespace tutti::effects {

namespace bent_loops {
// out[i] = in[i] * gain[i]
void drive(const float* in, const float* gain, float* out, int frames) noexcept;
// out[i] = dry[i] + mix[i] * (level[i] * wet[i] - dry[i])
void blend(const float* dry, const float* wet, const float* level, const float* mix, float* out,
           int frames) noexcept;
}  // namespace bent_loops

class BentChannel {
 public:
  static constexpr int kRun = dsp::Shaper::kRun;

  // Gains by frame, and what holds for the whole run.
  struct Run {
    const float* drive;
    const float* level;  // of the bent signal
    const float* mix;
    float treble;
    bool lopsided;  // the bend makes direct current
  };

  void prepare(int factor, double rate, Arena& arena);
  void reset() noexcept;
  int latency() const noexcept { return shaper_.latency(); }
  void copy_state(const BentChannel& other) noexcept;

  // In place, 1 … kRun frames.
  void process(float* io, int frames, const Run& run,
               std::span<const dsp::ShaperCurve> curves) noexcept {
    float wet[kRun];
    drive(io, wet, frames, run.drive);
    shaper_.process(wet, wet, frames, curves);
    finish(io, wet, frames, run);
  }
  // With a bend that is no curve: see dsp::Shaper.
  template <class Bend>
  void process_steps(float* io, int frames, const Run& run, Bend&& bend) noexcept {
    float wet[kRun];
    drive(io, wet, frames, run.drive);
    shaper_.process(wet, wet, frames, bend);
    finish(io, wet, frames, run);
  }
  // Frame by frame, with nothing against aliases: only where prepared with factor 1.
  template <class Bend>
  void process_raw(float* io, int frames, const Run& run, Bend&& bend) noexcept {
    float wet[kRun];
    drive(io, wet, frames, run.drive);
    for (int i = 0; i < frames; ++i) wet[i] = bend(wet[i]);
    finish(io, wet, frames, run);
  }

 private:
  static void drive(const float* in, float* out, int frames, const float* gain) noexcept;
  void finish(float* io, float* wet, int frames, const Run& run) noexcept;

  static constexpr int kPast = 64;  // more than any latency
  dsp::Shaper shaper_;
  DirectCurrent direct_;
  Treble treble_;
  float* dry_ = nullptr;  // the input, with kPast frames before it
};

}  // namespace tutti::effects
