#include "engine/effects/delay/tape_delay.h"

#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/delay_line.h"
#include "engine/effects/delay/loop.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum {
  kTime,
  kFeedback,
  kWow,
  kWowRate,
  kFlutter,
  kFlutterRate,
  kDrive,
  kLow,
  kHigh,
  kMix,
  kCount
};
constexpr param::Description kParameters[kCount] = {
    {"time", "Time", Unit::milliseconds, 20, 2000, 400, Scale::logarithmic},
    feedback_parameter(0.45),
    {"wow", "Wow", Unit::none, 0, 1, 0.25},
    {"wow_rate", "Wow rate", Unit::hertz, 0.1, 3, 0.6, Scale::logarithmic},
    {"flutter", "Flutter", Unit::none, 0, 1, 0.2},
    {"flutter_rate", "Flutter rate", Unit::hertz, 3, 15, 7, Scale::logarithmic},
    {"drive", "Drive", Unit::decibels, 0, 18, 4},
    low_cut_parameter(70),
    high_cut_parameter(5000),
    delay_mix_parameter(),
};
constexpr param::PresetValue kNew[] = {
    {"wow", 0.08}, {"flutter", 0.08}, {"high_cut", 9000}, {"drive", 2}};
constexpr param::PresetValue kOld[] = {{"wow", 0.6},     {"flutter", 0.5}, {"high_cut", 2800},
                                       {"low_cut", 180}, {"drive", 9},     {"feedback", 0.55}};
constexpr param::PresetValue kSlap[] = {
    {"time", 120}, {"feedback", 0.12}, {"drive", 6}, {"mix", 0.3}};
constexpr param::PresetValue kSeasick[] = {
    {"time", 550}, {"feedback", 0.6}, {"wow", 1}, {"wow_rate", 0.35}, {"mix", 0.4}};
constexpr param::Preset kPresets[] = {
    {"New tape", kNew}, {"Old tape", kOld}, {"Slapback", kSlap}, {"Seasick", kSeasick}};

constexpr int kCell = param::kControlStep;
// At depth 1 the pitch strays by 1 % at 0.6 Hz (wow) and by 0.7 % at 7 Hz (flutter).
constexpr double kWowSeconds = 0.0027, kFlutterSeconds = 0.00016;

// The soft curve 3/2 u - u³/2, level beyond ±1.
float soften(float x) {
  const float u = x * (1 / 1.5f), c = u < -1 ? -1 : u > 1 ? 1 : u;
  return c * (1.5f - 0.5f * c * c);
}

class TapeDelay final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    const double longest = kParameters[kTime].max * 1e-3 + 3 * (kWowSeconds + kFlutterSeconds);
    for (dsp::DelayLine& line : lines_) {
      line.prepare(static_cast<int>(std::ceil(longest * rate)) + 8, arena);
    }
    reset();
  }

  void reset() noexcept override {
    controls_.reset();
    for (int side = 0; side < 2; ++side) {
      lines_[side].reset();
      filters_[side].reset();
    }
    wow_ = flutter_ = 0;
    distance_ = whole(controls_.value(kTime));
    from_ = to_ = distance_ + bend(0);
    cell_ = 0;
    apart_ = false;
  }

  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

  void process(dsp::Block block) noexcept override {
    const bool stereo = block.right != nullptr;
    if (stereo && !apart_) {
      lines_[1].copy_state(lines_[0]);
      filters_[1] = filters_[0];
    }
    apart_ = stereo;
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          for (int at = 0; at < count;) {
            if (cell_ == 0) next_cell(at);
            const int n = count - at < kCell - cell_ ? count - at : kCell - cell_;
            run(block.left + offset + at, stereo ? block.right + offset + at : nullptr, n, at);
            at += n;
            cell_ = (cell_ + n) % kCell;
          }
        });
  }

  std::int64_t tail() const noexcept override {
    return echo_tail((controls_.target(kTime) * 1e-3 + 0.01) * rate_, controls_.target(kFeedback));
  }

 private:
  double whole(double milliseconds) const noexcept {
    return std::floor(milliseconds * 1e-3 * rate_ + 0.5);
  }
  // How far wow and flutter move the tape now, in frames; each is two sines, so that it never
  // repeats itself soon. 0 where both are turned off.
  double bend(int ahead) const noexcept {
    const auto swing = [](double phase) {
      return 0.7 * math::sin(math::kTwoPi * phase) + 0.3 * math::sin(math::kTwoPi * 1.618 * phase);
    };
    const double wow = controls_.value(kWow, ahead), flutter = controls_.value(kFlutter, ahead);
    return rate_ * (wow * kWowSeconds * (1 + swing(wow_)) +
                    flutter * kFlutterSeconds * (1 + swing(flutter_)));
  }
  // Where the tape is read at the start and at the end of the cell that begins `ahead` frames on. A
  // new time is reached at a limited speed, as the motor speeds up or slows down.
  void next_cell(int ahead) noexcept {
    const double step = kCell / rate_;
    wow_ += controls_.value(kWowRate, ahead) * step;
    flutter_ += controls_.value(kFlutterRate, ahead) * step;
    // Both sines of the pair are back at their start after 1000 turns.
    if (wow_ >= 1000) wow_ -= 1000;
    if (flutter_ >= 1000) flutter_ -= 1000;
    const double way = whole(controls_.value(kTime, ahead)) - distance_;
    const double most = kCell * 0.5;
    distance_ += way > most ? most : way < -most ? -most : way;
    from_ = to_;
    to_ = distance_ + bend(ahead);
  }

  void update() noexcept {
    const LoopFilter corners =
        LoopFilter::make(controls_.value(kLow), controls_.value(kHigh), rate_);
    for (LoopFilter& filter : filters_) filter.follow(corners);
    still_ = false;
  }

  // Frames of one cell; the gains are those `ahead` frames into the run.
  void run(float* left, float* right, int frames, int ahead) noexcept {
    float feedback[kCell], mix[kCell], drive[kCell];
    for (int k = 0; k < frames; ++k) {
      feedback[k] = static_cast<float>(controls_.value(kFeedback, ahead + k));
      mix[k] = static_cast<float>(controls_.value(kMix, ahead + k));
    }
    if (controls_.value(kDrive, ahead) != controls_.value(kDrive, ahead + frames) || !still_) {
      for (int k = 0; k < frames; ++k) {
        drive[k] = static_cast<float>(math::db_to_gain(controls_.value(kDrive, ahead + k)));
      }
      still_ = !controls_.moving();
      drive_ = drive[frames - 1];
    } else {
      for (int k = 0; k < frames; ++k) drive[k] = drive_;
    }
    const double slope = (to_ - from_) / kCell;
    for (int side = 0; side < (right != nullptr ? 2 : 1); ++side) {
      float* io = side == 0 ? left : right;
      dsp::DelayLine& line = lines_[side];
      float wet[kCell], tape[kCell];
      for (int k = 0; k < frames; ++k) {
        // The line is written a cell at a time; the tape is never read nearer than 20 ms.
        const double at = from_ + slope * (cell_ + k) - k;
        wet[k] = line.read_cubic(at);
      }
      filters_[side].process(wet, wet, frames);
      for (int k = 0; k < frames; ++k) {
        const float in = drive[k] * (io[k] + feedback[k] * wet[k]);
        tape[k] = (soften(in) / drive[k] + 1e-15f) - 1e-15f;
        io[k] += mix[k] * (wet[k] - io[k]);
      }
      line.write(tape, frames);
    }
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::DelayLine lines_[2];
  LoopFilter filters_[2];
  double rate_ = 48000;
  double wow_ = 0, flutter_ = 0;  // turns
  double distance_ = 0;           // of the heads, in frames
  double from_ = 0, to_ = 0;      // delay at the ends of the present cell
  int cell_ = 0;                  // frames into it
  float drive_ = 1;
  bool still_ = false;  // drive_ holds
  bool apart_ = false;  // the right side has a state of its own
};
static_assert(dsp::Processor<TapeDelay>);

}  // namespace

const param::EffectInfo& tape_delay_info() {
  static constexpr param::EffectInfo info{
      .id = "tape-delay",
      .name = "Tape delay",
      .category = param::Category::delay,
      .summary = "Echoes from a loop of tape: warm, a little unsteady, gliding when turned.",
      .method =
          "A line read by cubic interpolation at a place that wow and flutter move (two sines "
          "each); "
          "a soft cubic saturation and one-pole filters in the loop. A new time is reached at half "
          "the tape's speed, with the glide in pitch that belongs to it; with wow and flutter off, "
          "the delay at rest is exact to the sample.",
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<TapeDelay>(); }};
  return info;
}

}  // namespace tutti::effects
