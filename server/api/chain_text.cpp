#include "server/api/chain_text.h"

#include <algorithm>
#include <cstdio>

#include "server/api/route.h"

namespace tutti::api {

Error in_field(Error error, const std::string& field) {
  if (error.code == Code::not_found || error.code == Code::wrong_usage)
    error.code = Code::bad_input;
  return with_field(std::move(error), field);
}

// As param::from_text reads it: numbers without rounding.
std::string exact_text(const param::Description& p, double value) {
  if (p.scale == param::Scale::choice || p.scale == param::Scale::toggle)
    return param::to_text(p, value);
  char text[400];
  std::snprintf(text, sizeof text, "%.17f", value);
  std::string trimmed = text;
  while (trimmed.back() == '0') trimmed.pop_back();
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

std::string exact_chain_text(const std::vector<registry::ChainEffect>& chain) {
  std::string out;
  for (const auto& effect : chain) {
    if (effect.bypass) continue;
    if (!out.empty()) out += ", ";
    out += effect.info->id;
    for (std::size_t i = 0; i < effect.values.size(); ++i) {
      const auto& p = effect.info->parameters[i];
      if (effect.values[i] == p.initial) continue;
      out += " " + std::string(p.id) + "=\"" + exact_text(p, effect.values[i]) + "\"";
    }
    if (!effect.impulse.empty()) out += " impulse=" + effect.impulse;
  }
  return out;
}

Result<void> check_impulses(store::Store& store, const std::vector<registry::ChainEffect>& chain,
                            std::vector<std::string>& clips) {
  for (const auto& effect : chain) {
    if (effect.impulse.empty()) continue;
    if (!store::Blobs::valid_name(effect.impulse))
      return Error{Code::bad_input, "An impulse response is named by its SHA-256 here.",
                   "Send the recording to /api/blobs first and give the answer's sha256."};
    if (auto there = store.blobs().info(effect.impulse); !there) return there.error();
    if (std::find(clips.begin(), clips.end(), effect.impulse) == clips.end())
      clips.push_back(effect.impulse);
  }
  return {};
}

}  // namespace tutti::api
