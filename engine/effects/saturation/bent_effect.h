// The frame of the effects that bend the signal with curves: parameters in, two channels out.
//
// A Design says which parameters there are and which curves they make:
//   enum { kDrive, kTone, kLevel, kMix, kFactor, …, kCount }   indexes
//   static constexpr param::Description kParameters[kCount]
//   static constexpr int kCurves                                at most so many curves
//   static constexpr int kKind                                  a choice among curves, or -1
//   static int curves(values, kind, span<ShaperCurve, kCurves>)    how many; values(index) by
//   number
// Where the choice changes, old and new curve are blended over 10 ms; both then have the same
// number of pieces with the same `scale` and `shift` only by chance, so both run side by side.
#pragma once

#include <array>

#include "engine/base/math.h"
#include "engine/effects/frame_values.h"
#include "engine/effects/saturation/channel.h"
#include "engine/param/effect.h"

namespace tutti::effects {

inline constexpr std::string_view kFactorNames[] = {"1x", "2x", "4x", "8x"};
constexpr param::Description oversampling_parameter() {
  return {.id = "oversampling",
          .name = "Oversampling",
          .max = 3,
          .initial = 2,
          .scale = param::Scale::choice,
          .choices = kFactorNames,
          .structural = true};
}
// The treble filter is left out at the top of its range.
inline constexpr double kToneOpen = 20000;
constexpr param::Description tone_parameter(double initial = kToneOpen) {
  return {.id = "tone",
          .name = "Tone",
          .unit = param::Unit::hertz,
          .min = 500,
          .max = kToneOpen,
          .initial = initial,
          .scale = param::Scale::logarithmic};
}
inline float treble_amount(double hertz, double rate) {
  return hertz >= kToneOpen ? 1 : static_cast<float>(1 - math::exp(-math::kTwoPi * hertz / rate));
}

template <class Design>
class BentEffect final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    const int factor = 1 << static_cast<int>(controls_.target(Design::kFactor));
    for (BentChannel& channel : channels_) channel.prepare(factor, rate, arena);
    reset();
  }

  void reset() noexcept override {
    controls_.reset();
    if constexpr (Design::kKind >= 0) now_ = before_ = kind();
    for (BentChannel& channel : channels_) channel.reset();
    apart_ = false;
  }

  void set(int index, double value, int frames) noexcept override {
    if (index >= Design::kCount) return;
    controls_.set(index, value, frames);
    if constexpr (Design::kKind >= 0) {
      if (index != Design::kKind || kind() == now_) return;
      before_ = now_;
      now_ = kind();
      controls_.set(kBlend, 0, 0);
      controls_.set(kBlend, 1, static_cast<int>(rate_ * 0.01));
    }
  }

  void process(dsp::Block block) noexcept override {
    const bool stereo = block.right != nullptr;
    if (stereo && !apart_) channels_[1].copy_state(channels_[0]);
    apart_ = stereo;
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          for (int at = 0; at < count; at += BentChannel::kRun) {
            const int n = count - at < BentChannel::kRun ? count - at : BentChannel::kRun;
            run(block.left + offset + at, stereo ? block.right + offset + at : nullptr, n);
          }
        });
  }

  std::int64_t latency() const noexcept override { return channels_[0].latency(); }
  std::int64_t tail() const noexcept override {
    std::array<dsp::ShaperCurve, Design::kCurves> curves;
    const int count = Design::curves([this](int index) { return controls_.target(index); }, kind(),
                                     std::span<dsp::ShaperCurve, Design::kCurves>(curves));
    // What takes the direct current away rings longest: 10 time constants of 8 Hz; else the treble
    // filter, 60 dB at its lowest.
    const double seconds = lopsided(curves.data(), count) ? 0.2 : 0.003;
    return static_cast<std::int64_t>(rate_ * seconds) + 2 * latency();
  }

 private:
  static constexpr int kBlend = Design::kCount;
  static constexpr std::array<param::Description, Design::kCount + 1> kAll = [] {
    std::array<param::Description, Design::kCount + 1> all{};
    for (int i = 0; i < Design::kCount; ++i) {
      all[static_cast<std::size_t>(i)] = Design::kParameters[i];
    }
    all[Design::kCount] = {.id = "blend", .name = "Blend", .initial = 1};
    return all;
  }();

  // Whether a symmetrical signal may get a direct current. Sums of many pieces are not looked into.
  static bool lopsided(const dsp::ShaperCurve* curves, int count) noexcept {
    if (Design::kKind < 0) return true;
    return count == 1 && (curves->shift != 0 || curves->c[2] != 0 || curves->c[4] != 0);
  }

  int kind() const noexcept {
    if constexpr (Design::kKind >= 0) return static_cast<int>(controls_.target(Design::kKind));
    return 0;
  }

  void update() noexcept {
    still_ = false;
    const auto value = [this](int index) { return controls_.value(index); };
    using Curves = std::span<dsp::ShaperCurve, Design::kCurves>;
    count_ = Design::curves(value, now_, Curves(curves_.data(), Design::kCurves));
    treble_ = treble_amount(controls_.value(Design::kTone), rate_);
    lopsided_ = lopsided(curves_.data(), count_);
    const auto blend = static_cast<float>(controls_.value(kBlend));
    if (Design::kKind < 0 || blend >= 1) return;
    const int more =
        Design::curves(value, before_, Curves(curves_.data() + count_, Design::kCurves));
    for (int i = 0; i < count_ + more; ++i) {
      for (float& c : curves_[static_cast<std::size_t>(i)].c) c *= i < count_ ? blend : 1 - blend;
    }
    count_ += more;
  }

  void run(float* left, float* right, int frames) noexcept {
    // Gains at rest are written down once for any length of run.
    if (!still_) {
      const bool moving = controls_.moving();
      const int upto = moving ? frames : BentChannel::kRun;
      frame_values(controls_, Design::kDrive, upto, drive_, math::db_to_gain);
      frame_values(controls_, Design::kLevel, upto, level_, math::db_to_gain);
      frame_values(controls_, Design::kMix, upto, mix_, [](double x) { return x; });
      still_ = !moving;
    }
    const BentChannel::Run how{drive_, level_, mix_, treble_, lopsided_};
    const std::span<const dsp::ShaperCurve> curves(curves_.data(),
                                                   static_cast<std::size_t>(count_));
    channels_[0].process(left, frames, how, curves);
    if (right != nullptr) channels_[1].process(right, frames, how, curves);
  }

  param::Controls<Design::kCount + 1> controls_{kAll};
  std::array<dsp::ShaperCurve, 2 * Design::kCurves> curves_{};
  int count_ = 0;
  BentChannel channels_[2];
  double rate_ = 48000;
  float treble_ = 1;
  float drive_[BentChannel::kRun], level_[BentChannel::kRun], mix_[BentChannel::kRun];
  bool still_ = false;        // they hold
  bool lopsided_ = false;     // the curve is not odd
  int now_ = 0, before_ = 0;  // kinds
  bool apart_ = false;        // the right channel has a state of its own
};

}  // namespace tutti::effects
