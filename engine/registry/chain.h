// A row of effects as text: "highpass freq=80, compressor threshold=-18 ratio=4, reverb-plate
// mix=0.2".
//
// Effects are separated by commas, parameters are id=value after the effect's name; values as
// param::from_text reads them. "preset=NAME" (quotes around spaces) starts from a factory preset,
// "bypass=on" leaves the effect out, "impulse=FILE" names the file it loads and "curve" texts stay
// as they are. Pure; allocates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/param/effect.h"

namespace tutti::registry {

struct ChainEffect {
  const param::EffectInfo* info = nullptr;
  std::vector<double> values;  // one a parameter, in order; clamped
  bool bypass = false;
  std::string impulse;  // "" none
};

// Errors: not_found (unknown effect or parameter, naming the nearest), wrong_usage (a value that
// cannot be read or is out of range, naming the range; a malformed text).
Result<std::vector<ChainEffect>> parse_chain(std::string_view text);

// Short text for a person that parse_chain reads back: values as param::to_text shows them, to
// three decimals; those at their defaults are left out.
std::string chain_text(const std::vector<ChainEffect>&);

// Values of a factory preset by name, case-insensitive; not_found naming the nearest.
Result<std::vector<double>> preset_values(const param::EffectInfo&, std::string_view name);

}  // namespace tutti::registry
