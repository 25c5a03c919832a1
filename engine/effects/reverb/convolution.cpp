#include "engine/effects/reverb/convolution.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/simd.h"
#include "engine/dsp/convolver.h"
#include "engine/dsp/resample.h"
#include "engine/effects/reverb/synthetic_room.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kGain, kPreDelay, kDecay, kDamping, kNormalise, kLatency, kCount };

constexpr std::string_view kLatencies[] = {"0",    "64",   "128",  "256",    "512",
                                           "1024", "2048", "4096", "offline"};
constexpr int kFrames[] = {0, 64, 128, 256, 512, 1024, 2048, 4096, dsp::Convolver::kOfflineLatency};

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.3},
    {"gain", "Room level", Unit::decibels, -24, 24, 0},
    {.id = "pre_delay",
     .name = "Pre-delay",
     .unit = Unit::milliseconds,
     .min = 0,
     .max = 250,
     .initial = 0,
     .structural = true},
    {.id = "decay",
     .name = "Decay of the built-in room",
     .unit = Unit::seconds,
     .min = 0.2,
     .max = 10,
     .initial = 2,
     .scale = Scale::logarithmic,
     .structural = true},
    {.id = "damping",
     .name = "Damping of the built-in room",
     .unit = Unit::hertz,
     .min = 500,
     .max = 20000,
     .initial = 5000,
     .scale = Scale::logarithmic,
     .structural = true},
    {.id = "normalise",
     .name = "Even out the response's level",
     .min = 0,
     .max = 1,
     .initial = 1,
     .scale = Scale::toggle,
     .structural = true},
    {.id = "latency",
     .name = "Latency in frames",
     .min = 0,
     .max = static_cast<double>(std::size(kLatencies)) - 1,
     .initial = 0,
     .scale = Scale::choice,
     .choices = kLatencies,
     .structural = true},
};

constexpr param::PresetValue kStudio[] = {{"decay", 0.5}, {"damping", 7000}, {"mix", 0.2}};
constexpr param::PresetValue kHallPreset[] = {{"decay", 2.4}, {"pre_delay", 20}, {"mix", 0.3}};
constexpr param::PresetValue kCave[] = {
    {"decay", 7}, {"damping", 2000}, {"pre_delay", 40}, {"mix", 0.4}};
constexpr param::Preset kPresets[] = {{"Studio", kStudio}, {"Hall", kHallPreset}, {"Cave", kCave}};

constexpr double kLongestSeconds = 30;
constexpr int kPiece = 256;

class Convolution final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    latency_ = kFrames[static_cast<std::size_t>(controls_.target(kLatency))];
    build();
    for (auto& dry : dry_) dry = arena.take<float>(static_cast<std::size_t>(latency_));
    reset();
  }

  void reset() noexcept override {
    if (convolver_) convolver_->reset();
    for (auto& dry : dry_) std::fill(dry.begin(), dry.end(), 0.0f);
    place_ = 0;
    controls_.reset();
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [] {},
        [&](int offset, int count) {
          for (int at = 0; at < count; at += kPiece) {
            run(block.left + offset + at, block.right + offset + at, std::min(kPiece, count - at),
                at);
          }
        });
  }

  std::int64_t latency() const noexcept override { return latency_; }
  std::int64_t tail() const noexcept override { return frames_; }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

  bool load(double rate, std::span<const float> left, std::span<const float> right) override {
    if (!(rate > 0) || left.empty()) return false;
    const auto most = static_cast<std::size_t>(kLongestSeconds * rate);
    loaded_rate_ = rate;
    loaded_[0].assign(left.begin(),
                      left.begin() + static_cast<std::ptrdiff_t>(std::min(most, left.size())));
    loaded_[1].assign(right.begin(),
                      right.begin() + static_cast<std::ptrdiff_t>(std::min(most, right.size())));
    if (convolver_) build();
    return true;
  }

 private:
  void build() {
    std::vector<float> response[2];
    double from = loaded_rate_;
    for (int side = 0; side < 2; ++side) {
      response[side] = loaded_[side];
      if (loaded_[0].empty()) {
        from = kSyntheticRate;
        response[side] = synthetic_room(side, controls_.target(kDecay), controls_.target(kDamping));
      }
    }
    if (from != rate_) {
      const double ratio = std::clamp(rate_ / from, 1.0 / 64, 64.0);
      const dsp::Resampler resampler(from, from * ratio);
      for (auto& side : response) {
        if (!side.empty()) side = resampler.convert(side);
        for (float& x : side) x *= static_cast<float>(1 / ratio);
      }
    }
    // A response of energy 1 leaves noise as loud as it was.
    if (controls_.target(kNormalise) >= 0.5) {
      double energy = 0;
      int sides = 0;
      for (const auto& side : response) {
        if (side.empty()) continue;
        ++sides;
        for (const float x : side) energy += static_cast<double>(x) * x;
      }
      const double gain = energy > 0 ? 1 / std::sqrt(energy / sides) : 1;
      for (auto& side : response) {
        for (float& x : side) x = static_cast<float>(x * gain);
      }
    }
    const auto pre = static_cast<std::size_t>(0.001 * controls_.target(kPreDelay) * rate_ + 0.5);
    for (auto& side : response) {
      if (!side.empty()) side.insert(side.begin(), pre, 0.0f);
    }
    frames_ = static_cast<std::int64_t>(std::max(response[0].size(), response[1].size()));
    convolver_ = std::make_unique<dsp::Convolver>(response[0], response[1], latency_);
  }

  // `ahead` frames from where the controls stand.
  void run(float* left, float* right, int frames, int ahead) noexcept {
    float wet[2][kPiece];
    convolver_->process(left, right, wet[0], wet[1], frames);
    const std::size_t bytes = sizeof(float) * static_cast<std::size_t>(frames);
    float dry[2][kPiece];
    std::memcpy(dry[0], left, bytes);
    std::memcpy(dry[1], right, bytes);
    if (latency_ > 0) delay(dry, frames);
    if (controls_.moving()) {
      for (int i = 0; i < frames; ++i) {
        const double mix = controls_.value(kMix, ahead + i);
        const double gain = math::db_to_gain(controls_.value(kGain, ahead + i));
        blend(left + i, dry[0] + i, wet[0] + i, mix, gain, 1);
        blend(right + i, dry[1] + i, wet[1] + i, mix, gain, 1);
      }
      return;
    }
    const double mix = controls_.value(kMix, ahead);
    const double gain = math::db_to_gain(controls_.value(kGain, ahead));
    blend(left, dry[0], wet[0], mix, gain, frames);
    blend(right, dry[1], wet[1], mix, gain, frames);
  }

  static void blend(float* out, const float* dry, const float* wet, double mix, double gain,
                    int frames) noexcept {
    const auto a = static_cast<float>(1 - mix), b = static_cast<float>(mix * gain);
    int i = 0;
    for (; i + 4 <= frames; i += 4) {
      using V = simd::f32x4;
      simd::store(out + i, simd::load<V>(dry + i) * a + simd::load<V>(wet + i) * b);
    }
    for (; i < frames; ++i) out[i] = dry[i] * a + wet[i] * b;
  }

  // The dry signal as late as the wet one.
  void delay(float (&dry)[2][kPiece], int frames) noexcept {
    for (int at = 0; at < frames;) {
      const int count = std::min(frames - at, latency_ - place_);
      for (int side = 0; side < 2; ++side) {
        std::swap_ranges(dry[side] + at, dry[side] + at + count, dry_[side].data() + place_);
      }
      at += count;
      place_ = place_ + count == latency_ ? 0 : place_ + count;
    }
  }

  double rate_ = 48000;
  param::Controls<kCount> controls_{kParameters};
  std::unique_ptr<dsp::Convolver> convolver_;
  int latency_ = 0;  // chosen at the last prepare()
  std::int64_t frames_ = 0;
  std::span<float> dry_[2];
  int place_ = 0;
  double loaded_rate_ = 0;
  std::vector<float> loaded_[2];
};
static_assert(dsp::Processor<Convolution>);

constexpr std::string_view kAliases[] = {"reverb-convolution", "convolver"};

constexpr param::EffectInfo kInfo = {
    .id = "convolution-reverb",
    .name = "Convolution reverb",
    .category = param::Category::reverb,
    .summary = "A recorded room, spring, cabinet or any other impulse response.",
    .method =
        "Partitioned overlap-save convolution with growing partitions (Gardner 1995) whose "
        "work is spread evenly over time, and a direct head for no latency at all.",
    .aliases = kAliases,
    .parameters = kParameters,
    .presets = kPresets,
    .impulse = true,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Convolution>()); },
};

}  // namespace

const param::EffectInfo& convolution_info() {
  return kInfo;
}

}  // namespace tutti::effects
