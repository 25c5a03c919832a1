#include "engine/effects/dynamics/gate.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"
#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum {
  kThreshold,
  kHysteresis,
  kRange,
  kAttack,
  kHoldTime,
  kRelease,
  kSideHighPass,
  kSideLowPass,
  kLookAhead,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"threshold", "Threshold", Unit::decibels, -90, 0, -40},
    {"hysteresis", "Hysteresis", Unit::decibels, 0, 24, 6},
    {"range", "Range", Unit::decibels, 0, 100, 80},
    {"attack", "Attack", Unit::milliseconds, 0.02, 200, 0.5, Scale::logarithmic},
    {"hold", "Hold", Unit::milliseconds, 0, 2000, 40},
    {"release", "Release", Unit::milliseconds, 5, 5000, 120, Scale::logarithmic},
    kSideHighPassDescription,
    kSideLowPassDescription,
    {"lookahead", "Look-ahead", Unit::milliseconds, 0, 20, 0, Scale::linear, {}, true},
};

constexpr param::PresetValue kDrum[] = {{"threshold", -28}, {"hysteresis", 4}, {"attack", 0.05},
                                        {"hold", 60},       {"release", 90},   {"lookahead", 1}};
constexpr param::PresetValue kVocal[] = {{"threshold", -46},  {"hysteresis", 8}, {"range", 24},
                                         {"attack", 2},       {"hold", 120},     {"release", 250},
                                         {"sc_highpass", 100}};
constexpr param::PresetValue kGuitar[] = {{"threshold", -52}, {"hysteresis", 6}, {"range", 60},
                                          {"attack", 1},      {"hold", 80},      {"release", 180}};
constexpr param::Preset kPresets[] = {
    {"Tight drum", kDrum}, {"Vocal", kVocal}, {"Guitar hum", kGuitar}};
constexpr std::string_view kAliases[] = {"noise-gate"};

class Gate final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    look_ahead_ = static_cast<int>(rate * 0.001 * controls_.target(kLookAhead) + 0.5);
    detector_.prepare(rate, arena);
    for (auto& line : lines_)
      line = arena.take<float>(static_cast<std::size_t>(look_ahead_ + kChunk));
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    update();
    detector_.reset();
    for (auto& line : lines_) std::fill(line.begin(), line.end(), 0.0f);
    open_ = false;
    left_to_hold_ = 0;
    gain_ = floor_;
    side_left_ = side_right_ = nullptr;
    reduction_ = 0;
  }
  std::int64_t latency() const noexcept override { return look_ahead_; }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  void side_chain(const float* left, const float* right) noexcept override {
    side_left_ = left;
    side_right_ = right;
  }
  double reading(int index) const noexcept override { return index == 0 ? reduction_ : 0; }

  void process(dsp::Block block) noexcept override {
    float lowest = 1;
    controls_.walk(
        block.frames, [this] { update(); },
        [&](int offset, int count) {
          for (int done = 0; done < count; done += kChunk) {
            lowest = std::min(lowest, run(block, offset + done, std::min(kChunk, count - done)));
          }
        });
    side_left_ = side_right_ = nullptr;
    reduction_ = -math::gain_to_db(std::max(static_cast<double>(lowest), 1e-6));
  }

 private:
  void update() noexcept {
    const auto value = [this](int i) { return controls_.value(i); };
    const int window = hold_frames(rate_, value(kRelease) * 0.001);
    detector_.set_mode(false, window);
    detector_.set_filters(value(kSideHighPass), value(kSideLowPass));
    opens_ = static_cast<float>(math::db_to_gain(value(kThreshold)));
    closes_ = static_cast<float>(math::db_to_gain(value(kThreshold) - value(kHysteresis)));
    floor_ = static_cast<float>(math::db_to_gain(-value(kRange)));
    hold_ = std::max(0, static_cast<int>(rate_ * 0.001 * value(kHoldTime) + 0.5) - (window - 1));
    attack_ = part_a_frame(rate_ * 0.001 * value(kAttack));
    release_ = part_a_frame(rate_ * 0.001 * value(kRelease));
  }

  // Levels become gains, in place.
  float follow_level(float* row, int frames) noexcept {
    float gain = gain_, lowest = 1;
    bool open = open_;
    int left = left_to_hold_;
    for (int i = 0; i < frames; ++i) {
      if (row[i] >= opens_) open = true;
      if (row[i] >= closes_)
        left = hold_;
      else if (left > 0)
        --left;
      else
        open = false;
      const float target = open ? 1.0f : floor_, away = target - gain;
      // The last millionth goes at once, so that an open gate changes nothing.
      gain = std::fabs(away) < 1e-6f ? target : gain + away * (open ? attack_ : release_);
      lowest = gain < lowest ? gain : lowest;
      row[i] = gain;
    }
    gain_ = gain;
    open_ = open;
    left_to_hold_ = left;
    return lowest;
  }

  float run(dsp::Block block, int at, int frames) noexcept {
    float *left = block.left + at, *right = moved(block.right, at);
    alignas(64) float row[kChunk];
    if (side_left_ != nullptr)
      detector_.joint(side_left_ + at, moved(side_right_, at), row, frames);
    else
      detector_.joint(left, right, row, frames);
    const float lowest = follow_level(row, frames);
    if (look_ahead_ > 0) {
      late(left, lines_[0].data(), frames);
      if (right != nullptr)
        late(right, lines_[1].data(), frames);
      else
        std::copy(lines_[0].begin(), lines_[0].end(), lines_[1].begin());
    }
    best().apply(left, row, frames);
    if (right != nullptr) best().apply(right, row, frames);
    return lowest;
  }

  void late(float* audio, float* line, int frames) const noexcept {
    const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
    std::memcpy(line + look_ahead_, audio, bytes);
    std::memcpy(audio, line, bytes);
    std::memmove(line, line + frames, static_cast<std::size_t>(look_ahead_) * sizeof(float));
  }

  param::Controls<kCount> controls_{kParameters};
  Detector detector_;
  std::array<std::span<float>, 2> lines_;
  double rate_ = 48000, reduction_ = 0;
  int look_ahead_ = 0, hold_ = 0, left_to_hold_ = 0;
  float opens_ = 1, closes_ = 1, floor_ = 0, attack_ = 1, release_ = 1, gain_ = 0;
  bool open_ = false;
  const float *side_left_ = nullptr, *side_right_ = nullptr;
};

static_assert(dsp::Processor<Gate>);

}  // namespace

const param::EffectInfo& gate_info() {
  static constexpr param::EffectInfo info = {
      .id = "gate",
      .name = "Gate",
      .category = param::Category::dynamics,
      .summary = "Shuts out what lies under a threshold, such as bleed and hum between notes.",
      .method =
          "Opens when the held peak of the filtered signal reaches the threshold; closes when "
          "it has stayed below threshold less hysteresis for the hold. The gain goes to 1 or "
          "to the range with one time constant each (63.2 %).",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .side_chain = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Gate>(); },
  };
  return info;
}

}  // namespace tutti::effects
