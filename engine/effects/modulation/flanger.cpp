#include "engine/effects/modulation/flanger.h"

#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kRate, kDelay, kDepth, kFeedback, kSpread, kCount };

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.5},
    {"rate", "Rate", Unit::hertz, 0.02, 10, 0.25, Scale::logarithmic},
    {"delay", "Delay", Unit::milliseconds, 0.1, 10, 0.6, Scale::logarithmic},
    {"depth", "Depth", Unit::milliseconds, 0, 8, 2.4},
    {"feedback", "Feedback", Unit::none, -0.95, 0.95, 0.4},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.3},
};

constexpr param::PresetValue kJet[] = {
    {"rate", 0.08}, {"delay", 0.2}, {"depth", 5}, {"feedback", 0.8}};
constexpr param::PresetValue kSubtle[] = {
    {"rate", 0.3}, {"delay", 1.5}, {"depth", 1}, {"feedback", 0.1}, {"mix", 0.35}};
constexpr param::PresetValue kHollow[] = {
    {"rate", 0.15}, {"delay", 0.4}, {"depth", 3}, {"feedback", -0.75}};
constexpr param::Preset kPresets[] = {{"Jet", kJet}, {"Subtle", kSubtle}, {"Hollow", kHollow}};

constexpr double kShortest = 3;  // frames

class Flanger final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (auto& past : past_) {
      past.prepare(arena, 0.001 * rate * (kParameters[kDelay].max + kParameters[kDepth].max) + 8);
    }
    reset();
  }
  void reset() noexcept override {
    for (auto& past : past_) past.clear();
    state_ = {};
    controls_.reset();
  }
  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          State s = state_;
          for (int c = 0; c < cells; ++c) {
            const Phase next = s.phase.next(controls_.to(kRate) * dsp::kCell / rate_);
            cell(left + dsp::kCell * c, 0, s, next);
            cell(right + dsp::kCell * c, 1, s, next);
            s.phase = next;
            s.place = (s.place + dsp::kCell) & past_[0].mask;
          }
          if (whole) state_ = s;
        });
  }
  std::int64_t tail() const noexcept override {
    const double feedback = std::fabs(controls_.target(kFeedback));
    const double longest =
        0.001 * (controls_.target(kDelay) + controls_.target(kDepth)) + 4 / rate_;
    const double rounds = feedback > 1e-3 ? -3 / math::log10(feedback) : 0;
    return static_cast<std::int64_t>(rate_ * longest * (1 + rounds)) + 32;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  struct State {
    Phase phase;
    int place = 0;
  };

  bool update() noexcept {
    const bool jump = controls_.fresh();
    bool moving = delay_.step(0.001 * rate_ * controls_.to(kDelay), 4, jump);
    moving = depth_.step(0.001 * rate_ * controls_.to(kDepth), 4, jump) || moving;
    return spread_.step(0.5 * controls_.to(kSpread), 0.002, jump) || moving;
  }

  void cell(float* io, int side, const State& s, const Phase& next) noexcept {
    const auto delay = [&](const Phase& phase, double middle, double depth, double spread) {
      const double swing = 0.5 + 0.5 * phase.sine(side == 0 ? 0 : spread);
      return std::max(kShortest, middle + depth * swing);
    };
    const double from = delay(s.phase, delay_.from, depth_.from, spread_.from);
    const double to = delay(next, delay_.to, depth_.to, spread_.to);
    for (int k = 0; k < dsp::kCell; ++k) {
      const double now = from + (to - from) * (k + 1) * (1.0 / dsp::kCell);
      const float wet = past_[side].read(s.place + k, now);
      const float mix = along(controls_.from(kMix), controls_.to(kMix), k);
      const float feedback = along(controls_.from(kFeedback), controls_.to(kFeedback), k);
      past_[side].write(s.place + k, quiet(io[k] + feedback * wet));
      io[k] = io[k] * (1 - mix) + wet * mix;
    }
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  Slew delay_, depth_, spread_;
  Past past_[2];
  State state_;
};
static_assert(dsp::Processor<Flanger>);

constexpr param::EffectInfo kInfo = {
    .id = "flanger",
    .name = "Flanger",
    .category = param::Category::modulation,
    .summary = "The sweeping comb of two tape machines drifting apart.",
    .method =
        "A sine-modulated delay of 0.1 to 18 ms with feedback (Hartmann, J. AES 26, 1978), "
        "cubic interpolation.",
    .parameters = kParameters,
    .presets = kPresets,
    .mono = true,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Flanger>()); },
};

}  // namespace

const param::EffectInfo& flanger_info() {
  return kInfo;
}

}  // namespace tutti::effects
