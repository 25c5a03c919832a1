#include "engine/effects/filter/dj_filter.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;

constexpr Description kParameters[] = {{.id = "position", .name = "Position", .min = -1, .max = 1},
                                       {.id = "resonance", .name = "Resonance", .initial = 0.3}};
constexpr param::PresetValue kUnderWater[] = {{"position", -0.7}, {"resonance", 0.35}};
constexpr param::PresetValue kRadio[] = {{"position", 0.6}, {"resonance", 0.3}};
constexpr param::PresetValue kOpen[] = {{"position", 0}};
constexpr param::Preset kPresets[] = {
    {"Open", kOpen}, {"Under water", kUnderWater}, {"Radio", kRadio}};

}  // namespace

// The first tenth of either way fades the filter in, while its corner is at the edge of hearing.
void DjDesign::operator()(const double* v, Sections& list) const noexcept {
  const double way = std::clamp(v[0], -1.0, 1.0);
  if (way == 0) return;
  const double far = way < 0 ? -way : way;
  const double part = std::min(far * 10, 1.0);
  const double travel = std::max((far - 0.1) / 0.9, 0.0);
  const double corner = way < 0 ? 18000 * math::exp2(-travel * 8.2) : 20 * math::exp2(travel * 9);
  const double w0 = math::kTwoPi * corner / rate_;
  // Butterworth of order 4 with the sharp pair lifted, or both pairs where the corner lies.
  const double qs[2] = {0.5411961, 1.3065630 * math::exp2(2 * v[1])};
  for (int i = 0; i < 2; ++i) {
    const auto model = way < 0 ? dsp::low_pass(qs[i]) : dsp::high_pass(qs[i]);
    list.add((way < 0 ? 0 : 2) + i, dsp::blended(dsp::matched(model, w0), part));
  }
}

const param::EffectInfo& dj_filter_info() {
  static constexpr param::EffectInfo info{
      .id = "dj-filter",
      .name = "DJ filter",
      .category = param::Category::filter,
      .summary = "One knob: left takes the treble away, right the bass, the middle nothing.",
      .method =
          "Butterworth of order 4 with a lifted corner, from 18 kHz down to 61 Hz or from "
          "20 Hz up to 10 kHz; sections matched to their analogue models, run as trapezoidal "
          "state-variable filters.",
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<DjDesign>>(dj_filter_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

static_assert(dsp::Processor<SectionEffect<DjDesign>>);

}  // namespace tutti::effects
