// Sections against the analogue models they follow.
#include "engine/dsp/matched.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

double decibels(const Complex& h) {
  return 10 * std::log10(std::max(squared(h), 1e-20));
}

struct Deviation {
  double most = 0;  // dB, where the model is above -60 dB
};
template <class Make>
double deviation(const Analogue& model, double corner, double rate, double up_to, Make make) {
  const Section s = make(model, math::kTwoPi * corner / rate);
  double most = 0;
  for (int i = 0; i < 400; ++i) {
    const double f = 20 * std::pow(up_to / 20, i / 399.0);
    const double wanted = decibels(response(model, f / corner));
    if (wanted < -60) continue;
    most = std::max(most, std::fabs(decibels(response(s, math::kTwoPi * f / rate)) - wanted));
  }
  return most;
}

TEST(Matched, BellsKeepTheirShapeUpToTheNyquistFrequency) {
  for (const double rate : {44100.0, 48000.0, 96000.0}) {
    for (const double q : {0.5, 0.707, 1.0, 2.0, 5.0, 20.0}) {
      for (const double gain : {-12.0, -6.0, 3.0, 6.0, 12.0}) {
        for (const double corner : {20.0, 100.0, 1000.0, 5000.0, 12000.0, 16000.0, 20000.0}) {
          const double off = deviation(bell(gain, q), corner, rate, 0.49 * rate, matched);
          const double bound = corner < rate / 40 ? 0.1 : 0.06 * std::fabs(gain);
          EXPECT_LT(off, bound) << corner << " Hz at " << rate << ", q " << q << ", " << gain;
        }
      }
    }
  }
}

TEST(Matched, ABellAt16kIsNotSqueezedAsByTheBilinearTransform) {
  for (const double rate : {44100.0, 48000.0}) {
    const Analogue model = bell(6, 1);
    EXPECT_LT(deviation(model, 16000, rate, 20000, matched), 0.35) << rate;
    EXPECT_GT(deviation(model, 16000, rate, 20000, bilinear), 2.0) << rate;
  }
}

TEST(Matched, ShelvesAndCutsFollowTheirModels) {
  for (const double rate : {44100.0, 48000.0, 192000.0}) {
    for (const double corner : {20.0, 100.0, 1000.0, 2000.0}) {
      for (const double gain : {-12.0, 4.0, 12.0}) {
        EXPECT_LT(deviation(low_shelf(gain, 0.707), corner, rate, 20000, matched), 0.1);
        EXPECT_LT(deviation(high_shelf(gain, 0.707), corner, rate, 20000, matched), 0.1);
      }
      EXPECT_LT(deviation(high_pass(0.707), corner, rate, 20000, matched), 0.1);
      EXPECT_LT(deviation(low_pass(0.707), corner, rate, 2 * corner, matched), 0.1);
      EXPECT_LT(deviation(notch(3), corner, rate, 20000, matched), 0.1);
      EXPECT_LT(deviation(high_pass1(), corner, rate, 20000, matched), 0.1);
      EXPECT_LT(deviation(low_pass1(), corner, rate, 2 * corner, matched), 0.1);
    }
    for (const double corner : {8000.0, 12000.0, 16000.0}) {
      EXPECT_LT(deviation(high_shelf(6, 0.707), corner, rate, 20000, matched), 0.4) << corner;
      EXPECT_LT(deviation(high_shelf(-6, 0.707), corner, rate, 20000, matched), 0.4) << corner;
      EXPECT_LT(deviation(low_pass(0.707), corner, rate, 20000, matched), 1.1) << corner;
    }
  }
}

TEST(Matched, PhaseFollowsTheModelToo) {
  for (const double corner : {100.0, 1000.0}) {
    const Analogue models[] = {bell(9, 2), low_shelf(6, 0.7), high_shelf(-6, 0.7), high_pass(0.7)};
    for (const Analogue& model : models) {
      const Section s = matched(model, math::kTwoPi * corner / 48000);
      for (double f = 20; f < 2500; f *= 1.1) {
        const Complex a = response(model, f / corner), b = response(s, math::kTwoPi * f / 48000);
        if (decibels(a) < -60) continue;
        const double turn = math::atan2(a.re * b.im - a.im * b.re, a.re * b.re + a.im * b.im);
        // A digital filter without delay leads a little towards the Nyquist frequency.
        EXPECT_LT(std::fabs(turn) * 180 / math::kPi, 0.1 + 0.004 * f) << corner << " at " << f;
      }
    }
  }
}

TEST(Matched, EverySectionIsStable) {
  const auto stable = [](const Section& s) {
    return std::isfinite(s.g) && std::isfinite(s.k) && s.g > 0 && s.k > 0 &&
           std::isfinite(s.c0 + s.c1 + s.c2) && s.c0 >= 0 && s.c1 >= 0 && s.c2 >= 0;
  };
  for (double w0 = 1e-4; w0 < 16; w0 *= 1.3) {
    for (double q = 0.1; q <= 40; q *= 1.5) {
      for (const double gain : {-24.0, -6.0, -0.001, 0.001, 3.0, 24.0}) {
        for (const Analogue& model : {bell(gain, q), low_shelf(gain, q), high_shelf(gain, q)})
          EXPECT_TRUE(stable(matched(model, w0))) << w0 << ' ' << q << ' ' << gain;
      }
      for (const Analogue& model :
           {low_pass(q), high_pass(q), band_pass(q), notch(q), low_pass1(), high_pass1()})
        EXPECT_TRUE(stable(matched(model, w0))) << w0 << ' ' << q;
    }
  }
}

TEST(Matched, GainMovesTheResponseWithoutJumps) {
  for (double w0 = 1e-3; w0 < 5; w0 *= 1.7) {
    Section before = matched(bell(-24, 1), w0);
    for (double gain = -23.9; gain < 24; gain += 0.1) {
      const Section now = matched(bell(gain, 1), w0);
      for (double w = 0.01; w < 3.1; w *= 1.5)
        ASSERT_LT(std::fabs(decibels(response(now, w)) - decibels(response(before, w))), 0.3)
            << w0 << ' ' << gain;
      before = now;
    }
  }
}

TEST(Section, RingsAsLongAsItSays) {
  const Section s = matched(low_pass(5), 0.05);
  const double frames = ring_frames(s, 60);
  // By the poles: |z|^frames = 1/1000.
  const double radius = std::sqrt((1 - s.g * s.k + s.g * s.g) / (1 + s.g * s.k + s.g * s.g));
  EXPECT_NEAR(std::pow(radius, frames), 1e-3, 1e-6);
}

}  // namespace
}  // namespace tutti::dsp
