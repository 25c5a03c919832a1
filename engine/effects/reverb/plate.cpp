#include "engine/effects/reverb/plate.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/kernel.h"
#include "engine/effects/reverb/plate_kernel.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum {
  kMix,
  kDecay,
  kPreDelay,
  kDamping,
  kTone,
  kLowCut,
  kDiffusion,
  kRate,
  kDepth,
  kWidth,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.3},
    {"decay", "Decay", Unit::seconds, 0.7, 20, 2, Scale::logarithmic},
    {"pre_delay", "Pre-delay", Unit::milliseconds, 0, 250, 0},
    {"damping", "Damping", Unit::hertz, 500, 20000, 6000, Scale::logarithmic},
    {"high_cut", "High cut", Unit::hertz, 1000, 20000, 12000, Scale::logarithmic},
    {"low_cut", "Low cut", Unit::hertz, 10, 1000, 40, Scale::logarithmic},
    {"diffusion", "Diffusion", Unit::none, 0, 1, 1},
    {"rate", "Modulation rate", Unit::hertz, 0.05, 5, 0.8, Scale::logarithmic},
    {"depth", "Modulation depth", Unit::none, 0, 1, 0.5},
    {"width", "Width", Unit::none, 0, 1, 1},
};

constexpr param::PresetValue kVocal[] = {
    {"decay", 1.6}, {"pre_delay", 20}, {"low_cut", 180}, {"mix", 0.22}};
constexpr param::PresetValue kDrums[] = {
    {"decay", 0.9}, {"damping", 9000}, {"low_cut", 120}, {"mix", 0.25}};
constexpr param::PresetValue kLong[] = {
    {"decay", 5}, {"damping", 4500}, {"pre_delay", 30}, {"mix", 0.35}};
constexpr param::PresetValue kDark[] = {
    {"decay", 2.8}, {"damping", 2200}, {"high_cut", 4500}, {"mix", 0.3}};
constexpr param::Preset kPresets[] = {
    {"Vocal plate", kVocal}, {"Drum plate", kDrums}, {"Long plate", kLong}, {"Dark plate", kDark}};

// Dattorro's figures, in samples at his rate.
constexpr double kTunedRate = 29761;
constexpr double kDiffusers[4] = {142, 107, 379, 277};
constexpr double kTurning[2] = {672, 908}, kFirst[2] = {4453, 4217}, kSecond[2] = {1800, 2656},
                 kThird[2] = {3720, 3163};
constexpr double kTaps[2][7] = {{266, 2974, 1913, 1996, 1990, 187, 1066},
                                {353, 3627, 1228, 2673, 2111, 335, 121}};
constexpr double kMostTurning = 16;  // excursion of the modulated all-passes
constexpr double kTurningDiffusion = 0.7;
constexpr double kWetGain = 0.6 * 1.6;
// Once round both halves, as the mean of what the all-passes delay. Where they delay longer it
// rings longer, and the all-passes ring by themselves: measured, the time is this much longer than
// the loop's gain alone would give.
constexpr double kLoopSeconds = (672 + 908 + 4453 + 4217 + 1800 + 2656 + 3720 + 3163) / kTunedRate;
constexpr double kLonger = 1.043, kOwnSeconds = 0.09;

class Plate final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    const auto frames = [&](double tuned) {
      return static_cast<int>(std::floor(tuned * rate / kTunedRate + 0.5));
    };
    for (int i = 0; i < 4; ++i) {
      settings_.diffuser_delay[i] = frames(kDiffusers[i]);
      state_.diffuser[i] = dsp::make_ring(arena, settings_.diffuser_delay[i]);
    }
    for (int half = 0; half < 2; ++half) {
      settings_.turning_delay[half] = kTurning[half] * rate / kTunedRate;
      settings_.first_delay[half] = frames(kFirst[half]);
      settings_.second_delay[half] = frames(kSecond[half]);
      settings_.third_delay[half] = frames(kThird[half]);
      state_.turning[half] = dsp::make_ring(arena, frames(kTurning[half] + kMostTurning) + 2);
      // The taps are read after a whole run has been written.
      const int run = dsp::kCell * dsp::kRunCells;
      state_.first[half] = dsp::make_ring(arena, settings_.first_delay[half] + run);
      state_.second[half] = dsp::make_ring(arena, settings_.second_delay[half] + run);
      state_.third[half] = dsp::make_ring(arena, settings_.third_delay[half] + run);
      for (int tap = 0; tap < 7; ++tap) settings_.taps[half][tap] = frames(kTaps[half][tap]);
    }
    state_.pre = dsp::make_ring(arena, static_cast<int>(0.25 * rate) + 8);
    reset();
  }

  void reset() noexcept override {
    for (auto& ring : state_.diffuser) dsp::clear(ring);
    for (int half = 0; half < 2; ++half) {
      for (auto* ring : {&state_.turning[half], &state_.first[half], &state_.second[half],
                         &state_.third[half]}) {
        dsp::clear(*ring);
      }
      state_.damping[half] = 0;
    }
    dsp::clear(state_.pre);
    state_.tone = state_.low_cut = 0;
    state_.phase = {};
    controls_.reset();
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          // A cell that is not whole leaves no trace but in memory that will be written again.
          PlateState trial;
          if (!whole) trial = state_;
          PlateState& s = whole ? state_ : trial;
          if (controls_.on_border()) settle(s);
          kernel_(s, settings_, left, right, cells);
        });
  }

  std::int64_t tail() const noexcept override {
    return static_cast<std::int64_t>(
        rate_ * (1.15 * controls_.target(kDecay) + 0.3 + 0.001 * controls_.target(kPreDelay)));
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  static void settle(PlateState& s) noexcept {
    for (float* x : {&s.tone, &s.low_cut, &s.damping[0], &s.damping[1]}) dsp::settle(*x);
    dsp::settle(s.phase);
  }

  // y = gain x + pole y[-1] with its -3-dB point near `hertz`.
  void low_pass(double hertz, dsp::Pole& pole, float& gain) const noexcept {
    // At its highest it is off.
    const double p = hertz >= kParameters[kTone].max ? 0 : math::exp(-math::kTwoPi * hertz / rate_);
    pole = dsp::make_pole(p);
    gain = static_cast<float>(1 - p);
  }

  bool update() noexcept {
    // Four factors of `decay` in a round.
    settings_.decay = static_cast<float>(
        math::pow(10, -3 * kLoopSeconds * kLonger / (4 * (controls_.to(kDecay) - kOwnSeconds))));
    low_pass(controls_.to(kDamping), settings_.damping, settings_.damping_gain);
    low_pass(controls_.to(kTone), settings_.tone, settings_.tone_gain);
    low_pass(controls_.to(kLowCut), settings_.low_cut, settings_.low_cut_gain);
    settings_.diffusion[0] = static_cast<float>(0.75 * controls_.to(kDiffusion));
    settings_.diffusion[1] = static_cast<float>(0.625 * controls_.to(kDiffusion));
    settings_.tank_diffusion[0] = static_cast<float>(kTurningDiffusion);
    // Dattorro ties this one to the decay.
    settings_.tank_diffusion[1] = std::clamp(settings_.decay + 0.15f, 0.25f, 0.5f);
    settings_.turn = dsp::make_turn(controls_.to(kRate), rate_);
    const double most = kMostTurning * rate_ / kTunedRate;
    settings_.depth_from = most * controls_.from(kDepth);
    settings_.depth_to = most * controls_.to(kDepth);
    const auto gain = [&](auto&& of) {
      return dsp::make_gain(of(controls_.from(kMix), controls_.from(kWidth)),
                            of(controls_.to(kMix), controls_.to(kWidth)));
    };
    settings_.dry = gain([](double mix, double) { return 1 - mix; });
    settings_.same =
        gain([](double mix, double width) { return kWetGain * mix * (1 + width) / 2; });
    settings_.other =
        gain([](double mix, double width) { return kWetGain * mix * (1 - width) / 2; });
    const double pre = 0.001 * rate_ * controls_.to(kPreDelay);
    if (controls_.fresh()) pre_.jump(pre);
    const bool gliding = pre_.step(pre);
    settings_.pre_from = pre_.from;
    settings_.pre_to = pre_.to;
    return gliding;
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  PlateState state_;
  PlateSettings settings_;
  dsp::GlidingDelay pre_;
  PlateKernel kernel_ = TUTTI_KERNEL(plate);
};
static_assert(dsp::Processor<Plate>);

constexpr std::string_view kAliases[] = {"PlateReverb", "plate"};

constexpr param::EffectInfo kInfo = {
    .id = "reverb-plate",
    .name = "Plate reverb",
    .category = param::Category::reverb,
    .summary = "Dense and bright from the first moment, for voices and drums.",
    .method =
        "Dattorro's plate-class reverberator (J. AES 45:9, 1997): four input diffusers and a "
        "figure-of-eight tank with modulated all-passes, scaled to the running rate.",
    .aliases = kAliases,
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Plate>()); },
};

}  // namespace

const param::EffectInfo& plate_info() {
  return kInfo;
}

}  // namespace tutti::effects
