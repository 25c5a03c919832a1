#include "engine/effects/reverb/hall.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/kernel.h"
#include "engine/effects/reverb/hall_kernel.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kDecay, kSize, kPreDelay, kDamping, kLowCut, kEarly, kRate, kDepth, kWidth, kCount };

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.3},
    {"decay", "Decay", Unit::seconds, 0.2, 30, 2.5, Scale::logarithmic},
    {"size", "Size", Unit::none, 0.25, 1.5, 1},
    {"pre_delay", "Pre-delay", Unit::milliseconds, 0, 250, 10},
    {"damping", "Damping", Unit::hertz, 500, 20000, 5000, Scale::logarithmic},
    {"low_cut", "Low cut", Unit::hertz, 10, 1000, 40, Scale::logarithmic},
    {"early", "Early sound", Unit::none, 0, 1, 0.5},
    {"rate", "Modulation rate", Unit::hertz, 0.05, 3, 0.5, Scale::logarithmic},
    {"depth", "Modulation depth", Unit::milliseconds, 0, 1, 0.2},
    {"width", "Width", Unit::none, 0, 1, 1},
};

constexpr param::PresetValue kConcert[] = {{"decay", 2.2}, {"pre_delay", 22}, {"mix", 0.28}};
constexpr param::PresetValue kChamber[] = {
    {"decay", 1.1}, {"size", 0.45}, {"pre_delay", 6}, {"damping", 7000}, {"mix", 0.25}};
constexpr param::PresetValue kChurch[] = {
    {"decay", 5.5}, {"size", 1.4}, {"pre_delay", 40}, {"damping", 3500}, {"mix", 0.35}};
constexpr param::PresetValue kCloud[] = {{"decay", 15},  {"size", 1.3},    {"early", 0},
                                         {"depth", 0.6}, {"low_cut", 150}, {"mix", 0.45}};
constexpr param::Preset kPresets[] = {
    {"Concert hall", kConcert}, {"Chamber", kChamber}, {"Church", kChurch}, {"Cloud", kCloud}};

// Line lengths in ms at size 1: spread evenly in pitch over 1.4 octaves, no two in a simple ratio.
constexpr double kLines[kHallLines] = {45.07, 79.61, 54.83, 102.31, 48.67, 68.17, 59.39, 109.73,
                                       51.31, 73.03, 63.29, 118.07, 57.11, 84.79, 66.83, 93.97};
constexpr double kDiffusers[2][kHallDiffusers] = {{4.771, 3.595, 12.73, 9.307},
                                                  {5.023, 3.847, 12.17, 8.819}};
constexpr double kLongest = 118.07, kMostSize = 1.5, kWetGain = 0.35;

class Hall final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (int side = 0; side < 2; ++side) {
      state_.pre[side] = dsp::make_ring(arena, static_cast<int>(0.25 * rate) + 8);
      for (int i = 0; i < kHallDiffusers; ++i) {
        const int delay = static_cast<int>(std::floor(0.001 * kDiffusers[side][i] * rate + 0.5));
        settings_.diffuser_delay[side][i] = delay;
        state_.diffuser[side][i] = dsp::make_ring(arena, delay);
      }
    }
    const double longest = 0.001 * rate * (kLongest * kMostSize + kParameters[kDepth].max);
    state_.line.size = dsp::ring_size(static_cast<int>(longest) + 8);
    // An odd number of cache lines apart, so that the lines do not fight for the same places.
    state_.stride = (state_.line.size + dsp::CellRing::kMirror) / 16 * 16 + 16;
    if (state_.stride / 16 % 2 == 0) state_.stride += 16;
    const auto all = arena.take<float>(static_cast<std::size_t>(state_.stride * kHallLines));
    state_.line.data = all.data();
    for (int i = 0; i < kHallLines / 4; ++i) {
      const dsp::CellTurn turn = dsp::turn_at(0.25 * i);
      settings_.phase_cosine[i] = turn.cosine;
      settings_.phase_sine[i] = turn.sine;
    }
    reset();
  }

  void reset() noexcept override {
    for (int side = 0; side < 2; ++side) {
      dsp::clear(state_.pre[side]);
      for (auto& ring : state_.diffuser[side]) dsp::clear(ring);
      state_.low_cut[side] = 0;
    }
    std::fill_n(state_.line.data, state_.stride * kHallLines, 0.0f);
    state_.line.place = 0;
    std::fill_n(state_.absorbed, kHallLines, 0.0f);
    state_.phase = {};
    controls_.reset();
    absorbed_for_ = {};
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          // A cell that is not whole leaves no trace but in memory that will be written again.
          HallState trial;
          if (!whole) trial = state_;
          HallState& s = whole ? state_ : trial;
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
  static void settle(HallState& s) noexcept {
    for (float& x : s.absorbed) dsp::settle(x);
    for (float& x : s.low_cut) dsp::settle(x);
    dsp::settle(s.phase);
  }

  struct Absorbed {
    double decay = 0, size = 0, damping = 0;
    bool operator==(const Absorbed&) const = default;
  };

  // Each line's low-pass loses 60 dB in `decay` seconds at 0 Hz and, as a first-order slope, in
  // half of that at `damping`; it is matched below a fifth of the rate, so that all rates sound
  // alike. At its highest, damping is off.
  void absorb(const Absorbed& a) noexcept {
    const double match = std::min(a.damping, 0.2 * rate_);
    const double cosine = math::cos(math::kTwoPi * match / rate_);
    const double slope = match / a.damping;
    for (int i = 0; i < kHallLines; ++i) {
      const double gain = math::pow(10, -3 * 0.001 * kLines[i] * a.size / a.decay);
      double pole = 0;
      if (a.damping < kParameters[kDamping].max) {
        // (1 - p)^2 / (1 - 2 p cos + p^2) = power, solved for the pole p.
        const double power = 1 / (1 + slope * slope * (1 / (gain * gain) - 1));
        const double b = 1 - power * cosine, c = 1 - power;
        pole = (b - std::sqrt(std::max(0.0, b * b - c * c))) / c;
      }
      settings_.absorption[i] = dsp::make_pole(pole);
      settings_.absorption_gain[i] = static_cast<float>(0.25 * gain * (1 - pole));
    }
  }

  bool update() noexcept {
    const Absorbed wanted{controls_.to(kDecay), controls_.to(kSize), controls_.to(kDamping)};
    if (!(wanted == absorbed_for_)) absorb(wanted);
    absorbed_for_ = wanted;
    const double low = math::exp(-math::kTwoPi * controls_.to(kLowCut) / rate_);
    settings_.low_cut = dsp::make_pole(low);
    settings_.low_cut_gain = static_cast<float>(1 - low);
    settings_.turn = dsp::make_turn(controls_.to(kRate), rate_);
    settings_.depth_from = 0.001 * rate_ * controls_.from(kDepth);
    settings_.depth_to = 0.001 * rate_ * controls_.to(kDepth);

    const auto gain = [&](int other, auto&& of) {
      return dsp::make_gain(of(controls_.from(kMix), controls_.from(other)),
                            of(controls_.to(kMix), controls_.to(other)));
    };
    settings_.dry = gain(kMix, [](double mix, double) { return 1 - mix; });
    settings_.mid = gain(kMix, [](double mix, double) { return kWetGain * mix; });
    settings_.side = gain(kWidth, [](double mix, double width) { return kWetGain * mix * width; });
    settings_.early = gain(kEarly, [](double mix, double early) { return mix * early; });

    bool moving = false;
    const auto glide = [&](dsp::GlidingDelay& delay, double target, double& from, double& to) {
      if (controls_.fresh()) delay.jump(target);
      moving = delay.step(target) || moving;
      from = delay.from;
      to = delay.to;
    };
    glide(pre_, 0.001 * rate_ * controls_.to(kPreDelay), settings_.pre_from, settings_.pre_to);
    for (int i = 0; i < kHallLines; ++i) {
      glide(lines_[i], 0.001 * rate_ * kLines[i] * controls_.to(kSize), settings_.line_from[i],
            settings_.line_to[i]);
      settings_.line_delay[i] = static_cast<int>(settings_.line_to[i]);
    }
    settings_.gliding = moving;
    return moving;
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  HallState state_;
  HallSettings settings_;
  dsp::GlidingDelay pre_, lines_[kHallLines];
  Absorbed absorbed_for_;
  HallKernel kernel_ = TUTTI_KERNEL(hall);
};
static_assert(dsp::Processor<Hall>);

constexpr std::string_view kAliases[] = {"HallReverb", "hall"};

constexpr param::EffectInfo kInfo = {
    .id = "reverb-hall",
    .name = "Hall reverb",
    .category = param::Category::reverb,
    .summary = "A large room whose decay, damping and size are set in plain units.",
    .method =
        "Feedback delay network of 16 lines with Hadamard mixing and absorbing low-passes "
        "(Jot and Chaigne, AES 90, 1991), four all-pass diffusers a side, slow modulation.",
    .aliases = kAliases,
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Hall>()); },
};

}  // namespace

const param::EffectInfo& hall_info() {
  return kInfo;
}

}  // namespace tutti::effects
