// A synthesiser (instruments/synth.h) as a node of the graph.
#pragma once

#include <memory>

#include "engine/graph/node.h"
#include "engine/instruments/synth.h"
#include "engine/param/smoothed.h"

namespace tutti::registry {

// As loud as the sampler, which leaves room for twenty others (FluidSynth's gain of 0.2).
inline constexpr double kSynthHome = -14;  // dB

class SynthNode final : public graph::Node {
 public:
  explicit SynthNode(const instruments::SynthInfo& info);

  void prepare(double rate, int max_block, Arena& arena) override;
  void reset() noexcept override;
  void process(dsp::Block block) noexcept override;
  std::int64_t latency() const noexcept override { return synth_->latency(); }
  bool silent() const noexcept override { return synth_->silent(); }
  // All channels play the same sound; programs and banks mean nothing here.
  void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept override {
    synth_->event(status, data1, data2);
  }
  // A parameter of the synthesiser, or "trim" (dB, -24 … 24, after it).
  bool set_param(std::string_view id, double value) noexcept override;
  // What is random comes from the node's number: the same project sounds the same everywhere.
  void attach(const graph::Attachment&) override;

 private:
  int ramp() const noexcept { return synth_->silent() ? 0 : ramp_; }

  const instruments::SynthInfo& info_;
  std::unique_ptr<instruments::Synth> synth_;
  param::Smoothed gain_;
  std::uint64_t seed_ = 1;
  int ramp_ = 0;  // frames over which a sounding parameter moves
};

}  // namespace tutti::registry
