#include "engine/instruments/sampler.h"

#include "engine/instruments/sampler_core.h"

namespace tutti::instruments {
namespace {

// In the order of detail::Parameter.
constexpr param::Description kParameters[] = {
    // FluidSynth's default gain of 0.2 leaves room for some twenty loud voices.
    {"level",
     "Level",
     param::Unit::decibels,
     -60,
     12,
     -13.9794000867203760,
     param::Scale::linear,
     {}},
    {"tuning", "Tuning", param::Unit::cents, -100, 100, 0, param::Scale::linear, {}},
    {"transpose", "Transpose", param::Unit::semitones, -48, 48, 0, param::Scale::integer, {}},
    {"bank", "Bank", param::Unit::none, 0, 16383, 0, param::Scale::integer, {}},
    {"program", "Program", param::Unit::none, 0, 127, 0, param::Scale::integer, {}},
    // On top of the level: what a track asks for.
    {"trim", "Trim", param::Unit::decibels, -24, 24, 0, param::Scale::linear, {}},
};

}  // namespace

Sampler::Sampler() : core_(std::make_unique<detail::SamplerCore>()) {}
Sampler::~Sampler() = default;
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;

std::span<const param::Description> Sampler::parameters() {
  return kParameters;
}
void Sampler::prepare(double rate, int, Arena&) {
  core_->prepare(rate);
}
void Sampler::reset() noexcept {
  core_->reset();
}
void Sampler::process(dsp::Block block) noexcept {
  core_->process(block);
}
void Sampler::set_bank(std::shared_ptr<const SoundBank> bank) {
  core_->set_bank(std::move(bank));
}
bool Sampler::event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept {
  return core_->event(status, data1, data2);
}
bool Sampler::set_param(std::string_view id, double value) noexcept {
  return core_->set_param(id, value);
}
int Sampler::active_voices() const noexcept {
  return core_->active_voices();
}
PresetId Sampler::preset_of(int channel) const noexcept {
  return core_->preset_of(channel);
}

}  // namespace tutti::instruments
