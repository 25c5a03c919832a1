#include "engine/effects/modulation/chorus.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/cells.h"
#include "engine/effects/cell_controls.h"
#include "engine/effects/kernel.h"
#include "engine/effects/modulation/chorus_kernel.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kMix, kVoices, kRate, kDepth, kDelay, kSpread, kCount };

constexpr param::Description kParameters[kCount] = {
    {"mix", "Mix", Unit::none, 0, 1, 0.5},
    {"voices", "Voices", Unit::none, 1, kChorusVoices, 3, Scale::integer},
    {"rate", "Rate", Unit::hertz, 0.02, 8, 0.6, Scale::logarithmic},
    {"depth", "Depth", Unit::milliseconds, 0, 8, 1.8},
    {"delay", "Delay", Unit::milliseconds, 2, 40, 14, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.7},
};

constexpr param::PresetValue kThick[] = {
    {"voices", 6}, {"rate", 0.4}, {"depth", 3}, {"delay", 22}, {"mix", 0.5}};
constexpr param::PresetValue kGuitar[] = {
    {"voices", 2}, {"rate", 0.9}, {"depth", 1.2}, {"delay", 8}, {"mix", 0.45}};
constexpr param::PresetValue kStrings[] = {
    {"voices", 8}, {"rate", 0.25}, {"depth", 2.5}, {"delay", 28}, {"mix", 0.6}};
constexpr param::Preset kPresets[] = {
    {"Thick", kThick}, {"Clean guitar", kGuitar}, {"String ensemble", kStrings}};

constexpr double kShortest = 18.5;    // frames that the kernel can read
constexpr double kGolden = 0.381966;  // turns between two voices
constexpr double kApart = 0.09;       // a voice is so much later than the one before

class Chorus final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    const double longest =
        kParameters[kDelay].max * (1 + kApart * kChorusVoices) + 2 * kParameters[kDepth].max;
    for (auto& ring : state_.past) {
      ring = dsp::make_ring(arena, static_cast<int>(0.001 * rate * longest + kShortest) + 8);
    }
    reset();
  }
  void reset() noexcept override {
    for (auto& ring : state_.past) dsp::clear(ring);
    state_.phase = {};
    controls_.reset();
  }
  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block, [&] { return update(); },
        [&](float* left, float* right, int cells, bool whole) {
          // A cell that is not whole leaves no trace but in memory that will be written again.
          ChorusState trial;
          if (!whole) trial = state_;
          ChorusState& s = whole ? state_ : trial;
          if (controls_.on_border()) settle(s);
          kernel_(s, settings_, left, right, cells);
        });
  }
  std::int64_t tail() const noexcept override {
    const double most =
        controls_.target(kDelay) * (1 + kApart * kChorusVoices) + 2 * controls_.target(kDepth);
    return static_cast<std::int64_t>(0.001 * rate_ * most + kShortest) + 32;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

 private:
  static void settle(ChorusState& s) noexcept { dsp::settle(s.phase); }

  bool update() noexcept {
    const double frames = 0.001 * rate_;
    settings_.turn = dsp::make_turn(controls_.to(kRate), rate_);
    settings_.dry = dsp::make_gain(1 - controls_.from(kMix), 1 - controls_.to(kMix));
    const int wanted = static_cast<int>(controls_.to(kVoices));
    const double level = 1 / std::sqrt(static_cast<double>(wanted));
    bool moving = false;
    settings_.voices = 0;
    for (int v = 0; v < kChorusVoices; ++v) {
      // A voice comes and goes within some 20 ms.
      const double target = v < wanted ? level : 0;
      const double from = controls_.fresh() ? target : level_[v];
      level_[v] = std::clamp(target, from - 0.02, from + 0.02);
      moving = moving || level_[v] != target || level_[v] != from;
      settings_.wet[v] =
          dsp::make_gain(from * controls_.from(kMix), level_[v] * controls_.to(kMix));
      if (from > 0 || level_[v] > 0) settings_.voices = v + 1;

      const double middle = std::max(frames * controls_.to(kDelay) * (1 + kApart * v),
                                     frames * controls_.to(kDepth) + kShortest + 1);
      if (controls_.fresh()) middle_[v] = middle;
      settings_.middle_from[v] = middle_[v];
      middle_[v] = std::clamp(middle, middle_[v] - 8, middle_[v] + 8);
      settings_.middle_to[v] = middle_[v];
      moving = moving || settings_.middle_from[v] != middle_[v] || middle_[v] != middle;
    }
    // The depth follows at a limited speed and never reaches past what can be read.
    const double depth = frames * controls_.to(kDepth);
    if (controls_.fresh()) depth_ = depth;
    settings_.depth_from = depth_;
    depth_ = std::min(std::clamp(depth, depth_ - 4, depth_ + 4), middle_[0] - kShortest);
    settings_.depth_to = depth_;
    moving = moving || settings_.depth_from != depth_ || depth_ != depth;

    const double ahead = 0.25 * controls_.to(kSpread);
    if (controls_.fresh() || ahead != ahead_ || settled_ < 1) {
      const double before = controls_.fresh() ? ahead : ahead_;
      ahead_ = std::clamp(ahead, before - 0.002, before + 0.002);
      settled_ = ahead_ == before ? 1 : 0;
      place_voices(before, ahead_);
      moving = moving || settled_ < 1;
    }
    return moving;
  }

  // The right side's voices are `ahead` turns before the left's.
  void place_voices(double from, double to) noexcept {
    for (int v = 0; v < kChorusVoices; ++v) {
      settings_.voice_from[0][v] = settings_.voice_to[0][v] = dsp::turn_at(kGolden * v);
      settings_.voice_from[1][v] = dsp::turn_at(kGolden * v + from);
      settings_.voice_to[1][v] = dsp::turn_at(kGolden * v + to);
    }
  }

  double rate_ = 48000;
  CellControls<kCount> controls_{kParameters};
  ChorusState state_;
  ChorusSettings settings_;
  double level_[kChorusVoices] = {}, middle_[kChorusVoices] = {}, depth_ = 0, ahead_ = 0;
  int settled_ = 0;  // whether the voices' phases stand still
  ChorusKernel kernel_ = TUTTI_KERNEL(chorus);
};
static_assert(dsp::Processor<Chorus>);

constexpr param::EffectInfo kInfo = {
    .id = "chorus",
    .name = "Chorus",
    .category = param::Category::modulation,
    .summary = "Makes one player sound like several.",
    .method =
        "One to eight copies with sine-modulated delays at evenly scattered phases "
        "(Dattorro, J. AES 45:10, 1997), cubic interpolation.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<param::Effect>(std::make_unique<Chorus>()); },
};

}  // namespace

const param::EffectInfo& chorus_info() {
  return kInfo;
}

}  // namespace tutti::effects
