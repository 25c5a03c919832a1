// The claims of compressor, expander, ducker, gate and their kin: static curves within 0.1 dB,
// attack and release by their definition within 5 %.
#include <gtest/gtest.h>

#include "engine/effects/dynamics/kernels.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

using Settings = std::vector<std::pair<std::string_view, double>>;

const param::EffectInfo& effect(std::string_view name) {
  return *registry::find_effect(name);
}

std::vector<double> values_of(const param::EffectInfo& info, const Settings& settings) {
  auto values = default_values(info);
  for (const auto& [id, value] : settings) {
    const auto index = registry::require_parameter(info, id);
    EXPECT_TRUE(index) << id;
    if (index) values[static_cast<std::size_t>(*index)] = value;
  }
  return values;
}

double to_db(double linear) {
  return 20 * std::log10(linear);
}
double to_gain(double db) {
  return std::pow(10, db / 20);
}

Stereo sine(double hz, double level_db, double seconds, double rate = 48000) {
  Stereo s(static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < s.size(); ++i) {
    s.left[i] = s.right[i] = static_cast<float>(
        to_gain(level_db) * math::sin(math::kTwoPi * hz / rate * static_cast<double>(i)));
  }
  return s;
}

double rms(const std::vector<float>& x, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += static_cast<double>(x[i]) * x[i];
  return std::sqrt(sum / static_cast<double>(to - from));
}

// Steady gain on a sine, in dB.
double steady_gain(std::string_view name, const Settings& settings, double hz, double level_db,
                   double rate = 48000) {
  const auto& info = effect(name);
  Stereo s = sine(hz, level_db, 2, rate);
  const Stereo before = s;
  Rig rig(info, rate, 512, values_of(info, settings));
  rig.play(s, blocks_of(512));
  const std::size_t from = s.size() / 2;
  return to_db(rms(s.left, from, s.size()) / rms(before.left, from, s.size()));
}

// The textbook curve of Giannoulis, Massberg and Reiss: output level of an input level, in dB.
double textbook(double x, double threshold, double ratio, double knee) {
  const double over = x - threshold;
  if (2 * over < -knee) return x;
  if (2 * std::fabs(over) <= knee && knee > 0) {
    return x + (1 / ratio - 1) * (over + knee / 2) * (over + knee / 2) / (2 * knee);
  }
  return threshold + over / ratio;
}

TEST(Compressor, StaticCurveIsTheTextbooksWithinATenthOfADecibel) {
  for (const double hz : {45.0, 1000.0, 4321.0}) {
    for (const auto& [threshold, ratio, knee] :
         {std::tuple{-20.0, 4.0, 0.0}, {-20.0, 4.0, 12.0}, {-30.0, 2.0, 6.0}, {-12.0, 20.0, 3.0}}) {
      for (double level = -48; level <= 0; level += 4) {
        const double gain = steady_gain(
            "compressor", {{"threshold", threshold}, {"ratio", ratio}, {"knee", knee}}, hz, level);
        ASSERT_NEAR(gain, textbook(level, threshold, ratio, knee) - level, 0.1)
            << hz << " Hz, " << level << " dB, threshold " << threshold << ", ratio " << ratio;
      }
    }
  }
}

TEST(Compressor, StaticCurveHoldsForQuickAndSlowSettingsAndEveryRate) {
  for (const double rate : {8000.0, 44100.0, 192000.0}) {
    for (const auto& [attack, release] :
         {std::pair{0.1, 30.0}, {1.0, 60.0}, {30.0, 100.0}, {100.0, 100.0}}) {
      const double gain = steady_gain(
          "compressor",
          {{"threshold", -24}, {"ratio", 3}, {"knee", 0}, {"attack", attack}, {"release", release}},
          440, -9, rate);
      ASSERT_NEAR(gain, textbook(-9, -24, 3, 0) + 9, 0.1) << rate << " " << attack;
    }
  }
}

TEST(Compressor, RmsDetectorReadsTheMeanSquare) {
  // A sine's RMS lies 3.01 dB under its peak.
  const double gain = steady_gain(
      "compressor", {{"threshold", -20}, {"ratio", 4}, {"knee", 0}, {"detector", 1}}, 1000, -6);
  EXPECT_NEAR(gain, textbook(-9.01, -20, 4, 0) + 9.01, 0.1);
}

TEST(Compressor, MakeUpMixAndAutoMakeUp) {
  EXPECT_NEAR(steady_gain("compressor", {{"ratio", 1}, {"makeup", 5}}, 500, -10), 5, 0.01);
  // Half of what -24 dB at 4:1 takes from full scale.
  EXPECT_NEAR(
      steady_gain("compressor", {{"threshold", -24}, {"ratio", 4}, {"knee", 0}, {"auto_makeup", 1}},
                  500, -40),
      9, 0.01);
  const double wet = to_gain(textbook(-8, -20, 4, 0) + 8);
  EXPECT_NEAR(steady_gain("compressor",
                          {{"threshold", -20}, {"ratio", 4}, {"knee", 0}, {"mix", 0.4}}, 500, -8),
              to_db(0.6 + 0.4 * wet), 0.1);
}

// Gain in dB of a signal of constant size that steps from one level to another and back.
struct Steps {
  std::vector<double> gain;
  std::size_t up, down;
};
Steps step_gain(std::string_view name, const Settings& settings, double low, double high,
                double rate, double seconds) {
  const auto& info = effect(name);
  const auto part = static_cast<std::size_t>(seconds * rate);
  Stereo s(3 * part);
  for (std::size_t i = 0; i < s.size(); ++i) {
    const double level = to_gain(i >= part && i < 2 * part ? high : low);
    s.left[i] = s.right[i] = static_cast<float>(i % 2 == 0 ? level : -level);
  }
  const Stereo before = s;
  Rig rig(info, rate, 512, values_of(info, settings));
  rig.play(s, blocks_of(512));
  Steps steps{{}, part, 2 * part};
  for (std::size_t i = 0; i < s.size(); ++i)
    steps.gain.push_back(to_db(static_cast<double>(s.left[i]) / before.left[i]));
  return steps;
}
// Frames from `at` until the gain has gone 63.2 % of its way to where it stands at `end`.
double frames_of_change(const std::vector<double>& gain, std::size_t at, std::size_t end) {
  const double from = gain[at - 1], to = gain[end - 1], wanted = from + (to - from) * 0.632120559;
  for (std::size_t i = at; i < end; ++i) {
    if ((wanted - from) * (gain[i] - wanted) >= 0) {
      // Between this frame and the one before.
      const double before = i > at ? gain[i - 1] : from;
      return static_cast<double>(i - at) + (wanted - before) / (gain[i] - before);
    }
  }
  return -1;
}

TEST(Compressor, AttackAndReleaseAreTimeConstantsOfTheGainInDecibels) {
  for (const double rate : {44100.0, 96000.0}) {
    for (const auto& [attack, release] :
         {std::pair{1.0, 50.0}, {10.0, 120.0}, {30.0, 10.0}, {100.0, 400.0}, {5.0, 20.0}}) {
      const auto steps = step_gain(
          "compressor",
          {{"threshold", -30}, {"ratio", 4}, {"knee", 0}, {"attack", attack}, {"release", release}},
          -40, -6, rate, 3);
      EXPECT_NEAR(steps.gain[steps.down - 1], textbook(-6, -30, 4, 0) + 6, 0.01);
      const double up = frames_of_change(steps.gain, steps.up, steps.down) / rate * 1000,
                   down = frames_of_change(steps.gain, steps.down, steps.gain.size()) / rate * 1000;
      EXPECT_NEAR(up / attack, 1, 0.05) << attack << " ms at " << rate;
      EXPECT_NEAR(down / release, 1, 0.05) << release << " ms at " << rate;
    }
  }
}

TEST(Expander, CurveRangeAndTimes) {
  const Settings settings = {{"threshold", -30}, {"ratio", 3}, {"knee", 0}, {"range", 25}};
  EXPECT_NEAR(steady_gain("expander", settings, 1000, -20), 0, 0.01);
  EXPECT_NEAR(steady_gain("expander", settings, 1000, -35), -10, 0.1);
  EXPECT_NEAR(steady_gain("expander", settings, 1000, -40), -20, 0.1);
  EXPECT_NEAR(steady_gain("expander", settings, 1000, -60), -25, 0.1);
  const auto steps = step_gain("expander",
                               {{"threshold", -30},
                                {"ratio", 2},
                                {"knee", 0},
                                {"range", 60},
                                {"attack", 8},
                                {"release", 90}},
                               -45, -10, 48000, 2);
  EXPECT_NEAR(frames_of_change(steps.gain, steps.up, steps.down) / 48, 8, 0.4);
  EXPECT_NEAR(frames_of_change(steps.gain, steps.down, steps.gain.size()) / 48, 90, 4.5);
}

TEST(Compressor, ListensToItsSideChainThroughItsFilters) {
  const auto& info = effect("compressor");
  const auto gain = [&](const Settings& settings, double side_hz, double side_db) {
    Stereo s = sine(700, -30, 1);
    const Stereo before = s, side = sine(side_hz, side_db, 1);
    Rig rig(info, 48000, 512, values_of(info, settings));
    rig.play(s, blocks_of(480), {}, &side);
    EXPECT_NEAR(rig.effect->reading(0),
                -to_db(rms(s.left, 24000, 48000) / rms(before.left, 24000, 48000)), 0.2);
    return to_db(rms(s.left, 24000, 48000) / rms(before.left, 24000, 48000));
  };
  const Settings plain = {{"threshold", -20}, {"ratio", 4}, {"knee", 0}};
  EXPECT_NEAR(gain(plain, 1000, -8), -9, 0.1);
  EXPECT_NEAR(gain(plain, 1000, -40), 0, 0.01);
  // 12 dB an octave: two octaves under the filter the side-chain is 24 dB down.
  Settings high = plain;
  high.push_back({"sc_highpass", 400});
  EXPECT_NEAR(gain(high, 100, 0), 0, 0.05);
  Settings low = plain;
  low.push_back({"sc_lowpass", 1000});
  EXPECT_NEAR(gain(low, 8000, 0), 0, 0.05);
  EXPECT_NEAR(gain(low, 200, -8), -9, 0.1);
}

TEST(Compressor, LinksChannelsAsFarAsItIsTold) {
  const auto& info = effect("compressor");
  const auto right_gain = [&](double link) {
    Stereo s = sine(1000, -8, 1);
    for (float& x : s.right) x *= 0.05f;
    const Stereo before = s;
    Rig rig(info, 48000, 512,
            values_of(info, {{"threshold", -20}, {"ratio", 4}, {"knee", 0}, {"link", link}}));
    rig.play(s, blocks_of(512));
    EXPECT_NEAR(to_db(rms(s.left, 24000, 48000) / rms(before.left, 24000, 48000)), -9, 0.1);
    return to_db(rms(s.right, 24000, 48000) / rms(before.right, 24000, 48000));
  };
  EXPECT_NEAR(right_gain(100), -9, 0.1);
  EXPECT_NEAR(right_gain(50), -4.5, 0.1);
  EXPECT_NEAR(right_gain(0), 0, 0.01);
}

TEST(Compressor, LookAheadIsInTimeForThePeak) {
  const auto& info = effect("compressor");
  const auto peak_after = [&](double look_ahead) {
    Stereo s = sine(2000, -3, 0.5);
    for (std::size_t i = 0; i < 12000; ++i) s.left[i] = s.right[i] = 0;
    Rig rig(info, 48000, 512,
            values_of(info, {{"threshold", -20},
                             {"ratio", 100},
                             {"knee", 0},
                             {"attack", 1},
                             {"lookahead", look_ahead}}));
    EXPECT_EQ(rig.effect->latency(), std::lround(look_ahead * 48));
    rig.play(s, blocks_of(512));
    return to_db(peak(s));
  };
  EXPECT_GT(peak_after(0), -10);
  EXPECT_LT(peak_after(8), -18);
}

TEST(Ducker, DucksByItsDepthWaitsAndComesBack) {
  const auto& info = effect("sidechain_comp");
  ASSERT_EQ(info.id, "ducker");
  Stereo s = sine(500, -12, 3), side = sine(90, 0, 3);
  for (std::size_t i = 0; i < s.size(); ++i) {
    s.left[i] = s.right[i] = 0.25f;
    if (i < 24000 || i >= 48000) side.left[i] = side.right[i] = 0;
  }
  Rig rig(info, 48000, 512,
          values_of(
              info,
              {{"threshold", -30}, {"depth", 14}, {"attack", 5}, {"hold", 200}, {"release", 100}}));
  rig.play(s, blocks_of(512), {}, &side);
  const auto gain = [&](double seconds) {
    return to_db(static_cast<double>(s.left[static_cast<std::size_t>(seconds * 48000)]) / 0.25);
  };
  EXPECT_NEAR(gain(0.49), 0, 0.001);
  EXPECT_NEAR(gain(0.9), -14, 0.1);
  EXPECT_NEAR(gain(1.19), -14, 0.1);  // still held
  EXPECT_NEAR(gain(1.3), -14 * 0.368, 0.4);
  EXPECT_NEAR(gain(2.5), 0, 0.01);
}

TEST(Gate, HasHysteresisAHoldAndARange) {
  const auto& info = effect("gate");
  // Levels in dB, a quarter of a second each.
  const double levels[] = {-60, -10, -43, -60, -43, -10, -60};
  Stereo s(7 * 12000);
  for (std::size_t i = 0; i < s.size(); ++i)
    s.left[i] = s.right[i] = static_cast<float>((i % 2 == 0 ? 1 : -1) * to_gain(levels[i / 12000]));
  const Stereo before = s;
  Rig rig(info, 48000, 512,
          values_of(info, {{"threshold", -40},
                           {"hysteresis", 6},
                           {"range", 50},
                           {"attack", 2},
                           {"hold", 100},
                           {"release", 10}}));
  rig.play(s, blocks_of(512));
  const auto gain = [&](double part) {
    const auto i = static_cast<std::size_t>(part * 12000);
    return to_db(static_cast<double>(s.left[i]) / before.left[i]);
  };
  EXPECT_NEAR(gain(0.9), -50, 0.01);
  EXPECT_NEAR(gain(1.9), 0, 0.001);
  EXPECT_NEAR(gain(2.9), 0, 0.001);   // under the threshold, over the lower one
  EXPECT_NEAR(gain(3.38), 0, 0.001);  // 95 ms: held
  EXPECT_LT(gain(3.6), -30);          // let go
  EXPECT_NEAR(gain(3.99), -50, 0.05);
  EXPECT_NEAR(gain(4.9), -50, 0.05);  // the lower threshold does not open it
  EXPECT_NEAR(gain(5.9), 0, 0.001);
  // The gain is 63.2 % of its way after the attack, linearly.
  const auto opened = [&](double ms) {
    const auto i = static_cast<std::size_t>(5 * 12000 + ms * 48) - 1;
    return static_cast<double>(s.left[i]) / before.left[i];
  };
  EXPECT_NEAR(opened(2), 0.632, 0.01);
}

TEST(DeEsser, TamesOnlyWhatHisses) {
  const Settings settings = {{"freq", 5000}, {"threshold", -30}, {"ratio", 20}, {"range", 9}};
  // Well above the frequency the reduction is the range; well below there is none.
  EXPECT_NEAR(steady_gain("de-esser", settings, 14000, -6), -9, 0.5);
  EXPECT_NEAR(steady_gain("de-esser", settings, 300, -12), 0, 0.02);
  EXPECT_NEAR(steady_gain("de-esser", settings, 9000, -50), 0, 0.01);
  Settings wide = settings;
  wide.push_back({"mode", 1});
  EXPECT_NEAR(steady_gain("de-esser", wide, 9000, -6), -9, 0.05);
}

TEST(TransientShaper, RaisesAttacksWhateverTheirLevel) {
  const auto& info = effect("transient_shaper");
  const auto crest = [&](double attack, double level) {
    Stereo s(48000);
    for (std::size_t i = 0; i < s.size(); ++i) {
      const double t = static_cast<double>(i % 12000) / 48000;
      s.left[i] = s.right[i] =
          static_cast<float>(level * std::exp(-t / 0.15) * math::sin(math::kTwoPi * 300 * t + 1));
    }
    Rig rig(info, 48000, 512, values_of(info, {{"attack", attack}}));
    rig.play(s, blocks_of(512));
    return to_db(rms(s.left, 36000, 36480) / rms(s.left, 36000 + 6240, 36000 + 6720));
  };
  const double plain = crest(0, 0.5);
  EXPECT_GT(crest(80, 0.5), plain + 3);
  EXPECT_LT(crest(-80, 0.5), plain - 3);
  EXPECT_NEAR(crest(80, 0.5), crest(80, 0.02), 0.1);
}

TEST(TransientShaper, ChangesNothingAtZero) {
  const auto& info = effect("transient-shaper");
  Stereo s = material(48000, 0.5);
  const Stereo before = s;
  Rig(info, 48000, 512, values_of(info, {{"attack", 0}, {"sustain", 0}})).play(s, blocks_of(512));
  EXPECT_TRUE(s == before);
}

TEST(MultibandCompressor, AddsUpFlatWhileNothingIsCompressed) {
  const auto& info = effect("multiband-compressor");
  const Settings settings = {
      {"band1_ratio", 1}, {"band2_ratio", 1}, {"band3_ratio", 1}, {"band4_ratio", 1}};
  for (const double rate : {44100.0, 96000.0}) {
    // The response to a pulse, bin by bin.
    Stereo s(8192);
    s.left[0] = s.right[0] = 0.5f;
    Rig(info, rate, 512, values_of(info, settings)).play(s, blocks_of(512));
    for (double hz = 30; hz < 0.45 * rate; hz *= 1.15) {
      double re = 0, im = 0;
      for (std::size_t i = 0; i < s.size(); ++i) {
        re += s.left[i] * std::cos(6.283185307179586 * hz / rate * static_cast<double>(i));
        im += s.left[i] * std::sin(6.283185307179586 * hz / rate * static_cast<double>(i));
      }
      ASSERT_NEAR(to_db(std::hypot(re, im) / 0.5), 0, 0.05) << hz << " Hz at " << rate;
    }
  }
}

TEST(MultibandCompressor, CompressesEachBandByItself) {
  const Settings settings = {{"crossover1", 400}, {"band1_threshold", -30}, {"band1_ratio", 4},
                             {"band2_ratio", 1},  {"band3_ratio", 1},       {"band4_ratio", 1},
                             {"knee", 0}};
  // Far below the crossover the first band is all there is.
  EXPECT_NEAR(steady_gain("multiband-compressor", settings, 60, -6), textbook(-6, -30, 4, 0) + 6,
              0.1);
  EXPECT_NEAR(steady_gain("multiband-compressor", settings, 4000, -6), 0, 0.05);
}

TEST(DynamicsKernels, AreTheSameBitsOnEveryWidth) {
  using namespace effects::dynamics;
  const Table &one = generic(), &other = best();
  Random random(3);
  for (int round = 0; round < 50; ++round) {
    const int frames = 1 + static_cast<int>(random.below(kChunk));
    constexpr std::size_t kRoom = kChunk + 16;
    std::vector<float> a(kRoom), b(kRoom), c(kRoom), x(kRoom), y(kRoom);
    for (std::size_t i = 0; i < kRoom; ++i) {
      a[i] = static_cast<float>(random.uniform(-1, 1));
      b[i] = static_cast<float>(random.uniform(-8, 0));
      c[i] = static_cast<float>(random.uniform());
    }
    const auto same = [&](const char* what) {
      for (int i = 0; i < frames; ++i)
        ASSERT_EQ(x[static_cast<std::size_t>(i)], y[static_cast<std::size_t>(i)]) << what;
    };
    one.level(a.data(), b.data(), x.data(), frames);
    other.level(a.data(), b.data(), y.data(), frames);
    same("level");
    const Curve curve = {1, -4, 0.5f, 0.5f, -0.75f, -20};
    one.curve(curve, c.data(), x.data(), frames);
    other.curve(curve, c.data(), y.data(), frames);
    same("curve");
    EXPECT_EQ(one.gain(b.data(), c.data(), c.data(), x.data(), frames),
              other.gain(b.data(), c.data(), c.data(), y.data(), frames));
    same("gain");
    EXPECT_EQ(one.still_gain(b.data(), 0.3f, 0.7f, x.data(), frames),
              other.still_gain(b.data(), 0.3f, 0.7f, y.data(), frames));
    same("still gain");
    one.octaves(c.data(), -15, x.data(), frames);
    other.octaves(c.data(), -15, y.data(), frames);
    same("octaves");
    x = y = a;
    one.apply(x.data(), c.data(), frames);
    other.apply(y.data(), c.data(), frames);
    same("apply");
    x = y = a;
    one.apply_part(x.data(), b.data(), c.data(), frames);
    other.apply_part(y.data(), b.data(), c.data(), frames);
    same("apply part");
  }
}

TEST(DynamicsKernels, FollowersSideBySideAreThoseAlone) {
  using namespace effects::dynamics;
  Random random(4);
  for (const Table* table : {&generic(), &best()}) {
    for (int count = 1; count <= kManyAtOnce; ++count) {
      const int frames = 1 + static_cast<int>(random.below(kChunk));
      std::vector<std::vector<float>> rows, alone;
      std::vector<float*> pointers;
      std::vector<Speed> speeds;
      std::vector<float> states, expected;
      for (int k = 0; k < count; ++k) {
        rows.emplace_back(kChunk);
        for (float& x : rows.back()) x = static_cast<float>(random.uniform(-5, 0));
        speeds.push_back(
            {static_cast<float>(random.uniform()), static_cast<float>(random.uniform())});
        states.push_back(static_cast<float>(random.uniform(-3, 0)));
      }
      alone = rows;
      expected = states;
      for (auto& row : rows) pointers.push_back(row.data());
      table->follow_many(pointers.data(), speeds.data(), states.data(), count, frames);
      for (std::size_t k = 0; k < rows.size(); ++k) {
        follow(alone[k].data(), speeds[k], expected[k], frames);
        ASSERT_EQ(states[k], expected[k]);
        for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i)
          ASSERT_EQ(rows[k][i], alone[k][i]) << count << " rows, " << frames << " frames";
      }
    }
  }
}

}  // namespace
}  // namespace tutti::tests
