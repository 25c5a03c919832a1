// The frequency response of an equaliser or filter, by its own formula: for plots and tests.
//
// What is heard follows it within 0.1 dB and 1 degree wherever the response is above -60 dB
// (tests/effects/equaliser_response_test.cpp). Pure; allocates nothing that stays; any thread.
#pragma once

#include <span>
#include <string_view>

#include "engine/dsp/matched.h"

namespace tutti::effects {

// Whether the effect with this id is linear and has a response here.
bool has_response(std::string_view effect_id) noexcept;

// out[i] = complex response at frequencies[i] (Hz, 0 … rate / 2) of the effect with these parameter
// values, one a parameter in the order of EffectInfo::parameters; 1 everywhere for effects without
// one. Spans of equal length.
void response(std::string_view effect_id, std::span<const double> values, double rate,
              std::span<const double> frequencies, std::span<dsp::Complex> out);

// The same as decibels; nothing below -200.
void response_decibels(std::string_view effect_id, std::span<const double> values, double rate,
                       std::span<const double> frequencies, std::span<double> out);

}  // namespace tutti::effects
