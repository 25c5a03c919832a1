#include "engine/registry/synth_node.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::registry {
namespace {

constexpr double kRampSeconds = 0.02;

constexpr param::Description kTrim{"trim", "Trim", param::Unit::decibels, -24, 24, 0};

float gain_of(double trim) {
  return static_cast<float>(math::db_to_gain(param::clamp(kTrim, trim) + kSynthHome));
}

}  // namespace

SynthNode::SynthNode(const instruments::SynthInfo& info) : info_(info), synth_(info.make()) {
  gain_.set_now(gain_of(0));
}

void SynthNode::prepare(double rate, int max_block, Arena& arena) {
  ramp_ = static_cast<int>(kRampSeconds * rate);
  synth_->prepare(rate, max_block, arena);
  reset();
}

void SynthNode::reset() noexcept {
  gain_.set_now(gain_.target());
  synth_->reset(seed_);
}

void SynthNode::process(dsp::Block block) noexcept {
  synth_->process(block);
  for (int i = 0; i < block.frames; ++i) {
    const float gain = gain_.value_at(i);
    block.left[i] *= gain;
    block.right[i] *= gain;
  }
  gain_.advance(block.frames);
}

bool SynthNode::set_param(std::string_view id, double value) noexcept {
  if (id == kTrim.id) {
    gain_.set_target(gain_of(value), ramp());
    return true;
  }
  for (std::size_t i = 0; i < info_.parameters.size(); ++i) {
    if (info_.parameters[i].id != id) continue;
    synth_->set(static_cast<int>(i), value, ramp());
    return true;
  }
  return false;
}

void SynthNode::attach(const graph::Attachment& to) {
  double trim = 0;  // a plan names a trim only where there is one
  for (const auto& param : to.plan.params) {
    if (param.id == kTrim.id) trim = param.value;
  }
  set_param(kTrim.id, trim);
  if (seed_ == to.plan.id) return;
  seed_ = to.plan.id;
  if (synth_->silent()) synth_->reset(seed_);
}

}  // namespace tutti::registry
