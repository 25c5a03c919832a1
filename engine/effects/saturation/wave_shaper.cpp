#include "engine/effects/saturation/wave_shaper.h"

#include "engine/effects/saturation/bent_effect.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

constexpr param::Description height(std::string_view id, std::string_view name, double initial) {
  return {.id = id, .name = name, .min = -1, .max = 1, .initial = initial};
}

struct Design {
  enum { kDrive, kY1, kTone = kY1 + 9, kLevel, kMix, kFactor, kCount };
  static constexpr int kKind = -1;
  static constexpr int kCurves = 8;
  static constexpr param::Description kParameters[kCount] = {
      {"drive", "Drive", Unit::decibels, -12, 24, 0},
      height("y1", "Height at -1", -0.9),
      height("y2", "Height at -0.75", -0.85),
      height("y3", "Height at -0.5", -0.7),
      height("y4", "Height at -0.25", -0.4),
      height("y5", "Height at 0", 0),
      height("y6", "Height at 0.25", 0.4),
      height("y7", "Height at 0.5", 0.7),
      height("y8", "Height at 0.75", 0.85),
      height("y9", "Height at 1", 0.9),
      tone_parameter(),
      {"level", "Level", Unit::decibels, -24, 12, 0},
      {"mix", "Mix", Unit::none, 0, 1, 1},
      oversampling_parameter(),
  };

  template <class Values>
  static int curves(Values&& values, int, std::span<dsp::ShaperCurve, kCurves> out) {
    std::array<double, 9> heights;
    for (int i = 0; i < 9; ++i) heights[static_cast<std::size_t>(i)] = values(kY1 + i);
    const auto curves = monotone_curve(heights);
    for (std::size_t i = 0; i < 8; ++i) out[i] = curves[i];
    return 8;
  }
};

constexpr param::PresetValue kLine[] = {{"y1", -1},   {"y2", -0.75}, {"y3", -0.5}, {"y4", -0.25},
                                        {"y6", 0.25}, {"y7", 0.5},   {"y8", 0.75}, {"y9", 1}};
constexpr param::PresetValue kRectify[] = {{"y1", 0.9}, {"y2", 0.7},  {"y3", 0.45}, {"y4", 0.2},
                                           {"y6", 0.2}, {"y7", 0.45}, {"y8", 0.7},  {"y9", 0.9}};
constexpr param::PresetValue kSteps[] = {{"y1", -1}, {"y2", -0.5}, {"y3", -0.5}, {"y4", 0},
                                         {"y6", 0},  {"y7", 0.5},  {"y8", 0.5},  {"y9", 1}};
constexpr param::PresetValue kWaves[] = {{"y1", 0.8},  {"y2", -0.8}, {"y3", -0.3},
                                         {"y4", -0.6}, {"y6", 0.6},  {"y7", 0.3},
                                         {"y8", 0.8},  {"y9", -0.8}, {"level", -4}};
constexpr param::Preset kPresets[] = {
    {"Straight", kLine}, {"Octave", kRectify}, {"Stairs", kSteps}, {"Waves", kWaves}};

static_assert(dsp::Processor<BentEffect<Design>>);

}  // namespace

std::array<dsp::ShaperCurve, 8> monotone_curve(const std::array<double, 9>& y) {
  // Slopes per interval width: harmonic means of the neighbours, 0 at a turn.
  std::array<double, 9> slope{};
  for (std::size_t i = 1; i < 8; ++i) {
    const double before = y[i] - y[i - 1], after = y[i + 1] - y[i];
    slope[i] = before * after > 0 ? 2 * before * after / (before + after) : 0;
  }
  slope[0] = y[1] - y[0];
  slope[8] = y[8] - y[7];
  std::array<dsp::ShaperCurve, 8> curves;
  for (std::size_t i = 0; i < 8; ++i) {
    // Hermite form on t = (u + 1) / 2, then in powers of u.
    const double rise = y[i + 1] - y[i];
    const double c1 = slope[i], c2 = 3 * rise - 2 * slope[i] - slope[i + 1];
    const double c3 = slope[i] + slope[i + 1] - 2 * rise;
    const double c[4] = {c1 / 2 + c2 / 4 + c3 / 8, c1 / 2 + c2 / 2 + 3 * c3 / 8,
                         c2 / 4 + 3 * c3 / 8, c3 / 8};
    curves[i].scale = 8;
    curves[i].shift = static_cast<float>(7 - 2 * static_cast<double>(i));
    for (int n = 0; n < 4; ++n) curves[i].c[n] = static_cast<float>(c[n]);
    if (i == 0) curves[i].c[0] = static_cast<float>(c[0] + y[0]);
    curves[i].c[4] = curves[i].c[5] = 0;
  }
  return curves;
}

const param::EffectInfo& wave_shaper_info() {
  static constexpr param::EffectInfo info{
      .id = "wave-shaper",
      .name = "Wave-shaper",
      .category = param::Category::saturation,
      .summary = "Bends the wave along a curve drawn through nine points.",
      .method =
          "Monotone cubic through the points (Fritsch and Carlson 1980) at 4 times the sampling "
          "rate "
          "(1 to 8), integrated along the signal against a cubic B-spline (after Parker, "
          "Zavalishin "
          "and Le Bivic 2016). Aliases of a full-scale 5-kHz tone at 48 kHz lie at least 80 dB "
          "below "
          "it at 4x.",
      .parameters = Design::kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<BentEffect<Design>>();
      }};
  return info;
}

}  // namespace tutti::effects
