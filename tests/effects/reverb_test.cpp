// What the reverbs claim: decay as set, dense and without a ring, wide, about as loud as the input;
// convolution plays what it was given.
#include <gtest/gtest.h>

#include "engine/dsp/fft.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

using Values = std::vector<std::pair<std::string_view, double>>;

std::vector<double> values_of(const param::EffectInfo& info, const Values& wanted) {
  auto values = default_values(info);
  for (const auto& [id, value] : wanted) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (info.parameters[i].id == id) values[i] = value, found = true;
    }
    EXPECT_TRUE(found) << id;
  }
  return values;
}

Stereo impulse_response(std::string_view id, const Values& wanted, double rate, double seconds) {
  const auto* info = registry::find_effect(id);
  Rig rig(*info, rate, 1024, values_of(*info, wanted));
  Stereo sound(static_cast<std::size_t>(rate * seconds));
  sound.left[0] = sound.right[0] = 1;
  rig.play(sound, blocks_of(1024));
  return sound;
}

// Two octave-wide band-passes of second order in a row.
std::vector<double> octave(const std::vector<float>& x, double rate, double hertz) {
  std::vector<double> y(x.begin(), x.end());
  const double w = 2 * M_PI * hertz / rate, alpha = std::sin(w) / (2 * std::sqrt(2.0));
  const double b = alpha / (1 + alpha), a1 = -2 * std::cos(w) / (1 + alpha),
               a2 = (1 - alpha) / (1 + alpha);
  for (int pass = 0; pass < 2; ++pass) {
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (double& s : y) {
      const double out = b * (s - x2) - a1 * y1 - a2 * y2;
      x2 = x1, x1 = s, y2 = y1, y1 = out;
      s = out;
    }
  }
  return y;
}

// Seconds for 60 dB, from the slope between -5 and -35 dB of Schroeder's backward integral (1965).
double reverberation_time(const std::vector<double>& x, double rate) {
  std::vector<double> energy(x.size() + 1);
  for (std::size_t i = x.size(); i-- > 0;) energy[i] = energy[i + 1] + x[i] * x[i];
  double n = 0, st = 0, sd = 0, stt = 0, std = 0;
  for (std::size_t i = 0; i < x.size(); i += 8) {
    const double d = 10 * std::log10(energy[i] / energy[0] + 1e-30);
    if (d > -5 || d < -35) continue;
    const double t = static_cast<double>(i) / rate;
    ++n, st += t, sd += d, stt += t * t, std += t * d;
  }
  return -60 * (n * stt - st * st) / (n * std - st * sd);
}

double mean_of_octaves(const std::vector<float>& x, double rate) {
  double sum = 0;
  for (const double hertz : {250.0, 500.0, 1000.0, 2000.0}) {
    sum += reverberation_time(octave(x, rate, hertz), rate) / 4;
  }
  return sum;
}

// The mean over the octave bands 250 Hz to 2 kHz, damping open, within 10 % of what is set.
TEST(Reverb, DecaysAsSet) {
  for (const double rate : {22050.0, 48000.0, 96000.0}) {
    for (const double decay : {0.8, 1.5, 3.0, 8.0}) {
      for (const char* id : {"reverb-hall", "reverb-plate", "convolution-reverb"}) {
        Values values{{"mix", 1}, {"decay", decay}, {"damping", 20000}};
        if (std::string_view(id) != "convolution-reverb") values.emplace_back("low_cut", 10);
        if (std::string_view(id) == "reverb-plate") values.emplace_back("high_cut", 20000);
        const auto sound = impulse_response(id, values, rate, 1.3 * decay + 0.5);
        EXPECT_NEAR(mean_of_octaves(sound.left, rate) / decay, 1, 0.1)
            << id << " " << decay << " s at " << rate;
        EXPECT_NEAR(mean_of_octaves(sound.right, rate) / decay, 1, 0.1) << id << ", right";
      }
    }
  }
}

// Half the decay, or less by the first-order slope, at the damping frequency.
TEST(Reverb, HallLosesHeightByItsDamping) {
  const double rate = 48000;
  const auto sound =
      impulse_response("reverb-hall", {{"mix", 1}, {"decay", 3}, {"damping", 2000}}, rate, 5);
  EXPECT_NEAR(reverberation_time(octave(sound.left, rate, 250), rate), 3, 0.35);
  EXPECT_NEAR(reverberation_time(octave(sound.left, rate, 2000), rate), 1.5, 0.3);
  EXPECT_LT(reverberation_time(octave(sound.left, rate, 8000), rate), 0.6);
}

TEST(Reverb, FreeverbReadsItsTime) {
  const auto* info = registry::find_effect("freeverb");
  for (const double rate : {44100.0, 96000.0}) {
    for (const double room : {0.0, 0.5, 0.9}) {
      const Values values{{"mix", 1}, {"room_size", room}, {"damping", 0}};
      Rig rig(*info, rate, 64, values_of(*info, values));
      const double said = rig.effect->reading(0);
      const auto sound = impulse_response("freeverb", values, rate, 1.3 * said + 0.5);
      EXPECT_NEAR(mean_of_octaves(sound.left, rate) / said, 1, 0.1) << room << " at " << rate;
    }
  }
}

// Normalised echo density (Abel and Huang, AES 121, 2006): the share of samples in 20 ms that lie
// outside their standard deviation, over what Gaussian noise has: 1 is as dense as noise.
double echo_density(const std::vector<float>& x, double rate, double seconds) {
  const auto half = static_cast<std::size_t>(0.01 * rate);
  const auto at = static_cast<std::size_t>(seconds * rate);
  double power = 0;
  for (std::size_t i = at - half; i < at + half; ++i) power += static_cast<double>(x[i]) * x[i];
  const double deviation = std::sqrt(power / (2.0 * static_cast<double>(half)));
  double outside = 0;
  for (std::size_t i = at - half; i < at + half; ++i) outside += std::fabs(x[i]) > deviation;
  return outside / (2.0 * static_cast<double>(half)) / std::erfc(1 / std::sqrt(2.0));
}

TEST(Reverb, IsDenseSoon) {
  const double rate = 48000;
  for (const char* id : {"reverb-hall", "reverb-plate", "convolution-reverb", "freeverb"}) {
    const auto sound = impulse_response(id, {{"mix", 1}}, rate, 1);
    double density = 0;
    for (int i = 0; i < 10; ++i) density += 0.1 * echo_density(sound.left, rate, 0.2 + 0.02 * i);
    EXPECT_GT(density, 0.85) << id << ", mean from 0.2 to 0.4 s";
    EXPECT_LT(density, 1.15) << id;
  }
}

// How much single modes stand out of a late response of 0.5 s and on, made level again by the
// inverse of its decay: the mean square, over the bins from 200 Hz to 6 kHz, of a bin's power over
// the mean of the 100 around it. Gaussian noise has 2, and so has a room with many overlapping
// modes; few ringing modes have far more.
double ringing(const std::vector<float>& x, double rate, double decay) {
  const int size = 65536;
  std::vector<float> late(size);
  for (int i = 0; i < size; ++i) {
    const double t = static_cast<double>(i) / rate;
    const double window = 0.5 - 0.5 * std::cos(2 * M_PI * i / size);
    late[static_cast<std::size_t>(i)] = static_cast<float>(x[static_cast<std::size_t>(i) + 24000] *
                                                           std::pow(10, 3 * t / decay) * window);
  }
  dsp::RealFft fft(size);
  const auto bins = static_cast<std::size_t>(fft.bins());
  std::vector<float> re(bins), im(bins);
  fft.forward(late.data(), re.data(), im.data());
  const auto power = [&](int k) {
    const auto i = static_cast<std::size_t>(k);
    return static_cast<double>(re[i]) * re[i] + static_cast<double>(im[i]) * im[i];
  };
  double sum = 0;
  int count = 0;
  for (int k = static_cast<int>(200 * size / rate); k < 6000 * size / rate; ++k, ++count) {
    double mean = 0;
    for (int j = k - 50; j < k + 50; ++j) mean += power(j) / 100;
    sum += power(k) / mean * (power(k) / mean);
  }
  return sum / count;
}

// No metallic ring: under 4 by that measure, where a single comb of the same decay has over 8.
TEST(Reverb, DoesNotRing) {
  const double rate = 48000;
  for (const char* id : {"reverb-hall", "reverb-plate", "convolution-reverb"}) {
    for (const double decay : {2.0, 3.0}) {
      const auto sound =
          impulse_response(id, {{"mix", 1}, {"decay", decay}, {"damping", 20000}}, rate, 2);
      EXPECT_LT(ringing(sound.left, rate, decay), 4) << id << " " << decay;
      EXPECT_GT(ringing(sound.left, rate, decay), 1.5) << id;
    }
  }
  std::vector<float> comb(96000);
  comb[0] = 1;
  const auto loop = static_cast<float>(std::pow(10, -3.0 * 1500 / (3 * rate)));
  for (std::size_t i = 1500; i < comb.size(); ++i) comb[i] = loop * comb[i - 1500];
  EXPECT_GT(ringing(comb, rate, 3), 8);
}

// Left and right late sound have little in common.
TEST(Reverb, IsWide) {
  for (const char* id : {"reverb-hall", "reverb-plate", "convolution-reverb", "freeverb"}) {
    const auto sound = impulse_response(id, {{"mix", 1}}, 48000, 1.5);
    double lr = 0, ll = 0, rr = 0;
    for (std::size_t i = 4800; i < sound.size(); ++i) {
      lr += static_cast<double>(sound.left[i]) * sound.right[i];
      ll += static_cast<double>(sound.left[i]) * sound.left[i];
      rr += static_cast<double>(sound.right[i]) * sound.right[i];
    }
    EXPECT_LT(std::fabs(lr) / std::sqrt(ll * rr), 0.3) << id;
    EXPECT_NEAR(10 * std::log10(ll / rr), 0, 1.5) << id;
  }
}

// The loudness of the room beside that of the dry sound: as an insert it must not jump.
TEST(Reverb, IsAboutAsLoudAsItsInput) {
  for (const char* id : {"reverb-hall", "reverb-plate", "convolution-reverb", "freeverb"}) {
    const auto* info = registry::find_effect(id);
    Rig rig(*info, 48000, 512, values_of(*info, {{"mix", 1}}));
    Random random(5);
    Stereo sound(48000 * 4);
    double in = 0, out = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
      sound.left[i] = static_cast<float>(random.uniform(-0.3, 0.3));
      sound.right[i] = static_cast<float>(random.uniform(-0.3, 0.3));
      if (i > 96000) in += static_cast<double>(sound.left[i]) * sound.left[i];
    }
    rig.play(sound, blocks_of(512));
    for (std::size_t i = 96001; i < sound.size(); ++i) {
      out += static_cast<double>(sound.left[i]) * sound.left[i];
    }
    EXPECT_NEAR(10 * std::log10(out / in), 0, 8) << id;
  }
}

TEST(Convolution, PlaysWhatIsLoaded) {
  const auto* info = registry::find_effect("convolution-reverb");
  Random random(8);
  std::vector<float> left(3000), right(3000);
  for (auto& x : left) x = static_cast<float>(random.uniform(-0.05, 0.05));
  for (auto& x : right) x = static_cast<float>(random.uniform(-0.05, 0.05));
  for (int latency = 0; latency < 9; ++latency) {
    const auto values =
        values_of(*info, {{"mix", 1}, {"normalise", 0}, {"latency", static_cast<double>(latency)}});
    for (const bool before : {true, false}) {
      auto effect = info->make();
      for (std::size_t i = 0; i < values.size(); ++i) {
        effect->set(static_cast<int>(i), values[i], 0);
      }
      Arena arena;
      if (before) {
        ASSERT_TRUE(effect->load(48000, left, right));
      }
      effect->prepare(48000, 512, arena);
      if (!before) {
        ASSERT_TRUE(effect->load(48000, left, right));
      }
      const auto late = static_cast<std::size_t>(effect->latency());
      Stereo sound(late + 4000);
      sound.left[10] = sound.right[10] = 1;
      for (std::size_t at = 0; at < sound.size(); at += 100) {
        const auto count = std::min<std::size_t>(100, sound.size() - at);
        effect->process({sound.left.data() + at, sound.right.data() + at, static_cast<int>(count)});
      }
      for (std::size_t i = 0; i < 3000; ++i) {
        ASSERT_NEAR(sound.left[late + 10 + i], left[i], 1e-6) << latency << " at " << i;
        ASSERT_NEAR(sound.right[late + 10 + i], right[i], 1e-6) << latency << " at " << i;
      }
    }
  }
}

// A response at another rate keeps its pitch, length and level: a click at 0.1 s stays there.
TEST(Convolution, ConvertsTheRate) {
  const auto* info = registry::find_effect("convolution-reverb");
  std::vector<float> response(24000);
  for (int i = 0; i < 2400; ++i) {
    const double t = i / 24000.0;
    response[static_cast<std::size_t>(2400 + i)] =
        static_cast<float>(std::sin(2 * M_PI * 1000 * t) * std::sin(M_PI * i / 2400));
  }
  const auto total = [](const std::vector<float>& x, double rate) {
    double sum = 0, middle = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double p = static_cast<double>(x[i]) * x[i];
      sum += p;
      middle += p * static_cast<double>(i) / rate;
    }
    return std::pair(sum / rate, middle / sum);
  };
  auto effect = info->make();
  effect->set(0, 1, 0);
  effect->set(5, 0, 0);
  ASSERT_EQ(info->parameters[5].id, "normalise");
  ASSERT_TRUE(effect->load(24000, response, {}));
  Arena arena;
  effect->prepare(48000, 4096, arena);
  Stereo sound(48000);
  sound.left[0] = 1;
  for (std::size_t at = 0; at < sound.size(); at += 4000) {
    effect->process({sound.left.data() + at, sound.right.data() + at, 4000});
  }
  const auto [was, was_at] = total(response, 24000);
  const auto [now, now_at] = total(sound.left, 48000);
  EXPECT_NEAR(now_at, was_at, 1e-4);
  // One sample at 48 kHz carries half the energy-time of one at 24 kHz, the convolution makes up.
  EXPECT_NEAR(10 * std::log10(now * 4 / was), 0, 0.05);
  EXPECT_EQ(peak(sound, 0), peak(sound, 4000));
}

}  // namespace
}  // namespace tutti::tests
