#include "engine/effects/dynamics/compressor.h"

#include <algorithm>

#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum {
  kThreshold,
  kRatio,
  kKnee,
  kAttack,
  kRelease,
  kMakeUp,
  kAutoMakeUp,
  kDetector,
  kLink,
  kSideHighPass,
  kSideLowPass,
  kLookAhead,
  kMix,
  kCount
};

constexpr std::string_view kDetectors[] = {"peak", "RMS"};
constexpr param::Description kParameters[kCount] = {
    {"threshold", "Threshold", Unit::decibels, -60, 0, -18},
    {"ratio", "Ratio", Unit::none, 1, 100, 4, Scale::logarithmic},
    {"knee", "Knee", Unit::decibels, 0, 24, 6},
    {"attack", "Attack", Unit::milliseconds, 0.05, 250, 10, Scale::logarithmic},
    {"release", "Release", Unit::milliseconds, 5, 5000, 120, Scale::logarithmic},
    {"makeup", "Make-up", Unit::decibels, -24, 36, 0},
    {"auto_makeup", "Auto make-up", Unit::none, 0, 1, 0, Scale::toggle},
    {"detector", "Detector", Unit::none, 0, 1, 0, Scale::choice, kDetectors},
    {"link", "Stereo link", Unit::percent, 0, 100, 100},
    kSideHighPassDescription,
    kSideLowPassDescription,
    {"lookahead", "Look-ahead", Unit::milliseconds, 0, 20, 0, Scale::linear, {}, true},
    {"mix", "Mix", Unit::none, 0, 1, 1},
};

constexpr param::PresetValue kVocal[] = {{"threshold", -22}, {"ratio", 3},       {"knee", 9},
                                         {"attack", 6},      {"release", 90},    {"makeup", 4},
                                         {"detector", 1},    {"sc_highpass", 90}};
constexpr param::PresetValue kDrums[] = {{"threshold", -14}, {"ratio", 5},    {"knee", 3},
                                         {"attack", 25},     {"release", 80}, {"makeup", 3}};
constexpr param::PresetValue kBass[] = {{"threshold", -20}, {"ratio", 4},     {"knee", 6},
                                        {"attack", 20},     {"release", 200}, {"makeup", 4}};
constexpr param::PresetValue kGlue[] = {{"threshold", -16}, {"ratio", 2},       {"knee", 12},
                                        {"attack", 30},     {"release", 250},   {"makeup", 1.5},
                                        {"detector", 1},    {"sc_highpass", 80}};
constexpr param::PresetValue kParallel[] = {{"threshold", -36}, {"ratio", 8},    {"knee", 6},
                                            {"attack", 2},      {"release", 60}, {"makeup", 14},
                                            {"mix", 0.35}};
constexpr param::Preset kPresets[] = {{"Vocal", kVocal},
                                      {"Drums", kDrums},
                                      {"Bass", kBass},
                                      {"Bus glue", kGlue},
                                      {"Parallel punch", kParallel}};
constexpr std::string_view kAliases[] = {"comp", "compression"};

class Compressor final : public CoreEffect<Compressor, kCount> {
 public:
  Compressor() : CoreEffect(kParameters, kLookAhead) {}

  CoreSettings settings() noexcept {
    CoreSettings s;
    s.curve = above(value(kThreshold), value(kRatio), value(kKnee));
    s.hold = hold_frames(rate_, value(kRelease) * 0.001);
    s.rms = value(kDetector) != 0;
    s.speed = falling_speed(rate_, value(kAttack), value(kRelease), s.rms ? 1 : s.hold);
    s.link = static_cast<float>(value(kLink) * 0.01);
    s.high_pass = value(kSideHighPass);
    s.low_pass = value(kSideLowPass);
    // Half of what full scale would lose comes back.
    const double lost = value(kThreshold) * (1 - 1 / value(kRatio));
    auto_ = value(kAutoMakeUp) != 0 ? -0.5 * lost / kDecibelsAnOctave : 0;
    return s;
  }

  // Make-up and mix from the frame `ahead` of the controls' present one.
  Trim trim(int ahead, int frames) noexcept {
    Trim t;
    t.still_make_up =
        static_cast<float>(controls_.value(kMakeUp, ahead) / kDecibelsAnOctave + auto_);
    t.still_mix = static_cast<float>(controls_.value(kMix, ahead));
    if (!controls_.moving()) return t;
    for (int i = 0; i < frames; ++i) {
      const auto k = static_cast<std::size_t>(i);
      make_up_[k] =
          static_cast<float>(controls_.value(kMakeUp, ahead + i) / kDecibelsAnOctave + auto_);
      mix_[k] = static_cast<float>(controls_.value(kMix, ahead + i));
    }
    t.make_up = make_up_.data();
    t.mix = mix_.data();
    return t;
  }

  static void process_many(param::Effect* const* effects, const dsp::Block* blocks,
                           int count) noexcept;

 private:
  double auto_ = 0;  // octaves
  std::array<float, param::kControlStep> make_up_{}, mix_{};
};

static_assert(dsp::Processor<Compressor>);

void Compressor::process_many(param::Effect* const* effects, const dsp::Block* blocks,
                              int count) noexcept {
  Compressor* plain[kManyAtOnce];
  const dsp::Block* with[kManyAtOnce];
  alignas(64) float rows[kManyAtOnce][kChunk];
  float* row[kManyAtOnce];
  Speed speeds[kManyAtOnce];
  float states[kManyAtOnce];
  for (int first = 0; first < count;) {
    int lanes = 0;
    for (; first < count && lanes < kManyAtOnce; ++first) {
      auto* c = static_cast<Compressor*>(effects[first]);
      if (c->plain()) {
        plain[lanes] = c;
        with[lanes++] = &blocks[first];
      } else {
        c->process(blocks[first]);
      }
    }
    if (lanes == 0) continue;
    const int frames = with[0]->frames;
    for (int done = 0; done < frames; done += kChunk) {
      const int n = std::min(kChunk, frames - done);
      for (int k = 0; k < lanes; ++k) {
        row[k] = rows[k];
        plain[k]->core_.begin(with[k]->left + done, moved(with[k]->right, done), row[k], n);
        speeds[k] = plain[k]->core_.speed();
        states[k] = plain[k]->core_.state();
      }
      best().follow_many(row, speeds, states, lanes, n);
      for (int k = 0; k < lanes; ++k) {
        Compressor& c = *plain[k];
        c.core_.state() = states[k];
        c.core_.finish(with[k]->left + done, moved(with[k]->right, done), row[k], n, c.trim(0, n));
      }
    }
    for (int k = 0; k < lanes; ++k) {
      plain[k]->controls_.walk(frames, [] {}, [](int, int) {});
      plain[k]->finish_block();
    }
  }
}

}  // namespace

const param::EffectInfo& compressor_info() {
  static constexpr param::EffectInfo info = {
      .id = "compressor",
      .name = "Compressor",
      .category = param::Category::dynamics,
      .summary = "Makes loud passages quieter, so that a voice or a mix sits more evenly.",
      .method =
          "Feed-forward in the log domain with a parabolic knee; the gain in dB follows what "
          "the curve asks with one time constant for attack and one for release (63.2 %). "
          "Peaks are held for 5 to 12 ms, so that steady tones have a steady level. After "
          "Giannoulis, Massberg and Reiss, Digital Dynamic Range Compressor Design, Journal "
          "of the AES 60 (2012).",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .side_chain = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Compressor>(); },
      .process_many = Compressor::process_many,
  };
  return info;
}

}  // namespace tutti::effects
