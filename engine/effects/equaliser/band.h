// One band of an equaliser as second-order sections. Pure; no allocation.
//
// Cuts are Butterworth (maximally flat) from 6 to 96 dB an octave; q lifts or lowers the corner of
// the sharpest section: 0.707 leaves it flat.
#pragma once

#include <array>
#include <string_view>

#include "engine/effects/equaliser/section_effect.h"

namespace tutti::effects {

enum class BandType { bell, low_shelf, high_shelf, low_cut, high_cut, notch, band_pass, tilt };
inline constexpr std::array<std::string_view, 8> kBandTypes = {
    "bell", "low-shelf", "high-shelf", "low-cut", "high-cut", "notch", "band-pass", "tilt"};

// dB an octave.
inline constexpr std::array<std::string_view, 8> kSlopes = {"6",  "12", "18", "24",
                                                            "36", "48", "72", "96"};
inline constexpr int kBandSections = 8;  // of the steepest cut

struct Band {
  double on = 1;  // 0 … 1: how much of it
  BandType type = BandType::bell;
  double freq = 1000, gain = 0, q = 0.707;  // Hz, dB
  int slope = 1;                            // index into kSlopes
  friend bool operator==(const Band&, const Band&) = default;
};

// Adds the sections with keys first_key … first_key + 7; none where the band changes nothing.
void add_band(const Band&, double rate, int first_key, Sections&) noexcept;

}  // namespace tutti::effects
