// The end of a chapter's mix: rumble filter, loudness rider, glue compressor, limiter.
//
// The rider brings the loudness of the last 3 s (BS.1770) to kLoudness slowly, within ±kReach. A
// chapter starts at 0 dB, where the calibrated levels of its style stand, and moves first after
// kWait seconds; it holds in silence. The true-peak limiter keeps peaks below kCeiling. All is
// worked out on steps of kStep frames. prepare() allocates.
#pragma once

#include "engine/base/arena.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/loudness.h"
#include "engine/param/effect.h"
#include "engine/stream/instrument.h"

namespace tutti::stream {

inline constexpr double kLoudness = -18;  // LUFS
inline constexpr double kCeiling = -1.2;  // dB, true peak, of one chapter

class Master {
 public:
  Master();
  void prepare(double rate, Arena& arena);
  void begin_step() noexcept;
  // In place; `first` frames into the step.
  void process(dsp::Block block, int first) noexcept;
  double gain_db() const noexcept { return gain_db_; }

 private:
  double rate_ = 48000;
  std::unique_ptr<param::Effect> rumble_, glue_;
  dsp::Limiter limiter_;
  dsp::LoudnessMeter meter_;
  std::int64_t frames_ = 0;  // heard
  double gain_db_ = 0;
  float gain_ = 1, target_ = 1, slope_ = 0;  // of this step
};

}  // namespace tutti::stream
