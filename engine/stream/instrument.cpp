#include "engine/stream/instrument.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::stream {
namespace {

// The sampler's low-pass, by brightness 0 … 1, in Hz: a felt strip before the strings, or none.
constexpr double kDarkest = 1100, kOctaves = 4;

}  // namespace

Instrument::Instrument(std::string_view synth) : info_(instruments::find_synth(synth)) {
  if (info_ != nullptr) synth_ = info_->make();
}

Instrument::Instrument(std::shared_ptr<const instruments::SoundFont> font)
    : sampler_(std::make_unique<instruments::Sampler>()) {
  auto bank = std::make_shared<instruments::SoundBank>();
  bank->add(std::move(font), true);
  sampler_->set_bank(std::move(bank));
}

void Instrument::prepare(double rate, std::uint64_t seed, Arena& arena) {
  rate_ = rate;
  if (synth_) {
    synth_->prepare(rate, kStep, arena);
    synth_->reset(seed);
  } else if (sampler_) {
    sampler_->prepare(rate, kStep, arena);
  }
}

bool Instrument::set(std::string_view id, double value, int frames) noexcept {
  if (info_ == nullptr) return false;
  for (std::size_t i = 0; i < info_->parameters.size(); ++i) {
    if (info_->parameters[i].id != id) continue;
    synth_->set(static_cast<int>(i), value, frames);
    return true;
  }
  return false;
}

void Instrument::set_brightness(double value) noexcept {
  value = std::clamp(value, 0.0, 1.0);
  if (sampler_) {
    const double hertz = std::min(kDarkest * math::exp2(kOctaves * value), 0.45 * rate_);
    wanted_cutoff_ = math::exp(-math::kTwoPi * hertz / rate_);
    if (brightness_ < 0) cutoff_ = wanted_cutoff_;
    brightness_ = 0;
    return;
  }
  const int steps = static_cast<int>(127 * value + 0.5);
  if (steps == brightness_ || !synth_) return;
  brightness_ = steps;
  synth_->event(0xB0, 74, static_cast<std::uint8_t>(steps));
}

void Instrument::event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept {
  if (resting_) {
    // The frames that it rested in this step, so that its own grids stay in step with ours.
    resting_ = false;
    if (skipped_ > 0) run(scratch_[0], scratch_[1], skipped_);
    skipped_ = 0;
  }
  if (synth_)
    synth_->event(status, data1, data2);
  else if (sampler_)
    sampler_->event(status, data1, data2);
}

bool Instrument::process(float* left, float* right, int frames) noexcept {
  if (resting_) {
    skipped_ += frames;
    return false;
  }
  run(left, right, frames);
  return true;
}

void Instrument::run(float* left, float* right, int frames) noexcept {
  const dsp::Block block{left, right, frames};
  if (synth_) {
    synth_->process(block);
  } else if (sampler_) {
    sampler_->process(block);
    const auto pole = static_cast<float>(cutoff_), rest = 1 - pole;
    float l = damped_[0], r = damped_[1];
    for (int f = 0; f < frames; ++f) {
      left[f] = l = left[f] * rest + l * pole;
      right[f] = r = right[f] * rest + r * pole;
    }
    damped_[0] = l;
    damped_[1] = r;
  } else {
    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
  }
}

void Instrument::begin_step() noexcept {
  resting_ = silent();
  skipped_ = 0;
  cutoff_ = wanted_cutoff_;
  if (resting_) damped_[0] = damped_[1] = 0;
}

bool Instrument::silent() const noexcept {
  return synth_ ? synth_->silent() : sampler_ ? sampler_->silent() : true;
}

}  // namespace tutti::stream
