// The list of all effects, alone in its file: a program that brings a list of its own (the page's
// document, which only describes effects) links none of them.
#include "engine/effects/delay/list.h"
#include "engine/effects/dynamics/list.h"
#include "engine/effects/equaliser/list.h"
#include "engine/effects/filter/list.h"
#include "engine/effects/meter/list.h"
#include "engine/effects/modulation/list.h"
#include "engine/effects/pitch/list.h"
#include "engine/effects/reverb/list.h"
#include "engine/effects/saturation/list.h"
#include "engine/effects/utility/list.h"
#include "engine/registry/effects.h"

namespace tutti::registry {

std::span<const param::EffectInfo* const> effects() {
  static const auto list = [] {
    std::vector<const param::EffectInfo*> all;
    for (const auto part :
         {tutti::effects::equaliser_effects(), effects::filter_effects(),
          effects::dynamics_effects(), tutti::effects::saturation_effects(),
          effects::delay_effects(), effects::reverb_effects(), tutti::effects::modulation_effects(),
          effects::pitch_effects(), effects::utility_effects(), tutti::effects::meter_effects()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return list;
}

}  // namespace tutti::registry
