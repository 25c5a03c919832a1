// Edits of the mixer: devices, outputs, sends.

#include <algorithm>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/names.h"
#include "engine/project/routing.h"
#include "engine/registry/chain.h"
#include "engine/registry/effects.h"

namespace tutti::project {
namespace {

bool is_owner(const Document& d, EntityId id) {
  return id == kRoot || track(d, id).has_value();
}

std::string field_of(std::string_view param) {
  return "p_" + std::string(param);
}

// Effect and parameters as this program knows them, in range.
Result<Fields> param_fields(const param::EffectInfo& info,
                            const std::vector<std::pair<std::string, double>>& params) {
  Fields out;
  for (const auto& [id, value] : params) {
    const auto index = registry::require_parameter(info, id);
    if (!index) return index.error();
    out.emplace_back(field_of(id),
                     param::clamp(info.parameters[static_cast<std::size_t>(*index)], value));
  }
  return out;
}

Result<void> check_blob(std::string_view impulse) {
  if (impulse.empty() || is_blob(impulse)) return {};
  return Error{Code::wrong_usage, "This impulse response has not been stored yet.",
               "Wait until it is saved, then load it."};
}

// Would sound that goes from one track to another come back?
Result<void> check_circle(const Document& d, EntityId from, EntityId to) {
  // Nothing comes back to a track that takes nothing in.
  const auto source = track(d, from);
  if (!source) return {};
  if (source->kind != TrackKind::bus) {
    const auto row = devices(d, from);
    const auto listens = [](const Device& device) { return device.side != kRoot; };
    if (from != to && std::none_of(row.begin(), row.end(), listens)) return {};
  }
  const auto all = routes(d);
  const auto a = all.find(from), b = all.find(to);
  if (!a || !b) return {};
  const auto found = way(all, *b, *a);
  if (found.empty()) return {};
  return circle_error(all, found, Code::wrong_usage);
}

Fields send_fields(const Send& have, const Send& want) {
  Differences out;
  out.add("to", have.to, want.to);
  out.add("gain_db", have.gain_db, std::clamp(want.gain_db, -120.0, 24.0));
  out.add("pre", have.pre, want.pre);
  out.add("mute", have.mute, want.mute);
  return out.take();
}

}  // namespace

Result<void> check_route(const Document& d, EntityId from, EntityId to) {
  if (to == kRoot) return {};
  const auto target = track(d, to);
  if (!target) return gone();
  if (target->kind != TrackKind::bus) {
    return Error{Code::wrong_usage, "Only a bus takes sound from other tracks.",
                 "Add a bus and choose that."};
  }
  return check_circle(d, from, to);
}

Result<void> check_side_chain(const Document& d, EntityId side, EntityId owner) {
  if (side == kRoot) return {};
  if (!track(d, side)) return gone();
  return check_circle(d, side, owner);
}

Result<EntityId> add_device(Document& d, EntityId owner, const Device& device) {
  if (!is_owner(d, owner)) return gone();
  const auto info = registry::require_effect(device.effect);
  if (!info) return info.error();
  auto fields = param_fields(**info, device.params);
  if (!fields) return fields.error();
  if (auto ok = check_blob(device.impulse); !ok) return ok.error();
  if (auto ok = check_side_chain(d, device.side, owner); !ok) return ok.error();
  Step step(d, "Add an effect");
  fields->emplace_back("effect", std::string((*info)->id));
  fields->emplace_back(kPosition, last_position(d, owner, "device"));
  if (device.bypass) fields->emplace_back("bypass", true);
  if (!device.impulse.empty()) fields->emplace_back("impulse", device.impulse);
  if (device.side != kRoot) fields->emplace_back("side", to_text(device.side));
  if (device.side_pre) fields->emplace_back("side_pre", true);
  auto added = d.add("device", owner, *std::move(fields));
  if (added) step.done();
  return added;
}

Result<EntityId> add_device(Document& d, EntityId owner, std::string_view effect) {
  Device device;
  device.effect = effect;
  return add_device(d, owner, device);
}

Result<void> set_device(Document& d, const Device& want) {
  const auto have = device(d, want.id);
  if (!have) return gone();
  std::vector<std::pair<std::string, double>> changed;
  for (const auto& entry : want.params) {
    if (std::find(have->params.begin(), have->params.end(), entry) == have->params.end())
      changed.push_back(entry);
  }
  Fields fields;
  if (!changed.empty()) {
    const auto info = registry::require_effect(have->effect);
    if (!info) return info.error();
    auto in_range = param_fields(**info, changed);
    if (!in_range) return in_range.error();
    fields = *std::move(in_range);
  }
  for (const auto& [id, value] : have->params) {
    const bool kept = std::any_of(want.params.begin(), want.params.end(),
                                  [&, &name = id](const auto& p) { return p.first == name; });
    if (!kept) fields.emplace_back(field_of(id), Value());
  }
  if (auto ok = check_blob(want.impulse); !ok) return ok;
  if (have->side != want.side) {
    if (auto ok = check_side_chain(d, want.side, have->owner); !ok) return ok;
  }
  Differences rest;
  rest.add("bypass", have->bypass, want.bypass);
  rest.add("impulse", have->impulse, want.impulse);
  rest.add("side", have->side, want.side);
  rest.add("side_pre", have->side_pre, want.side_pre);
  for (auto& field : rest.take()) fields.push_back(std::move(field));
  Step step(d, "Change an effect");
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

Result<void> move_device(Document& d, EntityId id, EntityId owner, EntityId after) {
  const auto have = device(d, id);
  if (!have || !is_owner(d, owner)) return gone();
  if (id == after) return {};
  if (auto ok = check_side_chain(d, have->side, owner); !ok) return ok;
  Step step(d, "Move an effect");
  if (auto ok = d.move(id, owner, after); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_device_param(Document& d, EntityId id, std::string_view param, double value) {
  const auto have = device(d, id);
  if (!have) return gone();
  const auto info = registry::require_effect(have->effect);
  if (!info) return info.error();
  auto fields = param_fields(**info, {{std::string(param), value}});
  if (!fields) return fields.error();
  Step step(d, "Turn a knob");
  if (auto ok = d.set(id, *std::move(fields)); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_device_bypass(Document& d, EntityId id, bool bypass) {
  if (!device(d, id)) return gone();
  Step step(d, bypass ? "Bypass an effect" : "Switch an effect on");
  if (auto ok = d.set(id, "bypass", bypass); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_device_preset(Document& d, EntityId id, std::string_view preset) {
  auto want = device(d, id);
  if (!want) return gone();
  const auto info = registry::require_effect(want->effect);
  if (!info) return info.error();
  const auto values = registry::preset_values(**info, preset);
  if (!values) return values.error();
  want->params.clear();
  for (std::size_t i = 0; i < values->size(); ++i) {
    const auto& p = (*info)->parameters[i];
    if ((*values)[i] != p.initial) want->params.emplace_back(p.id, (*values)[i]);
  }
  Step step(d, "Choose a preset");
  if (auto ok = set_device(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<std::vector<EntityId>> add_chain(Document& d, EntityId owner, std::string_view text) {
  const auto chain = registry::parse_chain(text);
  if (!chain) return chain.error();
  Step step(d, "Add effects");
  std::vector<EntityId> out;
  for (const auto& effect : *chain) {
    Device device;
    device.effect = effect.info->id;
    device.bypass = effect.bypass;
    device.impulse = effect.impulse;
    for (std::size_t i = 0; i < effect.values.size(); ++i) {
      const auto& p = effect.info->parameters[i];
      if (effect.values[i] != p.initial) device.params.emplace_back(p.id, effect.values[i]);
    }
    auto added = add_device(d, owner, device);
    if (!added) return added.error();
    out.push_back(*added);
  }
  step.done();
  return out;
}

Result<void> set_output(Document& d, EntityId id, EntityId bus) {
  auto want = track(d, id);
  if (!want) return gone();
  want->output = bus;
  Step step(d, "Choose an output");
  if (auto ok = set_track(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<EntityId> add_send(Document& d, EntityId id, const Send& send) {
  if (!track(d, id)) return gone();
  if (auto ok = check_route(d, id, send.to); !ok) return ok.error();
  Step step(d, "Add a send");
  auto fields = send_fields({}, send);
  fields.emplace_back(kPosition, last_position(d, id, "send"));
  auto added = d.add("send", id, std::move(fields));
  if (added) step.done();
  return added;
}

Result<void> set_send(Document& d, const Send& want) {
  const auto have = send(d, want.id);
  if (!have) return gone();
  if (have->to != want.to) {
    if (auto ok = check_route(d, have->track, want.to); !ok) return ok;
  }
  Step step(d, "Change a send");
  auto fields = send_fields(*have, want);
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

}  // namespace tutti::project
