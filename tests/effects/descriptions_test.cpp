// The list of effects as data: ids, ranges, presets and names that other programs rely on.
#include <gtest/gtest.h>
#include <set>

#include "engine/registry/chain.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

bool id_of(std::string_view id, char joint) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [joint](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joint;
  });
}

class Descriptions : public testing::TestWithParam<const param::EffectInfo*> {};

TEST_P(Descriptions, AreWhole) {
  const auto& info = *GetParam();
  EXPECT_TRUE(id_of(info.id, '-'));
  EXPECT_FALSE(info.name.empty());
  EXPECT_TRUE(info.summary.ends_with('.')) << info.summary;
  EXPECT_FALSE(info.method.empty());
  ASSERT_NE(info.make, nullptr);
  std::set<std::string_view> ids;
  for (const auto& p : info.parameters) {
    EXPECT_TRUE(id_of(p.id, '_')) << p.id;
    EXPECT_TRUE(ids.insert(p.id).second) << p.id << " twice";
    EXPECT_FALSE(p.name.empty()) << p.id;
    EXPECT_LT(p.min, p.max) << p.id;
    EXPECT_LE(p.min, p.initial) << p.id;
    EXPECT_GE(p.max, p.initial) << p.id;
    if (p.scale == param::Scale::logarithmic) {
      EXPECT_GT(p.min, 0) << p.id;
    }
    if (p.scale == param::Scale::choice) {
      EXPECT_EQ(p.max, static_cast<double>(p.choices.size()) - 1) << p.id;
    }
    const auto read = param::from_text(p, param::to_text(p, p.initial));
    ASSERT_TRUE(read) << p.id;
    EXPECT_NEAR(*read, p.initial, 1e-3 * std::max(1.0, std::fabs(p.initial))) << p.id;
    if (p.id == "mix") {
      EXPECT_EQ(p.min, 0);
      EXPECT_EQ(p.max, 1);
    }
  }
  std::set<std::string_view> presets;
  for (const auto& preset : info.presets) {
    EXPECT_TRUE(presets.insert(preset.name).second) << preset.name << " twice";
    for (const auto& [id, value] : preset.values) {
      const auto* p = param::find(info.parameters, id);
      ASSERT_NE(p, nullptr) << preset.name << ": " << id;
      EXPECT_EQ(param::clamp(*p, value), value) << preset.name << ": " << id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Descriptions,
                         testing::ValuesIn(registry::effects().begin(), registry::effects().end()),
                         [](const auto& p) { return case_name(*p.param); });

TEST(EffectNames, AreUniqueAndFound) {
  std::set<const param::EffectInfo*> seen;
  for (const auto* info : registry::effects()) {
    EXPECT_TRUE(seen.insert(info).second);
    EXPECT_EQ(registry::find_effect(info->id), info);
    for (const auto alias : info->aliases) EXPECT_EQ(registry::find_effect(alias), info) << alias;
  }
}

TEST(EffectNames, OfTheFirstPlanStillAnswer) {
  for (const char* name :
       {"ParametricEQ", "LowShelf", "HighShelf", "Compressor", "Limiter", "Expander", "Gate",
        "Saturation", "Distortion", "WaveShaper", "SimpleDelay", "PingPongDelay", "MultiTapDelay",
        "Freeverb", "HallReverb", "PlateReverb", "filter", "transient_shaper", "sidechain_comp"}) {
    EXPECT_NE(registry::find_effect(name), nullptr) << name;
  }
}

TEST(EffectNames, SuggestTheNearest) {
  const auto wrong = registry::require_effect("compresor");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::not_found);
  EXPECT_NE(wrong.error().next.find("compressor"), std::string::npos);
  const auto chain = registry::parse_chain("compressor treshold=-18");
  ASSERT_FALSE(chain);
  EXPECT_NE(chain.error().next.find("threshold"), std::string::npos);
}

TEST(Chain, ReadsWhatItWrites) {
  const auto chain = registry::parse_chain(
      "highpass freq=80, compressor threshold=-18 ratio=4, reverb-plate mix=0.2");
  ASSERT_TRUE(chain) << chain.error().message;
  ASSERT_EQ(chain->size(), 3u);
  const std::string text = registry::chain_text(*chain);
  const auto again = registry::parse_chain(text);
  ASSERT_TRUE(again) << text;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((*again)[i].values, (*chain)[i].values) << text;
  EXPECT_TRUE(registry::parse_chain("")->empty());
}

TEST(Chain, SaysWhatIsWrong) {
  const auto message = [](std::string_view text) {
    const auto chain = registry::parse_chain(text);
    return chain ? std::string() : chain.error().message + " " + chain.error().next;
  };
  EXPECT_NE(message("compressor threshold=900").find("-"), std::string::npos);
  EXPECT_NE(message("compressor, , gain").find("comma"), std::string::npos);
  EXPECT_NE(message("freq=80").find("before any effect"), std::string::npos);
  EXPECT_NE(message("gain loud").find("not a setting"), std::string::npos);
  EXPECT_NE(message("gain \"x").find("never closed"), std::string::npos);
  EXPECT_NE(message("compressor preset=nothing").find("preset"), std::string::npos);
}

}  // namespace
}  // namespace tutti::tests
