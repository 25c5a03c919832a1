// Kernels of the effects that work in cells: every instruction set this machine has gives the same
// bits as the generic one.
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "engine/dsp/cells.h"
#include "engine/effects/modulation/chorus_kernel.h"
#include "engine/effects/reverb/freeverb_kernel.h"
#include "engine/effects/reverb/hall_kernel.h"
#include "engine/effects/reverb/plate_kernel.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

using namespace tutti::effects;

// Runs of 1 to 16 cells over noise, tones and silence through each kernel with a state of its own.
template <class State, class Settings, class Kernel, class Make>
Stereo through(Kernel kernel, const Settings& settings, Make&& make) {
  Arena arena;
  State state = make(arena);
  Stereo sound = material(48000, 1, 9);
  int cells = 1;
  for (std::size_t at = 0; at + 256 <= sound.size();) {
    kernel(state, settings, sound.left.data() + at, sound.right.data() + at, cells);
    at += static_cast<std::size_t>(16 * cells);
    cells = cells % 16 + 1;
  }
  return sound;
}
template <class State, class Settings, class Kernel, class Make>
void same_bits(Kernel generic, [[maybe_unused]] Kernel avx2, [[maybe_unused]] Kernel avx512,
               const Settings& settings, Make&& make) {
  const Stereo expected = through<State>(generic, settings, make);
  EXPECT_TRUE(finite(expected));
  EXPECT_FALSE(expected == material(48000, 1, 9));
  EXPECT_GT(peak(expected), 0.1);
  EXPECT_LT(peak(expected), 20);
  if (isa() != Isa::base) {
    EXPECT_TRUE(through<State>(avx2, settings, make) == expected);
  }
  if (isa() == Isa::avx512) {
    EXPECT_TRUE(through<State>(avx512, settings, make) == expected);
  }
}
#if defined(__x86_64__)
#define TUTTI_KERNELS(name) name##_generic, name##_avx2, name##_avx512
#else
#define TUTTI_KERNELS(name) name##_generic, name##_generic, name##_generic
#endif

TEST(CellKernels, FreeverbIsTheSame) {
  FreeverbSettings set;
  for (int side = 0; side < 2; ++side) {
    for (int i = 0; i < 8; ++i) set.comb_delay[i][side] = 201 + 37 * i + side * 23;
    for (int i = 0; i < 4; ++i) set.allpass_delay[i][side] = 41 + 29 * i + side * 5;
  }
  set.feedback = 0.84f, set.damp_gain = 0.7f, set.input = 0.05f, set.damp = dsp::make_pole(0.3);
  set.dry = dsp::make_gain(0.5, 0.5), set.same = dsp::make_gain(1, 1);
  set.other = dsp::make_gain(0.2, 0.21);
  set.pre_from = set.pre_to = 33;
  same_bits<FreeverbState>(TUTTI_KERNELS(freeverb), set, [&](Arena& arena) {
    FreeverbState s;
    for (auto& pair : s.comb)
      for (auto& ring : pair) ring = dsp::make_ring(arena, 600);
    for (auto& pair : s.allpass)
      for (auto& ring : pair) ring = dsp::make_ring(arena, 200);
    s.pre = dsp::make_ring(arena, 100);
    return s;
  });
}

TEST(CellKernels, PlateIsTheSame) {
  PlateSettings set;
  for (int i = 0; i < 4; ++i) set.diffuser_delay[i] = 30 + 31 * i;
  for (int half = 0; half < 2; ++half) {
    set.turning_delay[half] = 210.3 + 40 * half;
    set.first_delay[half] = 1501 - 90 * half;
    set.second_delay[half] = 611 + 200 * half;
    set.third_delay[half] = 1290 - 170 * half;
    for (int tap = 0; tap < 7; ++tap) set.taps[half][tap] = 61 + 53 * tap + 17 * half;
  }
  set.depth_from = set.depth_to = 9, set.turn = dsp::make_turn(1.3, 48000);
  set.tone = dsp::make_pole(0.1), set.damping = dsp::make_pole(0.4);
  set.low_cut = dsp::make_pole(0.99);
  set.tone_gain = 0.9f, set.damping_gain = 0.6f, set.low_cut_gain = 0.01f;
  set.diffusion[0] = 0.75f, set.diffusion[1] = 0.6f;
  set.tank_diffusion[0] = 0.7f, set.tank_diffusion[1] = 0.5f, set.decay = 0.6f;
  set.dry = dsp::make_gain(0.5, 0.5), set.same = set.other = dsp::make_gain(0.5, 0.5);
  set.pre_from = 3, set.pre_to = 7.5;  // gliding
  same_bits<PlateState>(TUTTI_KERNELS(plate), set, [&](Arena& arena) {
    PlateState s;
    for (auto& ring : s.diffuser) ring = dsp::make_ring(arena, 200);
    for (int half = 0; half < 2; ++half) {
      s.turning[half] = dsp::make_ring(arena, 300);
      s.first[half] = dsp::make_ring(arena, 1800);
      s.second[half] = dsp::make_ring(arena, 1100);
      s.third[half] = dsp::make_ring(arena, 1600);
    }
    s.pre = dsp::make_ring(arena, 100);
    return s;
  });
}

TEST(CellKernels, HallIsTheSame) {
  for (const bool gliding : {false, true}) {
    HallSettings set;
    for (int side = 0; side < 2; ++side) {
      for (int i = 0; i < kHallDiffusers; ++i) set.diffuser_delay[side][i] = 40 + 50 * i + side;
    }
    for (int i = 0; i < kHallLines; ++i) {
      set.line_delay[i] = 300 + 61 * i;
      set.line_from[i] = set.line_to[i] = set.line_delay[i];
      if (gliding) set.line_to[i] += i % 2 == 0 ? 0.6 : 7;
      const double pole = 0.05 + 0.04 * i;
      set.absorption[i] = dsp::make_pole(pole);
      set.absorption_gain[i] = static_cast<float>(0.24 * (1 - pole));
    }
    for (int i = 0; i < kHallLines / 4; ++i) {
      set.phase_cosine[i] = dsp::turn_at(0.25 * i).cosine;
      set.phase_sine[i] = dsp::turn_at(0.25 * i).sine;
    }
    set.gliding = gliding;
    set.depth_from = set.depth_to = 11, set.turn = dsp::make_turn(0.7, 48000);
    set.low_cut = dsp::make_pole(0.99), set.low_cut_gain = 0.01f;
    set.dry = set.mid = set.side = set.early = dsp::make_gain(0.4, 0.4);
    same_bits<HallState>(TUTTI_KERNELS(hall), set, [&](Arena& arena) {
      HallState s;
      for (auto& ring : s.pre) ring = dsp::make_ring(arena, 100);
      for (auto& side : s.diffuser)
        for (auto& ring : side) ring = dsp::make_ring(arena, 300);
      s.line.size = dsp::ring_size(1400);
      s.stride = s.line.size + dsp::CellRing::kMirror + 16;
      s.line.data = arena.take<float>(static_cast<std::size_t>(s.stride * kHallLines)).data();
      return s;
    });
  }
}

TEST(CellKernels, ChorusIsTheSame) {
  for (const double depth : {30.0, 300.0}) {  // slow swing in lanes, fast swing sample by sample
    ChorusSettings set;
    set.voices = 5;
    for (int v = 0; v < kChorusVoices; ++v) {
      set.middle_from[v] = set.middle_to[v] = 330 + 40.3 * v;
      set.wet[v] = dsp::make_gain(0.3, 0.3);
      for (int side = 0; side < 2; ++side) {
        set.voice_from[side][v] = set.voice_to[side][v] = dsp::turn_at(0.38 * v + 0.2 * side);
      }
    }
    set.depth_from = set.depth_to = depth, set.turn = dsp::make_turn(5, 48000);
    set.dry = dsp::make_gain(0.5, 0.5);
    same_bits<ChorusState>(TUTTI_KERNELS(chorus), set, [&](Arena& arena) {
      ChorusState s;
      for (auto& ring : s.past) ring = dsp::make_ring(arena, 1000);
      return s;
    });
  }
}

// The recursion in lanes is the recursion frame by frame, within rounding: a damped comb by hand.
TEST(CellKernels, FreeverbCombIsADampedComb) {
  FreeverbSettings set;
  for (auto& pair : set.comb_delay) pair[0] = pair[1] = 100;
  for (auto& pair : set.allpass_delay) pair[0] = pair[1] = 50;
  set.feedback = 0.9f, set.damp_gain = 0.4f, set.input = 1, set.damp = dsp::make_pole(0.6);
  set.same = dsp::make_gain(0.125, 0.125);
  Stereo sound = material(48000, 0.2, 3);
  sound.left.resize(256 * 30), sound.right.resize(256 * 30);
  const Stereo input = sound;
  Arena arena;
  FreeverbState s;
  for (auto& pair : s.comb)
    for (auto& ring : pair) ring = dsp::make_ring(arena, 100);
  for (auto& pair : s.allpass)
    for (auto& ring : pair) ring = dsp::make_ring(arena, 50);
  s.pre = dsp::make_ring(arena, 100);
  for (std::size_t at = 0; at < sound.size(); at += 256) {
    freeverb_generic(s, set, sound.left.data() + at, sound.right.data() + at, 16);
  }
  std::vector<double> comb(100), allpass[4];
  for (auto& a : allpass) a.resize(50);
  double store = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double in = static_cast<double>(input.left[i]) + input.right[i];
    const double out = comb[i % 100];
    store = 0.4 * out + 0.6 * store;
    comb[i % 100] = in + 0.9 * store;
    double x = out;
    for (auto& a : allpass) {
      const double past = a[i % 50];
      a[i % 50] = x + 0.5 * past;
      x = past - x;
    }
    ASSERT_NEAR(sound.left[i], x, 2e-4) << i;
  }
}

}  // namespace
}  // namespace tutti::tests
