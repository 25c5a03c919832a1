#include "engine/effects/saturation/channel.h"

#include <cstring>

namespace tutti::effects {

void BentChannel::prepare(int factor, double rate, Arena& arena) {
  shaper_.prepare(factor, arena);
  direct_.prepare(rate);
  dry_ = arena.take<float>(kPast + kRun).data() + kPast;
}

void BentChannel::reset() noexcept {
  shaper_.reset();
  direct_.reset();
  treble_.reset();
  if (dry_ != nullptr) std::memset(dry_ - kPast, 0, sizeof(float) * kPast);
}

void BentChannel::copy_state(const BentChannel& other) noexcept {
  shaper_.copy_state(other.shaper_);
  direct_ = other.direct_;
  treble_ = other.treble_;
  std::memcpy(dry_ - kPast, other.dry_ - kPast, sizeof(float) * kPast);
}

void BentChannel::drive(const float* in, float* out, int frames, const float* gain) noexcept {
  bent_loops::drive(in, gain, out, frames);
}

void BentChannel::finish(float* io, float* wet, int frames, const Run& run) noexcept {
  direct_.process(wet, frames, run.lopsided);
  treble_.process(wet, frames, run.treble);
  std::memcpy(dry_, io, sizeof(float) * static_cast<std::size_t>(frames));
  const float* dry = dry_ - latency();
  bent_loops::blend(dry, wet, run.level, run.mix, io, frames);
  std::memmove(dry_ - kPast, dry_ - kPast + frames, sizeof(float) * kPast);
}

}  // namespace tutti::effects
