#include "engine/registry/rack.h"

namespace tutti::registry {

Rack::Rack(const std::vector<ChainEffect>& chain) {
  for (const auto& item : chain) {
    if (item.bypass) continue;
    auto effect = item.info->make();
    for (std::size_t i = 0; i < item.values.size(); ++i) {
      effect->set(static_cast<int>(i), item.values[i], 0);
    }
    mono_ = mono_ && item.info->mono;
    effects_.push_back(std::move(effect));
  }
}

void Rack::prepare(double rate, int max_block) {
  arena_.reset();
  for (auto& effect : effects_) effect->prepare(rate, max_block, arena_);
}

void Rack::reset() noexcept {
  for (auto& effect : effects_) effect->reset();
}

void Rack::process(dsp::Block block) noexcept {
  for (auto& effect : effects_) effect->process(block);
}

std::int64_t Rack::latency() const noexcept {
  std::int64_t frames = 0;
  for (const auto& effect : effects_) frames += effect->latency();
  return frames;
}

std::int64_t Rack::tail() const noexcept {
  std::int64_t frames = 0;
  for (const auto& effect : effects_) {
    const std::int64_t own = effect->tail();
    if (own == dsp::kEndless) return own;
    frames += own;
  }
  return frames;
}

bool Rack::load(std::size_t index, double rate, std::span<const float> left,
                std::span<const float> right) {
  return index < effects_.size() && effects_[index]->load(rate, left, right);
}

}  // namespace tutti::registry
