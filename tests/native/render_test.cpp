// Rendering offline: the samples do not depend on blocks, the report says what was heard, and what
// is missing is named.
#include <gtest/gtest.h>

#include "native/render/offline.h"
#include "tests/native/support.h"
#include "tests/support/tiny_font.h"

namespace tutti {
namespace {

class Render : public testing::Test {
 protected:
  Render() {
    tests::FontMaker maker;
    maker.simple(0, 0, maker.sine());
    font_ = maker.bytes();
    graph::PlanNode node;
    node.id = 1;
    node.kind = "sampler";
    plan_.nodes.push_back(node);
    plan_.tempos = {{{}, 500000}};
    plan_.metres = {{}};
    for (int i = 0; i < 4; ++i) {
      plan_.events.push_back(
          {Ticks{i * kTicksPerQuarter}, 0, 0x90, static_cast<std::uint8_t>(69), 100});
      plan_.events.push_back({Ticks{i * kTicksPerQuarter + kTicksPerQuarter / 2}, 0, 0x80, 69, 0});
    }
    plan_.end = 4_quarters;
    fonts_ = {{"sf:tiny", font_, nullptr}};
  }

  Result<render::RenderReport> run(const render::RenderOptions& options, std::vector<float>& left,
                                   const Progress& progress = {}) {
    return render::render(
        plan_, fonts_, options,
        [&](const float* l, const float*, int frames) -> Result<void> {
          left.insert(left.end(), l, l + frames);
          return {};
        },
        progress);
  }

  std::vector<std::byte> font_;
  graph::Plan plan_;
  std::vector<render::Resource> fonts_;
};

TEST_F(Render, BlocksDoNotChangeASample) {
  std::vector<float> reference;
  ASSERT_TRUE(run({}, reference).ok());
  ASSERT_GE(reference.size(), 96000u);
  EXPECT_GT(test::level_at(std::span(reference).subspan(2400, 4800), 48000, 480), 0.01);
  for (const int block : {1, 77, 128, 4096}) {
    std::vector<float> other;
    render::RenderOptions options;
    options.block = block;
    ASSERT_TRUE(run(options, other).ok());
    other.resize(std::min(other.size(), reference.size()));
    EXPECT_TRUE(std::equal(other.begin(), other.end(), reference.begin())) << block;
  }
}

TEST_F(Render, TheReportSaysWhatWasHeard) {
  std::vector<float> left;
  double last = -1;
  const auto report = run({}, left, [&](double fraction, std::string_view) {
    EXPECT_GE(fraction, last);
    last = fraction;
    return true;
  });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->frames, left.size());
  EXPECT_NEAR(report->seconds, static_cast<double>(left.size()) / 48000, 1e-9);
  EXPECT_GE(report->seconds, 1.75);
  EXPECT_GT(report->cpu_seconds, 0);
  EXPECT_EQ(last, 1);
  float peak = 0;
  for (const float sample : left) peak = std::max(peak, std::fabs(sample));
  EXPECT_NEAR(report->loudness.sample_peak, test::db(static_cast<double>(peak)),
              3.1);  // the other side may be louder
  EXPECT_GE(report->loudness.true_peak, report->loudness.sample_peak - 1e-6);
  EXPECT_LT(report->loudness.integrated, 0);
  EXPECT_GT(report->loudness.integrated, -70);
  EXPECT_TRUE(report->warnings.empty());
}

TEST_F(Render, StopsWhenAskedAndWhenTheSinkFails) {
  std::vector<float> left;
  auto stopped = run({}, left, [](double, std::string_view) { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::cancelled);
  auto failed =
      render::render(plan_, fonts_, {}, [](const float*, const float*, int) -> Result<void> {
        return Error{Code::too_large, "Full.", "Stop."};
      });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::too_large);
}

TEST_F(Render, WhatIsMissingIsNamed) {
  auto no_font = render::render(plan_, {}, {},
                                [](const float*, const float*, int) -> Result<void> { return {}; });
  ASSERT_FALSE(no_font.ok());
  EXPECT_EQ(no_font.error().code, Code::missing_part);
  graph::PlanNode clip;
  clip.id = 2;
  clip.kind = "clip";
  clip.resource = std::string(64, 'a');
  plan_.nodes.push_back(clip);
  std::vector<float> left;
  auto report = run({}, left);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->warnings.size(), 1u);
  EXPECT_NE(report->warnings[0].find("recording is missing"), std::string::npos);
}

TEST_F(Render, EndlessSongsAreRefused) {
  plan_.end = {kTicksPerQuarter * 100000};
  std::vector<float> left;
  auto report = run({}, left);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::too_large);
}

}  // namespace
}  // namespace tutti
