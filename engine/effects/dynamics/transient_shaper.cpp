#include "engine/effects/dynamics/transient_shaper.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/dsp/peak_hold.h"
#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum { kAttack, kSustain, kAttackTime, kSustainTime, kGain, kMix, kCount };

constexpr param::Description kParameters[kCount] = {
    {"attack", "Attack", Unit::percent, -100, 100, 40},
    {"sustain", "Sustain", Unit::percent, -100, 100, 0},
    {"attack_time", "Attack length", Unit::milliseconds, 5, 100, 25, Scale::logarithmic},
    {"sustain_time", "Sustain length", Unit::milliseconds, 50, 1000, 300, Scale::logarithmic},
    {"gain", "Gain", Unit::decibels, -24, 12, 0},
    {"mix", "Mix", Unit::none, 0, 1, 1},
};

constexpr param::PresetValue kPunch[] = {{"attack", 60}, {"sustain", -15}};
constexpr param::PresetValue kDry[] = {{"attack", 10}, {"sustain", -70}, {"sustain_time", 200}};
constexpr param::PresetValue kRoom[] = {
    {"attack", -20}, {"sustain", 50}, {"sustain_time", 500}, {"gain", -2}};
constexpr param::PresetValue kSoft[] = {{"attack", -60}, {"attack_time", 40}};
constexpr param::Preset kPresets[] = {
    {"Punch", kPunch}, {"Drier drums", kDry}, {"More room", kRoom}, {"Softer strings", kSoft}};
constexpr std::string_view kAliases[] = {"transient", "transients"};

constexpr float kFloor = -13;  // octaves, -78 dB: below it there is nothing to shape
constexpr double kQuickMs = 0.5, kFallMs = 40;
constexpr float kMost = 2.5f;  // octaves of gain either way: 15 dB

class TransientShaper final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    hold_.prepare(hold_frames(rate, 1), kChunk, arena);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    hold_.reset();
    quick_ = slow_ = long_ = kFloor;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  double reading(int index) const noexcept override { return index == 0 ? change_ : 0; }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [this] { update(); },
        [&](int offset, int count) {
          for (int done = 0; done < count; done += kChunk)
            run(block, offset + done, done, std::min(kChunk, count - done));
        });
  }

 private:
  void update() noexcept {
    const auto speed = [this](double up_ms, double down_ms) {
      return Speed{part_a_frame(rate_ * 0.001 * down_ms), part_a_frame(rate_ * 0.001 * up_ms)};
    };
    quick_speed_ = speed(kQuickMs, kFallMs);
    slow_speed_ = speed(controls_.value(kAttackTime), kFallMs);
    long_speed_ = speed(kQuickMs, controls_.value(kSustainTime));
  }

  void run(dsp::Block block, int at, int ahead, int frames) noexcept {
    float *left = block.left + at, *right = moved(block.right, at);
    alignas(64) float quick[kChunk], slow[kChunk], last[kChunk];
    const auto& kernels = best();
    kernels.level(left, right, quick, frames);
    hold_.process(quick, frames, hold_frames(rate_, 1));
    kernels.octaves(quick, kFloor, quick, frames);
    std::copy(quick, quick + frames, slow);
    std::copy(quick, quick + frames, last);
    follow(quick, quick_speed_, quick_, frames);
    follow(slow, slow_speed_, slow_, frames);
    follow(last, long_speed_, long_, frames);
    const bool moving = controls_.moving();
    float attack = amount(kAttack, ahead), sustain = amount(kSustain, ahead), gain = level(ahead),
          mix = static_cast<float>(controls_.value(kMix, ahead));
    alignas(64) float mixes[kChunk];
    for (int i = 0; i < frames; ++i) {
      if (moving) {
        attack = amount(kAttack, ahead + i);
        sustain = amount(kSustain, ahead + i);
        gain = level(ahead + i);
        mix = static_cast<float>(controls_.value(kMix, ahead + i));
      }
      const float shaped = attack * (quick[i] - slow[i]) + sustain * (last[i] - quick[i]);
      quick[i] = std::clamp(shaped, -kMost, kMost);
      slow[i] = gain;
      mixes[i] = mix;
    }
    change_ = kDecibelsAnOctave * static_cast<double>(quick[frames - 1]);
    kernels.gain(quick, slow, mixes, quick, frames);
    kernels.apply(left, quick, frames);
    if (right != nullptr) kernels.apply(right, quick, frames);
  }
  float amount(int index, int ahead) const noexcept {
    return static_cast<float>(controls_.value(index, ahead) * 0.01);
  }
  float level(int ahead) const noexcept {
    return static_cast<float>(controls_.value(kGain, ahead) / kDecibelsAnOctave);
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::PeakHold hold_;
  Speed quick_speed_, slow_speed_, long_speed_;
  float quick_ = kFloor, slow_ = kFloor, long_ = kFloor;
  double rate_ = 48000, change_ = 0;
};

static_assert(dsp::Processor<TransientShaper>);

constexpr param::Description kReadings[] = {{"gain", "Gain", Unit::decibels, -15, 15, 0}};

}  // namespace

const param::EffectInfo& transient_shaper_info() {
  static constexpr param::EffectInfo info = {
      .id = "transient-shaper",
      .name = "Transient shaper",
      .category = param::Category::dynamics,
      .summary = "Gives drums and plucked notes more or less attack and sustain.",
      .method =
          "Differences of envelopes in the log domain: a quick rise (0.5 ms) less a slow one is "
          "the attack, a slow fall less a quick one (40 ms) the sustain; scaled, at most 15 "
          "dB either way, they are the gain. Independent of level.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReadings,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<TransientShaper>();
      },
  };
  return info;
}

}  // namespace tutti::effects
