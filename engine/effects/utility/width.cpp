#include "engine/effects/utility/width.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/matched.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Unit;

enum { kWidth, kMonoBelow, kCount };
constexpr std::array<Description, kCount> kParameters = {{
    {.id = "width", .name = "Width", .unit = Unit::percent, .min = 0, .max = 200, .initial = 120},
    {.id = "mono_below",
     .name = "Mono below (0: nowhere)",
     .unit = Unit::hertz,
     .min = 0,
     .max = 500},
}};
constexpr param::PresetValue kMono[] = {{"width", 0}};
constexpr param::PresetValue kWide[] = {{"width", 150}, {"mono_below", 120}};
constexpr param::PresetValue kBassMono[] = {{"width", 100}, {"mono_below", 150}};
constexpr param::Preset kPresets[] = {
    {"Mono", kMono}, {"Wide, bass in the middle", kWide}, {"Bass in the middle", kBassMono}};
constexpr std::string_view kAliases[] = {"stereo-width"};

class Width final : public param::Effect {
 public:
  Width() : controls_(kParameters) {}

  void prepare(double rate, int, Arena&) override {
    rate_ = rate;
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    s1_ = s2_ = 0;
    left_ = 0;
    until_ = kGrid;
    jumped_ = true;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
    jumped_ = jumped_ || frames <= 0;
  }
  std::int64_t tail() const noexcept override {
    const double freq = controls_.target(kMonoBelow);
    if (freq <= 0) return 0;
    const double g = math::tan(math::kPi * freq / rate_);
    return 1 + static_cast<std::int64_t>(
                   std::min(dsp::ring_frames({.g = g, .k = 1.4142135623730951}, 80), 1e9));
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [this] { update(); },
        [this, b](int offset, int count) { run(b.left + offset, b.right + offset, count); });
  }

 private:
  static constexpr int kGrid = 64;
  struct Setting {
    double width = 1, g = 0;  // g: tan of half the corner; 0 no filter
  };
  Setting aim(int ahead) const noexcept {
    return {controls_.value(kWidth, ahead) / 100,
            math::tan(math::kPi * std::min(controls_.value(kMonoBelow, ahead) / rate_, 0.4))};
  }
  void update() noexcept {
    if (jumped_) {
      now_ = to_ = aim(0);
      left_ = 0;
    }
    if (!jumped_ || controls_.moving()) {
      to_ = aim(param::kControlStep);
      step_ = {(to_.width - now_.width) / param::kControlStep,
               (to_.g - now_.g) / param::kControlStep};
      left_ = param::kControlStep;
    }
    jumped_ = false;
  }
  void run(float* left, float* right, int frames) noexcept {
    constexpr double kDamping = 1.4142135623730951;
    for (int i = 0; i < frames; ++i) {
      const double l = left[i], r = right[i];
      const double mid = (l + r) / 2, side = (l - r) / 2;
      // What stands below the corner is left out of the side (Simper 2013; at g = 0 nothing is).
      const double g = now_.g, v3 = side - s2_;
      const double v1 = (s1_ + g * v3) / (1 + g * (g + kDamping)), v2 = s2_ + g * v1;
      s1_ = 2 * v1 - s1_;
      s2_ = 2 * v2 - s2_;
      const double wide = now_.width * (g > 0 ? side - kDamping * v1 - v2 : side);
      left[i] = static_cast<float>(mid + wide);
      right[i] = static_cast<float>(mid - wide);
      if (left_ > 0) {
        if (--left_ == 0) {
          now_ = to_;
          if (now_.g == 0) s1_ = s2_ = 0;
        } else {
          now_.width += step_.width, now_.g += step_.g;
        }
      }
      if (--until_ == 0) {
        until_ = kGrid;
        if (std::fabs(s1_) < 1e-20) s1_ = 0;
        if (std::fabs(s2_) < 1e-20) s2_ = 0;
      }
    }
  }

  param::Controls<kCount> controls_;
  double rate_ = 48000, s1_ = 0, s2_ = 0;
  Setting now_, to_, step_;
  int left_ = 0, until_ = kGrid;
  bool jumped_ = true;
};

}  // namespace

const param::EffectInfo& width_info() {
  static constexpr param::EffectInfo info{
      .id = "width",
      .name = "Width",
      .category = param::Category::utility,
      .summary = "Narrows or widens the stereo picture; the bass can stay in the middle.",
      .method =
          "The side signal (half the difference of the channels) is scaled, after a "
          "Butterworth high-pass of order 2 if asked for.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Width>(); }};
  return info;
}

static_assert(dsp::Processor<Width>);

}  // namespace tutti::effects
