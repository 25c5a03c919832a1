#include "engine/registry/registry.h"

#include "engine/graph/clip.h"
#include "engine/registry/effects.h"
#include "engine/registry/sampler_node.h"
#include "engine/registry/synth_node.h"

namespace tutti::registry {
namespace {

class Factory final : public graph::NodeFactory {
 public:
  std::unique_ptr<graph::Node> make(std::string_view kind) const override {
    if (kind == "sampler") return std::make_unique<SamplerNode>();
    if (kind == "clip") return std::make_unique<graph::ClipNode>();
    const instruments::SynthInfo* synth = instruments::find_synth(kind);
    return synth != nullptr ? std::make_unique<SynthNode>(*synth) : nullptr;
  }
  const param::EffectInfo* effect(std::string_view kind) const override {
    return find_effect(kind);
  }
  Result<std::shared_ptr<const graph::Resource>> load(
      std::string_view name, std::span<const std::byte> bytes) const override {
    if (!name.starts_with("sf:")) return unknown(name);
    return wrap(instruments::read_soundfont(bytes));
  }
  Result<std::shared_ptr<const graph::Resource>> load(std::string_view name,
                                                      std::vector<std::byte> bytes) const override {
    if (!name.starts_with("sf:")) return unknown(name);
    return wrap(instruments::read_soundfont(std::move(bytes)));
  }

 private:
  using Loaded = Result<std::shared_ptr<const graph::Resource>>;
  static Loaded unknown(std::string_view name) {
    return Error{Code::wrong_usage, "\"" + std::string(name) + "\" is not the name of a SoundFont.",
                 "Name SoundFonts \"sf:\" and their name; give recordings as decoded audio."};
  }
  static Loaded wrap(Result<instruments::SoundFont> font) {
    if (!font) return font.error();
    return Loaded(std::make_shared<const SoundFontResource>(std::move(*font)));
  }
};

}  // namespace

std::span<const Entry> entries() {
  static const std::vector<Entry> list = [] {
    std::vector<Entry> made = {{"sampler", "Sampler", "Plays the instruments of a SoundFont.",
                                instruments::Sampler::parameters()},
                               {"clip", "Recording", "Plays a recording at its place in the song.",
                                graph::ClipNode::parameters()}};
    for (const instruments::SynthInfo& synth : instruments::synths()) {
      made.push_back({synth.id, synth.name, synth.summary, synth.parameters});
    }
    return made;
  }();
  return list;
}

const Entry* find(std::string_view id) {
  for (const Entry& entry : entries()) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

const graph::NodeFactory& factory() {
  static const Factory instance;
  return instance;
}

}  // namespace tutti::registry
