// State-variable filter for synthesis: every shape, resonance, and a corner that may move at audio
// rate.
#pragma once

#include "engine/dsp/matched.h"
#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& filter_info();

enum class FilterMode { low_pass, high_pass, band_pass, notch, peak, all_pass };

// Response of one stage; 24 dB/oct is two of them with `resonance` shared between (filter_stages).
dsp::Section filter_section(FilterMode, double w0, double k) noexcept;
// Damping (1 / Q) of each stage for a resonance of 0 … 1; `stages` 1 or 2.
void filter_damping(double resonance, int stages, double k[2]) noexcept;

}  // namespace tutti::effects
