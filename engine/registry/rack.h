// A row of effects, ready to run over one stereo stream: what a chain of text becomes.
//
// For offline work (command line, jobs, measurements); inside a project the graph has inserts of
// its own. prepare() and load() allocate; process() never does. One thread at a time. Bypassed
// effects are left out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/arena.h"
#include "engine/param/effect.h"
#include "engine/registry/chain.h"

namespace tutti::registry {

class Rack {
 public:
  explicit Rack(const std::vector<ChainEffect>& chain);

  void prepare(double rate, int max_block);
  void reset() noexcept;
  void process(dsp::Block block) noexcept;
  std::int64_t latency() const noexcept;  // frames, of all together
  std::int64_t tail() const noexcept;     // frames, of all together; dsp::kEndless if any is

  std::size_t size() const { return effects_.size(); }
  // The impulse response of effect `index` of those not bypassed; false if it takes none.
  bool load(std::size_t index, double rate, std::span<const float> left,
            std::span<const float> right);
  param::Effect& effect(std::size_t index) { return *effects_[index]; }
  // True if every effect takes mono blocks.
  bool mono() const { return mono_; }

 private:
  std::vector<std::unique_ptr<param::Effect>> effects_;
  Arena arena_;
  bool mono_ = true;
};

}  // namespace tutti::registry
