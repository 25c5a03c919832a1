#include "engine/registry/registry.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "engine/base/random.h"
#include "engine/instruments/synth.h"
#include "engine/registry/synth_names.h"
#include "engine/registry/synth_node.h"

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

TEST(Registry, NamesEverySynthesiser) {
  const auto synths = instruments::synths();
  const auto names = synth_names();
  ASSERT_EQ(names.size(), synths.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(names[i].id, synths[i].id);
    EXPECT_EQ(names[i].name, synths[i].name);
    EXPECT_EQ(names[i].summary, synths[i].summary);
    EXPECT_NE(find(names[i].id), nullptr);
    EXPECT_EQ(find_synth_name(names[i].id), &names[i]);
  }
  EXPECT_EQ(require_synth_name("chior").error().next, "Did you mean \"choir\"?");
}

TEST(Registry, SynthesisersPlayAsNodes) {
  for (const SynthName& synth : synth_names()) {
    const auto node = factory().make(synth.id);
    Arena arena;
    node->prepare(48000, 256, arena);
    const auto play = [&] {
      float l[256], r[256];
      double sum = 0;
      for (int b = 0; b < 150; ++b) {
        node->process({l, r, 256});
        for (float x : l) sum += static_cast<double>(x) * static_cast<double>(x);
      }
      return sum;
    };
    node->event(0x90, 42, 100);
    const double first = play();
    EXPECT_GT(first, 1e-6) << synth.id;
    node->reset();
    EXPECT_TRUE(node->silent());
    // A trim is a gain after it.
    node->set_param("trim", -12);
    node->event(0x90, 42, 100);
    EXPECT_NEAR(10 * std::log10(play() / first), -12, 0.01) << synth.id;
  }
}

TEST(Registry, LoadsOnlyWhatItKnows) {
  const std::vector<std::byte> nothing(20);
  EXPECT_EQ(factory().load("take", nothing).error().code, Code::wrong_usage);
  EXPECT_EQ(factory().load("sf:x", nothing).error().code, Code::bad_input);
}

}  // namespace
}  // namespace tutti::registry
