#include "engine/registry/sampler_node.h"

#include <algorithm>
#include <array>
#include <set>

namespace tutti::registry {
namespace {

using instruments::kDrumBank;
using instruments::PresetId;

bool digits(std::string_view s) {
  return !s.empty() && s.size() <= 5 &&
         std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct FontName {
  std::string_view font;
  bool whole = true;
};

// "sf:<font>" or "sf:<font>:<bank>:<program>".
FontName parse(std::string_view name) {
  name.remove_prefix(3);
  const auto program = name.rfind(':');
  if (program == name.npos || program == 0 || !digits(name.substr(program + 1)))
    return {name, true};
  const auto bank = name.rfind(':', program - 1);
  if (bank == name.npos || !digits(name.substr(bank + 1, program - bank - 1))) return {name, true};
  return {name.substr(0, bank), false};
}

// The presets that these events play, beginning from the node's own program.
std::set<PresetId> used_presets(const graph::PlanNode& plan,
                                std::span<const graph::PlanEvent> events) {
  int bank = 0, program = 0;
  for (const graph::PlanParam& p : plan.params) {
    const param::Description* d = param::find(instruments::Sampler::parameters(), p.id);
    if (d != nullptr && p.id == "bank") bank = static_cast<int>(param::clamp(*d, p.value));
    if (d != nullptr && p.id == "program") program = static_cast<int>(param::clamp(*d, p.value));
  }
  std::array<PresetId, 16> channels;
  for (std::size_t c = 0; c < 16; ++c) {
    const bool drums = bank == kDrumBank || c == 9;
    channels[c] = {drums ? kDrumBank : bank, c == 9 && bank != kDrumBank ? 0 : program};
  }
  std::set<PresetId> used;
  for (const graph::PlanEvent& e : events) {
    PresetId& id = channels[e.status & 15];
    const int kind = e.status & 0xf0;
    if (kind == 0xb0 && e.data1 == 0 && id.bank != kDrumBank) id.bank = e.data2;
    if (kind == 0xc0) id.program = e.data1;
    if (kind == 0x90 && e.data2 > 0) used.insert(id);
  }
  return used;
}

}  // namespace

void SamplerNode::attach(const graph::Attachment& to) {
  const auto& [resources, plan, events, sincs, missing] = to;
  // A plan names a trim only where there is one.
  double trim = 0;
  for (const auto& param : plan.params) {
    if (param.id == "trim") trim = param.value;
  }
  sampler_.set_param("trim", trim);
  std::string_view wanted = plan.resource;
  if (wanted.starts_with("sf:")) wanted.remove_prefix(3);
  const auto collect = [&](std::string_view font) {
    std::vector<const graph::NamedResource*> found;
    for (const graph::NamedResource& r : resources) {
      if (r.name.starts_with("sf:") && (font.empty() || parse(r.name).font == font))
        found.push_back(&r);
    }
    return found;
  };
  auto found = collect(wanted);
  const bool absent = found.empty();
  if (absent) {
    // Any whole font is better than silence.
    found = collect({});
    std::erase_if(found, [](const auto* r) { return !parse(r->name).whole; });
  }
  auto bank = std::make_shared<instruments::SoundBank>();
  std::vector<std::shared_ptr<const graph::Resource>> parts;
  for (const graph::NamedResource* r : found) {
    bank->add(static_cast<const SoundFontResource&>(*r->resource).font, parse(r->name).whole);
    parts.push_back(r->resource);
  }
  const std::set<PresetId> used = used_presets(plan, events);
  const std::string name = "sf:" + std::string(wanted);
  if (absent && !used.empty()) {
    missing.push_back(name);
  } else if (!bank->has_whole()) {
    for (PresetId id : used) {
      if (bank->find(id)) continue;
      missing.push_back(name + ":" + std::to_string(id.bank) + ":" + std::to_string(id.program));
    }
  }
  if (parts == parts_) return;
  parts_ = std::move(parts);
  sampler_.set_bank(std::move(bank));
}

}  // namespace tutti::registry
