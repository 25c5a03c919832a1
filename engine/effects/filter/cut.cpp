#include "engine/effects/filter/cut.h"

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
constexpr Description kSlope = {.id = "slope",
                                .name = "Slope (dB an octave)",
                                .max = kSlopes.size() - 1,
                                .initial = 1,
                                .scale = Scale::choice,
                                .choices = kSlopes};
constexpr Description kQ = {
    .id = "q", .name = "Q", .min = 0.3, .max = 20, .initial = 0.707, .scale = Scale::logarithmic};
constexpr Description kHigh[] = {frequency(80), kSlope, kQ};
constexpr Description kLow[] = {frequency(16000), kSlope, kQ};

constexpr param::PresetValue kRumble[] = {{"freq", 30}, {"slope", 3}};
constexpr param::PresetValue kVoice[] = {{"freq", 90}, {"slope", 2}};
constexpr param::PresetValue kTight[] = {{"freq", 40}, {"slope", 3}, {"q", 1.2}};
constexpr param::PresetValue kHiss[] = {{"freq", 14000}, {"slope", 3}};
constexpr param::PresetValue kBehind[] = {{"freq", 2500}, {"slope", 0}};
constexpr param::PresetValue kNextRoom[] = {{"freq", 500}, {"slope", 3}};
constexpr param::Preset kHighPresets[] = {
    {"No rumble", kRumble}, {"Voice", kVoice}, {"Tight bass", kTight}};
constexpr param::Preset kLowPresets[] = {
    {"No hiss", kHiss}, {"Further back", kBehind}, {"Next room", kNextRoom}};
constexpr std::string_view kHighAliases[] = {"low-cut", "hpf"};
constexpr std::string_view kLowAliases[] = {"high-cut", "lpf"};
constexpr std::string_view kMethod =
    "Butterworth of order 1 to 16; each second-order section keeps the poles of its analogue model "
    "and meets its magnitude at the corner (after Vicanek 2016), run as a trapezoidal "
    "state-variable filter. Q lifts the sharpest section at the corner.";

}  // namespace

const param::EffectInfo& highpass_info() {
  static constexpr param::EffectInfo info{
      .id = "highpass",
      .name = "High-pass",
      .category = param::Category::filter,
      .summary = "Takes away everything below a frequency, at 6 to 96 dB an octave.",
      .method = kMethod,
      .aliases = kHighAliases,
      .parameters = kHigh,
      .presets = kHighPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<CutDesign<BandType::low_cut>>>(highpass_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

const param::EffectInfo& lowpass_info() {
  static constexpr param::EffectInfo info{
      .id = "lowpass",
      .name = "Low-pass",
      .category = param::Category::filter,
      .summary = "Takes away everything above a frequency, at 6 to 96 dB an octave.",
      .method = kMethod,
      .aliases = kLowAliases,
      .parameters = kLow,
      .presets = kLowPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<CutDesign<BandType::high_cut>>>(lowpass_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

static_assert(dsp::Processor<SectionEffect<CutDesign<BandType::low_cut>>>);

}  // namespace tutti::effects
