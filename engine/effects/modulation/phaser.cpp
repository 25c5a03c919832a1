#include "engine/effects/modulation/phaser.h"

#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kRate, kCentre, kDepth, kFeedback, kStages, kSpread, kCount };

constexpr int kMostStages = 12;
constexpr std::string_view kStageNames[] = {"2", "4", "6", "8", "10", "12"};

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.5},
    {"rate", "Rate", Unit::hertz, 0.02, 10, 0.4, Scale::logarithmic},
    {"centre", "Centre", Unit::hertz, 100, 6000, 800, Scale::logarithmic},
    {"depth", "Depth in octaves", Unit::none, 0, 3, 1.5},
    {"feedback", "Feedback", Unit::none, -0.9, 0.9, 0.4},
    {"stages", "Stages", Unit::none, 0, 5, 2, Scale::choice, kStageNames, true},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.25},
};

constexpr param::PresetValue kSlow[] = {{"rate", 0.1}, {"depth", 2}, {"feedback", 0.3}};
constexpr param::PresetValue kKeys[] = {
    {"rate", 1.1}, {"depth", 1.2}, {"feedback", 0.2}, {"stages", 1}};
constexpr param::PresetValue kDeep[] = {
    {"rate", 0.2}, {"depth", 2.5}, {"feedback", 0.75}, {"stages", 5}, {"centre", 600}};
constexpr param::Preset kPresets[] = {
    {"Slow sweep", kSlow}, {"Electric piano", kKeys}, {"Deep", kDeep}};

class Phaser final : public param::Effect {
 public:
  void prepare(double rate, int, Arena&) override {
    rate_ = rate;
    stages_ = 2 * (static_cast<int>(controls_.target(kStages)) + 1);
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
          if (controls_.on_border()) settle(s);
          for (int c = 0; c < cells; ++c) {
            const Phase next = s.phase.next(controls_.to(kRate) * dsp::kCell / rate_);
            cell(left + dsp::kCell * c, 0, s, next);
            cell(right + dsp::kCell * c, 1, s, next);
            s.phase = next;
          }
          if (whole) state_ = s;
        });
  }
  std::int64_t tail() const noexcept override {
    // The slowest pole of the row and the rounds of the feedback.
    const double low = controls_.target(kCentre) / math::exp2(controls_.target(kDepth));
    const double feedback = std::fabs(controls_.target(kFeedback));
    return static_cast<std::int64_t>(rate_ * (2 + 0.5 * stages_) *
                                     (1 + 2 * feedback / (1 - feedback)) /
                                     std::min(low, 0.4 * rate_)) +
           64;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  struct Side {
    float stage[kMostStages] = {}, back = 0, pole = 2;  // pole 2: not known yet
  };
  struct State {
    Phase phase;
    Side side[2];
  };
  static void settle(State& s) noexcept {
    for (Side& side : s.side) {
      for (float& x : side.stage) dsp::settle(x);
      dsp::settle(side.back);
    }
  }

  bool update() noexcept {
    return spread_.step(0.5 * controls_.to(kSpread), 0.002, controls_.fresh());
  }
  // Of an all-pass with 90 degrees at the swinging corner.
  float pole(const Phase& phase, double spread) const noexcept {
    const double corner =
        controls_.to(kCentre) * math::exp2(controls_.to(kDepth) * phase.sine(spread));
    const double t = math::tan(math::kPi * std::clamp(corner / rate_, 1e-4, 0.45));
    return static_cast<float>((t - 1) / (t + 1));
  }

  void cell(float* io, int number, State& s, const Phase& next) noexcept {
    Side& side = s.side[number];
    const float to = pole(next, number == 0 ? 0 : spread_.to);
    const float from = side.pole > 1 ? pole(s.phase, number == 0 ? 0 : spread_.from) : side.pole;
    side.pole = to;
    for (int k = 0; k < dsp::kCell; ++k) {
      const float a = along(from, to, k);
      const float feedback = along(controls_.from(kFeedback), controls_.to(kFeedback), k);
      const float mix = along(controls_.from(kMix), controls_.to(kMix), k);
      float x = io[k] + feedback * side.back;
      for (int i = 0; i < stages_; ++i) {
        const float y = a * x + side.stage[i];
        side.stage[i] = x - a * y;
        x = y;
      }
      side.back = quiet(x);
      io[k] = io[k] * (1 - mix) + x * mix;
    }
  }

  double rate_ = 48000;
  int stages_ = 6;
  CellControls<kCount> controls_{kParameters};
  Slew spread_;
  State state_;
};
static_assert(dsp::Processor<Phaser>);

constexpr param::EffectInfo kInfo = {
    .id = "phaser",
    .name = "Phaser",
    .category = param::Category::modulation,
    .summary = "Notches that wander through the sound.",
    .method =
        "2 to 12 first-order all-passes in a row, their corner swinging in octaves, with "
        "feedback; a notch for every pair (Smith, ICMC 1984).",
    .parameters = kParameters,
    .presets = kPresets,
    .mono = true,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Phaser>()); },
};

}  // namespace

const param::EffectInfo& phaser_info() {
  return kInfo;
}

}  // namespace tutti::effects
