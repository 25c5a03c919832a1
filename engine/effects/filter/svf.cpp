#include "engine/effects/filter/svf.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/math.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

enum { kMode, kSlope, kFreq, kResonance, kLfoRate, kLfoDepth, kMix, kCount };
constexpr std::string_view kModes[] = {"low-pass", "high-pass", "band-pass",
                                       "notch",    "peak",      "all-pass"};
constexpr std::string_view kTwoSlopes[] = {"12", "24"};
constexpr std::array<Description, kCount> kParameters = {{
    {.id = "mode", .name = "Mode", .max = 5, .scale = Scale::choice, .choices = kModes},
    {.id = "slope",
     .name = "Slope (dB an octave)",
     .max = 1,
     .scale = Scale::choice,
     .choices = kTwoSlopes},
    {.id = "freq",
     .name = "Frequency",
     .unit = Unit::hertz,
     .min = 10,
     .max = 20000,
     .initial = 2000,
     .scale = Scale::logarithmic},
    {.id = "resonance", .name = "Resonance", .initial = 0.2},
    {.id = "lfo_rate",
     .name = "Modulation rate",
     .unit = Unit::hertz,
     .min = 0.02,
     .max = 2000,
     .initial = 1,
     .scale = Scale::logarithmic},
    {.id = "lfo_depth", .name = "Modulation depth (octaves)", .max = 4},
    {.id = "mix", .name = "Mix", .initial = 1},
}};

constexpr param::PresetValue kSweep[] = {
    {"freq", 900}, {"resonance", 0.6}, {"lfo_rate", 0.15}, {"lfo_depth", 2}, {"slope", 1}};
constexpr param::PresetValue kWobble[] = {
    {"freq", 500}, {"resonance", 0.5}, {"lfo_rate", 4}, {"lfo_depth", 1.5}, {"slope", 1}};
constexpr param::PresetValue kGrowl[] = {
    {"freq", 800}, {"resonance", 0.4}, {"lfo_rate", 110}, {"lfo_depth", 1.5}};
constexpr param::PresetValue kHollow[] = {{"mode", 3}, {"freq", 1000}, {"resonance", 0.1}};
constexpr param::Preset kPresets[] = {
    {"Slow sweep", kSweep}, {"Wobble", kWobble}, {"Growl", kGrowl}, {"Hollow", kHollow}};
constexpr std::string_view kAliases[] = {"svf", "multimode-filter"};

// tan(w / 2) for a corner in cycles a frame.
double warped(double cycles) noexcept {
  return math::tan(math::kPi * std::clamp(cycles, 1e-6, 0.49));
}

typedef double Pair __attribute__((vector_size(16)));  // left and right

struct Stage {
  Pair s1 = {}, s2 = {};
};

// The mixture of the three outputs that makes a mode.
struct Mixture {
  double high, band, low;  // of s², k s and 1 over the denominator
};
Mixture mixture(FilterMode mode) noexcept {
  switch (mode) {
    case FilterMode::low_pass:
      return {0, 0, 1};
    case FilterMode::high_pass:
      return {1, 0, 0};
    case FilterMode::band_pass:
      return {0, 1, 0};
    case FilterMode::notch:
      return {1, 0, 1};
    case FilterMode::peak:
      return {1, 2, 1};
    case FilterMode::all_pass:
      return {1, -1, 1};
  }
  return {0, 0, 1};
}

class Filter final : public param::Effect {
 public:
  Filter() : controls_(kParameters) {}

  void prepare(double rate, int, Arena&) override {
    rate_ = rate;
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    for (Stage& s : stages_) s = {};
    phase_ = 0;
    to_flush_ = kFlush;
    left_ = 0;
    jumped_ = true;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
    jumped_ = jumped_ || frames <= 0;
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [this] { update(); },
        [this, b](int offset, int count) {
          run(b.left + offset, b.right ? b.right + offset : nullptr, count);
        });
  }
  std::int64_t tail() const noexcept override {
    double k[2];
    const int stages = controls_.target(kSlope) > 0.5 ? 2 : 1;
    filter_damping(controls_.target(kResonance), stages, k);
    // Where the corner is lowest it rings longest.
    const double low = controls_.target(kFreq) * math::exp2(-controls_.target(kLfoDepth)) / rate_;
    double frames = 0;
    for (int i = 0; i < stages; ++i) frames += dsp::ring_frames({.g = warped(low), .k = k[i]}, 80);
    return static_cast<std::int64_t>(std::min(frames, 1e9)) + 1;
  }

 private:
  static constexpr int kFlush = 512;
  struct Setting {
    double g = 0, k[2] = {2, 2}, high = 0, band = 0, low = 1, mix = 1, second = 0;
  };

  Setting setting(int ahead) const noexcept {
    Setting s;
    s.second = controls_.target(kSlope) > 0.5 ? 1 : 0;
    filter_damping(controls_.value(kResonance, ahead), s.second > 0 ? 2 : 1, s.k);
    s.g = warped(controls_.value(kFreq, ahead) / rate_);
    const Mixture m = mixture(static_cast<FilterMode>(static_cast<int>(controls_.target(kMode))));
    s.high = m.high, s.band = m.band, s.low = m.low;
    s.mix = controls_.value(kMix, ahead);
    return s;
  }
  void update() noexcept {
    if (jumped_) {
      now_ = setting(0);
      left_ = 0;
    }
    if (!jumped_ || controls_.moving()) {
      to_ = setting(param::kControlStep);
      const auto part = [](double from, double to) { return (to - from) / param::kControlStep; };
      step_ = {part(now_.g, to_.g),          {part(now_.k[0], to_.k[0]), part(now_.k[1], to_.k[1])},
               part(now_.high, to_.high),    part(now_.band, to_.band),
               part(now_.low, to_.low),      part(now_.mix, to_.mix),
               part(now_.second, to_.second)};
      left_ = param::kControlStep;
    }
    // The second stage rests while it is not heard.
    if (now_.second == 0 && (left_ == 0 || to_.second == 0)) stages_[1] = {};
    jumped_ = false;
  }
  void glide() noexcept {
    if (left_ == 0) return;
    if (--left_ == 0) {
      now_ = to_;
      return;
    }
    now_.g += step_.g, now_.k[0] += step_.k[0], now_.k[1] += step_.k[1];
    now_.high += step_.high, now_.band += step_.band, now_.low += step_.low;
    now_.mix += step_.mix, now_.second += step_.second;
  }

  // Trapezoidal state-variable filter (Simper 2013); the mixture is taken from its three outputs.
  static Pair tick(const Setting& m, Stage& s, Pair x, double g, double a1, double k) noexcept {
    const Pair v3 = x - s.s2;
    const Pair v1 = a1 * (s.s1 + g * v3), v2 = s.s2 + g * v1;
    s.s1 = 2 * v1 - s.s1;
    s.s2 = 2 * v2 - s.s2;
    return m.high * (x - k * v1 - v2) + m.band * k * v1 + m.low * v2;
  }
  void frame(const Setting& m, double g, double first, double second, float& left,
             float* right) noexcept {
    const Pair x = {left, right ? *right : left};
    Pair wet = tick(m, stages_[0], x, g, first, m.k[0]);
    if (m.second > 0) {
      const Pair two = tick(m, stages_[1], wet, g, second, m.k[1]);
      wet = wet + m.second * (two - wet);
    }
    const Pair y = x + m.mix * (wet - x);
    left = static_cast<float>(y[0]);
    if (right) *right = static_cast<float>(y[1]);
    if (--to_flush_ == 0) flush();
  }
  static double damped(double g, double k) noexcept { return 1 / (1 + g * (g + k)); }

  void run(float* left, float* right, int frames) noexcept {
    int i = 0;
    const bool still = !controls_.moving() && controls_.target(kLfoDepth) <= 0;
    for (; i < frames && !(still && left_ == 0); ++i) {
      double g = now_.g;
      const double depth = controls_.value(kLfoDepth, i);
      if (depth > 0) {
        const double octaves = depth * math::sin(math::kTwoPi * phase_);
        g = warped(controls_.value(kFreq, i) * math::exp2(octaves) / rate_);
      }
      turn(controls_.value(kLfoRate, i) / rate_);
      frame(now_, g, damped(g, now_.k[0]), damped(g, now_.k[1]), left[i],
            right ? &right[i] : nullptr);
      glide();
    }
    const Setting m = now_;
    const double first = damped(m.g, m.k[0]), second = damped(m.g, m.k[1]);
    const double part = controls_.value(kLfoRate) / rate_;
    for (; i < frames; ++i) {
      turn(part);
      frame(m, m.g, first, second, left[i], right ? &right[i] : nullptr);
    }
  }
  void turn(double part) noexcept {
    phase_ += part;
    if (phase_ >= 1) phase_ -= 1;
  }
  void flush() noexcept {
    to_flush_ = kFlush;
    for (Stage& s : stages_)
      for (int ch = 0; ch < 2; ++ch) {
        if (std::fabs(s.s1[ch]) < 1e-20) s.s1[ch] = 0;
        if (std::fabs(s.s2[ch]) < 1e-20) s.s2[ch] = 0;
      }
  }

  param::Controls<kCount> controls_;
  double rate_ = 48000;
  std::array<Stage, 2> stages_;
  Setting now_, to_, step_;
  int left_ = 0;      // frames until now_ is to_
  double phase_ = 0;  // of the modulation, in turns
  int to_flush_ = kFlush;
  bool jumped_ = true;
};

}  // namespace

void filter_damping(double resonance, int stages, double k[2]) noexcept {
  // From Butterworth at 0 to a Q of 30 at 1; of two stages the sharper takes most of it.
  const double lift = math::exp2(-5.4 * resonance);
  if (stages == 1) {
    k[0] = k[1] = 1.4142135623730951 * lift;
  } else {
    k[0] = 1.8477590650225735 * math::exp2(-1.5 * resonance);
    k[1] = 0.7653668647301796 * math::exp2(-4.0 * resonance);
  }
}

dsp::Section filter_section(FilterMode mode, double w0, double k) noexcept {
  const Mixture m = mixture(mode);
  return {warped(w0 / math::kTwoPi), k, m.high, m.band * k, m.low};
}

const param::EffectInfo& filter_info() {
  static constexpr param::EffectInfo info{
      .id = "filter",
      .name = "Filter",
      .category = param::Category::filter,
      .summary =
          "A synthesiser's filter: six shapes, resonance, and a corner that can swing as "
          "fast as a note.",
      .method =
          "State-variable filter by the trapezoidal rule (Zavalishin 2012; Simper 2013) in "
          "double precision, one or two stages; with modulation the corner is worked out for "
          "each frame, so it stays stable and in tune up to audio rate.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Filter>(); }};
  return info;
}

static_assert(dsp::Processor<Filter>);

}  // namespace tutti::effects
