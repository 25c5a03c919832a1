#include "engine/effects/delay/multi_tap_delay.h"

#include <array>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"
#include "engine/dsp/gain.h"
#include "engine/effects/delay/fading_tap.h"
#include "engine/effects/delay/loop.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

constexpr int kTaps = 8;
enum { kCountOfTaps, kFeedback, kLow, kHigh, kMix, kFirst };
enum { kTime, kGain, kPan, kEach };
constexpr int kCount = kFirst + kTaps * kEach;
constexpr double kSilent = -60;  // the lowest gain: off

constexpr std::string_view kIds[kTaps][kEach] = {
    {"tap1_time", "tap1_gain", "tap1_pan"}, {"tap2_time", "tap2_gain", "tap2_pan"},
    {"tap3_time", "tap3_gain", "tap3_pan"}, {"tap4_time", "tap4_gain", "tap4_pan"},
    {"tap5_time", "tap5_gain", "tap5_pan"}, {"tap6_time", "tap6_gain", "tap6_pan"},
    {"tap7_time", "tap7_gain", "tap7_pan"}, {"tap8_time", "tap8_gain", "tap8_pan"}};
constexpr std::string_view kNames[kTaps][kEach] = {
    {"Tap 1 time", "Tap 1 gain", "Tap 1 pan"}, {"Tap 2 time", "Tap 2 gain", "Tap 2 pan"},
    {"Tap 3 time", "Tap 3 gain", "Tap 3 pan"}, {"Tap 4 time", "Tap 4 gain", "Tap 4 pan"},
    {"Tap 5 time", "Tap 5 gain", "Tap 5 pan"}, {"Tap 6 time", "Tap 6 gain", "Tap 6 pan"},
    {"Tap 7 time", "Tap 7 gain", "Tap 7 pan"}, {"Tap 8 time", "Tap 8 gain", "Tap 8 pan"}};

constexpr auto kParameters = [] {
  std::array<param::Description, kCount> all{};
  all[kCountOfTaps] = {"taps", "Taps", Unit::none, 1, kTaps, 4, Scale::integer};
  all[kFeedback] = feedback_parameter(0.2);
  all[kLow] = low_cut_parameter(60);
  all[kHigh] = high_cut_parameter(10000);
  all[kMix] = delay_mix_parameter();
  for (std::size_t t = 0; t < kTaps; ++t) {
    const auto tap = static_cast<double>(t);
    const std::size_t first = kFirst + t * kEach;
    all[first + kTime] = {kIds[t][kTime], kNames[t][kTime], Unit::milliseconds, 1,
                          4000,           125 * (tap + 1),  Scale::logarithmic};
    all[first + kGain] = {kIds[t][kGain], kNames[t][kGain], Unit::decibels, kSilent, 0, -2 * tap};
    all[first + kPan] = {kIds[t][kPan],          kNames[t][kPan], Unit::none, -1, 1,
                         t % 2 == 0 ? -0.5 : 0.5};
  }
  return all;
}();

constexpr param::PresetValue kGallop[] = {
    {"taps", 3},        {"tap1_time", 125}, {"tap2_time", 375}, {"tap3_time", 500},
    {"tap1_pan", -0.7}, {"tap2_pan", 0.7},  {"tap3_pan", 0},    {"feedback", 0.35}};
constexpr param::PresetValue kRoom[] = {{"taps", 8},        {"tap1_time", 11},  {"tap2_time", 19},
                                        {"tap3_time", 31},  {"tap4_time", 43},  {"tap5_time", 59},
                                        {"tap6_time", 73},  {"tap7_time", 89},  {"tap8_time", 107},
                                        {"feedback", 0.15}, {"high_cut", 6000}, {"mix", 0.35}};
constexpr param::PresetValue kSwell[] = {{"taps", 5},       {"tap1_gain", -14}, {"tap2_gain", -10},
                                         {"tap3_gain", -6}, {"tap4_gain", -3},  {"tap5_gain", 0},
                                         {"feedback", 0},   {"mix", 0.4}};
constexpr param::Preset kPresets[] = {
    {"Gallop", kGallop}, {"Early reflections", kRoom}, {"Swell", kSwell}};

constexpr int kCell = param::kControlStep;

class MultiTapDelay final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (dsp::DelayLine& line : lines_) line.prepare(static_cast<int>(4 * rate) + 1, arena);
    fade_ = static_cast<int>(rate * 0.02);
    reset();
  }

  void reset() noexcept override {
    controls_.reset();
    for (int side = 0; side < 2; ++side) {
      lines_[side].reset();
      filters_[side].reset();
    }
    for (int t = 0; t < kTaps; ++t) {
      taps_[t].jump(frames_of(t));
      gains_[t] = gain_of(t);
    }
    cell_ = 0;
    sounding_ = false;
  }

  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          for (int at = 0; at < count;) {
            if (cell_ == 0) next_cell();
            int n = count - at < kCell - cell_ ? count - at : kCell - cell_;
            for (int t = 0; t < last_; ++t) n = taps_[t].limit(n);
            run(block.left + offset + at, block.right + offset + at, n, at);
            at += n;
            cell_ = (cell_ + n) % kCell;
          }
        });
  }

  std::int64_t tail() const noexcept override {
    double longest = 0;
    const int taps = static_cast<int>(controls_.target(kCountOfTaps));
    for (int t = 0; t < taps; ++t) {
      const double time = controls_.target(kFirst + t * kEach + kTime);
      longest = time > longest ? time : longest;
    }
    const double around = controls_.target(kFirst + (taps - 1) * kEach + kTime);
    return echo_tail(around * 1e-3 * rate_, controls_.target(kFeedback)) +
           static_cast<std::int64_t>((longest - around + 20) * 1e-3 * rate_);
  }

 private:
  int frames_of(int tap) const noexcept {
    const double time = controls_.value(kFirst + tap * kEach + kTime);
    const int frames = static_cast<int>(std::floor(time * 1e-3 * rate_ + 0.5));
    return frames < 1 ? 1 : frames;
  }
  // Nothing for taps beyond the count.
  dsp::StereoGain gain_of(int tap) const noexcept {
    const double db = controls_.value(kFirst + tap * kEach + kGain);
    if (tap >= static_cast<int>(controls_.target(kCountOfTaps)) || db <= kSilent) return {0, 0};
    return dsp::balance(math::db_to_gain(db), controls_.value(kFirst + tap * kEach + kPan));
  }

  void update() noexcept {
    for (int t = 0; t < kTaps; ++t) {
      if (sounding_) {
        taps_[t].move(frames_of(t), fade_);
      } else {
        taps_[t].jump(frames_of(t));
        gains_[t] = gain_of(t);
      }
      goals_[t] = gain_of(t);
    }
    around_ = static_cast<int>(controls_.target(kCountOfTaps)) - 1;
    const LoopFilter corners =
        LoopFilter::make(controls_.value(kLow), controls_.value(kHigh), rate_);
    for (LoopFilter& filter : filters_) filter.follow(corners);
  }

  // A tap's gain takes at least 5 ms from nothing to full.
  void next_cell() noexcept {
    const float most = static_cast<float>(kCell / (0.005 * rate_));
    const auto towards = [most](float from, float to) {
      const float way = to - from;
      return way > most ? from + most : way < -most ? from - most : to;
    };
    last_ = around_ + 1;
    for (int t = 0; t < kTaps; ++t) {
      from_[t] = gains_[t];
      gains_[t] = {towards(from_[t].left, goals_[t].left),
                   towards(from_[t].right, goals_[t].right)};
      const bool heard =
          from_[t].left != 0 || from_[t].right != 0 || gains_[t].left != 0 || gains_[t].right != 0;
      if (heard && t >= last_) last_ = t + 1;
    }
  }

  void run(float* left, float* right, int frames, int ahead) noexcept {
    sounding_ = true;
    float feedback[kCell], mix[kCell];
    for (int k = 0; k < frames; ++k) {
      feedback[k] = static_cast<float>(controls_.value(kFeedback, ahead + k));
      mix[k] = static_cast<float>(controls_.value(kMix, ahead + k));
    }
    for (int side = 0; side < 2; ++side) {
      float* io = side == 0 ? left : right;
      float sum[kCell] = {}, back[kCell] = {}, room[kCell], gain[kCell];
      for (int t = 0; t < last_; ++t) {
        const float* echo = taps_[t].read(lines_[side], room, frames);
        const float from = side == 0 ? from_[t].left : from_[t].right;
        const float to = side == 0 ? gains_[t].left : gains_[t].right;
        const float step = (to - from) * (1.0f / kCell);
        for (int k = 0; k < frames; ++k) gain[k] = from + static_cast<float>(cell_ + k) * step;
        loops::add(echo, gain, sum, frames);
        if (t == around_) {
          std::memcpy(back, echo, sizeof(float) * static_cast<std::size_t>(frames));
        }
      }
      filters_[side].process(back, back, frames);
      loops::feed(io, back, feedback, lines_[side].place(), frames);
      lines_[side].written(frames);
      loops::blend(io, sum, mix, frames);
    }
    for (FadingTap& tap : taps_) tap.advance(frames);
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::DelayLine lines_[2];
  LoopFilter filters_[2];
  FadingTap taps_[kTaps];
  dsp::StereoGain goals_[kTaps], gains_[kTaps], from_[kTaps];  // of the cell: end and start
  double rate_ = 48000;
  int fade_ = 1;
  int around_ = 0;  // the tap that feeds back
  int last_ = 0;    // taps that are read
  int cell_ = 0;    // frames into the present cell
  bool sounding_ = false;
};
static_assert(dsp::Processor<MultiTapDelay>);

}  // namespace

const param::EffectInfo& multi_tap_delay_info() {
  static constexpr param::EffectInfo info{
      .id = "multi-tap-delay",
      .name = "Multi-tap delay",
      .category = param::Category::delay,
      .summary = "Up to eight echoes, each with its own time, level and place.",
      .method =
          "One line a side read at up to eight places; the last one feeds back through one-pole "
          "filters. Times are exact to the sample and move by cross-fading over 20 ms.",
      .parameters = kParameters,
      .presets = kPresets,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<MultiTapDelay>(); }};
  return info;
}

}  // namespace tutti::effects
