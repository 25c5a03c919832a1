#include "engine/effects/dynamics/limiter.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/dsp/limiter.h"
#include "engine/effects/dynamics/tables.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum { kGain, kCeiling, kRelease, kLookAhead, kCount };

constexpr param::Description kParameters[kCount] = {
    {"gain", "Gain", Unit::decibels, -24, 36, 0},
    {"ceiling", "Ceiling", Unit::decibels, -24, 0, -1},
    {"release", "Release", Unit::milliseconds, 1, 2000, 80, Scale::logarithmic},
    {"lookahead", "Look-ahead", Unit::milliseconds, 0.5, 20, 1.5, Scale::logarithmic, {}, true},
};

constexpr param::PresetValue kMaster[] = {
    {"gain", 3}, {"ceiling", -1}, {"release", 120}, {"lookahead", 3}};
constexpr param::PresetValue kLoud[] = {
    {"gain", 8}, {"ceiling", -1}, {"release", 40}, {"lookahead", 2}};
constexpr param::PresetValue kSafe[] = {
    {"gain", 0}, {"ceiling", -2}, {"release", 200}, {"lookahead", 5}};
constexpr param::Preset kPresets[] = {{"Master", kMaster}, {"Loud", kLoud}, {"Safety", kSafe}};

class Limiter final : public param::Effect {
 public:
  void prepare(double rate, int max_block, Arena& arena) override {
    limiter_.prepare(rate, max_block, arena, 0.001 * controls_.target(kLookAhead));
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    update();  // so that the line holds this ceiling
    limiter_.reset();
    reduction_ = 0;
  }
  std::int64_t latency() const noexcept override { return limiter_.latency(); }
  std::int64_t tail() const noexcept override { return limiter_.tail(); }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  double reading(int index) const noexcept override { return index == 0 ? reduction_ : 0; }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [this] { update(); },
        [&](int offset, int count) {
          float* left = block.left + offset;
          float* right = block.right != nullptr ? block.right + offset : nullptr;
          drive(left, right, count);
          limiter_.process({left, right, count});
        });
    reduction_ =
        -math::gain_to_db(std::max(static_cast<double>(limiter_.take_lowest_gain()), 1e-6));
  }

 private:
  void update() noexcept {
    limiter_.set_ceiling({controls_.value(kCeiling)});
    limiter_.set_release(controls_.value(kRelease) * 0.001);
  }

  void drive(float* left, float* right, int frames) noexcept {
    const double start = controls_.value(kGain);
    if (!controls_.moving()) {
      if (start == 0) return;
      const auto gain = static_cast<float>(math::db_to_gain(start));
      for (int i = 0; i < frames; ++i) left[i] *= gain;
      if (right != nullptr) {
        for (int i = 0; i < frames; ++i) right[i] *= gain;
      }
      return;
    }
    for (int i = 0; i < frames; ++i) {
      const auto gain = static_cast<float>(math::db_to_gain(controls_.value(kGain, i)));
      left[i] *= gain;
      if (right != nullptr) right[i] *= gain;
    }
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::Limiter limiter_;
  double reduction_ = 0;
};

static_assert(dsp::Processor<Limiter>);

}  // namespace

const param::EffectInfo& limiter_info() {
  static constexpr param::EffectInfo info = {
      .id = "limiter",
      .name = "Limiter",
      .category = param::Category::dynamics,
      .summary = "Keeps every peak, between the samples too, under a ceiling.",
      .method =
          "Peaks are found four-fold oversampled (ITU-R BS.1770-4, annex 2, and a windowed "
          "sinc); the gain is the lowest that the look-ahead asks for, averaged over two "
          "windows that fill it, and released with one time constant. True peaks stay at or "
          "below the ceiling.",
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Limiter>(); },
  };
  return info;
}

}  // namespace tutti::effects
