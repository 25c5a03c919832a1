#include "engine/effects/modulation/vibrato.h"

#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kRate, kDepth, kSpread, kCount };

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 1},
    {"rate", "Rate", Unit::hertz, 0.1, 15, 5.5, Scale::logarithmic},
    {"depth", "Depth", Unit::cents, 0, 200, 25},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0},
};

constexpr param::PresetValue kSinger[] = {{"rate", 5.5}, {"depth", 40}};
constexpr param::PresetValue kTape[] = {{"rate", 0.6}, {"depth", 8}, {"spread", 0.1}};
constexpr param::PresetValue kSeasick[] = {{"rate", 1.2}, {"depth", 120}, {"spread", 0.5}};
constexpr param::Preset kPresets[] = {
    {"Singer", kSinger}, {"Worn tape", kTape}, {"Seasick", kSeasick}};

constexpr double kShortest = 4;  // frames
constexpr double kMostSeconds =
    0.0625;  // of swing to either side; slow and deep at once is limited

class Vibrato final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (auto& past : past_) past.prepare(arena, 2 * kMostSeconds * rate + kShortest + 8);
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
    return static_cast<std::int64_t>(2 * swing(controls_.target(kDepth), controls_.target(kRate)) +
                                     kShortest) +
           8;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  struct State {
    Phase phase;
    int place = 0;
  };

  // A delay of s sin(2 pi f t) shifts the pitch by 2 pi f s at most; in frames.
  double swing(double cents, double hertz) const noexcept {
    const double shift = math::exp2(cents / 1200) - 1;
    return rate_ * std::min(kMostSeconds, shift / (math::kTwoPi * hertz));
  }

  bool update() noexcept {
    const bool jump = controls_.fresh();
    const bool moving = swing_.step(swing(controls_.to(kDepth), controls_.to(kRate)), 1, jump);
    return spread_.step(0.5 * controls_.to(kSpread), 0.002, jump) || moving;
  }

  void cell(float* io, int side, const State& s, const Phase& next) noexcept {
    const double from = kShortest + swing_.from * (1 + s.phase.sine(side == 0 ? 0 : spread_.from));
    const double to = kShortest + swing_.to * (1 + next.sine(side == 0 ? 0 : spread_.to));
    for (int k = 0; k < dsp::kCell; ++k) {
      const double now = from + (to - from) * (k + 1) * (1.0 / dsp::kCell);
      const float mix = along(controls_.from(kMix), controls_.to(kMix), k);
      const float wet = past_[side].read(s.place + k, now);
      past_[side].write(s.place + k, io[k]);
      io[k] = io[k] * (1 - mix) + wet * mix;
    }
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  Slew swing_, spread_;
  Past past_[2];
  State state_;
};
static_assert(dsp::Processor<Vibrato>);

constexpr param::EffectInfo kInfo = {
    .id = "vibrato",
    .name = "Vibrato",
    .category = param::Category::modulation,
    .summary = "Makes the pitch swing.",
    .method = "A sine-modulated delay whose swing gives the depth in cents, cubic interpolation.",
    .parameters = kParameters,
    .presets = kPresets,
    .mono = true,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Vibrato>()); },
};

}  // namespace

const param::EffectInfo& vibrato_info() {
  return kInfo;
}

}  // namespace tutti::effects
