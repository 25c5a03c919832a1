#include "engine/effects/utility/dc_block.h"

#include <cmath>

#include "engine/base/math.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Unit;

constexpr Description kParameters[] = {{.id = "freq",
                                        .name = "Frequency",
                                        .unit = Unit::hertz,
                                        .min = 1,
                                        .max = 40,
                                        .initial = 5,
                                        .scale = param::Scale::logarithmic}};
constexpr param::PresetValue kSlow[] = {{"freq", 1}};
constexpr param::PresetValue kMiddle[] = {{"freq", 10}};
constexpr param::PresetValue kFast[] = {{"freq", 30}};
constexpr param::Preset kPresets[] = {{"Slow", kSlow}, {"Middle", kMiddle}, {"Fast", kFast}};
constexpr std::string_view kAliases[] = {"DCBlock", "dc"};

// y = x - m, where m follows x with a time constant of 1 / (2 pi freq); double precision, so that
// the offset goes down to nothing.
class DcBlock final : public param::Effect {
 public:
  DcBlock() : controls_(kParameters) {}

  void prepare(double rate, int, Arena&) override {
    rate_ = rate;
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    mean_[0] = mean_[1] = 0;
    until_ = kGrid;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  std::int64_t tail() const noexcept override {
    return 1 + static_cast<std::int64_t>(9.2 * rate_ / (math::kTwoPi * controls_.target(0)));
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames,
        [this] {
          const double t = math::tan(math::kPi * controls_.value(0) / rate_);
          part_ = t / (1 + t);
        },
        [this, b](int offset, int count) {
          run(b.left + offset, b.right ? b.right + offset : nullptr, count);
        });
  }

 private:
  static constexpr int kGrid = 64;
  // Trapezoidal: -3 dB exactly at the frequency.
  static void tick(double part, double& mean, float& sample) noexcept {
    const double v = part * (sample - mean), low = mean + v;
    mean = low + v;
    sample = static_cast<float>(sample - low);
  }
  void run(float* left, float* right, int frames) noexcept {
    const double part = part_;
    for (int i = 0; i < frames; ++i) {
      tick(part, mean_[0], left[i]);
      if (right) tick(part, mean_[1], right[i]);
      if (--until_ == 0) {
        until_ = kGrid;
        for (double& m : mean_)
          if (std::fabs(m) < 1e-20) m = 0;
      }
    }
    if (!right) mean_[1] = mean_[0];
  }

  param::Controls<1> controls_;
  double rate_ = 48000, part_ = 0, mean_[2] = {0, 0};
  int until_ = kGrid;
};

}  // namespace

const param::EffectInfo& dc_block_info() {
  static constexpr param::EffectInfo info{
      .id = "dc-block",
      .name = "DC block",
      .category = param::Category::utility,
      .summary = "Takes away a constant offset.",
      .method = "A first-order high-pass by the trapezoidal rule, in double precision.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<DcBlock>(); }};
  return info;
}

static_assert(dsp::Processor<DcBlock>);

}  // namespace tutti::effects
