#include "engine/effects/modulation/tremolo.h"

#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kRate, kDepth, kShape, kSpread, kCount };
enum { kSine, kTriangle, kSquare };
constexpr std::string_view kShapes[] = {"sine", "triangle", "square"};

constexpr param::Description kParameters[kCount] = {
    {"rate", "Rate", Unit::hertz, 0.05, 20, 4.5, Scale::logarithmic},
    {"depth", "Depth", Unit::none, 0, 1, 0.6},
    {"shape", "Shape", Unit::none, 0, 2, 0, Scale::choice, kShapes},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0},
};

constexpr param::PresetValue kAmp[] = {{"rate", 5.5}, {"depth", 0.5}};
constexpr param::PresetValue kStereo[] = {{"rate", 3}, {"depth", 0.7}, {"spread", 1}};
constexpr param::PresetValue kChop[] = {{"rate", 8}, {"depth", 1}, {"shape", 2}};
constexpr param::Preset kPresets[] = {
    {"Guitar amplifier", kAmp}, {"Side to side", kStereo}, {"Chopper", kChop}};

class Tremolo final : public param::Effect {
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
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          State s = state_;
          if (s.gain[0] < 0) {
            s.gain[0] = level(s.phase, 0);
            s.gain[1] = level(s.phase, spread_.to);
          }
          for (int c = 0; c < cells; ++c) {
            const Phase next = s.phase.next(controls_.to(kRate) * dsp::kCell / rate_);
            cell(left + dsp::kCell * c, s.gain[0], level(next, 0));
            cell(right + dsp::kCell * c, s.gain[1], level(next, spread_.to));
            s.phase = next;
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
    double gain[2] = {-1, -1};  // at the end of the last cell; below 0: nothing has sounded yet
  };

  bool update() noexcept {
    return spread_.step(0.5 * controls_.to(kSpread), 0.002, controls_.fresh());
  }
  // 1 at phase 0, down by the depth half a turn later.
  double level(const Phase& phase, double spread) const noexcept {
    const double turns = phase.turns + spread + 0.25;
    double swing;
    switch (static_cast<int>(controls_.to(kShape))) {
      case kTriangle: {
        const double t = turns + 0.25 - std::floor(turns + 0.25);
        swing = t < 0.5 ? 4 * t - 1 : 3 - 4 * t;
        break;
      }
      case kSquare:  // with edges a twelfth of a turn long
        swing = std::clamp(4 * math::sin(math::kTwoPi * turns), -1.0, 1.0);
        break;
      default:
        swing = math::sin(math::kTwoPi * turns);
    }
    return 1 - controls_.to(kDepth) * (0.5 - 0.5 * swing);
  }
  static void cell(float* io, double& gain, double to) noexcept {
    for (int k = 0; k < dsp::kCell; ++k) io[k] *= along(gain, to, k);
    gain = to;
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  Slew spread_;
  State state_;
};
static_assert(dsp::Processor<Tremolo>);

constexpr param::EffectInfo kInfo = {
    .id = "tremolo",
    .name = "Tremolo",
    .category = param::Category::modulation,
    .summary = "Makes the level swing.",
    .method = "Gain by a sine, triangle or rounded square, in straight lines of 16 frames.",
    .parameters = kParameters,
    .presets = kPresets,
    .mono = true,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Tremolo>()); },
};

}  // namespace

const param::EffectInfo& tremolo_info() {
  return kInfo;
}

}  // namespace tutti::effects
