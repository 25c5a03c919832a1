// The composer with the shipped melodist: the same promises, and the rules where a phrase fails.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <span>
#include <vector>

#include "engine/base/random.h"
#include "engine/compose/composer.h"
#include "engine/compose/fit.h"
#include "engine/compose/melody_model.h"
#include "engine/compose/statistics.h"
#include "engine/compose/style.h"

namespace tutti::compose {
namespace {

std::shared_ptr<const MelodyModel> shipped() {
  std::ifstream file(TUTTI_SOURCE "/models/melody.safetensors", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  auto model = MelodyModel::load(std::as_bytes(std::span(bytes)));
  return model ? *model : nullptr;
}

TEST(WithMelodist, KeepsTheRulesOfHarmonyAndRange) {
  const auto model = shipped();
  ASSERT_NE(model, nullptr);
  for (int style = 0; style < kStyles; ++style) {
    Settings s;
    s.set(Setting::style, style);
    s.set(Setting::mode, style);
    s.set(Setting::intensity, 0);
    s.set(Setting::density, 0.7);
    Composer composer(31, style, model);
    std::vector<Bar> bars;
    for (int i = 0; i < kChapterBars; ++i) bars.push_back(composer.next(s));
    const StyleRow& row = style_row(s.style());
    for (const Bar& bar : bars)
      for (const BarNote& n : bar.notes) {
        if (!n.melody) continue;
        EXPECT_TRUE(score::in_scale(bar.key, n.key)) << "style " << style << " bar " << bar.index;
        EXPECT_GE(n.key, row.row(n.voice).lowest);
        EXPECT_LE(n.key, row.row(n.voice).highest);
        if (is_strong(n.start)) {
          EXPECT_TRUE(is_chord_tone(chord_at(bar.chords, n.start), n.key))
              << "style " << style << " bar " << bar.index;
        }
      }
    EXPECT_EQ(statistics_of(melody_of(bars)).strong_chord_tones, 1);
  }
}

TEST(WithMelodist, SameNotesAgainAndOthersThanByRule) {
  const auto model = shipped();
  ASSERT_NE(model, nullptr);
  Settings s;
  s.set(Setting::style, 3);
  Composer a(5, 0, model), b(5, 0, model), rule(5, 0);
  int differs = 0, melody = 0;
  for (int i = 0; i < kChapterBars; ++i) {
    const Bar bar = a.next(s);
    EXPECT_EQ(bar.notes, b.next(s).notes) << i;
    differs += bar.notes != rule.next(s).notes;
    for (const BarNote& n : bar.notes) melody += n.melody;
  }
  EXPECT_GT(differs, 8);
  EXPECT_GT(melody, 60);
}

TEST(WithMelodist, SettingsMayChangeInEveryBar) {
  const auto model = shipped();
  ASSERT_NE(model, nullptr);
  Composer composer(8, 3, model);
  tutti::Random random(4);
  for (int i = 0; i < kChapterBars; ++i) {
    Settings s;
    for (int k = 0; k < kSettings; ++k) {
      const auto& d = setting_table()[static_cast<std::size_t>(k)];
      s.set(static_cast<Setting>(k), random.uniform(d.min, d.max));
    }
    const Bar bar = composer.next(s);
    ASSERT_FALSE(bar.chords.empty());
    for (const BarNote& n : bar.notes) {
      EXPECT_GT(n.duration, Ticks{0});
      EXPECT_LE(n.start + n.duration, kBarTicks * (kChapterBars - bar.index));
    }
  }
}

}  // namespace
}  // namespace tutti::compose
