// The synthesisers' kernels give the same bits on every instruction set of this machine.
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"
#include "engine/instruments/synth/kernel.h"

namespace tutti::instruments::synth {
namespace {

std::vector<Isa> here() {
  std::vector<Isa> list = {Isa::base};
  if (isa() != Isa::base) list.push_back(Isa::avx2);
  if (isa() == Isa::avx512) list.push_back(Isa::avx512);
  return list;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  template <std::size_t N>
  void fill(float (&x)[N], double low, double high) {
    for (float& v : x) v = static_cast<float>(random_.uniform(low, high));
  }
  template <std::size_t N, std::size_t M>
  void fill(float (&x)[N][M], double low, double high) {
    for (auto& row : x) fill(row, low, high);
  }
  template <std::size_t N>
  void fill(std::uint32_t (&x)[N]) {
    for (auto& v : x) v = static_cast<std::uint32_t>(random_.next());
  }
  template <std::size_t N, std::size_t M>
  void fill(std::uint32_t (&x)[N][M]) {
    for (auto& row : x) fill(row);
  }
  template <std::size_t N>
  void mask(std::int32_t (&x)[N]) {
    for (auto& v : x) v = random_.below(2) == 0 ? 0 : -1;
  }
  Random random_;
};

Voices some_voices(std::uint64_t seed) {
  Dice dice(seed);
  Voices v;
  dice.fill(v.pitch, 20, 110);
  dice.fill(v.left, 0, 1);
  dice.fill(v.right, 0, 1);
  dice.fill(v.level, 0, 1);
  dice.fill(v.vibrato, 0, 1);
  dice.mask(v.rising);
  dice.mask(v.held);
  v.fading[3] = -1;
  for (int lane = 0; lane < kLanes; ++lane) v.active[lane] = lane == 6 ? 0 : -1;
  return v;
}
Cell some_cell() {
  Cell c;
  c.gain = 0.3f;
  c.turns = 440.0f / 48000;
  c.bend = 0.37f;
  c.vibrato_depth = 0.2f;
  c.vibrato_step = 0.0017f;
  c.attack = 0.004f;
  c.decay = 0.999f;
  c.sustain = 0.6f;
  c.release = 0.997f;
  c.fade = 0.06f;
  return c;
}

// Renders 200 cells with each kernel from the same state and compares sounds and states.
template <class State, class Make, class Render>
void same_bits(Make make, Render render) {
  std::vector<float> first;
  Voices first_voices;
  for (Isa which : here()) {
    Voices v = some_voices(5);
    State state = make();
    std::vector<float> out(2 * 200 * kCell);
    for (std::size_t i = 0; i < 200; ++i) {
      render(kernels(which), v, state, out.data() + 2 * i * kCell,
             out.data() + (2 * i + 1) * kCell);
    }
    double sum = 0;
    for (float x : out) sum += std::fabs(static_cast<double>(x));
    EXPECT_GT(sum, 1) << "nothing to compare";
    if (which == Isa::base) {
      first = out;
      first_voices = v;
      continue;
    }
    EXPECT_EQ(std::memcmp(first.data(), out.data(), out.size() * sizeof(float)), 0);
    EXPECT_EQ(std::memcmp(&first_voices, &v, sizeof v), 0);
  }
}

TEST(SynthKernels, PadAgrees) {
  for (float shape : {0.0f, 0.4f, 1.0f}) {
    PadCell cell;
    cell.unison = 5;
    cell.shape = shape;
    for (int o = 0; o < kMaxUnison; ++o) cell.ratio[o] = 1 + 0.01f * static_cast<float>(o);
    cell.cutoff = -5;
    cell.follow = 0.5f;
    cell.sweep = 2;
    cell.sweep_decay = 0.99f;
    cell.motion = 1;
    cell.motion_step = 0.003f;
    cell.swell = 0.5f;
    cell.swell_step = 0.002f;
    cell.damp[0] = 1.8f;
    cell.damp[1] = 0.3f;
    same_bits<PadVoices>(
        [] {
          Dice dice(2);
          PadVoices p;
          dice.fill(p.phase);
          dice.fill(p.bright, -1, 1);
          dice.fill(p.sweep, 0, 1);
          dice.fill(p.motion, 0, 1);
          dice.fill(p.swell, 0, 1);
          dice.fill(p.lfo_scale, 0.7, 1.3);
          for (auto& fresh : p.fresh) fresh = -1;
          return p;
        },
        [&](const Table& table, Voices& v, PadVoices& p, float* left, float* right) {
          table.pad(v, p, some_cell(), cell, left, right);
        });
  }
}

TEST(SynthKernels, BellAndBassAgree) {
  BellCell bell;
  bell.ratio[0] = 3.5f;
  bell.ratio[1] = 6.7f;
  bell.decay[0] = 0.99f;
  bell.decay[1] = 0.95f;
  bell.detune = 1.002f;
  same_bits<BellVoices>(
      [] {
        Dice dice(3);
        BellVoices b;
        dice.fill(b.phase);
        dice.fill(b.index, 0, 0.5);
        return b;
      },
      [&](const Table& table, Voices& v, BellVoices& b, float* left, float* right) {
        table.bell(v, b, some_cell(), bell, left, right);
      });
  BassCell bass;
  bass.second = 0.4f;
  bass.third = 0.2f;
  bass.drive = 3;
  bass.punch = 5;
  bass.punch_decay = 0.97f;
  same_bits<BassVoices>(
      [] {
        Dice dice(4);
        BassVoices b;
        dice.fill(b.phase);
        dice.fill(b.tone, 0, 1);
        dice.fill(b.punch, 0, 1);
        return b;
      },
      [&](const Table& table, Voices& v, BassVoices& b, float* left, float* right) {
        table.bass(v, b, some_cell(), bass, left, right);
      });
}

TEST(SynthKernels, ChoirAgrees) {
  ChoirCell cell;
  for (int o = 0; o < kSingers; ++o) cell.ratio[o] = 1 + 0.004f * static_cast<float>(o);
  cell.vowel = 1.5f;
  cell.morph = 1.5f;
  cell.morph_step = 0.004f;
  cell.breath = 0.2f;
  cell.tilt = -0.3f;
  cell.hertz = 1.0f / 48000;
  same_bits<ChoirVoices>(
      [] {
        Dice dice(6);
        ChoirVoices s;
        dice.fill(s.phase);
        dice.fill(s.noise);
        dice.fill(s.morph, 0, 1);
        dice.fill(s.morph_scale, 0.7, 1.3);
        dice.fill(s.size, 0.9, 1.1);
        for (auto& fresh : s.fresh) fresh = -1;
        return s;
      },
      [&](const Table& table, Voices& v, ChoirVoices& s, float* left, float* right) {
        table.choir(v, s, some_cell(), cell, left, right);
      });
}

TEST(SynthKernels, StringsAgree) {
  // Delays of every way through the loop: cells at once, four frames at once, one by one.
  std::vector<float> lines;
  same_bits<PluckVoices>(
      [&] {
        Dice dice(7);
        constexpr std::uint32_t kSize = 1024;
        lines.assign(kLanes * (kSize + kStringMirror), 0);
        PluckVoices s;
        s.mask = kSize - 1;
        constexpr std::int32_t kDelays[kLanes] = {300, 16, 15, 7, 4, 3, 1, 33};
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          s.line[lane] = lines.data() + lane * (kSize + kStringMirror);
          for (std::uint32_t i = 0; i < kSize; ++i)
            s.line[lane][i] = static_cast<float>(dice.random_.uniform(-1, 1));
          for (std::uint32_t i = 0; i < kStringMirror; ++i)
            s.line[lane][kSize + i] = s.line[lane][i];
          s.delay[lane] = kDelays[lane];
          s.at[lane] = 500;
          s.left[lane] = 1;
          s.fall[lane] = 0.999f;
          s.sounds[lane] = -1;
          const float taps[kStringTaps] = {-0.02f, 0.3f, 0.5f, 0.25f, -0.03f, -0.005f};
          std::memcpy(s.tap[lane], taps, sizeof taps);
        }
        return s;
      },
      [&](const Table& table, Voices& v, PluckVoices& s, float* left, float* right) {
        table.pluck(v, s, some_cell(), left, right);
      });
  same_bits<FeltVoices>(
      [] {
        Dice dice(8);
        FeltVoices s;
        dice.fill(s.y, -0.1, 0.1);
        for (int lane = 0; lane < kLanes; ++lane) {
          for (int i = 0; i < kModes; ++i) {
            const double angle = dice.random_.uniform(0.01, 3);
            s.c[lane][i] = static_cast<float>(0.9995 * std::cos(angle));
            s.s[lane][i] = static_cast<float>(0.9995 * std::sin(angle));
          }
          s.left[lane] = 1;
          s.fall[lane] = 0.999f;
          s.sounds[lane] = -1;
        }
        return s;
      },
      [&](const Table& table, Voices& v, FeltVoices& s, float* left, float* right) {
        table.felt(v, s, some_cell(), left, right);
      });
}

TEST(SynthKernels, TexturesAgree) {
  same_bits<GrainVoices>(
      [] {
        Dice dice(9);
        GrainVoices s;
        dice.fill(s.phase);
        dice.fill(s.noise);
        dice.fill(s.share, 0.001, 0.1);
        dice.fill(s.step, 0.001, 0.01);
        dice.fill(s.colour, 0, 0.5);
        dice.fill(s.air, 0, 1);
        dice.fill(s.smooth, 0.1, 0.9);
        return s;
      },
      [&](const Table& table, Voices& v, GrainVoices& s, float* left, float* right) {
        table.grains(v, s, 0.5f, left, right);
      });
  NoiseCell cell;
  cell.cutoff = -4;
  cell.follow = 0.3f;
  cell.wander = 1;
  cell.wander_step[0] = 0.003f;
  cell.wander_step[1] = 0.002f;
  cell.gust = 0.5f;
  cell.band = 0.5f;
  cell.drop_rate = 0.01f;
  cell.drop_gain = 3;
  same_bits<NoiseVoices>(
      [] {
        Dice dice(10);
        NoiseVoices s;
        dice.fill(s.noise);
        dice.fill(s.chance);
        dice.fill(s.wander, 0, 1);
        for (auto& fresh : s.fresh) fresh = -1;
        return s;
      },
      [&](const Table& table, Voices& v, NoiseVoices& s, float* left, float* right) {
        table.noise(v, s, some_cell(), cell, left, right);
      });
}

TEST(SynthKernels, DrumsAgree) {
  same_bits<DrumVoices>(
      [] {
        Dice dice(11);
        DrumVoices s;
        dice.fill(s.phase);
        dice.fill(s.noise);
        dice.fill(s.share, 0.001, 0.1);
        dice.fill(s.bend, 0, 2);
        dice.fill(s.bend_decay, 0.9, 0.99);
        dice.fill(s.tone, 0.2, 1);
        dice.fill(s.tone_decay, 0.98, 0.999);
        dice.fill(s.hiss_peak, 0.2, 1);
        s.hiss_rise[2] = 0.01f;
        for (int lane = 0; lane < kLanes; ++lane) s.hiss[lane] = lane == 2 ? 0 : s.hiss_peak[lane];
        dice.fill(s.hiss_decay, 0.98, 0.999);
        dice.fill(s.metal, 0, 1);
        dice.fill(s.metal_share, 0.05, 0.2);
        dice.fill(s.p, 0.5, 0.9);
        dice.fill(s.q, 0.1, 0.4);
        dice.fill(s.r, 0.01, 0.1);
        dice.fill(s.as_low, 0, 1);
        dice.fill(s.as_band, 0, 1);
        dice.fill(s.as_high, 0, 1);
        dice.fill(s.damp, 0.5, 1.5);
        return s;
      },
      [&](const Table& table, Voices& v, DrumVoices& s, float* left, float* right) {
        table.drums(v, s, some_cell(), left, right);
      });
}

}  // namespace
}  // namespace tutti::instruments::synth
