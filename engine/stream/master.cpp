#include "engine/stream/master.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/registry/effects.h"
#include "engine/stream/strip_kernels.h"

namespace tutti::stream {
namespace {

constexpr double kReach = 15;   // dB
constexpr double kWait = 2.5;   // seconds
constexpr double kTime = 5;     // seconds, of the rider
constexpr double kFastest = 3;  // dB a second
constexpr double kHold = -48;   // LUFS: below it nothing is playing

std::unique_ptr<param::Effect> made(
    std::string_view id, std::initializer_list<std::pair<std::string_view, double>> values) {
  const auto* info = registry::find_effect(id);
  auto effect = info->make();
  for (const auto& [name, value] : values)
    for (std::size_t i = 0; i < info->parameters.size(); ++i)
      if (info->parameters[i].id == name) effect->set(static_cast<int>(i), value, 0);
  return effect;
}

}  // namespace

Master::Master()
    : rumble_(made("highpass", {{"freq", 24}})),
      glue_(made(
          "compressor",
          {{"threshold", -11}, {"ratio", 2}, {"knee", 10}, {"attack", 25}, {"release", 260}})) {}

void Master::prepare(double rate, Arena& arena) {
  rate_ = rate;
  rumble_->prepare(rate, kStep, arena);
  glue_->prepare(rate, kStep, arena);
  limiter_.set_ceiling(Decibels{kCeiling});
  limiter_.prepare(rate, kStep, arena);
  meter_.prepare(rate, 2);
}

void Master::begin_step() noexcept {
  gain_ = target_;
  slope_ = 0;
  const double seconds = static_cast<double>(frames_) / rate_;
  if (seconds >= kWait) {
    // What was not heard yet counts as silence: the mean is over what was.
    const double filled = seconds < 3 ? 10 * math::log10(3 / seconds) : 0;
    const double loudness = meter_.short_term() + filled;
    if (loudness > kHold) {
      const double step = kStep / rate_;
      const double move = std::clamp((kLoudness - loudness) / kTime, -kFastest, kFastest) * step;
      gain_db_ = std::clamp(gain_db_ + move, -kReach, kReach);
    }
  }
  target_ = static_cast<float>(math::db_to_gain(gain_db_));
  slope_ = (target_ - gain_) / kStep;
}

void Master::process(dsp::Block block, int first) noexcept {
  rumble_->process(block);
  const StripKernels& kernels = strip_kernels();
  kernels.scale(block.left, {gain_, slope_}, first, block.frames);
  kernels.scale(block.right, {gain_, slope_}, first, block.frames);
  glue_->process(block);
  limiter_.process(block);
  meter_.add(block.left, block.right, block.frames);
  frames_ += block.frames;
}

}  // namespace tutti::stream
