#include "engine/effects/reverb/freeverb.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/kernel.h"
#include "engine/effects/reverb/freeverb_kernel.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kRoom, kDamp, kWidth, kPreDelay, kCount };

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.3},
    {"room_size", "Room size", Unit::none, 0, 1, 0.5},
    {"damping", "Damping", Unit::none, 0, 1, 0.5},
    {"width", "Width", Unit::none, 0, 1, 1},
    {"pre_delay", "Pre-delay", Unit::milliseconds, 0, 250, 0},
};
constexpr param::Description kReadings[] = {
    {"rt60", "Reverberation time", Unit::seconds, 0, 60, 0},
};

constexpr param::PresetValue kRoomPreset[] = {{"room_size", 0.2}, {"damping", 0.6}, {"mix", 0.25}};
constexpr param::PresetValue kStagePreset[] = {{"room_size", 0.6}, {"damping", 0.4}, {"mix", 0.3}};
constexpr param::PresetValue kCathedralPreset[] = {
    {"room_size", 0.95}, {"damping", 0.2}, {"mix", 0.4}, {"pre_delay", 30}};
constexpr param::Preset kPresets[] = {
    {"Small room", kRoomPreset}, {"Stage", kStagePreset}, {"Cathedral", kCathedralPreset}};

// Jezar's tuning, in samples at 44.1 kHz.
constexpr double kTunedRate = 44100;
constexpr int kCombs[8] = {1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617};
constexpr int kAllpasses[4] = {556, 441, 341, 225};
constexpr int kSpread = 23;
constexpr double kInputGain = 0.015, kWetGain = 3;
// The comb whose own time is that of all together (measured: the longer ones last).
constexpr double kRulingComb = 1447;

double feedback_of(double room) {
  return 0.7 + 0.28 * room;
}
double comb_rt60(double room, double frames_at_tuned_rate) {
  return -3 * frames_at_tuned_rate / kTunedRate / math::log10(feedback_of(room));
}

class Freeverb final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    const auto frames = [&](int tuned) {
      return static_cast<int>(std::floor(tuned * rate / kTunedRate + 0.5));
    };
    for (int side = 0; side < 2; ++side) {
      for (int i = 0; i < 8; ++i) {
        const int delay = frames(kCombs[i] + side * kSpread);
        settings_.comb_delay[i][side] = delay;
        state_.comb[i][side] = dsp::make_ring(arena, delay);
      }
      for (int i = 0; i < 4; ++i) {
        const int delay = frames(kAllpasses[i] + side * kSpread);
        settings_.allpass_delay[i][side] = delay;
        state_.allpass[i][side] = dsp::make_ring(arena, delay);
      }
    }
    state_.pre = dsp::make_ring(arena, static_cast<int>(0.25 * rate) + 8);
    reset();
  }

  void reset() noexcept override {
    for (int side = 0; side < 2; ++side) {
      for (int i = 0; i < 8; ++i) dsp::clear(state_.comb[i][side]), state_.store[i][side] = 0;
      for (int i = 0; i < 4; ++i) dsp::clear(state_.allpass[i][side]);
    }
    dsp::clear(state_.pre);
    controls_.reset();
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          // A cell that is not whole leaves no trace but in memory that will be written again.
          FreeverbState trial;
          if (!whole) trial = state_;
          FreeverbState& s = whole ? state_ : trial;
          if (controls_.on_border()) settle(s);
          kernel_(s, settings_, left, right, cells);
        });
  }

  std::int64_t tail() const noexcept override {
    const double longest = comb_rt60(controls_.target(kRoom), kCombs[7] + kSpread);
    return static_cast<std::int64_t>(rate_ *
                                     (1.1 * longest + 0.1 + 0.001 * controls_.target(kPreDelay)));
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  double reading(int) const noexcept override {
    return comb_rt60(controls_.target(kRoom), kRulingComb);
  }

 private:
  static void settle(FreeverbState& s) noexcept {
    for (auto& pair : s.store) dsp::settle(pair[0]), dsp::settle(pair[1]);
  }

  bool update() noexcept {
    settings_.feedback = static_cast<float>(feedback_of(controls_.to(kRoom)));
    settings_.input = static_cast<float>(kInputGain);
    // Jezar's damping is a pole at 0.4 times the knob at 44.1 kHz; the same time constant here.
    const double pole = math::pow(0.4 * controls_.to(kDamp), kTunedRate / rate_);
    settings_.damp = dsp::make_pole(pole);
    settings_.damp_gain = static_cast<float>(1 - pole);
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
  FreeverbState state_;
  FreeverbSettings settings_;
  dsp::GlidingDelay pre_;
  FreeverbKernel kernel_ = TUTTI_KERNEL(freeverb);
};
static_assert(dsp::Processor<Freeverb>);

constexpr param::EffectInfo kInfo = {
    .id = "freeverb",
    .name = "Freeverb",
    .category = param::Category::reverb,
    .summary = "The well-known smooth room of the early free studios.",
    .method =
        "Eight damped feedback combs in parallel and four all-passes in a row a side "
        "(Schroeder 1962, Moorer 1979), in Jezar's tuning, re-tuned to the running rate.",
    .parameters = kParameters,
    .presets = kPresets,
    .readings = kReadings,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Freeverb>()); },
};

}  // namespace

const param::EffectInfo& freeverb_info() {
  return kInfo;
}

}  // namespace tutti::effects
