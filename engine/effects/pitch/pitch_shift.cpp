#include "engine/effects/pitch/pitch_shift.h"

#include <array>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"
#include "engine/dsp/vocoder.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Scale;
using param::Unit;

enum { kSemitones, kCents, kFormants, kMix, kCount };
constexpr param::Description kParameters[kCount] = {
    {"semitones", "Semitones", Unit::semitones, -12, 12, 0},
    {"cents", "Cents", Unit::cents, -100, 100, 0},
    {.id = "formants", .name = "Keep formants", .scale = Scale::toggle},
    {"mix", "Mix", Unit::none, 0, 1, 1},
};
constexpr param::PresetValue kUp[] = {{"semitones", 12}, {"mix", 0.5}};
constexpr param::PresetValue kDown[] = {{"semitones", -12}, {"mix", 0.5}};
constexpr param::PresetValue kThird[] = {{"semitones", 4}, {"formants", 1}, {"mix", 0.4}};
constexpr param::PresetValue kDouble[] = {{"cents", 9}, {"formants", 1}, {"mix", 0.45}};
constexpr param::PresetValue kDeep[] = {{"semitones", -4}};
constexpr param::Preset kPresets[] = {{"Octave above", kUp},
                                      {"Octave below", kDown},
                                      {"A third above", kThird},
                                      {"Doubled voice", kDouble},
                                      {"Deeper voice", kDeep}};
constexpr double kLowest = 0.47;  // the least ratio: an octave and a semitone down, and a little

// Past samples by number, in one piece wherever they are read: everything is kept twice.
class History {
 public:
  void prepare(int longest, Arena& arena) {
    size_ = longest;
    data_ = arena.take<float>(2 * static_cast<std::size_t>(longest)).data();
  }
  void reset() noexcept {
    std::memset(data_, 0, 2 * sizeof(float) * static_cast<std::size_t>(size_));
  }
  void copy(const History& other) noexcept {
    std::memcpy(data_, other.data_, 2 * sizeof(float) * static_cast<std::size_t>(size_));
  }
  void put(std::int64_t number, float x) noexcept {
    const int at = place(number);
    data_[at] = data_[at + size_] = x;
  }
  // From number `first` on, up to the longest.
  const float* from(std::int64_t first) const noexcept { return data_ + place(first); }

 private:
  int place(std::int64_t number) const noexcept {
    const auto at = static_cast<int>(number % size_);
    return at < 0 ? at + size_ : at;
  }
  float* data_ = nullptr;
  int size_ = 1;
};

// A windowed sinc for any place between two samples: 32 taps, Kaiser window, 90 dB.
class Sinc {
 public:
  static constexpr int kTaps = 32, kBefore = 15;  // taps up to and with the sample at the place

  Sinc() {
    constexpr double kBeta = 9;
    const auto bessel = [](double x) {
      double sum = 1, term = 1;
      for (int k = 1; k < 40; ++k) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
      }
      return sum;
    };
    for (int p = 0; p <= kPhases; ++p) {
      for (int t = 0; t < kTaps; ++t) {
        const double d = t - kBefore - static_cast<double>(p) / kPhases, edge = d / (kTaps / 2);
        const double window =
            edge * edge < 1 ? bessel(kBeta * std::sqrt(1 - edge * edge)) / bessel(kBeta) : 0;
        const bool whole = p == 0 || p == kPhases;
        const double sinc = whole ? (d == 0 ? 1 : 0) : math::sin(math::kPi * d) / (math::kPi * d);
        rows_[static_cast<std::size_t>(p)][static_cast<std::size_t>(t)] =
            static_cast<float>(sinc * window);
      }
    }
  }
  // x[0] is kBefore samples before the place, which lies `part` of a sample after x[kBefore].
  float read(const float* x, double part) const noexcept {
    const double at = part * kPhases;
    const int row = static_cast<int>(at);
    const auto between = static_cast<float>(at - row);
    const auto &a = rows_[static_cast<std::size_t>(row)],
               &b = rows_[static_cast<std::size_t>(row) + 1];
    float sums[4] = {};
    for (std::size_t t = 0; t < kTaps; t += 4) {
      for (std::size_t j = 0; j < 4; ++j) {
        sums[j] += x[t + j] * (a[t + j] + between * (b[t + j] - a[t + j]));
      }
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

 private:
  static constexpr int kPhases = 256;
  std::array<std::array<float, kTaps>, kPhases + 1> rows_;
};
const Sinc& sinc() {
  static const Sinc table;
  return table;
}

// The sound is stretched by the ratio of pitches (dsp/vocoder.h) and read that much faster. Both
// happen along one stretched time axis: output frame n is read at `whole_` + `part_` on it, and the
// vocoder's frame for a place on it is cut out of the input where output and input will meet there,
// latency() apart.
class PitchShift final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    const int size = dsp::Vocoder::frame_size(rate);
    vocoder_.prepare(size);
    latency_ = size / 2 + static_cast<int>(std::ceil((size / 2 + kAhead + 2) / kLowest));
    for (int side = 0; side < 2; ++side) {
      input_[side].prepare(latency_ + 2 * size, arena);
      stretched_[side].prepare(2 * size, arena);
      finished_[side] = arena.take<float>(static_cast<std::size_t>(vocoder_.hop())).data();
    }
    sinc();
    reset();
  }

  void reset() noexcept override {
    controls_.reset();
    vocoder_.reset();
    for (int side = 0; side < 2; ++side) {
      input_[side].reset();
      stretched_[side].reset();
    }
    now_ = whole_ = 0;
    part_ = 0;
    made_ = -Sinc::kBefore;
    last_place_ = kNever;
    apart_ = false;
  }

  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  std::int64_t latency() const noexcept override { return latency_; }
  std::int64_t tail() const noexcept override { return vocoder_.size(); }

  void process(dsp::Block block) noexcept override {
    const bool stereo = block.right != nullptr;
    if (stereo && !apart_) {
      vocoder_.copy_left();
      input_[1].copy(input_[0]);
      stretched_[1].copy(stretched_[0]);
    }
    apart_ = stereo;
    controls_.walk(
        block.frames, [&] { update(); },
        [&](int offset, int count) {
          for (int i = 0; i < count; ++i) {
            next(block.left + offset + i, stereo ? block.right + offset + i : nullptr,
                 static_cast<float>(controls_.value(kMix, i)));
          }
        });
  }

 private:
  // The furthest sample that reading needs beyond the place.
  static constexpr int kAhead = Sinc::kTaps - Sinc::kBefore;
  static constexpr std::int64_t kNever = INT64_MIN / 2;

  void update() noexcept {
    const double ratio =
        math::exp2(controls_.value(kSemitones) / 12 + controls_.value(kCents) / 1200);
    ratio_ = ratio > kLowest ? ratio : kLowest;
    keep_formants_ = controls_.target(kFormants) > 0;
  }

  void next(float* left, float* right, float mix) noexcept {
    const int sides = right != nullptr ? 2 : 1;
    input_[0].put(now_, *left);
    if (sides > 1) input_[1].put(now_, *right);
    while (made_ <= whole_ + kAhead) stretch(sides);
    for (int side = 0; side < sides; ++side) {
      const float wet = sinc().read(stretched_[side].from(whole_ - Sinc::kBefore), part_);
      const float dry = *input_[side].from(now_ - latency_);
      *(side == 0 ? left : right) = dry + mix * (wet - dry);
    }
    part_ += ratio_;
    const int step = static_cast<int>(part_);
    whole_ += step;
    part_ -= step;
    ++now_;
  }

  // One frame more of the stretched sound.
  void stretch(int sides) noexcept {
    const int size = vocoder_.size(), hop = vocoder_.hop();
    // Its middle, and when that will be heard.
    const double way = static_cast<double>(made_ + size / 2 - whole_) - part_;
    std::int64_t place =
        now_ - latency_ + static_cast<std::int64_t>(std::floor(way / ratio_ + 0.5));
    if (place > now_ - size / 2) place = now_ - size / 2;
    const float* now[2];
    const float* before[2];
    for (int side = 0; side < sides; ++side) {
      now[side] = input_[side].from(place - size / 2);
      before[side] = input_[side].from(place - size / 2 - hop);
    }
    const bool steady = place - hop == last_place_;
    vocoder_.frame(now, steady ? nullptr : before, finished_,
                   {.channels = sides,
                    .keep_below = ratio_ > 1 ? 0.5 / ratio_ : 0.5,
                    .formant_shift = keep_formants_ ? ratio_ : 1});
    last_place_ = place;
    for (int side = 0; side < sides; ++side) {
      for (int i = 0; i < hop; ++i) stretched_[side].put(made_ + i, finished_[side][i]);
    }
    made_ += hop;
  }

  param::Controls<kCount> controls_{kParameters};
  dsp::Vocoder vocoder_;
  History input_[2], stretched_[2];
  float* finished_[2] = {};
  int latency_ = 0;
  std::int64_t now_ = 0;         // number of the present frame
  std::int64_t whole_ = 0;       // where the stretched sound is read …
  double part_ = 0;              // … and the part of a sample
  std::int64_t made_ = 0;        // stretched samples up to here are finished
  std::int64_t last_place_ = 0;  // of the vocoder's last frame, in the input
  double ratio_ = 1;
  bool keep_formants_ = false;
  bool apart_ = false;  // the right side has a state of its own
};
static_assert(dsp::Processor<PitchShift>);

constexpr std::string_view kAliases[] = {"pitch", "transpose"};

}  // namespace

const param::EffectInfo& pitch_shift_info() {
  static constexpr param::EffectInfo info{
      .id = "pitch-shift",
      .name = "Pitch shift",
      .category = param::Category::pitch,
      .summary = "Moves the pitch by up to an octave and keeps the time.",
      .method =
          "Phase vocoder with identity phase locking (Laroche and Dolson 1999) and phases begun "
          "anew "
          "at attacks, read at the new pitch through a 32-tap sinc. Formants are kept by giving "
          "every partial the strength that the smoothed spectrum has where it comes to lie.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<PitchShift>(); }};
  return info;
}

}  // namespace tutti::effects
