// The form of a chapter: eight sections over a curve of tension. Values; no allocation.
#pragma once

#include <array>

#include "engine/base/random.h"
#include "engine/compose/composer.h"

namespace tutti::compose {

inline constexpr int kSections = kChapterBars / kSectionBars;

enum class Cadence : std::uint8_t { half, plagal, deceptive, authentic };

struct FormSection {
  Section section = Section::theme;
  double tension = 0.5;  // 0 … 1 at its middle
  Cadence cadence = Cadence::authentic;
};
using Form = std::array<FormSection, kSections>;

// One of several plans, with its heights moved a little. Begins with an opening and ends with a
// close and an authentic cadence.
Form form_of(Random&);

// 0 … 1 at a bar of the chapter: the form's curve, scaled by the intensity. Intensity 0 keeps it
// below 0.2, intensity 1 lets it reach 1.
double tension_at(const Form&, int bar, double intensity) noexcept;

}  // namespace tutti::compose
