#include "engine/param/description.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/param/smoothed.h"

namespace tutti::param {
namespace {

constexpr std::string_view kShapes[] = {"sine", "square"};
const Description kList[] = {
    {"level", "Level", Unit::decibels, -60, 12, 0, Scale::linear, {}},
    {"cutoff", "Cutoff", Unit::hertz, 20, 20000, 1000, Scale::logarithmic, {}},
    {"steps", "Steps", Unit::semitones, -12, 12, 0, Scale::integer, {}},
    {"shape", "Shape", Unit::none, 0, 1, 0, Scale::choice, kShapes},
    {"on", "On", Unit::none, 0, 1, 1, Scale::toggle, {}},
    {"mix", "Mix", Unit::percent, 0, 100, 50, Scale::linear, {}},
};

TEST(Description, TravelGoesThereAndBack) {
  for (const Description& d : kList) {
    EXPECT_EQ(to_travel(d, d.min), 0) << d.id;
    EXPECT_NEAR(to_travel(d, d.max), 1, 1e-12) << d.id;
    for (int i = 0; i <= 50; ++i) {
      const double value = from_travel(d, i / 50.0);
      EXPECT_GE(value, d.min);
      EXPECT_LE(value, d.max);
      EXPECT_NEAR(from_travel(d, to_travel(d, value)), value, 1e-9 * d.max);
    }
  }
  EXPECT_NEAR(from_travel(kList[1], 0.5), std::sqrt(20.0 * 20000), 1e-6);  // equal ratios
}

TEST(Description, TextGoesThereAndBack) {
  for (const Description& d : kList) {
    for (int i = 0; i <= 20; ++i) {
      const double value = from_travel(d, i / 20.0);
      const auto read = from_text(d, to_text(d, value));
      ASSERT_TRUE(read.ok()) << to_text(d, value);
      EXPECT_NEAR(*read, value, value > 1000 ? 0.51 : 5.1e-4) << to_text(d, value);
    }
  }
  EXPECT_EQ(to_text(kList[0], -6), "-6 dB");
  EXPECT_EQ(to_text(kList[1], 1250), "1.25 kHz");
  EXPECT_EQ(to_text(kList[3], 1), "square");
  EXPECT_EQ(to_text(kList[4], 0), "off");
  EXPECT_EQ(to_text(kList[5], 12.3456), "12.346%");
}

TEST(Description, TextIsReadKindlyAndRefusedClearly) {
  EXPECT_EQ(*from_text(kList[1], " 2k "), 2000);
  EXPECT_EQ(*from_text(kList[1], "440hz"), 440);
  EXPECT_EQ(*from_text(kList[0], "-3,5"), -3.5);
  EXPECT_EQ(*from_text(kList[3], "SQUARE"), 1);
  for (const char* bad : {"", "loud", "5 apples", "--3", "1e9 Hz"}) {
    const auto r = from_text(kList[0], bad);
    ASSERT_FALSE(r.ok()) << bad;
    EXPECT_EQ(r.error().code, Code::wrong_usage);
  }
  EXPECT_NE(from_text(kList[0], "40 dB").error().next.find("-60 dB to 12 dB"), std::string::npos);
}

TEST(Description, ClampNeverLeavesTheRange) {
  for (const Description& d : kList) {
    for (double x : {-1e300, 1e300, -0.3, 0.4, 0.6, std::numeric_limits<double>::infinity()}) {
      const double c = clamp(d, x);
      EXPECT_TRUE(c >= d.min && c <= d.max);
      EXPECT_EQ(clamp(d, c), c);
    }
    EXPECT_EQ(clamp(d, std::nan("")), d.initial);
  }
  EXPECT_EQ(clamp(kList[2], 3.6), 4);
  EXPECT_EQ(find(kList, "cutoff"), &kList[1]);
  EXPECT_EQ(find(kList, "nothing"), nullptr);
}

TEST(Smoothed, RampDoesNotDependOnSteps) {
  Smoothed a, b;
  a.set_now(1), b.set_now(1);
  a.set_target(3, 100), b.set_target(3, 100);
  a.advance(37);
  for (int i = 0; i < 37; ++i) b.advance(1);
  EXPECT_EQ(a.value(), b.value());
  EXPECT_EQ(a.value_at(13), [&] {
    b.advance(13);
    return b.value();
  }());
  EXPECT_NEAR(a.value(), 1 + 2 * 0.37, 1e-6);
  a.advance(1000);
  EXPECT_EQ(a.value(), 3);
  EXPECT_FALSE(a.moving());
  // A new target starts from where the ramp is.
  a.set_target(0, 10);
  a.advance(5);
  a.set_target(3, 10);
  EXPECT_NEAR(a.value(), 1.5, 1e-6);
}

}  // namespace
}  // namespace tutti::param
