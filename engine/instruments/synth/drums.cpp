// Drums on the keys of General MIDI.
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
  kTune,
  kDecay,
  kBrightness,
  kKick,
  kSnare,
  kHats,
  kToms,
  kCymbals,
  kPercussion,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"tune", "Tune", Unit::semitones, -12, 12, 0},
    {"decay", "Decay", Unit::none, 0.25, 4, 1, Scale::logarithmic},
    {"brightness", "Brightness (octaves)", Unit::none, -2, 2, 0},
    {"kick", "Kick", Unit::decibels, -60, 12, 0},
    {"snare", "Snare, clap, brush", Unit::decibels, -60, 12, 0},
    {"hats", "Hats and shaker", Unit::decibels, -60, 12, 0},
    {"toms", "Toms", Unit::decibels, -60, 12, 0},
    {"cymbals", "Cymbals and swells", Unit::decibels, -60, 12, 0},
    {"percussion", "Percussion", Unit::decibels, -60, 12, 0},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.6},
};

constexpr param::PresetValue kSoft[] = {
    {"brightness", -1}, {"decay", 0.8}, {"snare", -4}, {"hats", -4}, {"cymbals", -4}};
constexpr param::PresetValue kDeep[] = {{"tune", -4}, {"decay", 1.6}, {"brightness", -0.5}};
constexpr param::PresetValue kTight[] = {{"tune", 2}, {"decay", 0.5}, {"brightness", 0.5}};
constexpr param::Preset kPresets[] = {{"Soft", kSoft}, {"Deep", kDeep}, {"Tight", kTight}};

// One drum: a sine at `hertz` that starts `bend` octaves higher, and noise (or metal) through a
// filter. Times fall by 60 dB; `rise` is for swells.
struct Drum {
  int part;  // parameter of its level
  double hertz, bend, bend_time, tone, tone_time;
  double hiss, rise, hiss_time, cutoff, q;
  double low, band, high;
  double metal, metal1, metal2;
  double place;
};
constexpr Drum kKickDrum = {kKick, 48,  2.3, 0.09, 1.9, 0.55, 0.35, 0, 0.025,
                            1800,  0.7, 1,   0,    0,   0,    0,    0, 0};
constexpr Drum kSoftKick = {kKick, 44,  1.2, 0.07, 1.3, 0.7, 0.1, 0, 0.02,
                            700,   0.7, 1,   0,    0,   0,   0,   0, 0};
constexpr Drum kStick = {kPercussion, 1720, 0.2, 0.02, 0.5, 0.05, 0.4, 0, 0.03,
                         3200,        2,    0,   1,    0,   0,    0,   0, 0.2};
constexpr Drum kSnareDrum = {kSnare, 188, 0.8, 0.04, 0.8, 0.18, 1.0, 0, 0.24,
                             2400,   0.8, 0,   0.6,  0.5, 0,    0,   0, 0.05};
constexpr Drum kBrush = {kSnare, 210, 0.3, 0.03, 0.12, 0.1, 0.5, 0.035, 0.32,
                         3800,   0.6, 0.2, 1,    0,    0,   0,   0,     0.1};
constexpr Drum kClap = {kSnare, 900, 0, 0.02, 0, 0.02, 0.9, 0.008, 0.22,
                        1300,   1.6, 0, 1.4,  0, 0,    0,   0,     -0.2};
constexpr Drum kClosedHat = {kHats, 400, 0, 0.02, 0, 0.02, 0.65, 0,    0.09,
                             8200,  0.8, 0, 0,    1, 0.45, 5230, 7411, 0.4};
constexpr Drum kPedalHat = {kHats, 400, 0, 0.02, 0, 0.02, 0.5,  0,    0.13,
                            6800,  0.8, 0, 0,    1, 0.45, 5230, 7411, 0.4};
constexpr Drum kOpenHat = {kHats, 400, 0, 0.02, 0, 0.02, 0.55, 0,    0.8,
                           7400,  0.8, 0, 0,    1, 0.5,  5230, 7411, 0.4};
constexpr Drum kShaker = {kHats, 400, 0, 0.02, 0,    0.02, 0.8, 0.03, 0.1,
                          6200,  1.1, 0, 1,    0.25, 0,    0,   0,    -0.5};
constexpr Drum kTom = {kToms, 1,   0.7, 0.12, 1.0, 0.7, 0.14, 0, 0.05,
                       1500,  0.8, 1,   0,    0,   0,   0,    0, 0};
constexpr Drum kCrash = {kCymbals, 400, 0, 0.02, 0, 0.02, 0.5,  0.003, 3.2,
                         4300,     0.6, 0, 0.3,  1, 0.4,  3111, 4873,  -0.4};
constexpr Drum kRide = {kCymbals, 3020, 0, 0.02, 0.09, 0.7, 0.22, 0,    1.8,
                        6200,     0.9,  0, 0.3,  1,    0.6, 3911, 5703, 0.5};
constexpr Drum kSwell = {kCymbals, 400, 0, 0.02, 0, 0.02, 0.5,  1.6,  1.4,
                         3400,     0.6, 0, 0.5,  1, 0.3,  3111, 4873, 0};
constexpr Drum kTambourine = {kHats, 400, 0, 0.02, 0,   0.02, 0.4,  0.004, 0.28,
                              7800,  1.4, 0, 1,    0.5, 0.5,  6130, 8821,  0.5};
constexpr Drum kCowbell = {kPercussion, 562, 0, 0.02, 0.35, 0.3, 0.3, 0,   0.3,
                           845,         4,   0, 1,    0,    1,   845, 562, 0.3};
constexpr Drum kWood = {kPercussion, 1, 0.15, 0.02, 0.8, 0.09, 0.2, 0, 0.02,
                        2600,        2, 0,    1,    0,   0,    0,   0, 0.3};
constexpr Drum kHand = {kPercussion, 1, 0.25, 0.05, 0.9, 0.3, 0.2, 0, 0.03,
                        2200,        1, 0.3,  1,    0,   0,   0,   0, -0.3};
constexpr Drum kTriangle = {kPercussion, 5210, 0, 0.02, 0.3, 1.6, 0.1,  0,    0.9,
                            8800,        3,    0, 1,    0,   1,   5210, 7933, 0.6};

struct Hit {
  const Drum* drum;
  double hertz;  // instead of the drum's own, where not 0
};

// Keys 35 to 81 of General MIDI (percussion key map); what lies beyond plays the nearest tom.
constexpr Hit kKeys[] = {
    {&kSoftKick, 0}, {&kKickDrum, 0},    {&kStick, 0},       {&kSnareDrum, 0}, {&kClap, 0},
    {&kBrush, 0},    {&kTom, 78},        {&kClosedHat, 0},   {&kTom, 92},      {&kPedalHat, 0},
    {&kTom, 110},    {&kOpenHat, 0},     {&kTom, 131},       {&kTom, 156},     {&kCrash, 0},
    {&kTom, 185},    {&kRide, 0},        {&kSwell, 0},       {&kRide, 0},      {&kTambourine, 0},
    {&kSwell, 0},    {&kCowbell, 0},     {&kCrash, 0},       {&kShaker, 0},    {&kRide, 0},
    {&kHand, 370},   {&kHand, 262},      {&kHand, 330},      {&kHand, 294},    {&kHand, 196},
    {&kHand, 415},   {&kHand, 277},      {&kCowbell, 740},   {&kCowbell, 554}, {&kShaker, 0},
    {&kShaker, 0},   {&kTriangle, 2900}, {&kTriangle, 2300}, {&kShaker, 0},    {&kShaker, 0},
    {&kWood, 2500},  {&kWood, 1180},     {&kWood, 790},      {&kHand, 620},    {&kHand, 440},
    {&kTriangle, 0}, {&kTriangle, 0}};
constexpr int kFirstKey = 35;
constexpr int kLastKey = kFirstKey + static_cast<int>(std::size(kKeys)) - 1;

class Drums final : public VoiceSynth {
 public:
  Drums() : VoiceSynth(kParameters, 24) {}

 private:
  bool one_shot() const noexcept override { return true; }
  void clear() noexcept override { drums_ = {}; }

  // A closed hat stops the open one.
  void choke() noexcept {
    for (int at = 0; at < kAllLanes; ++at) {
      const int group = at / kLanes, lane = at % kLanes;
      if (sounds(group, lane) && key_of(group, lane) == 46) fade(group, lane);
    }
  }

  void start(int group, int lane, Note& note) noexcept override {
    if (note.key == 42 || note.key == 44) choke();
    const Hit& hit = kKeys[std::clamp(note.key, kFirstKey, kLastKey) - kFirstKey];
    const Drum& d = *hit.drum;
    DrumVoices& s = drums_[static_cast<std::size_t>(group)];
    const double frames = rate(), longer = value(kDecay);
    const double tune = math::exp2(value(kTune) / 12);
    const double hard = note.velocity / 127.0;
    // A harder hit is brighter and bends more.
    const double bright = math::exp2(value(kBrightness) + 2 * brightness() + 1.2 * (hard - 0.75));
    const auto share = [&](double hertz) {
      return static_cast<float>(std::min(0.45, hertz / frames));
    };
    for (auto& phase : s.phase) phase[lane] = 0;
    s.phase[1][lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
    s.noise[lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
    s.share[lane] = share(tune * (hit.hertz > 0 ? hit.hertz : d.hertz));
    s.bend[lane] = static_cast<float>(d.bend * (0.6 + 0.5 * hard));
    s.bend_decay[lane] = per_cell_60db(d.bend_time * 2);
    s.tone[lane] = static_cast<float>(d.tone);
    s.tone_decay[lane] = per_cell_60db(d.tone_time * longer);
    s.tone_out[lane] = 0;
    const bool rises = d.rise > 0;
    s.hiss_peak[lane] = static_cast<float>(d.hiss);
    s.hiss[lane] = rises ? 0 : static_cast<float>(d.hiss);
    s.hiss_rise[lane] =
        static_cast<float>(rises ? std::min(d.hiss, d.hiss * kCell / (d.rise * frames)) : 0);
    s.hiss_decay[lane] = per_cell_60db(d.hiss_time * longer);
    s.hiss_out[lane] = 0;
    s.metal[lane] = static_cast<float>(d.metal);
    s.metal_share[0][lane] = share(d.metal1 * tune);
    s.metal_share[1][lane] = share(d.metal2 * tune);
    const double g = math::tan(math::kPi * std::min(0.42, d.cutoff * bright / frames)), k = 1 / d.q;
    const double a1 = 1 / (1 + g * (g + k));
    s.p[lane] = static_cast<float>(2 * a1 - 1);
    s.q[lane] = static_cast<float>(2 * g * a1);
    s.r[lane] = static_cast<float>(2 * g * g * a1);
    s.as_low[lane] = static_cast<float>(d.low);
    s.as_band[lane] = static_cast<float>(d.band);
    s.as_high[lane] = static_cast<float>(d.high);
    s.damp[lane] = static_cast<float>(k);
    s.low[lane] = s.band[lane] = 0;
    // Each hit a little different, as by hand.
    const double gain =
        note.loudness * math::db_to_gain(value(d.part)) * note.random.uniform(0.94, 1.06);
    const double place = d.place + (hit.drum == &kTom ? (note.key - 45) * 0.06 : 0.0);
    set_gains(group, lane, static_cast<float>(gain),
              static_cast<float>(value(kSpread) * std::clamp(place, -1.0, 1.0)));
  }

  void update() noexcept override {
    set_envelope(0.0001, 1, 1, 1);
    cell().gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.35);
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.drums(voices(group), drums_[static_cast<std::size_t>(group)], cell(), left, right);
  }

  std::array<DrumVoices, kGroups> drums_{};
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kDrums{
    .id = "drums",
    .name = "Drums",
    .summary =
        "Synthesised drums on the keys of General MIDI: kick, snare, brush, hats, shaker, "
        "toms, cymbals, a swell and small percussion.",
    .method =
        "A sine that falls in pitch, and noise or metal (a sine bent by another at no simple "
        "ratio) through a state-variable filter, each with its own decay.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Drums>()); },
};

}  // namespace tutti::instruments::synth
