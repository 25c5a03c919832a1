#include "engine/effects/utility/level.h"

#include "engine/base/math.h"
#include "engine/effects/utility/matrix_effect.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

constexpr double kSilent = -80;  // dB: from here on nothing passes

constexpr Description kGainParameters[] = {
    {.id = "gain", .name = "Gain", .unit = Unit::decibels, .min = kSilent, .max = 24}};
constexpr param::PresetValue kHalf[] = {{"gain", -6}};
constexpr param::PresetValue kDouble[] = {{"gain", 6}};
constexpr param::PresetValue kQuiet[] = {{"gain", -20}};
constexpr param::Preset kGainPresets[] = {
    {"Half", kHalf}, {"Double", kDouble}, {"A tenth", kQuiet}};
constexpr std::string_view kGainAliases[] = {"volume", "trim"};

struct GainDesign {
  static constexpr int kParameters = 1;
  static Matrix of(const double* v) noexcept {
    const float g = v[0] <= kSilent ? 0.f : static_cast<float>(math::db_to_gain(v[0]));
    return {g, 0, 0, g};
  }
};

constexpr Description kPolarityParameters[] = {
    {.id = "left", .name = "Turn left over", .initial = 1, .scale = Scale::toggle},
    {.id = "right", .name = "Turn right over", .initial = 1, .scale = Scale::toggle},
    {.id = "swap", .name = "Swap channels", .scale = Scale::toggle}};
constexpr param::PresetValue kLeftOnly[] = {{"right", 0}};
constexpr param::PresetValue kRightOnly[] = {{"left", 0}};
constexpr param::PresetValue kSwapOnly[] = {{"left", 0}, {"right", 0}, {"swap", 1}};
constexpr param::Preset kPolarityPresets[] = {
    {"Left only", kLeftOnly}, {"Right only", kRightOnly}, {"Swap", kSwapOnly}};
constexpr std::string_view kPolarityAliases[] = {"invert", "phase-invert"};

struct PolarityDesign {
  static constexpr int kParameters = 3;
  static Matrix of(const double* v) noexcept {
    const auto l = static_cast<float>(1 - 2 * v[0]), r = static_cast<float>(1 - 2 * v[1]);
    const auto s = static_cast<float>(v[2]);
    return {l * (1 - s), r * s, l * s, r * (1 - s)};
  }
};

}  // namespace

const param::EffectInfo& gain_info() {
  static constexpr param::EffectInfo info{
      .id = "gain",
      .name = "Gain",
      .category = param::Category::utility,
      .summary = "Makes the sound louder or softer.",
      .method = "A multiplication; -80 dB is silence.",
      .aliases = kGainAliases,
      .parameters = kGainParameters,
      .presets = kGainPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MatrixEffect<GainDesign>>(gain_info());
      }};
  return info;
}

const param::EffectInfo& polarity_info() {
  static constexpr param::EffectInfo info{
      .id = "polarity",
      .name = "Polarity",
      .category = param::Category::utility,
      .summary = "Turns the wave upside down, in either channel, and swaps the channels.",
      .method = "Multiplication by -1.",
      .aliases = kPolarityAliases,
      .parameters = kPolarityParameters,
      .presets = kPolarityPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MatrixEffect<PolarityDesign>>(polarity_info());
      }};
  return info;
}

static_assert(dsp::Processor<MatrixEffect<GainDesign>>);

}  // namespace tutti::effects
