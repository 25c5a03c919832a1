#include "engine/instruments/sampler.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/support/allocations.h"
#include "tests/support/tiny_font.h"

namespace tutti::instruments {
namespace {

using tests::db;
using tests::FontMaker;
using tests::g;
using tests::play;
using tests::range;
using tests::sampler_for;
using tests::Take;

constexpr double kRate = 48000;
// Level of a full-scale voice in the middle: FluidSynth's gain 0.2, the pan law's half power, and
// the 1.505 dB that its filter adds at a Q of 0 dB.
constexpr double kMiddle = 0.2 * 0.70710678 * 1.18918;

int timecents(double seconds) {
  return static_cast<int>(std::lround(1200 * std::log2(seconds)));
}

// Peak level in windows of 5 ms, to follow an envelope over a 480-Hz tone.
std::vector<double> contour(const Take& take, int window = 240) {
  std::vector<double> levels;
  for (std::size_t i = 0; i + static_cast<std::size_t>(window) <= take.left.size();
       i += static_cast<std::size_t>(window)) {
    double peak = 0;
    for (std::size_t k = i; k < i + static_cast<std::size_t>(window); ++k)
      peak = std::max(peak, std::fabs(static_cast<double>(take.left[k])));
    levels.push_back(peak);
  }
  return levels;
}

TEST(Sampler, PitchFollowsKeyRootTuningAndBend) {
  FontMaker m;
  m.simple(0, 0, m.sine(100, 20, 69, 48000), {g(gen::coarse_tune, 0)});
  m.simple(0, 1, m.sine(100, 20, 60, 44100), {g(gen::fine_tune, 37)});
  m.simple(0, 2, 0, {g(gen::scale_tuning, 50)});
  m.simple(0, 3, 0, {g(gen::root_key, 57), g(gen::coarse_tune, -3)});
  struct Case {
    int program, key;
    double hz;
  };
  const double root = 480;
  const Case cases[] = {{0, 69, root},
                        {0, 45, root / 4},
                        {0, 93, root * 4},
                        {0, 70, root * std::exp2(1 / 12.0)},
                        {1, 60, 441 * std::exp2(37 / 1200.0)},
                        {1, 67, 441 * std::exp2(737 / 1200.0)},
                        {2, 81, root * std::exp2(0.5)},
                        {3, 57, root * std::exp2(-3 / 12.0)}};
  for (const Case& c : cases) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{0, 0xc0, c.program, 0}, {0, 0x90, c.key, 100}}, 40000);
    EXPECT_LT(std::fabs(tests::cents(tests::measured_hz(t.left, 4000, 32000, kRate, c.hz), c.hz)),
              0.05)
        << c.program << " " << c.key;
  }
  // Bend: full scale is two semitones, or what RPN 0 says.
  Sampler s = sampler_for(m);
  Take t = play(s, {{0, 0xe0, 127, 127}, {0, 0x90, 69, 100}}, 40000);
  EXPECT_NEAR(tests::cents(tests::measured_hz(t.left, 4000, 32000, kRate, 538), root),
              200 * 8191.0 / 8192, 0.05);
  s = sampler_for(m);
  t = play(
      s,
      {{0, 0xb0, 101, 0}, {0, 0xb0, 100, 0}, {0, 0xb0, 6, 12}, {0, 0xe0, 0, 0}, {0, 0x90, 69, 100}},
      40000);
  EXPECT_NEAR(tests::cents(tests::measured_hz(t.left, 4000, 32000, kRate, 240), root), -1200, 0.05);
}

TEST(Sampler, LevelFollowsVelocityVolumeExpressionAndAttenuation) {
  FontMaker m;
  m.simple(0, 0, m.sine(100, 20, 69, 48000, 0.5));
  m.simple(0, 1, 0, {g(gen::attenuation, 100)});
  const auto level = [&](std::vector<tests::Message> before, int program, int velocity) {
    Sampler s = sampler_for(m);
    before.push_back({0, 0xc0, program, 0});
    before.push_back({0, 0x90, 69, velocity});
    return db(play(s, before, 24000).rms(4800, 24000) / (0.5 / std::sqrt(2) * kMiddle));
  };
  const auto curve = [](int value) {
    return -40 * std::log10(127.0 / (127 - 127 * (1 - value / 128.0)));
  };
  EXPECT_NEAR(level({}, 0, 127), curve(127) + curve(100) + curve(127), 0.1);
  EXPECT_NEAR(level({}, 0, 64), curve(64) + curve(100) + curve(127), 0.1);
  EXPECT_NEAR(level({{0, 0xb0, 7, 127}}, 0, 127) - level({{0, 0xb0, 7, 40}}, 0, 127),
              curve(127) - curve(40), 0.1);
  EXPECT_NEAR(level({{0, 0xb0, 11, 50}}, 0, 127) - level({}, 0, 127), curve(50) - curve(127), 0.1);
  EXPECT_NEAR(level({}, 1, 127) - level({}, 0, 127), -4.0, 0.05);  // 10 dB stated, 0.4 of it heard
  Sampler s = sampler_for(m);
  s.set_param("level", -6);
  EXPECT_NEAR(db(play(s, {{0, 0x90, 69, 127}}, 24000).rms(4800, 24000)) - level({}, 0, 127) -
                  db(0.5 / std::sqrt(2) * kMiddle),
              -6 + 13.979, 0.02);
}

TEST(Sampler, PanIsASineLaw) {
  FontMaker m;
  m.simple(0, 0, m.sine());
  for (int pan : {0, 32, 64, 96, 127}) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{0, 0xb0, 10, pan}, {0, 0x90, 69, 127}}, 24000);
    double l = 0, r = 0;
    for (std::size_t i = 4800; i < 24000; ++i)
      l += t.left[i] * static_cast<double>(t.left[i]),
          r += t.right[i] * static_cast<double>(t.right[i]);
    const double expected = std::atan(1.0) * (1 + (2 * pan / 128.0 - 1));  // 0 … pi/2
    EXPECT_NEAR(std::atan2(std::sqrt(r), std::sqrt(l)), expected, 0.01) << pan;
  }
}

TEST(Sampler, VolumeEnvelopeKeepsItsTimes) {
  FontMaker m;
  m.simple(0, 0, m.sine(),
           {g(gen::vol_env_delay, timecents(0.1)), g(gen::vol_env_attack, timecents(0.4)),
            g(gen::vol_env_hold, timecents(0.3)), g(gen::vol_env_decay, timecents(1.0)),
            g(gen::vol_env_sustain, 300), g(gen::vol_env_release, timecents(0.8))});
  Sampler s = sampler_for(m);
  const Take t = play(s, {{0, 0x90, 69, 127}, {96000, 0x80, 69, 0}}, 144000);
  const std::vector<double> levels = contour(t);
  const double top = *std::max_element(levels.begin(), levels.end());
  const auto at = [&](double seconds) { return levels[static_cast<std::size_t>(seconds * 200)]; };
  EXPECT_LT(at(0.09), top * 1e-3);
  EXPECT_NEAR(at(0.3) / top, 0.5, 0.02);  // half-way up a straight attack of 0.4 s after 0.1 s
  EXPECT_NEAR(at(0.495) / top, 1, 0.02);
  EXPECT_NEAR(at(0.75) / top, 1, 0.001);  // hold till 0.8
  // Decay runs at 96 dB a second until it is 300/1000 of the way down: 28.8 dB after 0.3 s.
  EXPECT_NEAR(db(at(0.9) / top), -9.6, 0.5);
  EXPECT_NEAR(db(at(1.5) / top), -28.8, 0.1);
  EXPECT_NEAR(db(at(1.95) / top), -28.8, 0.1);
  // Release: 96 dB in 0.8 s from where it is.
  EXPECT_NEAR(db(at(2.2) / top), -28.8 - 96 * 0.2 / 0.8, 0.7);
  // Times within 5 %: the moment the release has fallen by 60 dB.
  std::size_t k = 400;
  while (k < levels.size() && db(levels[k] / top) > -28.8 - 48) ++k;
  EXPECT_NEAR(static_cast<double>(k) / 200 - 2.0, 0.4, 0.02);
}

TEST(Sampler, KeyScalesHoldAndDecay) {
  FontMaker m;
  m.simple(0, 0, m.sine(),
           {g(gen::vol_env_decay, timecents(2.0)), g(gen::vol_env_sustain, 1000),
            g(gen::key_to_vol_env_decay, 100)});
  const auto slope = [&](int key) {
    Sampler s = sampler_for(m);
    const std::vector<double> levels = contour(play(s, {{0, 0x90, key, 127}}, 48000));
    return (db(levels[120]) - db(levels[20])) / 0.5;
  };
  EXPECT_NEAR(slope(60), -48, 0.5);
  EXPECT_NEAR(slope(72), -96, 1);  // an octave up: half the time
}

TEST(Sampler, NoteOffInTheAttackGoesOnFromTheSameLevel) {
  FontMaker m;
  m.simple(0, 0, m.sine(),
           {g(gen::vol_env_attack, timecents(1.0)), g(gen::vol_env_release, timecents(1.0))});
  Sampler s = sampler_for(m);
  const std::vector<double> levels =
      contour(play(s, {{0, 0x90, 69, 127}, {24000, 0x80, 69, 0}}, 48000));
  EXPECT_NEAR(db(levels[101] / levels[98]), 0, 1.5);
  EXPECT_LT(db(levels[140] / levels[98]), -15);
}

TEST(Sampler, FilterHasItsCutoffSlopeAndResonance) {
  // The tone's gain against the open filter, at several distances from the cutoff of 1000 Hz.
  const int cutoff = static_cast<int>(std::lround(6900 + 1200 * std::log2(1000 / 440.0)));
  FontMaker m;
  m.simple(0, 0, m.sine(96, 20, 69, 48000));  // 500 Hz at key 69
  m.simple(0, 1, 0, {g(gen::filter_cutoff, cutoff)});
  m.simple(0, 2, 0, {g(gen::filter_cutoff, cutoff), g(gen::filter_q, 120)});
  const auto response = [&](int program, int key) {
    double level[2];
    for (int i : {0, 1}) {
      Sampler s = sampler_for(m);
      level[i] = play(s, {{0, 0xc0, i * program, 0}, {0, 0x90, key, 100}}, 24000).rms(9600, 24000);
    }
    return db(level[1] / level[0]);
  };
  // Butterworth by the bilinear transform: |H|^2 = 1 / (1 + (tan(pi f/r) / tan(pi fc/r))^4).
  for (int key : {57, 69, 81, 93, 105}) {
    const double hz = 500 * std::exp2((key - 69) / 12.0);
    const double ratio = std::tan(3.14159265 * hz / kRate) / std::tan(3.14159265 * 1000 / kRate);
    EXPECT_NEAR(response(1, key), -10 * std::log10(1 + std::pow(ratio, 4)), 0.1) << hz;
  }
  // 12 dB of resonance: at the cutoff 12 - 3.01 dB over the input, less half of it taken off the
  // whole; the open filter has a Q of -3.01 dB and gives half of that back.
  EXPECT_NEAR(response(2, 81), (12 - 3.01) / 2 - 3.01 / 2, 0.1);
}

TEST(Sampler, LfoGoesItsRateAndDepth) {
  FontMaker m;
  const int five_hz = static_cast<int>(std::lround(1200 * std::log2(5 / 8.17579891564)));
  m.simple(0, 0, m.sine(), {g(gen::mod_lfo_frequency, five_hz), g(gen::mod_lfo_to_volume, 120)});
  Sampler s = sampler_for(m);
  const std::vector<double> levels = contour(play(s, {{0, 0x90, 69, 100}}, 96000));
  double low = 1, high = 0;
  int rises = 0;
  const double middle = *std::max_element(levels.begin(), levels.end()) * 0.5;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    low = std::min(low, levels[i]);
    high = std::max(high, levels[i]);
    rises += levels[i - 1] < middle && levels[i] >= middle;
  }
  EXPECT_NEAR(db(high / low), 12, 1);  // downwards only: the envelope stands at its top
  EXPECT_NEAR(rises, 10, 1);           // 2 s at 5 Hz
}

TEST(Sampler, ModulationWheelBringsVibrato) {
  FontMaker m;
  const int one_hz = static_cast<int>(std::lround(1200 * std::log2(1 / 8.17579891564)));
  m.simple(0, 0, m.sine(), {g(gen::vib_lfo_frequency, one_hz)});
  const auto deviation = [&](int wheel) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{0, 0xb0, 1, wheel}, {0, 0x90, 69, 100}}, 96000);
    double low = 1e9, high = 0;
    for (std::size_t at = 4800; at + 1920 < 96000; at += 480) {
      const double hz = tests::measured_hz(t.left, at, 1920, kRate, 480);
      low = std::min(low, hz), high = std::max(high, hz);
    }
    return tests::cents(high, low) / 2;
  };
  EXPECT_LT(deviation(0), 0.5);
  EXPECT_NEAR(deviation(127), 50 * 127 / 128.0, 3);
}

TEST(Sampler, LoopsRunWithoutASeam) {
  // A loop of exactly one period must give the same sine for ever; any error at its seam is noise.
  FontMaker m;
  m.simple(0, 0, m.sine(100, 3));
  Sampler sampler = sampler_for(m);
  const Take t = play(sampler, {{0, 0x90, 76, 127}}, 96000);
  const double hz = 480 * std::exp2(7 / 12.0);
  // Least squares for the one tone that may be there; what is left is the error.
  double xc = 0, xs = 0, cc = 0, ss = 0, cs = 0, all = 0;
  for (std::size_t i = 9600; i < 89600; ++i) {
    const double angle = 6.283185307179586 * hz * static_cast<double>(i) / kRate, x = t.left[i];
    const double c = std::cos(angle), s = std::sin(angle);
    xc += x * c, xs += x * s, cc += c * c, ss += s * s, cs += c * s, all += x * x;
  }
  const double det = cc * ss - cs * cs, a = (xc * ss - xs * cs) / det,
               b = (xs * cc - xc * cs) / det;
  EXPECT_LT(10 * std::log10((all - a * xc - b * xs) / all), -75);
}

TEST(Sampler, LoopModesUntilReleaseAndNone) {
  FontMaker m;
  const int wave = m.sine(100, 20);  // 2000 frames, loop 100 … 1900
  const auto make = [&](int program, int mode) {
    const int i = m.instrument(
        {m.zone(wave, {g(gen::sample_modes, mode), g(gen::vol_env_release, timecents(4))})});
    m.preset(0, program, {m.zone(i, {})});
  };
  make(0, 0), make(1, 1), make(3, 3);
  for (int mode : {0, 1, 3}) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{0, 0xc0, mode, 0}, {0, 0x90, 69, 127}, {24000, 0x80, 69, 0}}, 48000);
    EXPECT_EQ(t.rms(10000, 20000) > 0, mode != 0) << mode;
    EXPECT_EQ(t.rms(27000, 28000) > 0, mode == 1) << mode;
    EXPECT_EQ(s.silent(), mode != 1);
  }
}

TEST(Sampler, KeyAndVelocityLayersChooseTheirZones) {
  FontMaker m;
  const int low = m.sine(100), high = m.sine(50, 40, 69), hard = m.sine(25, 80, 69);
  const int i =
      m.instrument({m.zone(low, {range(gen::key_range, 0, 69), g(gen::sample_modes, 1)}),
                    m.zone(high, {range(gen::key_range, 70, 127), range(gen::velocity_range, 1, 99),
                                  g(gen::sample_modes, 1)}),
                    m.zone(hard, {range(gen::key_range, 70, 127),
                                  range(gen::velocity_range, 100, 127), g(gen::sample_modes, 1)})});
  m.preset(0, 0, {m.zone(i, {range(gen::key_range, 20, 100)})});
  const auto hz = [&](int key, int velocity, double guess) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{0, 0x90, key, velocity}}, 40000);
    return tests::measured_hz(t.left, 4000, 32000, kRate, guess) / std::exp2((key - 69) / 12.0);
  };
  EXPECT_NEAR(hz(69, 100, 480), 480, 0.1);
  EXPECT_NEAR(hz(70, 99, 960 * 1.0595), 960, 0.1);
  EXPECT_NEAR(hz(70, 100, 1920 * 1.0595), 1920, 0.2);
  Sampler s = sampler_for(m);
  play(s, {{0, 0x90, 101, 100}}, 100);
  EXPECT_TRUE(s.silent());  // outside the preset's range
}

TEST(Sampler, ExclusiveClassCutsOnlyOlderNotesOfItsClass) {
  FontMaker m;
  const int wave = m.sine();
  std::vector<Zone> zones;
  for (int key : {42, 46, 50}) {
    zones.push_back(m.zone(wave, {range(gen::key_range, key, key), g(gen::sample_modes, 1),
                                  g(gen::exclusive_class, key == 50 ? 0 : 1)}));
  }
  const int i = m.instrument(zones);
  m.preset(kDrumBank, 0, {m.zone(i, {})});
  Sampler s = sampler_for(m);
  play(s, {{0, 0x99, 46, 100}, {0, 0x99, 50, 100}}, 4800);
  EXPECT_EQ(s.active_voices(), 2);
  play(s, {{0, 0x99, 42, 100}}, 48000 * 2);  // released at -200 timecents: 0.9 s
  EXPECT_EQ(s.active_voices(), 2);
}

TEST(Sampler, PedalsHoldNotes) {
  FontMaker m;
  m.simple(0, 0, m.sine());
  Sampler s = sampler_for(m);
  play(s, {{0, 0xb0, 64, 127}, {0, 0x90, 60, 100}, {2000, 0x80, 60, 0}}, 48000);
  EXPECT_EQ(s.active_voices(), 1);
  play(s, {{0, 0xb0, 64, 0}}, 48000);
  EXPECT_EQ(s.active_voices(), 0);
  // Sostenuto holds what was down when it was pressed, and nothing later.
  play(s,
       {{0, 0x90, 60, 100},
        {1000, 0xb0, 66, 127},
        {1500, 0x90, 64, 100},
        {2000, 0x80, 60, 0},
        {2000, 0x80, 64, 0}},
       48000);
  EXPECT_EQ(s.active_voices(), 1);
  play(s, {{0, 0xb0, 66, 0}}, 48000);
  EXPECT_EQ(s.active_voices(), 0);
}

TEST(Sampler, AllNotesOffSoundOffAndReset) {
  FontMaker m;
  m.simple(0, 0, m.sine(), {g(gen::vol_env_release, timecents(2))});
  Sampler s = sampler_for(m);
  play(s, {{0, 0x90, 60, 100}, {0, 0x90, 64, 100}, {4800, 0xb0, 123, 0}}, 9600);
  EXPECT_EQ(s.active_voices(), 2);  // ringing out
  play(s, {{0, 0xb0, 120, 0}}, 256);
  EXPECT_EQ(s.active_voices(), 0);  // cut
  play(s,
       {{0, 0xb0, 64, 127},
        {0, 0xb0, 11, 0},
        {0, 0xe0, 0, 0},
        {0, 0xb0, 121, 0},
        {0, 0x90, 69, 100}},
       100);
  const Take t = play(s, {}, 40000);
  EXPECT_LT(std::fabs(tests::cents(tests::measured_hz(t.left, 4000, 32000, kRate, 480), 480)), 0.1);
  EXPECT_GT(t.rms(4000, 8000), 0.01);
}

TEST(Sampler, FileModulatorsReplaceAndAdd) {
  FontMaker m;
  const int wave = m.sine();
  // Velocity no longer moves the level; controller 20 (linear, unipolar) raises the pitch by 1280
  // cents at 128.
  const Modulator flat{0x0502, gen::attenuation, 0, 0, 0}, bend{0x0094, gen::fine_tune, 1280, 0, 0};
  const int i = m.instrument({m.zone(wave, {g(gen::sample_modes, 1)}, {flat, bend})});
  m.preset(0, 0, {m.zone(i, {}, {bend})});
  const auto level = [&](int velocity) {
    Sampler s = sampler_for(m);
    return db(play(s, {{0, 0x90, 69, velocity}}, 24000).rms(4800, 24000));
  };
  EXPECT_NEAR(level(20), level(127), 1e-6);
  Sampler s = sampler_for(m);
  const Take t = play(s, {{0, 0xb0, 20, 60}, {0, 0x90, 69, 100}}, 40000);
  // The preset's adds to the instrument's: twice 1280 * 60/128.
  EXPECT_NEAR(tests::cents(tests::measured_hz(t.left, 4000, 32000, kRate, 960), 480), 1200, 0.1);
}

TEST(Sampler, NotesStartAtTheirFrame) {
  FontMaker m;
  std::vector<std::int16_t> step(400, 20000);
  m.simple(0, 0, m.sample(step, 10, 390));
  for (int frame : {0, 1, 63, 64, 65, 100, 511, 1000}) {
    Sampler s = sampler_for(m);
    const Take t = play(s, {{frame, 0x90, 69, 127}}, 1200);
    std::size_t first = 0;
    while (first < t.left.size() && t.left[first] == 0) ++first;
    // The gain begins to rise from 0 in the first frame, so the second is the first to be heard.
    EXPECT_EQ(first, static_cast<std::size_t>(frame) + 1);
  }
}

std::vector<tests::Message> busy_song(std::uint64_t seed, int frames) {
  Random random(seed);
  std::vector<tests::Message> song{{0, 0xb0, 64, 0}};
  for (int at = 0; at < frames; at += static_cast<int>(random.below(300))) {
    const int channel = static_cast<int>(random.below(3));
    const int key = 40 + static_cast<int>(random.below(50));
    switch (random.below(8)) {
      case 0:
        song.push_back({at, 0xe0 | channel, 0, 40 + static_cast<int>(random.below(48))});
        break;
      case 1:
        song.push_back({at, 0xb0 | channel, 1, static_cast<int>(random.below(128))});
        break;
      case 2:
        song.push_back({at, 0xb0 | channel, 11, 60 + static_cast<int>(random.below(60))});
        break;
      case 3:
        song.push_back({at, 0x80 | channel, key, 0});
        break;
      case 4:
        song.push_back({at, 0xc0 | channel, static_cast<int>(random.below(3)), 0});
        break;
      default:
        song.push_back({at, 0x90 | channel, key, 1 + static_cast<int>(random.below(127))});
        break;
    }
  }
  return song;
}

FontMaker busy_font() {
  FontMaker m;
  const int a = m.sine(100), b = m.sine(33, 40, 64, 44100), c = m.sine(7, 9, 90, 22050);
  m.simple(0, 0, a,
           {g(gen::filter_cutoff, 8000), g(gen::mod_env_to_filter, 2400),
            g(gen::mod_env_attack, -3000), g(gen::mod_env_decay, 0)});
  m.simple(0, 1, b, {g(gen::vol_env_release, 0), g(gen::mod_lfo_to_pitch, 30)});
  const int i = m.instrument({m.zone(a, {g(gen::sample_modes, 1), g(gen::pan, -500)}),
                              m.zone(c, {g(gen::sample_modes, 3), g(gen::pan, 500),
                                         g(gen::filter_cutoff, 9000), g(gen::filter_q, 80)})});
  m.preset(0, 2, {m.zone(i, {})});
  return m;
}

TEST(Sampler, BlocksDoNotMatter) {
  FontMaker m = busy_font();
  const auto song = busy_song(5, 60000);
  Sampler first = sampler_for(m);
  const Take whole = play(first, song, 60000, 4096);
  EXPECT_GT(whole.rms(1000, 60000), 0.01);
  for (int block : {1, 7, 64, 128, 480, 1000}) {
    Sampler s = sampler_for(m);
    const Take t = play(s, song, 60000, block);
    EXPECT_EQ(t.left, whole.left) << block;
    EXPECT_EQ(t.right, whole.right) << block;
  }
}

TEST(Sampler, NeverAllocatesWhilePlaying) {
  FontMaker m = busy_font();
  const auto song = busy_song(9, 30000);
  for (int block : {1, 64, 100, 512, 4096}) {
    Sampler s = sampler_for(m);
    std::vector<float> left(4096), right(4096);
    std::size_t next = 0;
    const long before = tests::allocations();
    for (int at = 0; at < 30000; at += block) {
      while (next < song.size() && song[next].frame <= at) {
        const auto& e = song[next++];
        s.event(static_cast<std::uint8_t>(e.status), static_cast<std::uint8_t>(e.data1),
                static_cast<std::uint8_t>(e.data2));
      }
      s.process({left.data(), right.data(), block});
    }
    s.set_param("level", -20);
    s.reset();
    EXPECT_EQ(tests::allocations() - before, 0) << block;
  }
  const long before = tests::allocations();
  std::vector<int> proof(10);
  EXPECT_GT(tests::allocations() - before, 0);  // the counter counts
}

TEST(Sampler, PlaysAtLeast256VoicesAndStealsWithoutAClick) {
  // 256 very low sines held; then louder ones take their places. A click would be a jump: for sines
  // of at most 60 Hz no two neighbouring samples can differ by more than the slope allows.
  FontMaker m;
  const int wave = m.sine(4800, 3, 69, 48000);  // 10 Hz at its root
  m.simple(
      0, 0, wave,
      {g(gen::vol_env_attack, timecents(0.05)), g(gen::scale_tuning, 0), g(gen::attenuation, 400)});
  Sampler s = sampler_for(m);
  std::vector<tests::Message> chord;
  for (int i = 0; i < 256; ++i) chord.push_back({i * 10, 0x90 | i / 64, 30 + i % 64, 100});
  play(s, chord, 9600);
  EXPECT_EQ(s.active_voices(), 256);
  std::vector<tests::Message> more;
  for (int i = 0; i < 40; ++i) more.push_back({i * 600, 0x9a, 30 + i, 127});
  const Take t = play(s, more, 48000);
  EXPECT_EQ(s.active_voices(), 256);
  double steepest = 0, loudest = 0;
  for (std::size_t i = 1; i < t.left.size(); ++i) {
    steepest = std::max(steepest, std::fabs(static_cast<double>(t.left[i]) - t.left[i - 1]));
    loudest = std::max(loudest, std::fabs(static_cast<double>(t.left[i])));
  }
  // One voice of 256 gone within a cell of 64 frames changes a sample by at most its level / 64; a
  // voice cut at once would change it by up to its whole level.
  const double voice = 0.5 * kMiddle * std::pow(10, -16 / 20.0);
  EXPECT_LT(steepest, 256 * voice * 6.2832 * 10 / kRate + 2 * voice / 64);
  EXPECT_GT(loudest, 0);
}

TEST(Sampler, MissingPresetIsToldAndSilent) {
  FontMaker m;
  m.simple(0, 5, m.sine());
  Sampler s;
  Arena arena;
  s.prepare(kRate, 512, arena);
  EXPECT_FALSE(s.event(0x90, 60, 100));  // no bank at all
  auto part = std::make_shared<SoundBank>();
  part->add(std::make_shared<const SoundFont>(*read_soundfont(m.bytes())), false);
  s.set_bank(part);
  EXPECT_FALSE(s.event(0x90, 60, 100));
  s.event(0xc0, 5, 0);
  EXPECT_TRUE(s.event(0x90, 60, 100));
  EXPECT_EQ(s.active_voices(), 1);
  s.set_bank(nullptr);
  EXPECT_EQ(s.active_voices(), 0);
}

TEST(Sampler, ParametersChooseThePreset) {
  FontMaker m;
  m.simple(0, 0, m.sine());
  Sampler s = sampler_for(m);
  EXPECT_EQ(s.preset_of(0), (PresetId{0, 0}));
  EXPECT_EQ(s.preset_of(9), (PresetId{kDrumBank, 0}));
  s.set_param("program", 24);
  EXPECT_EQ(s.preset_of(3), (PresetId{0, 24}));
  EXPECT_EQ(s.preset_of(9), (PresetId{kDrumBank, 0}));
  s.set_param("bank", kDrumBank);
  EXPECT_EQ(s.preset_of(3), (PresetId{kDrumBank, 24}));
  s.event(0xb3, 0, 5);
  EXPECT_EQ(s.preset_of(3).bank, kDrumBank);  // a percussion channel stays one
  EXPECT_FALSE(s.set_param("colour", 1));
}

}  // namespace
}  // namespace tutti::instruments
