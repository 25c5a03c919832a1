#include "server/api/automation_range.h"

#include "engine/project/lane_target.h"
#include "engine/project/song.h"
#include "engine/registry/effects.h"

namespace tutti::api {
namespace {

// A tenth of a decibel is about the smallest change that is heard; elsewhere a half percent of the
// range. Where a knob turns in ratios, what counts is the low end.
double default_error(const param::Description& p) {
  if (p.unit == param::Unit::decibels) return 0.1;
  if (p.scale == param::Scale::logarithmic) return 0.05 * p.min;
  return 0.005 * (p.max - p.min);
}

AutomationRange of_parameter(const param::Description& p) {
  AutomationRange range{std::string(p.name),
                        std::string(param::name_of(p.unit)),
                        p.min,
                        p.max,
                        0,
                        p.scale == param::Scale::integer || p.scale == param::Scale::choice ||
                            p.scale == param::Scale::toggle};
  if (!range.steps) range.error = default_error(p);
  return range;
}

AutomationRange of_midi(std::string_view target) {
  if (target == "bend") return {"Pitch bend", "", -8192, 8191, 32, false};
  if (target == "program") return {"Program", "", 0, 127, 0, true};
  return {std::string(target), "", 0, 127, 0.5, false};
}

}  // namespace

Result<AutomationRange> automation_range(const project::Document& document,
                                         std::string_view target) {
  const auto mix = project::mix_target(target);
  if (!mix) return of_midi(target);
  if (mix->param == "pan" && mix->owner == project::kRoot)
    return AutomationRange{"Pan", "", -1, 1, 0.01, false};
  if (mix->param == "mute" && mix->owner == project::kRoot)
    return AutomationRange{"Mute", "", 0, 1, 0, true};
  if (mix->owner == project::kRoot || target.starts_with("send:"))
    return AutomationRange{"Gain", "dB", -120, 24, 0.1, false};
  const auto device = project::device(document, mix->owner);
  if (!device)
    return Error{Code::not_found, "The effect of this lane was removed.", "Choose another."};
  auto info = registry::require_effect(device->effect);
  if (!info) return info.error();
  auto index = registry::require_parameter(**info, mix->param);
  if (!index) return index.error();
  return of_parameter((*info)->parameters[static_cast<std::size_t>(*index)]);
}

}  // namespace tutti::api
