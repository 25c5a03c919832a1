#include "engine/compose/form.h"

#include <algorithm>

namespace tutti::compose {
namespace {

using S = Section;
using C = Cadence;

// Rises and rests: each plan has one summit, later than its middle, and a calm.
constexpr std::array<Form, 5> kForms = {{
    {{{S::opening, 0.12, C::half},
      {S::theme, 0.35, C::half},
      {S::theme, 0.45, C::authentic},
      {S::variation, 0.6, C::deceptive},
      {S::calm, 0.2, C::plagal},
      {S::lift, 0.9, C::half},
      {S::theme, 0.6, C::authentic},
      {S::close, 0.15, C::authentic}}},
    {{{S::opening, 0.1, C::plagal},
      {S::theme, 0.4, C::half},
      {S::variation, 0.55, C::authentic},
      {S::calm, 0.25, C::half},
      {S::theme, 0.5, C::deceptive},
      {S::lift, 0.95, C::authentic},
      {S::calm, 0.35, C::plagal},
      {S::close, 0.12, C::authentic}}},
    {{{S::opening, 0.1, C::half},
      {S::theme, 0.35, C::plagal},
      {S::theme, 0.5, C::deceptive},
      {S::lift, 0.8, C::half},
      {S::calm, 0.3, C::plagal},
      {S::variation, 0.6, C::half},
      {S::lift, 1.0, C::authentic},
      {S::close, 0.2, C::authentic}}},
    {{{S::opening, 0.15, C::plagal},
      {S::opening, 0.2, C::half},
      {S::theme, 0.4, C::authentic},
      {S::variation, 0.55, C::half},
      {S::lift, 0.85, C::deceptive},
      {S::theme, 0.55, C::authentic},
      {S::calm, 0.25, C::plagal},
      {S::close, 0.1, C::authentic}}},
    {{{S::opening, 0.12, C::half},
      {S::theme, 0.4, C::deceptive},
      {S::calm, 0.2, C::half},
      {S::variation, 0.5, C::authentic},
      {S::theme, 0.6, C::half},
      {S::lift, 0.95, C::deceptive},
      {S::variation, 0.5, C::plagal},
      {S::close, 0.15, C::authentic}}},
}};

}  // namespace

Form form_of(Random& random) {
  Form form = kForms[random.below(kForms.size())];
  for (auto& section : form)
    section.tension = std::clamp(section.tension + random.uniform(-0.06, 0.06), 0.05, 1.0);
  return form;
}

double tension_at(const Form& form, int bar, double intensity) noexcept {
  const double at = std::clamp((bar + 0.5) / kSectionBars - 0.5, 0.0, kSections - 1.0);
  const int left = std::min(static_cast<int>(at), kSections - 2);
  const double share = at - left;
  const auto i = static_cast<std::size_t>(left);
  const double curve = form[i].tension * (1 - share) + form[i + 1].tension * share;
  return std::clamp(0.35 * intensity + curve * (0.18 + 0.47 * intensity), 0.0, 1.0);
}

}  // namespace tutti::compose
