#include "engine/effects/delay/echo.h"

#include <array>
#include <cmath>

#include "engine/effects/delay/echo_core.h"
#include "engine/effects/frame_values.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

constexpr int kNone = -1;

// A Design names its parameters; kNone where it has none. kTime or kNote and kFeel; kAcross is 1
// where the sound always changes sides.
template <class Design>
class EchoEffect final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    core_.prepare(static_cast<int>(std::ceil(Design::kLongest * rate)), rate, arena);
    for (float& one : ones_) one = 1;
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    core_.reset(delay());
    still_ = false;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  void tempo(double bpm, double) noexcept override {
    if (Design::kNote == kNone || !(bpm > 0) || bpm == bpm_) return;
    bpm_ = bpm;
    if (core_.longest() > 0) core_.move(delay());
  }
  std::int64_t tail() const noexcept override {
    return echo_tail(delay(), controls_.target(Design::kFeedback));
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          while (count > 0) {
            const int n = core_.limit(count);
            run(block.left + offset, block.right != nullptr ? block.right + offset : nullptr, n);
            offset += n;
            count -= n;
            done_ += n;
          }
          done_ = 0;
        });
  }

 private:
  // Frames, at the parameters' targets; a note too long for the line is halved until it fits.
  int delay() const noexcept {
    double seconds;
    if constexpr (Design::kNote == kNone) {
      seconds = controls_.value(Design::kTime) * 1e-3;
    } else {
      constexpr double kFeels[] = {1, 1.5, 2.0 / 3};
      const double quarters = 4 / std::ldexp(1, static_cast<int>(controls_.target(Design::kNote)));
      seconds = quarters * kFeels[static_cast<int>(controls_.target(Design::kFeel))] * 60 / bpm_;
      while (seconds > Design::kLongest) seconds /= 2;
    }
    const int frames = static_cast<int>(std::floor(seconds * rate_ + 0.5));
    return frames < 1 ? 1 : frames;
  }

  void update() noexcept {
    core_.move(delay());
    core_.filter(
        LoopFilter::make(controls_.value(Design::kLow), controls_.value(Design::kHigh), rate_));
    still_ = false;
  }

  void fill(int index, int frames, float* out) noexcept {
    for (int k = 0; k < frames; ++k) {
      out[k] = static_cast<float>(controls_.value(index, done_ + k));
    }
  }
  void run(float* left, float* right, int frames) noexcept {
    // Gains at rest are written down once for any length of run.
    if (!still_) {
      const bool moving = controls_.moving();
      const int upto = moving ? frames : EchoCore::kRun;
      fill(Design::kFeedback, upto, feedback_);
      fill(Design::kMix, upto, mix_);
      if constexpr (Design::kAcross == kNone && Design::kCross != kNone) {
        fill(Design::kCross, upto, cross_);
      }
      if constexpr (Design::kWidth != kNone) fill(Design::kWidth, upto, width_);
      still_ = !moving;
    }
    EchoCore::Run how{feedback_, mix_, nullptr, nullptr};
    if constexpr (Design::kAcross == 1) {
      how.cross = ones_;
    } else if constexpr (Design::kCross != kNone) {
      how.cross = cross_;
    }
    if constexpr (Design::kWidth != kNone) how.width = width_;
    core_.process(left, right, frames, how);
  }

  param::Controls<Design::kCount> controls_{Design::kParameters};
  EchoCore core_;
  double rate_ = 48000, bpm_ = 120;
  int done_ = 0;        // frames of the present run that are behind us
  bool still_ = false;  // the gains below hold
  float feedback_[EchoCore::kRun], mix_[EchoCore::kRun], cross_[EchoCore::kRun],
      width_[EchoCore::kRun], ones_[EchoCore::kRun];
};

struct Simple {
  enum { kTime, kFeedback, kLow, kHigh, kMix, kCount };
  static constexpr int kNote = kNone, kCross = kNone, kAcross = kNone, kWidth = kNone;
  static constexpr double kLongest = 5;
  static constexpr param::Description kParameters[kCount] = {
      delay_time_parameter(350), feedback_parameter(0.35), low_cut_parameter(),
      high_cut_parameter(), delay_mix_parameter()};
};
struct PingPong {
  enum { kTime, kFeedback, kLow, kHigh, kWidth, kMix, kCount };
  static constexpr int kNote = kNone, kCross = kNone, kAcross = 1;
  static constexpr double kLongest = 5;
  static constexpr param::Description kParameters[kCount] = {
      delay_time_parameter(300),
      feedback_parameter(0.5),
      low_cut_parameter(80),
      high_cut_parameter(9000),
      {"width", "Width", Unit::none, 0, 1, 1},
      delay_mix_parameter()};
};

constexpr std::string_view kNotes[] = {"1/1", "1/2", "1/4", "1/8", "1/16", "1/32"};
constexpr std::string_view kFeels[] = {"straight", "dotted", "triplet"};
struct Sync {
  enum { kNote, kFeel, kFeedback, kCross, kLow, kHigh, kMix, kCount };
  static constexpr int kAcross = kNone, kWidth = kNone;
  static constexpr double kLongest = 12;
  static constexpr param::Description kParameters[kCount] = {
      {.id = "note",
       .name = "Note",
       .max = 5,
       .initial = 3,
       .scale = Scale::choice,
       .choices = kNotes},
      {.id = "feel", .name = "Feel", .max = 2, .scale = Scale::choice, .choices = kFeels},
      feedback_parameter(0.4),
      {"ping_pong", "Ping-pong", Unit::none, 0, 1, 0},
      low_cut_parameter(80),
      high_cut_parameter(9000),
      delay_mix_parameter()};
};

static_assert(dsp::Processor<EchoEffect<Simple>>);
static_assert(dsp::Processor<EchoEffect<PingPong>>);
static_assert(dsp::Processor<EchoEffect<Sync>>);

constexpr param::PresetValue kSlap[] = {{"time", 90}, {"feedback", 0}, {"mix", 0.25}};
constexpr param::PresetValue kVoice[] = {
    {"time", 380}, {"feedback", 0.3}, {"low_cut", 250}, {"high_cut", 4000}, {"mix", 0.2}};
constexpr param::PresetValue kSpace[] = {
    {"time", 650}, {"feedback", 0.7}, {"low_cut", 150}, {"high_cut", 3000}, {"mix", 0.35}};
constexpr param::Preset kSimplePresets[] = {
    {"Slapback", kSlap}, {"Behind the voice", kVoice}, {"Space", kSpace}};
constexpr param::PresetValue kWide[] = {{"time", 250}, {"feedback", 0.45}};
constexpr param::PresetValue kSlow[] = {
    {"time", 600}, {"feedback", 0.6}, {"high_cut", 4000}, {"mix", 0.25}};
constexpr param::PresetValue kNear[] = {{"time", 120}, {"feedback", 0.3}, {"width", 0.6}};
constexpr param::Preset kPingPongPresets[] = {
    {"Wide", kWide}, {"Slow rally", kSlow}, {"Close", kNear}};
constexpr param::PresetValue kDotted[] = {{"note", 3}, {"feel", 1}, {"feedback", 0.45}};
constexpr param::PresetValue kQuarter[] = {{"note", 2}, {"feedback", 0.35}, {"mix", 0.25}};
constexpr param::PresetValue kTriplets[] = {
    {"note", 3}, {"feel", 2}, {"ping_pong", 1}, {"feedback", 0.5}};
constexpr param::Preset kSyncPresets[] = {
    {"Dotted eighths", kDotted}, {"Quarters", kQuarter}, {"Triplets across", kTriplets}};

constexpr std::string_view kSimpleAliases[] = {"simple-delay", "echo"};
constexpr std::string_view kSyncAliases[] = {"tempo-delay"};

}  // namespace

const param::EffectInfo& delay_info() {
  static constexpr param::EffectInfo info{
      .id = "delay",
      .name = "Delay",
      .category = param::Category::delay,
      .summary = "Plain echoes at an even distance.",
      .method =
          "One line a side with feedback through one-pole filters. The time is a whole number of "
          "frames, exact to the sample, and moves by cross-fading over 20 ms.",
      .aliases = kSimpleAliases,
      .parameters = Simple::kParameters,
      .presets = kSimplePresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<EchoEffect<Simple>>();
      }};
  return info;
}

const param::EffectInfo& ping_pong_delay_info() {
  static constexpr param::EffectInfo info{
      .id = "ping-pong-delay",
      .name = "Ping-pong delay",
      .category = param::Category::delay,
      .summary = "Echoes that change sides each time.",
      .method =
          "The middle of the input enters the left line; each line feeds the other through "
          "one-pole "
          "filters. The time is exact to the sample and moves by cross-fading over 20 ms.",
      .parameters = PingPong::kParameters,
      .presets = kPingPongPresets,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<EchoEffect<PingPong>>();
      }};
  return info;
}

const param::EffectInfo& sync_delay_info() {
  static constexpr param::EffectInfo info{
      .id = "sync-delay",
      .name = "Sync delay",
      .category = param::Category::delay,
      .summary = "Echoes in note values of the song, straight, dotted or triplet.",
      .method =
          "A delay that follows the tempo to the nearest frame, cross-fading over 20 ms where it "
          "changes. Notes over 12 s are halved.",
      .aliases = kSyncAliases,
      .parameters = Sync::kParameters,
      .presets = kSyncPresets,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<EchoEffect<Sync>>();
      }};
  return info;
}

}  // namespace tutti::effects
