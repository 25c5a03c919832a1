// Plucked strings.
#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/instruments/synth/kernel.h"
#include "engine/instruments/synth/list.h"
#include "engine/instruments/synth/voice_synth.h"

namespace tutti::instruments::synth {
namespace {

using param::Scale;
using param::Unit;

enum {
  kLevel,
  kBrightness,
  kDamping,
  kPosition,
  kPick,
  kDecay,
  kAttack,
  kRelease,
  kVibrato,
  kVibratoRate,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"brightness", "Brightness", Unit::hertz, 300, 16000, 3200, Scale::logarithmic},
    {"damping", "Damping of the high end", Unit::seconds, 0.05, 5, 0.6, Scale::logarithmic},
    {"position", "Pick position", Unit::none, 0.02, 0.5, 0.18},
    {"pick", "Pick", Unit::none, 0, 1, 0.4},
    {"decay", "Decay", Unit::seconds, 0.1, 30, 5, Scale::logarithmic},
    {"attack", "Attack", Unit::seconds, 0.0005, 1, 0.001, Scale::logarithmic},
    {"release", "Release", Unit::seconds, 0.02, 10, 0.5, Scale::logarithmic},
    {"vibrato", "Vibrato", Unit::cents, 0, 100, 0},
    {"vibrato_rate", "Vibrato rate", Unit::hertz, 0.05, 12, 5, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.5},
};

constexpr param::PresetValue kHarp[] = {{"brightness", 2200}, {"damping", 0.9}, {"position", 0.4},
                                        {"pick", 0.1},        {"decay", 6},     {"release", 3}};
constexpr param::PresetValue kNylon[] = {
    {"brightness", 2600}, {"damping", 0.35}, {"position", 0.22}, {"decay", 4}};
constexpr param::PresetValue kSteel[] = {
    {"brightness", 7000}, {"damping", 1.4}, {"position", 0.12}, {"pick", 0.7}, {"decay", 8}};
constexpr param::PresetValue kMuted[] = {
    {"brightness", 1500}, {"damping", 0.1}, {"decay", 0.6}, {"release", 0.2}};
constexpr param::Preset kPresets[] = {
    {"Harp", kHarp}, {"Nylon guitar", kNylon}, {"Steel", kSteel}, {"Muted", kMuted}};

constexpr double kLowest = 7;          // Hz: key 0, two semitones bent down
constexpr double kShortest = 3.02;     // frames of a period that the loop can have
constexpr double kDampedHertz = 4000;  // where the damping is meant

class Pluck final : public VoiceSynth {
 public:
  Pluck() : VoiceSynth(kParameters, 24) {}

 private:
  void take(Arena& arena) override {
    std::uint32_t size = 256;
    while (size < rate() / kLowest + kCell + 2 * kStringTaps) size *= 2;
    for (PluckVoices& s : strings_) {
      s.mask = size - 1;
      for (float*& line : s.line) line = arena.take<float>(size + kStringMirror).data();
    }
  }

  void clear() noexcept override {
    bend_ = 0;
    for (PluckVoices& s : strings_) {
      for (auto& sounds : s.sounds) sounds = 0;
      for (auto& left : s.left) left = 0;
    }
  }

  double period(int group, int lane) noexcept {
    const Voices& v = voices(group);
    double semitones = static_cast<double>(v.pitch[lane]) + cell().bend;
    if (cell().vibrato_depth > 0) {
      semitones += cell().vibrato_depth * math::sin(math::kTwoPi * v.vibrato[lane]);
    }
    return rate() / math::midi_to_hz(semitones);
  }

  // Taps for a period: a cubic Lagrange interpolator (Välimäki and Laakso 1996) in series with the
  // symmetric low-pass b, 1 - 2b, b, whose delay is one frame at every frequency.
  void tune(int group, int lane) noexcept {
    PluckVoices& s = strings_[static_cast<std::size_t>(group)];
    const double wanted = std::clamp(period(group, lane), kShortest, rate() / kLowest);
    const double whole = std::floor(wanted - 2);
    const double d = wanted - 1 - whole;  // 1 … 2
    s.delay[lane] = static_cast<std::int32_t>(whole);
    const double h[4] = {-(d - 1) * (d - 2) * (d - 3) / 6, d * (d - 2) * (d - 3) / 2,
                         -d * (d - 1) * (d - 3) / 2, d * (d - 1) * (d - 2) / 6};
    const auto at = static_cast<std::size_t>(group * kLanes + lane);
    const double b = damp_[at], g = gain_[at];
    for (int j = 0; j < kStringTaps; ++j) {
      double sum = 0;
      for (int k = 0; k < 4; ++k) {
        const int other = j - k;
        if (other == 0 || other == 2) sum += h[k] * b;
        if (other == 1) sum += h[k] * (1 - 2 * b);
      }
      s.tap[lane][j] = static_cast<float>(g * sum);
    }
  }

  void start(int group, int lane, Note& note) noexcept override {
    PluckVoices& s = strings_[static_cast<std::size_t>(group)];
    const auto at = static_cast<std::size_t>(group * kLanes + lane);
    const double frames = period(group, lane);
    const bool heard = frames > 2.2;  // below 0.45 of the rate
    const double one = std::max(frames, kShortest);
    // Loss a round: by the decay over all, and by the damping at kDampedHertz.
    gain_[at] = math::exp2(-9.965784284662087 * one / (value(kDecay) * rate()));
    const double angle = math::kTwoPi * std::min(kDampedHertz / rate(), 0.4);
    const double loss = 1 - math::exp2(-9.965784284662087 * one / (value(kDamping) * rate()));
    damp_[at] = std::clamp(0.5 * loss / (1 - math::cos(angle)), 0.0, 0.25);
    tune(group, lane);
    excite(s, lane, one, note);
    s.left[lane] = 1;
    s.fall[lane] = static_cast<float>(math::exp2(kCell / one * math::log2(gain_[at])));
    s.sounds[lane] = -1;
    set_gains(group, lane, heard ? note.loudness : 0,
              static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  // Fills the line with one round of what the pick did: noise and a corner, duller when soft, less
  // what comes back from the bridge; no DC, and equally strong for all keys.
  void excite(PluckVoices& s, int lane, double frames, Note& note) noexcept {
    const auto count = static_cast<std::uint32_t>(std::ceil(frames)) + kStringTaps;
    const auto round = static_cast<std::uint32_t>(frames);
    float* line = s.line[lane];
    const double cutoff = value(kBrightness) * math::exp2(2 * brightness()) *
                          math::exp2(2.0 * (note.velocity - 100) / 127);
    const auto a =
        static_cast<float>(1 - math::exp(-math::kTwoPi * std::min(cutoff / rate(), 0.45)));
    const auto pick = static_cast<float>(value(kPick));
    const std::uint32_t back = std::max(1u, static_cast<std::uint32_t>(value(kPosition) * frames));
    float low = 0, low2 = 0;
    // Two rounds: the low-passes have settled in the second.
    double sum = 0;
    const Random again = note.random;
    for (int pass = 0; pass < 2; ++pass) {
      Random random = again;
      sum = 0;
      for (std::uint32_t i = 0; i < round; ++i) {
        const auto noise = static_cast<float>(random.uniform(-1, 1));
        const float corner = (i == 0              ? 1.0f
                              : i == back % round ? -1.0f
                                                  : 0.0f) *
                             static_cast<float>(0.5 * std::sqrt(frames));
        low += a * (noise * pick + corner * (1 - pick) - low);
        low2 += a * (low - low2);
        line[i] = low2;
        sum += static_cast<double>(low2);
      }
    }
    const double mean = sum / round;
    double energy = 0, peak = 0;
    for (std::uint32_t i = 0; i < round; ++i) {
      line[i] -= static_cast<float>(mean);
      energy += static_cast<double>(line[i]) * line[i];
      peak = std::max(peak, std::fabs(static_cast<double>(line[i])));
    }
    // Equally strong, but no corner sticks out far.
    const double strength = std::max(std::sqrt(energy / round), peak / 3.5);
    const auto scale = static_cast<float>(1 / std::max(strength, 1e-10));
    for (std::uint32_t i = 0; i < round; ++i) line[i] *= scale;
    // Periodic beyond the round, so that the taps find what was "before".
    for (std::uint32_t i = round; i < count + kStringMirror && i <= s.mask; ++i)
      line[i] = line[i - round];
    s.at[lane] = count;
    // What was written may lie in the mirrored part.
    for (std::uint32_t i = 0; i < kStringMirror; ++i) line[i + s.mask + 1] = line[i];
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), 1, 1, value(kRelease));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.11);
    c.vibrato_depth = static_cast<float>(0.01 * value(kVibrato) + 0.5 * modulation());
    c.vibrato_step = static_cast<float>(value(kVibratoRate) * kCell / rate());
  }

  void begin_cell() noexcept override {
    const bool still = cell().bend == bend_ && cell().vibrato_depth == 0;
    bend_ = cell().bend;
    if (still) return;
    for (int at = 0; at < kAllLanes; ++at) {
      const int group = at / kLanes, lane = at % kLanes;
      if (!sounds(group, lane)) continue;
      float& turn = voices(group).vibrato[lane];
      turn += cell().vibrato_step;
      turn -= std::floor(turn);
      tune(group, lane);
    }
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.pluck(voices(group), strings_[static_cast<std::size_t>(group)], cell(), left, right);
  }

  std::array<PluckVoices, kGroups> strings_{};
  std::array<double, kAllLanes> damp_{}, gain_{};
  float bend_ = 0;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kPluck{
    .id = "pluck",
    .name = "Pluck",
    .summary = "Plucked strings: harp, nylon, steel, muted.",
    .method =
        "Karplus and Strong's string (1983) as Jaffe and Smith extended it: a delay line tuned by "
        "a cubic Lagrange interpolator, a linear-phase loss in the loop, pick position as a "
        "comb in what excites it.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Pluck>()); },
};

}  // namespace tutti::instruments::synth
