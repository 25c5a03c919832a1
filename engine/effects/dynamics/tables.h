// Parameters and figures that several dynamics effects share.
#pragma once

#include "engine/effects/dynamics/detector.h"
#include "engine/effects/dynamics/kernels.h"
#include "engine/param/description.h"

namespace tutti::effects::dynamics {

inline constexpr double kDecibelsAnOctave = 6.02059991327962390427;  // of amplitude

inline constexpr param::Description kSideHighPassDescription = {
    "sc_highpass", "Detector high-pass", param::Unit::hertz,       kLowestFilter,
    2000,          kLowestFilter,        param::Scale::logarithmic};
inline constexpr param::Description kSideLowPassDescription = {
    "sc_lowpass",   "Detector low-pass", param::Unit::hertz,       200,
    kHighestFilter, kHighestFilter,      param::Scale::logarithmic};
inline constexpr param::Description kReductionReading[] = {
    {"gain_reduction", "Gain reduction", param::Unit::decibels, 0, 60, 0}};

// Curves by a threshold and a knee in dB: less gain above it, or below it, by `ratio`; the latter
// at most `range` dB.
Curve above(double threshold, double ratio, double knee, double range = 1000) noexcept;
Curve below(double threshold, double ratio, double knee, double range) noexcept;

// What the curve makes of a steady level, in dB: for pages and tests.
double curve_db(const Curve& curve, double level_db) noexcept;

}  // namespace tutti::effects::dynamics
