// The effects of this category, in the order of the list that a person sees. Constant data.
#pragma once

#include <span>

#include "engine/param/effect.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> equaliser_effects();

}  // namespace tutti::effects
