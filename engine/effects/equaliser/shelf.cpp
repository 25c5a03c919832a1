#include "engine/effects/equaliser/shelf.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

constexpr Description frequency(double initial) {
  return {.id = "freq",
          .name = "Frequency",
          .unit = Unit::hertz,
          .min = 10,
          .max = 20000,
          .initial = initial,
          .scale = Scale::logarithmic};
}
constexpr Description gain(double initial) {
  return {.id = "gain",
          .name = "Gain",
          .unit = Unit::decibels,
          .min = -24,
          .max = 24,
          .initial = initial};
}
constexpr Description kQ = {
    .id = "q", .name = "Q", .min = 0.1, .max = 4, .initial = 0.707, .scale = Scale::logarithmic};
constexpr Description kLow[] = {frequency(120), gain(3), kQ};
constexpr Description kHigh[] = {frequency(8000), gain(3), kQ};

constexpr param::PresetValue kThump[] = {{"freq", 70}, {"gain", 5}};
constexpr param::PresetValue kThin[] = {{"freq", 180}, {"gain", -6}};
constexpr param::PresetValue kFirm[] = {{"freq", 100}, {"gain", 4}, {"q", 1.2}};
constexpr param::PresetValue kAir[] = {{"freq", 12000}, {"gain", 4}};
constexpr param::PresetValue kDark[] = {{"freq", 5000}, {"gain", -6}};
constexpr param::PresetValue kBright[] = {{"freq", 4000}, {"gain", 3}, {"q", 0.5}};
constexpr param::Preset kLowPresets[] = {{"Thump", kThump}, {"Thin", kThin}, {"Firm", kFirm}};
constexpr param::Preset kHighPresets[] = {{"Air", kAir}, {"Dark", kDark}, {"Bright", kBright}};
constexpr std::string_view kLowAliases[] = {"LowShelf", "bass"};
constexpr std::string_view kHighAliases[] = {"HighShelf", "treble"};
constexpr std::string_view kMethod =
    "One second-order section matched to the analogue shelf at zero, the corner and the Nyquist "
    "frequency (after Vicanek 2016), run as a trapezoidal state-variable filter.";

}  // namespace

const param::EffectInfo& low_shelf_info() {
  static constexpr param::EffectInfo info{
      .id = "low-shelf",
      .name = "Low shelf",
      .category = param::Category::equaliser,
      .summary = "Lifts or lowers everything below a frequency: a bass control.",
      .method = kMethod,
      .aliases = kLowAliases,
      .parameters = kLow,
      .presets = kLowPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<ShelfDesign<BandType::low_shelf>>>(low_shelf_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

const param::EffectInfo& high_shelf_info() {
  static constexpr param::EffectInfo info{
      .id = "high-shelf",
      .name = "High shelf",
      .category = param::Category::equaliser,
      .summary = "Lifts or lowers everything above a frequency: a treble control.",
      .method = kMethod,
      .aliases = kHighAliases,
      .parameters = kHigh,
      .presets = kHighPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<ShelfDesign<BandType::high_shelf>>>(
            high_shelf_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

static_assert(dsp::Processor<SectionEffect<ShelfDesign<BandType::low_shelf>>>);

}  // namespace tutti::effects
