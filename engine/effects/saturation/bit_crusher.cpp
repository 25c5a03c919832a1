#include "engine/effects/saturation/bit_crusher.h"

#include <cmath>

#include "engine/base/math.h"
#include "engine/effects/frame_values.h"
#include "engine/effects/saturation/bent_effect.h"
#include "engine/effects/saturation/channel.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kBits, kRate, kDrive, kTone, kLevel, kMix, kClean, kCount };
constexpr double kFullRate = 48000;  // the top of the range: no rate reduction
constexpr param::Description kParameters[kCount] = {
    {"bits", "Bits", Unit::none, 1, 16, 8},
    {"rate", "Sampling rate", Unit::hertz, 200, kFullRate, 12000, Scale::logarithmic},
    {"drive", "Drive", Unit::decibels, -12, 24, 0},
    tone_parameter(),
    {"level", "Level", Unit::decibels, -24, 12, 0},
    {"mix", "Mix", Unit::none, 0, 1, 1},
    {.id = "anti_alias",
     .name = "Anti-aliasing",
     .initial = 1,
     .scale = Scale::toggle,
     .structural = true},
};
constexpr param::PresetValue kTwelve[] = {{"bits", 12}, {"rate", 26000}, {"tone", 11000}};
constexpr param::PresetValue kGame[] = {{"bits", 4}, {"rate", 11025}, {"level", -3}};
constexpr param::PresetValue kPhone[] = {{"bits", 8}, {"rate", 8000}, {"tone", 3400}};
constexpr param::PresetValue kBroken[] = {{"bits", 2}, {"rate", 3000}, {"mix", 0.6}, {"level", -6}};
constexpr param::Preset kPresets[] = {{"Twelve-bit sampler", kTwelve},
                                      {"Video game", kGame},
                                      {"Telephone", kPhone},
                                      {"Broken", kBroken}};

// A converter of one channel: when it samples, and to which steps.
struct Converter {
  float scale = 128, step = 1.0f / 128;  // steps per unit, and their size
  double turn = 0;                       // samples taken in one fast sample; 0: always
  double phase = 0;
  float held = 0;

  float quantise(float x) const noexcept {
    const float limited = x < -1 ? -1 : x > 1 ? 1 : x;
    return std::floor(limited * scale + 0.5f) * step;
  }
  // The line from a to b: the value at its end, and the moments of its steps (dsp::Shaper).
  float operator()(float a, float b, float* m) noexcept {
    return turn > 0 ? sampled(a, b, m) : stairs(a, b, m);
  }

 private:
  static void add_step(float height, float t, float* m) noexcept {
    for (int j = 0; j < 5; ++j) {
      m[j] += height;
      height *= t;
    }
  }
  float sampled(float a, float b, float* m) noexcept {
    phase += turn;
    if (phase >= 1) {
      phase -= 1;
      const auto t = static_cast<float>(1 - phase / turn);
      const float next = quantise(a + (b - a) * t);
      add_step(next - held, t, m);
      held = next;
    }
    return held;
  }
  float stairs(float a, float b, float* m) noexcept {
    const float from = held, to = quantise(b);
    held = to;
    if (from == to) return to;
    const float rise = to - from;
    const int count = static_cast<int>(std::fabs(rise) * scale + 0.5f);
    const bool on_grid = static_cast<float>(count) * step == std::fabs(rise);
    if (count > kMostSteps || a == b || !on_grid) {
      // So many small steps that the straight line through them is as good (or steps of a new
      // size).
      for (int j = 0; j < 5; ++j) m[j] += rise / static_cast<float>(j + 1);
      return to;
    }
    const float height = rise > 0 ? step : -step;
    float edge = from + 0.5f * height;
    for (int i = 0; i < count; ++i, edge += height) {
      const float t = (edge - a) / (b - a);
      add_step(height, t < 0 ? 0 : t > 1 ? 1 : t, m);
    }
    return to;
  }
  static constexpr int kMostSteps = 24;
};

class BitCrusher final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    clean_ = controls_.target(kClean) > 0;
    for (BentChannel& channel : channels_) channel.prepare(clean_ ? kFactor : 1, rate, arena);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    for (int side = 0; side < 2; ++side) {
      channels_[side].reset();
      converters_[side].phase = 0;
      converters_[side].held = 0;
    }
    apart_ = false;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  void process(dsp::Block block) noexcept override {
    const bool stereo = block.right != nullptr;
    if (stereo && !apart_) {
      channels_[1].copy_state(channels_[0]);
      converters_[1] = converters_[0];
    }
    apart_ = stereo;
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          for (int at = 0; at < count; at += BentChannel::kRun) {
            const int n = count - at < BentChannel::kRun ? count - at : BentChannel::kRun;
            run(block.left + offset + at, stereo ? block.right + offset + at : nullptr, n);
          }
        });
  }
  std::int64_t latency() const noexcept override { return channels_[0].latency(); }
  std::int64_t tail() const noexcept override {
    return static_cast<std::int64_t>(rate_ * 0.2) + 2 * latency();
  }

 private:
  static constexpr int kFactor = 4;

  void update() noexcept {
    const double scale = math::exp2(controls_.value(kBits) - 1);
    const double rate = controls_.value(kRate);
    const int factor = clean_ ? kFactor : 1;
    for (Converter& c : converters_) {
      c.scale = static_cast<float>(scale);
      c.step = static_cast<float>(1 / scale);
      c.turn = rate >= kFullRate || rate >= rate_ ? 0 : rate / (rate_ * factor);
    }
    treble_ = treble_amount(controls_.value(kTone), rate_);
  }
  void run(float* left, float* right, int frames) noexcept {
    float drive[BentChannel::kRun], level[BentChannel::kRun], mix[BentChannel::kRun];
    frame_values(controls_, kDrive, frames, drive, math::db_to_gain);
    frame_values(controls_, kLevel, frames, level, math::db_to_gain);
    frame_values(controls_, kMix, frames, mix, [](double x) { return x; });
    const BentChannel::Run how{drive, level, mix, treble_, true};
    for (int side = 0; side < (right != nullptr ? 2 : 1); ++side) {
      float* io = side == 0 ? left : right;
      Converter& convert = converters_[side];
      if (clean_) {
        channels_[side].process_steps(io, frames, how,
                                      [&](float a, float b, float* m) { return convert(a, b, m); });
      } else {
        channels_[side].process_raw(io, frames, how, [&](float x) {
          float unused[5] = {};
          return convert.turn > 0 ? convert(x, x, unused) : convert.quantise(x);
        });
      }
    }
  }

  param::Controls<kCount> controls_{kParameters};
  BentChannel channels_[2];
  Converter converters_[2];
  double rate_ = 48000;
  float treble_ = 1;
  bool clean_ = true;
  bool apart_ = false;  // the right channel has a state of its own
};
static_assert(dsp::Processor<BitCrusher>);

}  // namespace

const param::EffectInfo& bit_crusher_info() {
  static constexpr param::EffectInfo info{
      .id = "bit-crusher",
      .name = "Bit-crusher",
      .category = param::Category::saturation,
      .summary = "Makes the sound of early digital machines: few bits, few samples a second.",
      .method =
          "Sample and hold, then rounding to equal steps. With anti-aliasing the staircase is "
          "drawn "
          "at its exact places between the samples, smoothed by a cubic B-spline at 4 times the "
          "rate and cut off at half the rate, so that only the images of the lower rate are heard "
          "and nothing folds; without, it falls on whole samples.",
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<BitCrusher>(); }};
  return info;
}

}  // namespace tutti::effects
