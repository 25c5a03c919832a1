#include "engine/effects/modulation/rotary.h"

#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/modulation/parts.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum {
  kMix,
  kSpeed,
  kSlow,
  kFast,
  kInertia,
  kCrossover,
  kDoppler,
  kTremolo,
  kBalance,
  kWidth,
  kCount
};
constexpr std::string_view kSpeeds[] = {"stop", "slow", "fast"};

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 1},
    {"speed", "Speed", Unit::none, 0, 2, 1, Scale::choice, kSpeeds},
    {"slow", "Slow speed", Unit::hertz, 0.2, 2, 0.8, Scale::logarithmic},
    {"fast", "Fast speed", Unit::hertz, 3, 10, 6.7, Scale::logarithmic},
    {"inertia", "Inertia", Unit::none, 0.1, 4, 1, Scale::logarithmic},
    {"crossover", "Crossover", Unit::hertz, 200, 3000, 800, Scale::logarithmic},
    {"doppler", "Doppler", Unit::none, 0, 1, 0.7},
    {"tremolo", "Level swing", Unit::none, 0, 1, 0.6},
    {"balance", "Horn and drum", Unit::none, -1, 1, 0},
    {"width", "Microphone angle", Unit::none, 0, 1, 0.7},
};

constexpr param::PresetValue kChorale[] = {{"speed", 1}};
constexpr param::PresetValue kFastPreset[] = {{"speed", 2}, {"width", 0.8}};
constexpr param::PresetValue kGuitar[] = {
    {"speed", 1}, {"slow", 1.2}, {"mix", 0.6}, {"doppler", 1}, {"crossover", 500}};
constexpr param::Preset kPresets[] = {
    {"Chorale", kChorale}, {"Tremolo", kFastPreset}, {"Guitar", kGuitar}};

// The horn's mouth turns at 19 cm, the drum's at 12 cm round the axis (the widths of the wooden
// cabinets); sound travels 343 m in a second.
constexpr double kRadiusSeconds[2] = {0.19 / 343, 0.12 / 343};
constexpr double kDrumSpeed = 0.86;                // of the horn's
constexpr double kSettleSeconds[2] = {0.35, 1.4};  // time constants of speed at inertia 1
constexpr double kShortest = 4;

class Rotary final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (auto& past : past_) past.prepare(arena, 2 * kRadiusSeconds[0] * rate + kShortest + 8);
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
          if (controls_.on_border()) {
            dsp::settle(s.low);
          }
          for (int c = 0; c < cells; ++c) cell(left + dsp::kCell * c, right + dsp::kCell * c, s);
          if (whole) state_ = s;
        });
  }
  std::int64_t tail() const noexcept override {
    return static_cast<std::int64_t>(
               rate_ * (2 * kRadiusSeconds[0] + 2.5 / controls_.target(kCrossover)) + kShortest) +
           8;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  struct Mouth {
    double delay = -1, gain = 0;  // delay below 0: not known yet
  };
  struct State {
    Phase phase[2];
    double speed[2] = {-1, -1};  // Hz; below 0: takes its target at once
    float low = 0;
    int place = 0;
    Mouth at[2][2];  // rotor, microphone
  };

  bool update() noexcept {
    const double turns = std::min(0.45, controls_.to(kCrossover) / rate_);
    const double t = math::tan(math::kPi * turns);
    low_gain_ = static_cast<float>(t / (1 + t));
    return false;
  }
  double target(int rotor) const noexcept {
    const int speed = static_cast<int>(controls_.to(kSpeed));
    const double horn = speed == 0 ? 0 : controls_.to(speed == 1 ? kSlow : kFast);
    return rotor == 0 ? horn : kDrumSpeed * horn;
  }
  Mouth mouth(int rotor, const Phase& phase, int side) const noexcept {
    // The microphones stand up to a quarter of a turn to either side of the front.
    const double angle = (side == 0 ? -0.25 : 0.25) * controls_.to(kWidth);
    const double toward = phase.sine(0.25 + angle);
    const double share = controls_.to(kBalance) * (rotor == 0 ? 1 : -1);
    const double level =
        math::db_to_gain(6 * std::min(share, 0.0)) * (1 + 0.25 * std::max(share, 0.0));
    const double swing = (rotor == 0 ? 0.5 : 0.3) * controls_.to(kTremolo);
    const double radius = kRadiusSeconds[rotor] * controls_.to(kDoppler) * rate_;
    const double middle = kShortest + kRadiusSeconds[0] * rate_;
    return {middle - radius * toward, level * (1 - swing * 0.5 * (1 - toward))};
  }

  void cell(float* left, float* right, State& s) noexcept {
    Mouth from[2][2];
    for (int rotor = 0; rotor < 2; ++rotor) {
      double& speed = s.speed[rotor];
      const double wanted = target(rotor);
      const double time = kSettleSeconds[rotor] * controls_.to(kInertia) * rate_;
      speed = speed < 0 ? wanted : speed + (wanted - speed) * std::min(1.0, dsp::kCell / time);
      if (std::fabs(wanted - speed) < 1e-6) speed = wanted;
      const Phase next = s.phase[rotor].next(speed * dsp::kCell / rate_);
      for (int side = 0; side < 2; ++side) {
        Mouth& at = s.at[rotor][side];
        from[rotor][side] = at.delay < 0 ? mouth(rotor, s.phase[rotor], side) : at;
        at = mouth(rotor, next, side);
        at.delay = std::clamp(at.delay, from[rotor][side].delay - 4, from[rotor][side].delay + 4);
      }
      s.phase[rotor] = next;
    }
    for (int k = 0; k < dsp::kCell; ++k) {
      const float in = (left[k] + right[k]) * 0.5f;
      // Two one-poles split the bands; what the low one lacks is the high one.
      const float v = low_gain_ * (in - s.low);
      const float low = v + s.low;
      s.low = low + v;
      const float band[2] = {in - low, low};
      float wet[2] = {};
      for (int rotor = 0; rotor < 2; ++rotor) {
        for (int side = 0; side < 2; ++side) {
          const Mouth &a = from[rotor][side], &b = s.at[rotor][side];
          const double delay = a.delay + (b.delay - a.delay) * (k + 1) * (1.0 / dsp::kCell);
          wet[side] += past_[rotor].read(s.place + k, delay) * along(a.gain, b.gain, k);
        }
        past_[rotor].write(s.place + k, band[rotor]);
      }
      const float mix = along(controls_.from(kMix), controls_.to(kMix), k);
      left[k] = left[k] * (1 - mix) + wet[0] * mix;
      right[k] = right[k] * (1 - mix) + wet[1] * mix;
    }
    s.place = (s.place + dsp::kCell) & past_[0].mask;
  }

  double rate_ = 48000;
  float low_gain_ = 0;
  CellControls<kCount> controls_{kParameters};
  Past past_[2];  // horn, drum
  State state_;
};
static_assert(dsp::Processor<Rotary>);

constexpr std::string_view kAliases[] = {"leslie"};

constexpr param::EffectInfo kInfo = {
    .id = "rotary",
    .name = "Rotary speaker",
    .category = param::Category::modulation,
    .summary = "The turning horn and drum of an organ cabinet, with inertia between slow and fast.",
    .method =
        "Crossover, then per rotor a Doppler delay and a level that turn with it, heard by "
        "two microphones; speeds approach exponentially (Smith et al., DAFx 2002).",
    .aliases = kAliases,
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Rotary>()); },
};

}  // namespace

const param::EffectInfo& rotary_info() {
  return kInfo;
}

}  // namespace tutti::effects
