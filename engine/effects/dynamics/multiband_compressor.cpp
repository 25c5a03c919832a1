#include "engine/effects/dynamics/multiband_compressor.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/dsp/crossover.h"
#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

constexpr int kBands = dsp::Crossover4::kBands;
enum { kThreshold, kRatio, kAttack, kRelease, kGain, kOfBand };  // of each band
enum {
  kCrossover1,
  kCrossover2,
  kCrossover3,
  kKnee,
  kOutput,
  kFirst,
  kCount = kFirst + kBands * kOfBand
};

#define TUTTI_BAND(n, threshold, attack, release)                                                    \
  {"band" #n "_threshold", "Threshold " #n, Unit::decibels, -60, 0, threshold},                      \
      {"band" #n "_ratio", "Ratio " #n, Unit::none, 1, 20, 2.5, Scale::logarithmic},                 \
      {"band" #n "_attack", "Attack " #n, Unit::milliseconds, 0.1, 250, attack, Scale::logarithmic}, \
      {"band" #n "_release", "Release " #n, Unit::milliseconds, 5, 2000, release,                    \
       Scale::logarithmic},                                                                          \
      {"band" #n "_gain", "Gain " #n, Unit::decibels, -24, 24, 0}

constexpr param::Description kParameters[kCount] = {
    {"crossover1", "Low crossover", Unit::hertz, 40, 500, 120, Scale::logarithmic},
    {"crossover2", "Middle crossover", Unit::hertz, 200, 4000, 1000, Scale::logarithmic},
    {"crossover3", "High crossover", Unit::hertz, 1500, 16000, 5000, Scale::logarithmic},
    {"knee", "Knee", Unit::decibels, 0, 24, 6},
    {"output", "Output", Unit::decibels, -24, 24, 0},
    TUTTI_BAND(1, -24, 30, 200),
    TUTTI_BAND(2, -24, 15, 150),
    TUTTI_BAND(3, -26, 8, 100),
    TUTTI_BAND(4, -30, 3, 80),
};
#undef TUTTI_BAND

constexpr param::PresetValue kMaster[] = {{"band1_threshold", -22},
                                          {"band1_ratio", 1.8},
                                          {"band2_threshold", -22},
                                          {"band2_ratio", 1.5},
                                          {"band3_threshold", -24},
                                          {"band3_ratio", 1.5},
                                          {"band4_threshold", -28},
                                          {"band4_ratio", 1.8},
                                          {"knee", 12},
                                          {"output", 1}};
constexpr param::PresetValue kLows[] = {
    {"band1_threshold", -30}, {"band1_ratio", 5}, {"band1_attack", 12}, {"band1_gain", 3},
    {"band2_ratio", 1},       {"band3_ratio", 1}, {"band4_ratio", 1}};
constexpr param::PresetValue kRadio[] = {{"band1_threshold", -30},
                                         {"band1_ratio", 4},
                                         {"band1_gain", 5},
                                         {"band2_threshold", -32},
                                         {"band2_ratio", 4},
                                         {"band2_gain", 6},
                                         {"band3_threshold", -34},
                                         {"band3_ratio", 4},
                                         {"band3_gain", 7},
                                         {"band4_threshold", -38},
                                         {"band4_ratio", 5},
                                         {"band4_gain", 8},
                                         {"output", -4}};
constexpr param::PresetValue kHarsh[] = {
    {"band1_ratio", 1},  {"band2_ratio", 1},       {"band3_threshold", -32}, {"band3_ratio", 4},
    {"band3_attack", 2}, {"band4_threshold", -36}, {"band4_ratio", 3}};
constexpr param::Preset kPresets[] = {{"Gentle master", kMaster},
                                      {"Firm lows", kLows},
                                      {"Radio", kRadio},
                                      {"Tame harshness", kHarsh}};
constexpr std::string_view kAliases[] = {"multiband", "multi-band-compressor"};
constexpr param::Description kReadings[kBands] = {
    {"band1_reduction", "Gain reduction 1", Unit::decibels, 0, 60, 0},
    {"band2_reduction", "Gain reduction 2", Unit::decibels, 0, 60, 0},
    {"band3_reduction", "Gain reduction 3", Unit::decibels, 0, 60, 0},
    {"band4_reduction", "Gain reduction 4", Unit::decibels, 0, 60, 0}};

class MultibandCompressor final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    for (GainCore& core : cores_) core.prepare(rate, 0, arena);
    for (float*& band : bands_) band = arena.take<float>(kChunk).data();
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    crossover_.reset();
    for (GainCore& core : cores_) core.reset();
    reductions_ = {};
  }
  // The all-passes ring longest at the lowest crossover: to -60 dB in some two of its periods.
  std::int64_t tail() const noexcept override {
    return static_cast<std::int64_t>(2.5 * rate_ / controls_.target(kCrossover1)) + 16;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  double reading(int index) const noexcept override {
    return index >= 0 && index < kBands ? reductions_[static_cast<std::size_t>(index)] : 0;
  }

  void process(dsp::Block block) noexcept override {
    controls_.walk(
        block.frames, [this] { update(); },
        [&](int offset, int count) {
          for (int done = 0; done < count; done += kChunk)
            run(block, offset + done, done, std::min(kChunk, count - done));
        });
    for (std::size_t b = 0; b < kBands; ++b)
      reductions_[b] = -kDecibelsAnOctave * static_cast<double>(cores_[b].take_lowest());
  }

 private:
  static int index(std::size_t band, int which) noexcept {
    return kFirst + static_cast<int>(band) * kOfBand + which;
  }

  void update() noexcept {
    const auto value = [this](int i) { return controls_.value(i); };
    crossover_.set(rate_, {value(kCrossover1), value(kCrossover2), value(kCrossover3)});
    for (std::size_t b = 0; b < kBands; ++b) {
      CoreSettings s;
      s.curve = above(value(index(b, kThreshold)), value(index(b, kRatio)), value(kKnee));
      const double release = value(index(b, kRelease));
      s.hold = hold_frames(rate_, release * 0.001);
      s.speed = falling_speed(rate_, value(index(b, kAttack)), release, s.hold);
      cores_[b].configure(s);
    }
  }

  void run(dsp::Block block, int at, int ahead, int frames) noexcept {
    float *left = block.left + at, *right = moved(block.right, at);
    crossover_.process(left, right != nullptr ? right : left, bands_, frames);
    alignas(64) float rows[kBands][kChunk];
    float* row[kBands];
    Speed speeds[kBands];
    float states[kBands];
    for (std::size_t b = 0; b < kBands; ++b) {
      row[b] = rows[b];
      cores_[b].begin(bands_[2 * b], bands_[2 * b + 1], row[b], frames);
      speeds[b] = cores_[b].speed();
      states[b] = cores_[b].state();
    }
    best().follow_many(row, speeds, states, kBands, frames);
    for (std::size_t b = 0; b < kBands; ++b) {
      cores_[b].state() = states[b];
      cores_[b].finish(bands_[2 * b], bands_[2 * b + 1], row[b], frames, trim(b, ahead, frames));
    }
    for (int c = 0; c < 2; ++c) {
      float* out = c == 0 ? left : right;
      if (out == nullptr) continue;
      for (int i = 0; i < frames; ++i) {
        const float sum = (bands_[c][i] + bands_[2 + c][i]) + (bands_[4 + c][i] + bands_[6 + c][i]);
        // What is far below hearing is nothing, never subnormal.
        out[i] = (sum + 1e-20f) - 1e-20f;
      }
    }
  }

  Trim trim(std::size_t band, int ahead, int frames) noexcept {
    const auto gain = [&](int k) {
      return static_cast<float>(
          (controls_.value(index(band, kGain), k) + controls_.value(kOutput, k)) /
          kDecibelsAnOctave);
    };
    Trim t;
    t.still_make_up = gain(ahead);
    if (!controls_.moving()) return t;
    for (int i = 0; i < frames; ++i) {
      make_up_[static_cast<std::size_t>(i)] = gain(ahead + i);
      mix_[static_cast<std::size_t>(i)] = 1;
    }
    t.make_up = make_up_.data();
    t.mix = mix_.data();
    return t;
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::Crossover4 crossover_;
  std::array<GainCore, kBands> cores_;
  float* bands_[2 * kBands] = {};
  std::array<float, param::kControlStep> make_up_{}, mix_{};
  std::array<double, kBands> reductions_{};
  double rate_ = 48000;
};

static_assert(dsp::Processor<MultibandCompressor>);

}  // namespace

const param::EffectInfo& multiband_compressor_info() {
  static constexpr param::EffectInfo info = {
      .id = "multiband-compressor",
      .name = "Multiband compressor",
      .category = param::Category::dynamics,
      .summary = "Compresses lows, low mids, high mids and highs each by themselves.",
      .method =
          "Linkwitz-Riley crossovers of the fourth order (24 dB an octave) with all-passes in "
          "the lower bands, so that the bands add up to the input's magnitude; a feed-forward "
          "compressor in the log domain for each band.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReadings,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<MultibandCompressor>();
      },
  };
  return info;
}

}  // namespace tutti::effects
