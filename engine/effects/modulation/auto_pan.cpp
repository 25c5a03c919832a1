#include "engine/effects/modulation/auto_pan.h"

#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kRate, kDepth, kCentre, kCount };

constexpr param::Description kParameters[kCount] = {
    {"rate", "Rate", Unit::hertz, 0.02, 20, 0.5, Scale::logarithmic},
    {"depth", "Depth", Unit::none, 0, 1, 0.7},
    {"centre", "Centre", Unit::none, -1, 1, 0},
};

constexpr param::PresetValue kSlow[] = {{"rate", 0.1}, {"depth", 0.9}};
constexpr param::PresetValue kSubtle[] = {{"rate", 0.7}, {"depth", 0.3}};
constexpr param::PresetValue kFast[] = {{"rate", 6}, {"depth", 0.8}};
constexpr param::Preset kPresets[] = {{"Slow", kSlow}, {"Subtle", kSubtle}, {"Fast", kFast}};

struct Gains {
  double left = -1, right = -1;
};

class AutoPan final : public param::Effect {
 public:
  void prepare(double rate, int, Arena&) override {
    rate_ = rate;
    reset();
  }
  void reset() noexcept override {
    state_ = {};
    controls_.reset();
  }
  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [] { return false; },
        [&](float* left, float* right, int cells, bool whole) {
          State s = state_;
          if (s.gains.left < 0) s.gains = gains(s.phase);
          for (int c = 0; c < cells; ++c) {
            s.phase = s.phase.next(controls_.to(kRate) * dsp::kCell / rate_);
            const Gains to = gains(s.phase);
            for (int k = 0; k < dsp::kCell; ++k) {
              left[dsp::kCell * c + k] *= along(s.gains.left, to.left, k);
              right[dsp::kCell * c + k] *= along(s.gains.right, to.right, k);
            }
            s.gains = to;
          }
          if (whole) state_ = s;
        });
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  struct State {
    Phase phase;
    Gains gains;
  };
  // Both 1 in the middle; the sum of their squares is always 2.
  Gains gains(const Phase& phase) const noexcept {
    const double place =
        std::clamp(controls_.to(kCentre) + controls_.to(kDepth) * phase.sine(), -1.0, 1.0);
    const double angle = (place + 1) * math::kPi / 4;
    return {std::max(0.0, std::sqrt(2.0) * math::cos(angle)), std::sqrt(2.0) * math::sin(angle)};
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  State state_;
};
static_assert(dsp::Processor<AutoPan>);

constexpr param::EffectInfo kInfo = {
    .id = "auto-pan",
    .name = "Auto-pan",
    .category = param::Category::modulation,
    .summary = "Lets the sound wander from side to side.",
    .method = "Constant-power balance by a sine, in straight lines of 16 frames.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<AutoPan>()); },
};

}  // namespace

const param::EffectInfo& auto_pan_info() {
  return kInfo;
}

}  // namespace tutti::effects
