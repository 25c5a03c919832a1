#include "engine/registry/registry.h"

#include <gtest/gtest.h>
#include <set>

#include "engine/base/random.h"

namespace tutti::registry {
namespace {

TEST(Registry, EveryEntryCanBeMadeAndRunAtEveryRate) {
  std::set<std::string_view> ids;
  for (const Entry& entry : entries()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_EQ(find(entry.id), &entry);
    EXPECT_FALSE(entry.name.empty() || entry.description.empty());
    for (double rate : {8000.0, 44100.0, 192000.0}) {
      const auto node = factory().make(entry.id);
      ASSERT_NE(node, nullptr);
      Arena arena;
      node->prepare(rate, 256, arena);
      float l[256], r[256];
      l[0] = 1;
      node->process({l, r, 256});
      EXPECT_EQ(l[0], 0);  // overwritten, and silent with nothing to play
      EXPECT_TRUE(node->silent());
    }
  }
  EXPECT_EQ(find("theremin"), nullptr);
  EXPECT_EQ(factory().make("theremin"), nullptr);
}

TEST(Registry, EveryParameterIsWellDescribedAndTakenByItsNode) {
  Random random(2);
  for (const Entry& entry : entries()) {
    const auto node = factory().make(entry.id);
    std::set<std::string_view> ids;
    for (const param::Description& d : entry.parameters) {
      EXPECT_TRUE(ids.insert(d.id).second) << d.id;
      EXPECT_LT(d.min, d.max);
      EXPECT_EQ(param::clamp(d, d.initial), d.initial) << d.id;
      for (char c : d.id)
        EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') << d.id;
      for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(node->set_param(d.id, random.uniform(d.min * 2 - 1, d.max * 2 + 1)));
    }
    EXPECT_FALSE(node->set_param("no_such_parameter", 1));
  }
}

TEST(Registry, LoadsOnlyWhatItKnows) {
  const std::vector<std::byte> nothing(20);
  EXPECT_EQ(factory().load("take", nothing).error().code, Code::wrong_usage);
  EXPECT_EQ(factory().load("sf:x", nothing).error().code, Code::bad_input);
}

}  // namespace
}  // namespace tutti::registry
