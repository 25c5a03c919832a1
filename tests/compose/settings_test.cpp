// The table of settings and its text: every description is sound, every spelling finds its value.
#include "engine/compose/settings.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <string>

#include "engine/compose/setting_text.h"

namespace tutti::compose {
namespace {

TEST(Settings, TableIsSound) {
  std::set<std::string> ids;
  ASSERT_EQ(setting_table().size(), static_cast<std::size_t>(kSettings));
  for (const auto& d : setting_table()) {
    EXPECT_TRUE(ids.insert(std::string(d.id)).second) << d.id;
    EXPECT_FALSE(d.name.empty());
    EXPECT_LT(d.min, d.max) << d.id;
    EXPECT_GE(d.initial, d.min) << d.id;
    EXPECT_LE(d.initial, d.max) << d.id;
    if (d.scale == param::Scale::choice) {
      EXPECT_EQ(d.choices.size(), static_cast<std::size_t>(d.max + 1)) << d.id;
    }
  }
  for (int v = 0; v < kVoices; ++v) {
    const auto voice = static_cast<Voice>(v);
    const std::string name(name_of(voice));
    EXPECT_EQ(setting_from_id(name + "_on"), on_of(voice));
    EXPECT_EQ(setting_from_id(name + "_level"), level_of(voice));
    EXPECT_EQ(voice_from_name(name), voice);
  }
}

TEST(Settings, SetClampsAndKeepsNumbers) {
  Settings s;
  s.set(Setting::bpm, 500);
  EXPECT_EQ(s[Setting::bpm], 180);
  s.set(Setting::bpm, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(s[Setting::bpm], 70);
  s.set(Setting::key, 3.4);
  EXPECT_EQ(s.tonic(), 3);
}

TEST(Settings, ChangesAreHeardWhenStated) {
  EXPECT_EQ(when_of(Setting::intensity), When::at_once);
  EXPECT_EQ(when_of(Setting::brightness), When::at_once);
  EXPECT_EQ(when_of(Setting::space), When::at_once);
  EXPECT_EQ(when_of(level_of(Voice::texture)), When::at_once);
  EXPECT_EQ(when_of(Setting::key), When::at_bar);
  EXPECT_EQ(when_of(Setting::density), When::at_bar);
  EXPECT_EQ(when_of(Setting::bpm), When::at_bar);
  EXPECT_EQ(when_of(on_of(Voice::pad)), When::at_bar);
  EXPECT_TRUE(glides(Setting::bpm));
  EXPECT_TRUE(glides(Setting::density));
  EXPECT_FALSE(glides(Setting::style));
  EXPECT_FALSE(glides(Setting::transition));
}

TEST(Settings, EveryScaleHasTheRightNotes) {
  Settings s;
  s.set(Setting::key, 9);
  const char* const kNames[] = {"aeolian",    "dorian", "phrygian",       "lydian",
                                "mixolydian", "ionian", "harmonic minor", "pentatonic"};
  const int kNotes[][7] = {{9, 11, 0, 2, 4, 5, 7}, {9, 11, 0, 2, 4, 6, 7}, {9, 10, 0, 2, 4, 5, 7},
                           {9, 11, 1, 3, 4, 6, 8}, {9, 11, 1, 2, 4, 6, 7}, {9, 11, 1, 2, 4, 6, 8},
                           {9, 11, 0, 2, 4, 5, 8}, {9, 11, 1, 4, 6, 9, 9}};
  for (int mode = 0; mode < 8; ++mode) {
    EXPECT_EQ(*mode_from_name(kNames[mode]), mode);
    s.set(Setting::mode, mode);
    std::set<int> expected(std::begin(kNotes[mode]), std::end(kNotes[mode])), found;
    for (int pitch = 0; pitch < 12; ++pitch)
      if (score::in_scale(s.key(), pitch)) found.insert(pitch);
    EXPECT_EQ(found, expected) << kNames[mode];
  }
}

TEST(SettingText, KeysInAnySpelling) {
  const std::pair<const char*, int> kSpellings[] = {
      {"A", 9},  {"a", 9},       {"Bb", 10},    {"A#", 10}, {"bb", 10}, {"B♭", 10},
      {"F♯", 6}, {"f sharp", 6}, {"E flat", 3}, {"Cb", 11}, {"E#", 5},  {"B#", 0},
      {"b", 11}, {" C ", 0},     {"G-flat", 6}, {"Dbb", 0}, {"Fb", 4},  {"gsharp", 8}};
  for (const auto& [text, value] : kSpellings) {
    const auto tonic = tonic_from_name(text);
    ASSERT_TRUE(tonic) << text;
    EXPECT_EQ(*tonic, value) << text;
  }
  for (const char* text : {"", "H", "A minor", "Am", "A##b", "#", "9x", " ", "AA"})
    EXPECT_FALSE(tonic_from_name(text)) << text;
  EXPECT_NE(tonic_from_name("A minor").error().next.find("mode"), std::string::npos);
}

TEST(SettingText, MisspeltNamesGetASuggestion) {
  EXPECT_NE(mode_from_name("eolian").error().message.find("aeolian"), std::string::npos);
  EXPECT_NE(style_from_name("ambiant").error().message.find("ambient"), std::string::npos);
  EXPECT_NE(find_setting("intensiti").error().message.find("intensity"), std::string::npos);
  EXPECT_EQ(*mode_from_name("Harmonic_Minor"), 6);
  EXPECT_EQ(*mode_from_name("major"), 5);
  EXPECT_EQ(*style_from_name("Night"), Style::night);
}

TEST(SettingText, ValuesFromTextAndBack) {
  EXPECT_EQ(*value_from_text(Setting::key, "Bb"), 10);
  EXPECT_EQ(*value_from_text(Setting::key, "9"), 9);
  EXPECT_EQ(*value_from_text(Setting::bpm, "72.5"), 72.5);
  EXPECT_EQ(*value_from_text(on_of(Voice::pad), "off"), 0);
  EXPECT_EQ(*value_from_text(level_of(Voice::bell), "-6 dB"), -6);
  EXPECT_FALSE(value_from_text(Setting::key, "12"));
  EXPECT_FALSE(value_from_text(Setting::bpm, "300"));
  for (int i = 0; i < kSettings; ++i) {
    const auto s = static_cast<Setting>(i);
    const auto& d = setting_table()[static_cast<std::size_t>(i)];
    for (const double v : {d.min, d.initial, d.max})
      EXPECT_NEAR(*value_from_text(s, value_to_text(s, v)), v, 1e-12) << d.id;
  }
}

TEST(SettingText, OutOfRangeNamesTheRange) {
  const auto bpm = checked(Setting::bpm, 300);
  ASSERT_FALSE(bpm);
  EXPECT_NE(bpm.error().next.find("40 to 180"), std::string::npos) << bpm.error().next;
  EXPECT_FALSE(checked(Setting::bpm, std::nan("")));
  EXPECT_FALSE(checked(Setting::key, 2.5));
  EXPECT_TRUE(checked(Setting::intensity, 0.25));
}

TEST(SettingText, KeysAreSpeltAsTheSignatureHasThem) {
  Settings s;
  EXPECT_EQ(key_text(s), "A aeolian");
  s.set(Setting::key, 10);
  s.set(Setting::mode, 5);
  EXPECT_EQ(key_text(s), "Bb ionian");
  s.set(Setting::mode, 6);
  EXPECT_EQ(key_text(s), "Bb harmonic minor");
}

}  // namespace
}  // namespace tutti::compose
