// The page of one effect and the page that lists them all, as Markdown. Pure.
#pragma once

#include <span>
#include <string>

#include "engine/param/effect.h"

namespace tutti::pages {

std::string effect_page(const param::EffectInfo& info, bool has_plot);
std::string list_page(std::span<const param::EffectInfo* const> effects);

}  // namespace tutti::pages
