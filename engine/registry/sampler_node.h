// The sampler as a node of the graph, and SoundFonts as its resources.
#pragma once

#include <memory>
#include <vector>

#include "engine/graph/node.h"
#include "engine/instruments/sampler.h"

namespace tutti::registry {

class SoundFontResource final : public graph::Resource {
 public:
  explicit SoundFontResource(instruments::SoundFont f)
      : font(std::make_shared<const instruments::SoundFont>(std::move(f))) {}
  std::shared_ptr<const instruments::SoundFont> font;
};

class SamplerNode final : public graph::Node {
 public:
  void prepare(double rate, int max_block, Arena& arena) override {
    sampler_.prepare(rate, max_block, arena);
  }
  void reset() noexcept override { sampler_.reset(); }
  void process(dsp::Block block) noexcept override { sampler_.process(block); }
  bool silent() const noexcept override { return sampler_.silent(); }
  void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept override {
    sampler_.event(status, data1, data2);
  }
  bool set_param(std::string_view id, double value) noexcept override {
    return sampler_.set_param(id, value);
  }
  void attach(const graph::Attachment&) override;

 private:
  instruments::Sampler sampler_;
  // What the present bank was made of, so that nothing is done when nothing changed.
  std::vector<std::shared_ptr<const graph::Resource>> parts_;
};

}  // namespace tutti::registry
