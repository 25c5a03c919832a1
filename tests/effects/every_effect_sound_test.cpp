// What every effect promises about time and smoothness: latency and tail as reported, no click when
// a parameter is swept, nothing subnormal left behind.
#include <gtest/gtest.h>

#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

class EveryEffectSound : public testing::TestWithParam<const param::EffectInfo*> {
 protected:
  const param::EffectInfo& info() const { return *GetParam(); }
  int index_of(std::string_view id) const {
    for (std::size_t i = 0; i < info().parameters.size(); ++i) {
      if (info().parameters[i].id == id) return static_cast<int>(i);
    }
    return -1;
  }
};

// With `mix` at 0 the input comes back untouched, exactly latency() later. Without a mix, the
// strongest frame of a pulse's answer lies there, a frame later at most; that of a low cut or
// another filter, whose answer swells, within a millisecond.
TEST_P(EveryEffectSound, LagsByItsLatency) {
  for (const double rate : {44100.0, 96000.0}) {
    auto values = default_values(info());
    const int mix = index_of("mix");
    if (mix >= 0) values[static_cast<std::size_t>(mix)] = 0;
    Rig rig(info(), rate, 512, values);
    const std::size_t at = 4000;
    Stereo sound(at + static_cast<std::size_t>(rig.effect->latency()) + 8000);
    sound.left[at] = 0.5f;
    sound.right[at] = 0.5f;
    rig.play(sound, blocks_of(512));
    const auto expected = at + static_cast<std::size_t>(rig.effect->latency());
    if (mix >= 0) {
      for (std::size_t i = 0; i < sound.size(); ++i) {
        ASSERT_NEAR(sound.left[i], i == expected ? 0.5f : 0.f, 2e-6) << i << " for " << expected;
      }
      continue;
    }
    std::size_t strongest = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
      if (std::fabs(sound.left[i]) > std::fabs(sound.left[strongest])) strongest = i;
    }
    EXPECT_LE(expected, strongest);
    const bool swells = info().category == param::Category::filter;
    EXPECT_LE(strongest, expected + (swells ? static_cast<std::size_t>(rate / 1000) : 1));
  }
}

// After the reported tail nothing above -60 dB of what was played remains; and the report is not a
// blank cheque: something above -140 dB still sounds after a tenth of it, where it is over 0.1 s.
TEST_P(EveryEffectSound, RingsAsLongAsItsTail) {
  const double rate = 48000;
  std::vector<std::vector<double>> settings{default_values(info())};
  for (const auto& preset : info().presets) settings.push_back(preset_values_of(info(), preset));
  for (std::size_t s = 0; s < settings.size(); ++s) {
    Rig rig(info(), rate, 1024, settings[s]);
    const std::int64_t tail = rig.effect->tail();
    if (tail == dsp::kEndless) continue;
    ASSERT_LT(tail, 120 * 48000) << "setting " << s;
    const std::size_t input = 24000;
    const auto end = input + static_cast<std::size_t>(tail + rig.effect->latency());
    Stereo sound(end + 4800);
    const Stereo loud = material(rate, 0.5, 3);
    for (std::size_t i = 0; i < input; ++i) {
      sound.left[i] = loud.left[i];
      sound.right[i] = loud.right[i];
    }
    rig.play(sound, blocks_of(1024));
    const double played = peak(sound, 0, input);
    EXPECT_LT(peak(sound, end), 1e-3 * played + 1e-9) << "setting " << s;
    if (tail > 4800) {
      EXPECT_GT(peak(sound, input + static_cast<std::size_t>(tail) / 10), 1e-7 * played)
          << "setting " << s;
    }
  }
}

// A swept knob must not click. Measure: the largest step between neighbouring samples of a 220-Hz
// sine at half scale, while a tenth of the knob's travel passes in a quarter of a second, against
// the largest with the knob standing at any of nine places along the way: at most four times as
// much, or 1 % of full scale.
TEST_P(EveryEffectSound, DoesNotClickWhileAParameterMoves) {
  const double rate = 48000;
  const auto step = [](const Stereo& s, std::size_t from) {
    double most = 0;
    for (std::size_t i = from + 1; i < s.size(); ++i) {
      most = std::max({most, std::fabs(static_cast<double>(s.left[i]) - s.left[i - 1]),
                       std::fabs(static_cast<double>(s.right[i]) - s.right[i - 1])});
    }
    return most;
  };
  const auto tone = [&](double seconds) {
    Stereo s(static_cast<std::size_t>(rate * seconds));
    for (std::size_t i = 0; i < s.size(); ++i) {
      s.left[i] = s.right[i] =
          static_cast<float>(0.5 * math::sin(math::kTwoPi * 220 * static_cast<double>(i) / rate));
    }
    return s;
  };
  // Of twenty-four equal bands the first three stand for all.
  const std::size_t some = std::min<std::size_t>(info().parameters.size(), 24);
  for (std::size_t p = 0; p < some; ++p) {
    if (!continuous(info().parameters[p])) continue;
    for (const double from : {0.0, 0.45, 0.9}) {
      const auto at = [&](double travel) {
        return param::from_travel(info().parameters[p], travel);
      };
      double standing = 0;
      for (int place = 0; place <= 8; ++place) {
        auto values = default_values(info());
        values[p] = at(from + 0.1 * place / 8);
        Rig rig(info(), rate, 256, values);
        Stereo s = tone(0.5);
        rig.play(s, blocks_of(256));
        standing = std::max(standing, step(s, 12000));
      }
      auto values = default_values(info());
      values[p] = at(from);
      Rig rig(info(), rate, 256, values);
      Stereo s = tone(1.0);
      std::vector<Turn> turns;
      // As a host sends a hand on a knob: every 10 ms a new value, reached by a ramp.
      for (int i = 0; i < 25; ++i) {
        turns.push_back({12000 + static_cast<std::size_t>(i) * 480, static_cast<int>(p),
                         at(from + 0.1 * (i + 1) / 25), 480});
      }
      rig.play(s, blocks_of(256), turns);
      EXPECT_LE(step(s, 11000), std::max(4 * standing, 0.01))
          << info().parameters[p].id << " from travel " << from;
    }
  }
}

TEST_P(EveryEffectSound, LeavesNoSubnormalNumbers) {
  Rig rig(info(), 48000, 512, default_values(info()));
  Stereo sound(48000 * 4);
  const Stereo loud = material(48000, 0.5, 3);
  std::copy(loud.left.begin(), loud.left.end(), sound.left.begin());
  std::copy(loud.right.begin(), loud.right.end(), sound.right.begin());
  rig.play(sound, blocks_of(512));
  std::size_t subnormal = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    subnormal += std::fpclassify(sound.left[i]) == FP_SUBNORMAL;
    subnormal += std::fpclassify(sound.right[i]) == FP_SUBNORMAL;
  }
  EXPECT_EQ(subnormal, 0u);
}

TEST_P(EveryEffectSound, IsHeardAtItsDefaults) {
  Rig rig(info(), 48000, 512);
  Stereo sound = material(48000, 1, 77, 0.5);
  const Stereo before = sound;
  rig.play(sound, blocks_of(512));
  const auto power = [](const Stereo& s) {
    double sum = 0;
    for (std::size_t i = 4800; i < s.size(); ++i) {
      sum +=
          static_cast<double>(s.left[i]) * s.left[i] + static_cast<double>(s.right[i]) * s.right[i];
    }
    return sum;
  };
  const double change = 10 * std::log10(power(sound) / power(before));
  EXPECT_GT(change, -20);
  EXPECT_LT(change, 12);
}

INSTANTIATE_TEST_SUITE_P(All, EveryEffectSound,
                         testing::ValuesIn(registry::effects().begin(), registry::effects().end()),
                         [](const auto& p) { return case_name(*p.param); });

}  // namespace
}  // namespace tutti::tests
