#include "engine/effects/utility/dither.h"

#include <array>
#include <cmath>

#include "engine/base/math.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;

enum { kBits, kShape, kAmount, kCount };
constexpr std::string_view kShapes[] = {"flat", "high-pass", "shaped"};
constexpr std::array<Description, kCount> kParameters = {{
    {.id = "bits", .name = "Bits", .min = 8, .max = 24, .initial = 16, .scale = Scale::integer},
    {.id = "shape", .name = "Noise", .max = 2, .scale = Scale::choice, .choices = kShapes},
    {.id = "amount", .name = "Amount", .initial = 1},
}};
constexpr param::PresetValue kDisc[] = {{"bits", 16}, {"shape", 2}};
constexpr param::PresetValue kFlat[] = {{"bits", 16}};
constexpr param::PresetValue kStudio[] = {{"bits", 24}};
constexpr param::Preset kPresets[] = {
    {"Disc, least audible", kDisc}, {"Disc, flat", kFlat}, {"24 bits", kStudio}};
constexpr std::string_view kAliases[] = {"tpdf"};

// Error feedback that puts the noise where the ear is least sensitive (Lipshitz, Vanderkooy and
// Wannamaker 1991, five taps, for 44.1 kHz).
constexpr double kTaps[5] = {2.033, -2.165, 1.959, -1.590, 0.6149};

class Dither final : public param::Effect {
 public:
  Dither() : controls_(kParameters) {}

  void prepare(double, int, Arena&) override { reset(); }
  void reset() noexcept override {
    controls_.reset();
    for (int ch = 0; ch < 2; ++ch) {
      channels_[ch] = {};
      channels_[ch].seed = 0x9E3779B9u * static_cast<std::uint32_t>(ch + 1);
    }
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  // Its noise goes on for ever; from 12 bits on it counts as silence.
  std::int64_t tail() const noexcept override {
    return controls_.target(kBits) >= 12 ? 0 : dsp::kEndless;
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [] {},
        [this, b](int offset, int count) {
          const double steps = math::exp2(controls_.target(kBits) - 1);
          const int shape = static_cast<int>(controls_.target(kShape));
          for (int i = 0; i < count; ++i) {
            const double amount = controls_.value(kAmount, i);
            tick(channels_[0], b.left[offset + i], steps, shape, amount);
            if (b.right) tick(channels_[1], b.right[offset + i], steps, shape, amount);
          }
        });
  }

 private:
  struct Channel {
    std::uint32_t seed = 0;
    double last = 0;       // random value before, for the high-passed noise
    double error[5] = {};  // of the last five roundings, newest first
  };

  static double random(Channel& c) noexcept {  // 0 … 1
    c.seed = c.seed * 1664525u + 1013904223u;
    return (c.seed >> 8) * (1.0 / 16777216.0);
  }
  static void tick(Channel& c, float& sample, double steps, int shape, double amount) noexcept {
    double wanted = sample * steps;
    if (shape == 2)
      for (int k = 0; k < 5; ++k) wanted -= kTaps[k] * c.error[k];
    // Triangular noise of two steps' width: the error's mean and power do not depend on the sound.
    const double a = random(c);
    const double noise = shape == 1 ? a - c.last : a - random(c);
    c.last = a;
    const double rounded = std::floor(wanted + amount * noise + 0.5);
    for (int k = 4; k > 0; --k) c.error[k] = c.error[k - 1];
    c.error[0] = rounded - wanted;
    sample = static_cast<float>(rounded / steps);
  }

  param::Controls<kCount> controls_;
  Channel channels_[2];
};

}  // namespace

const param::EffectInfo& dither_info() {
  static constexpr param::EffectInfo info{
      .id = "dither",
      .name = "Dither",
      .category = param::Category::utility,
      .summary = "Rounds to 8 … 24 bits and turns the distortion of that into even, quiet noise.",
      .method =
          "Triangular noise of two steps (Vanderkooy and Lipshitz 1984), flat, high-passed or "
          "shaped by error feedback (Lipshitz, Vanderkooy and Wannamaker 1991).",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Dither>(); }};
  return info;
}

static_assert(dsp::Processor<Dither>);

}  // namespace tutti::effects
