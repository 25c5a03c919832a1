// What a page shows of an effect, measured by running it: a response, a curve, a decay.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/param/effect.h"
#include "tools/effect_pages/plot.h"

namespace tutti::pages {

struct Setting {
  std::string name;
  std::vector<double> values;
};

// The defaults, then the factory presets.
std::vector<Setting> settings_of(const param::EffectInfo& info);

// The plot that says most about this kind of effect; nothing where a picture says nothing.
std::optional<Plot> measure(const param::EffectInfo& info);

struct Times {
  std::int64_t latency, tail;  // frames at 48 kHz, at the defaults
};
Times times_of(const param::EffectInfo& info);

}  // namespace tutti::pages
