#include "engine/effects/utility/place.h"

#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/gain.h"
#include "engine/effects/utility/matrix_effect.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

constexpr param::PresetValue kHalfLeft(std::string_view id) {
  return {id, -0.5};
}
constexpr param::PresetValue kHalfRight(std::string_view id) {
  return {id, 0.5};
}

constexpr Description kBalanceParameters[] = {
    {.id = "balance", .name = "Balance", .min = -1, .max = 1}};
constexpr param::PresetValue kBalanceLeft[] = {kHalfLeft("balance")};
constexpr param::PresetValue kBalanceRight[] = {kHalfRight("balance")};
constexpr param::PresetValue kBalanceLeftOnly[] = {{"balance", -1}};
constexpr param::Preset kBalancePresets[] = {
    {"Half left", kBalanceLeft}, {"Half right", kBalanceRight}, {"Left only", kBalanceLeftOnly}};

struct BalanceDesign {
  static constexpr int kParameters = 1;
  static Matrix of(const double* v) noexcept {
    const dsp::StereoGain g = dsp::balance(1, v[0]);
    return {g.left, 0, 0, g.right};
  }
};

constexpr std::string_view kLaws[] = {"-3 dB", "-4.5 dB", "-6 dB"};
constexpr Description kPanParameters[] = {
    {.id = "pan", .name = "Pan", .min = -1, .max = 1},
    {.id = "law", .name = "Pan law", .max = 2, .scale = Scale::choice, .choices = kLaws}};
constexpr param::PresetValue kPanLeft[] = {kHalfLeft("pan")};
constexpr param::PresetValue kPanRight[] = {kHalfRight("pan")};
constexpr param::PresetValue kPanLeftOnly[] = {{"pan", -1}};
constexpr param::Preset kPanPresets[] = {
    {"Half left", kPanLeft}, {"Half right", kPanRight}, {"Hard left", kPanLeftOnly}};

// Both channels keep their sound; the one that is panned away from its side moves over.
struct PanDesign {
  static constexpr int kParameters = 2;
  static Matrix of(const double* v) noexcept {
    const double far = v[0] < 0 ? -v[0] : v[0];
    if (far == 0) return {};
    const double straight_stay = 1 - far, straight_over = far;
    const double round_stay = far == 1 ? 0 : math::cos(math::kPi / 2 * far);
    const double round_over = math::sin(math::kPi / 2 * far);
    const auto law = [&](double round, double straight) {
      if (v[1] < 0.5) return round;
      return v[1] < 1.5 ? std::sqrt(round * straight) : straight;
    };
    const auto stay = static_cast<float>(law(round_stay, straight_stay));
    const auto over = static_cast<float>(law(round_over, straight_over));
    return v[0] > 0 ? Matrix{stay, 0, over, 1} : Matrix{1, over, 0, stay};
  }
};

constexpr std::string_view kListen[] = {"stereo", "mid", "side", "encode", "decode"};
constexpr Description kMidSideParameters[] = {
    {.id = "mid", .name = "Mid", .unit = Unit::decibels, .min = -60, .max = 12},
    {.id = "side", .name = "Side", .unit = Unit::decibels, .min = -60, .max = 12, .initial = 1},
    {.id = "output", .name = "Output", .max = 4, .scale = Scale::choice, .choices = kListen}};
constexpr param::PresetValue kOpen[] = {{"side", 3}};
constexpr param::PresetValue kFocus[] = {{"mid", 1}, {"side", -4}};
constexpr param::PresetValue kListenSide[] = {{"output", 2}, {"side", 0}};
constexpr param::Preset kMidSidePresets[] = {
    {"Open", kOpen}, {"Focus", kFocus}, {"Hear the side", kListenSide}};
constexpr std::string_view kMidSideAliases[] = {"MidSide", "ms"};

struct MidSideDesign {
  static constexpr int kParameters = 3;
  static double gain(double db) noexcept { return db <= -60 ? 0 : math::db_to_gain(db); }
  static Matrix of(const double* v) noexcept {
    const double m = gain(v[0]), s = gain(v[1]);
    const auto f = [](double x) { return static_cast<float>(x); };
    switch (static_cast<int>(v[2])) {
      case 1:  // mid in both
        return {f(m / 2), f(m / 2), f(m / 2), f(m / 2)};
      case 2:  // side in both
        return {f(s / 2), f(-s / 2), f(s / 2), f(-s / 2)};
      case 3:  // left: mid, right: side
        return {f(m / 2), f(m / 2), f(s / 2), f(-s / 2)};
      case 4:
        return {f(m), f(s), f(m), f(-s)};
      default:
        return {f((m + s) / 2), f((m - s) / 2), f((m - s) / 2), f((m + s) / 2)};
    }
  }
};

}  // namespace

const param::EffectInfo& balance_info() {
  static constexpr param::EffectInfo info{
      .id = "balance",
      .name = "Balance",
      .category = param::Category::utility,
      .summary = "Turns one channel down: for stereo sound that leans to a side.",
      .method = "The far channel follows a cosine to silence, the near one stays.",
      .parameters = kBalanceParameters,
      .presets = kBalancePresets,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MatrixEffect<BalanceDesign>>(balance_info());
      }};
  return info;
}

const param::EffectInfo& pan_info() {
  static constexpr param::EffectInfo info{
      .id = "pan",
      .name = "Pan",
      .category = param::Category::utility,
      .summary = "Moves the sound between left and right and keeps all of it.",
      .method =
          "The channel that is panned away from moves over as a source of its own, by the "
          "chosen law: cosine and sine (-3 dB half way), straight (-6 dB), or the mean of "
          "both in dB (-4.5 dB).",
      .parameters = kPanParameters,
      .presets = kPanPresets,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MatrixEffect<PanDesign>>(pan_info());
      }};
  return info;
}

const param::EffectInfo& mid_side_info() {
  static constexpr param::EffectInfo info{
      .id = "mid-side",
      .name = "Mid/side",
      .category = param::Category::utility,
      .summary =
          "Levels of what both channels share and of what tells them apart; also to and "
          "from mid/side.",
      .method = "Mid is half the sum, side half the difference (Blumlein 1933).",
      .aliases = kMidSideAliases,
      .parameters = kMidSideParameters,
      .presets = kMidSidePresets,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MatrixEffect<MidSideDesign>>(mid_side_info());
      }};
  return info;
}

static_assert(dsp::Processor<MatrixEffect<PanDesign>>);

}  // namespace tutti::effects
