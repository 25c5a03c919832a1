// The composer's promises, over many seeds, styles, modes and any sequence of settings.
#include "engine/compose/composer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <set>
#include <vector>

#include "engine/compose/fit.h"
#include "engine/compose/style.h"

namespace tutti::compose {
namespace {

Settings with(std::initializer_list<std::pair<Setting, double>> changes) {
  Settings s;
  for (const auto& [setting, value] : changes) s.set(setting, value);
  return s;
}

std::vector<Bar> bars_of(std::uint64_t seed, const Settings& s, int n, std::int64_t chapter = 0) {
  Composer composer(seed, chapter);
  std::vector<Bar> bars;
  for (int i = 0; i < n; ++i) bars.push_back(composer.next(s));
  return bars;
}

bool same(const Bar& a, const Bar& b) {
  return a.chapter == b.chapter && a.index == b.index && a.notes == b.notes &&
         a.tension == b.tension && a.chords.size() == b.chords.size() &&
         std::equal(a.chords.begin(), a.chords.end(), b.chords.begin(),
                    [](const ChordAt& x, const ChordAt& y) {
                      return x.at == y.at && x.duration == y.duration && x.chord == y.chord;
                    });
}

rc::Gen<Settings> any_settings() {
  return rc::gen::map(
      rc::gen::container<std::vector<int>>(kSettings, rc::gen::inRange(0, 1001)),
      [](const std::vector<int>& travels) {
        Settings s;
        for (int i = 0; i < kSettings; ++i) {
          const auto& d = setting_table()[static_cast<std::size_t>(i)];
          s.set(static_cast<Setting>(i),
                d.min + (d.max - d.min) * travels[static_cast<std::size_t>(i)] / 1000);
        }
        return s;
      });
}

// What every bar must be, whatever was asked.
std::string fault_of(const Bar& bar) {
  Ticks at{0};
  for (const ChordAt& c : bar.chords) {
    if (c.at != at || c.duration <= Ticks{0}) return "chords leave a gap";
    at += c.duration;
    const auto tones = pitch_classes(c.chord);
    if (tones.size() < 3 || tones.size() > 5 || tones[0] != c.chord.root) return "odd chord";
  }
  if (at != kBarTicks) return "chords do not fill the bar";
  if (!(bar.tension >= 0 && bar.tension <= 1)) return "tension out of range";
  const StyleRow& style = style_row(bar.settings.style());
  const BarNote* last = nullptr;
  for (const BarNote& n : bar.notes) {
    const VoiceRow& row = style.row(n.voice);
    if (n.start < Ticks{0} || n.start >= kBarTicks) return "note outside its bar";
    if (n.duration <= Ticks{0} || n.start + n.duration > kBarTicks * 2) return "odd length";
    if (n.start + n.duration > kBarTicks * (kChapterBars - bar.index))
      return "note past the chapter";
    if (n.velocity < 1 || n.velocity > 127) return "velocity";
    if (n.key < row.lowest || n.key > row.highest) return "note out of its voice's range";
    if (!bar.settings.on(n.voice)) return "a voice that is off plays";
    if (n.voice != Voice::texture && n.play != Play::plain) return "odd way of playing";
    if (last != nullptr &&
        std::tuple(n.start, n.voice, n.key) < std::tuple(last->start, last->voice, last->key))
      return "not sorted";
    last = &n;
  }
  return "";
}

RC_GTEST_PROP(Composer, AnySettingsAtAnyBarGiveSoundBars, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto chapter = *rc::gen::inRange<std::int64_t>(0, 1000);
  Composer composer(seed, chapter);
  Settings settings = *any_settings();
  for (int i = 0; i < kChapterBars + 8; ++i) {
    // Sometimes everything changes, sometimes one knob, sometimes nothing.
    const int what = *rc::gen::inRange(0, 4);
    if (what == 0) settings = *any_settings();
    if (what == 1) {
      const auto s = static_cast<Setting>(*rc::gen::inRange(0, kSettings));
      const auto& d = setting_table()[static_cast<std::size_t>(s)];
      settings.set(s, d.min + (d.max - d.min) * *rc::gen::inRange(0, 101) / 100);
    }
    Composer ahead = composer;
    const Bar bar = composer.next(settings);
    RC_ASSERT(fault_of(bar) == "");
    RC_ASSERT(same(ahead.next(settings), bar));
    RC_ASSERT(bar.key == settings.key());
    RC_ASSERT(bar.settings == settings);
  }
}

TEST(Composer, SameSeedSameNotesOtherSeedOthers) {
  const Settings s;
  const auto a = bars_of(7, s, 160), b = bars_of(7, s, 160), other = bars_of(8, s, 160);
  int differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(same(a[i], b[i])) << i;
    differ += !same(a[i], other[i]);
  }
  EXPECT_GT(differ, 150);
}

TEST(Composer, ChaptersDependOnNothingBefore) {
  const Settings s = with({{Setting::style, 5}, {Setting::intensity, 0.8}});
  const auto all = bars_of(3, s, 4 * kChapterBars);
  const auto third = bars_of(3, s, kChapterBars, 3);
  for (std::size_t i = 0; i < third.size(); ++i)
    EXPECT_TRUE(same(all[3 * kChapterBars + i], third[i])) << i;
}

TEST(Composer, ACopyGoesOnAsTheOriginalAndIsItsOwn) {
  Composer a(11, 2);
  Settings s;
  for (int i = 0; i < 13; ++i) a.next(s);
  Composer b = a, c(1, 1);
  c = b;
  Settings other = s;
  other.set(Setting::style, 2);
  b.next(other);
  for (int i = 0; i < 70; ++i) EXPECT_TRUE(same(a.next(s), c.next(s))) << i;
}

// The content of bars as a listener would call it the same: voices, keys, places to a sixteenth.
std::vector<std::array<std::int64_t, 4>> content(const Bar& bar) {
  std::vector<std::array<std::int64_t, 4>> out;
  const std::int64_t grid = kTicksPerQuarter / 4;
  for (const BarNote& n : bar.notes)
    if (n.voice != Voice::drums && n.voice != Voice::texture)
      out.push_back({static_cast<std::int64_t>(n.voice), n.key, (n.start.value + grid / 2) / grid,
                     (n.duration.value + grid / 2) / grid});
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Composer, NoEightBarsComeTwiceInHours) {
  for (int style = 0; style < kStyles; ++style)
    for (const std::uint64_t seed : {1ull, 7ull, 99ull}) {
      const Settings s = with({{Setting::style, style}, {Setting::intensity, 0.15 * style}});
      // Three hours at 70 bpm.
      const auto bars = bars_of(seed, s, 3 * 1050);
      std::vector<std::vector<std::array<std::int64_t, 4>>> contents;
      for (const Bar& bar : bars) contents.push_back(content(bar));
      std::set<std::vector<std::vector<std::array<std::int64_t, 4>>>> seen;
      for (std::size_t i = 0; i + 8 <= contents.size(); ++i)
        EXPECT_TRUE(seen.insert({contents.begin() + static_cast<std::ptrdiff_t>(i),
                                 contents.begin() + static_cast<std::ptrdiff_t>(i) + 8})
                        .second)
            << "style " << style << " seed " << seed << " bar " << i;
    }
}

TEST(Composer, StrongBeatsHoldChordTones) {
  for (int style = 0; style < kStyles; ++style)
    for (int mode = 0; mode < 8; ++mode)
      for (const double intensity : {0.0, 0.5, 1.0}) {
        const Settings s = with({{Setting::style, style},
                                 {Setting::mode, mode},
                                 {Setting::intensity, intensity},
                                 {Setting::density, 0.7}});
        for (const Bar& bar : bars_of(21, s, 128))
          for (const BarNote& n : bar.notes) {
            const bool melodic =
                n.voice == Voice::piano || n.voice == Voice::pluck || n.voice == Voice::bell;
            if (!melodic || !is_strong(n.start)) continue;
            EXPECT_TRUE(is_chord_tone(chord_at(bar.chords, n.start), n.key))
                << "style " << style << " mode " << mode << " chapter " << bar.chapter << " bar "
                << bar.index << " key " << n.key;
          }
      }
}

TEST(Composer, WithoutIntensityEveryNoteIsInTheScale) {
  for (int style = 0; style < kStyles; ++style)
    for (int mode = 0; mode < 8; ++mode) {
      const Settings s = with({{Setting::style, style},
                               {Setting::mode, mode},
                               {Setting::key, (style + 2 * mode) % 12},
                               {Setting::intensity, 0}});
      for (const Bar& bar : bars_of(5, s, 256))
        for (const BarNote& n : bar.notes) {
          if (n.voice == Voice::drums) continue;
          EXPECT_TRUE(score::in_scale(bar.key, n.key))
              << "style " << style << " mode " << mode << " bar " << bar.index << " "
              << name_of(n.voice) << " " << n.key;
        }
    }
}

TEST(Composer, ForeignNotesComeWithIntensityAndStayFew) {
  for (int style = 0; style < kStyles; ++style) {
    std::array<double, 3> share{};
    for (int level = 0; level < 3; ++level) {
      int inside = 0, all = 0;
      for (const Bar& bar :
           bars_of(5, with({{Setting::style, style}, {Setting::intensity, level / 2.0}}), 512))
        for (const BarNote& n : bar.notes)
          if (n.voice != Voice::drums) ++all, inside += score::in_scale(bar.key, n.key);
      share[static_cast<std::size_t>(level)] = static_cast<double>(inside) / all;
    }
    EXPECT_EQ(share[0], 1.0) << style;
    EXPECT_GT(share[1], share[2]) << style;
    EXPECT_GT(share[2], 0.88) << style;
    EXPECT_LT(share[2], 0.999) << style;
  }
}

TEST(Composer, AChangeOfKeyIsHeardInTheNextBar) {
  for (int tonic = 0; tonic < 12; ++tonic) {
    Composer composer(9, 0);
    Settings s = with({{Setting::intensity, 0}});
    for (int i = 0; i < 11; ++i) composer.next(s);
    s.set(Setting::key, tonic);
    s.set(Setting::mode, 4);
    for (int i = 0; i < 30; ++i) {
      const Bar bar = composer.next(s);
      for (const ChordAt& c : bar.chords)
        for (const int tone : pitch_classes(c.chord))
          EXPECT_TRUE(score::in_scale(s.key(), tone)) << tonic << " bar " << i;
      for (const BarNote& n : bar.notes)
        if (n.voice != Voice::drums) {
          EXPECT_TRUE(score::in_scale(s.key(), n.key));
        }
    }
  }
}

TEST(Composer, EveryVoiceSwitchedOnIsHeardSoon) {
  for (int style = 0; style < kStyles; ++style)
    for (int v = 0; v < kVoices; ++v) {
      const auto voice = static_cast<Voice>(v);
      // A style's figure may leave a bar out; within a section everybody has played.
      Settings s = with({{Setting::style, style}, {on_of(voice), 0}});
      Composer composer(4, 1);
      for (int i = 0; i < 17; ++i)
        for (const BarNote& n : composer.next(s).notes) EXPECT_NE(n.voice, voice);
      s.set(on_of(voice), 1);
      int heard = 0, first = -1;
      for (int i = 0; i < 8; ++i)
        for (const BarNote& n : composer.next(s).notes)
          if (n.voice == voice) {
            ++heard;
            if (first < 0) first = i;
          }
      EXPECT_GT(heard, 0) << "style " << style << " " << name_of(voice);
      if (voice == Voice::pad || voice == Voice::bass || voice == Voice::drums) {
        EXPECT_EQ(first, 0) << "style " << style << " " << name_of(voice);
      }
    }
}

TEST(Composer, OneVoiceAloneStillMakesMusic) {
  for (int style = 0; style < kStyles; ++style)
    for (int v = 0; v < kVoices; ++v) {
      Settings s = with({{Setting::style, style}});
      for (int w = 0; w < kVoices; ++w) s.set(on_of(static_cast<Voice>(w)), w == v);
      int silent = 0, run = 0, longest = 0;
      for (const Bar& bar : bars_of(13, s, 128)) {
        run = bar.notes.empty() ? run + 1 : 0;
        silent += bar.notes.empty();
        longest = std::max(longest, run);
      }
      EXPECT_LT(silent, 100) << "style " << style << " " << name_of(static_cast<Voice>(v));
    }
}

// Notes a bar, mean key, share of short notes, share of each voice.
std::vector<double> features(int style) {
  double notes = 0, keys = 0, pitched = 0, shorts = 0;
  std::vector<double> voices(kVoices);
  const int kBars = 512;
  for (const Bar& bar :
       bars_of(17, with({{Setting::style, style}, {Setting::intensity, 0.5}}), kBars))
    for (const BarNote& n : bar.notes) {
      ++notes;
      ++voices[static_cast<std::size_t>(n.voice)];
      if (n.voice == Voice::drums || n.voice == Voice::texture) continue;
      keys += n.key, ++pitched;
      shorts += n.duration < 1_quarters;
    }
  std::vector<double> out = {notes / kBars / 10, keys / pitched / 6, 2 * shorts / pitched};
  for (const double v : voices) out.push_back(3 * v / notes);
  return out;
}

TEST(Composer, StylesAreFarApart) {
  std::vector<std::vector<double>> all;
  for (int style = 0; style < kStyles; ++style) all.push_back(features(style));
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < all[a].size(); ++i)
        sum += (all[a][i] - all[b][i]) * (all[a][i] - all[b][i]);
      EXPECT_GT(std::sqrt(sum), 0.7) << "styles " << b << " and " << a;
    }
}

TEST(Composer, DensityAndIntensityMeanMoreNotes) {
  for (int style = 0; style < kStyles; ++style)
    for (const Setting s : {Setting::density, Setting::intensity}) {
      std::array<double, 2> notes{};
      for (int level = 0; level < 2; ++level)
        for (const Bar& bar : bars_of(23, with({{Setting::style, style}, {s, level}}), 256))
          notes[static_cast<std::size_t>(level)] += static_cast<double>(bar.notes.size());
      EXPECT_GT(notes[1], 1.25 * notes[0])
          << "style " << style << " setting " << static_cast<int>(s);
    }
}

TEST(Composer, AChapterHasAFormAndComesHome) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    for (int mode = 0; mode < 8; ++mode) {
      const auto bars = bars_of(seed, with({{Setting::mode, mode}}), kChapterBars);
      EXPECT_EQ(bars.front().section, Section::opening);
      EXPECT_EQ(bars.back().section, Section::close);
      EXPECT_EQ(bars.back().chords.back().chord.root, bars.back().key.tonic);
      double highest = 0;
      for (const Bar& bar : bars) highest = std::max(highest, bar.tension);
      EXPECT_GT(highest, bars.front().tension + 0.1);
      EXPECT_GT(highest, bars.back().tension + 0.1);
      std::set<Section> sections;
      for (const Bar& bar : bars) sections.insert(bar.section);
      EXPECT_GE(sections.size(), 5u);
    }
}

TEST(Composer, MelodiesBreatheAndStayWithinReach) {
  // In the ambient style the piano has the melody and nothing else.
  int empty = 0, full = 0, leaps = 0, intervals = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    int last = -1;
    for (const Bar& bar : bars_of(seed, Settings{}, 256)) {
      int notes = 0;
      for (const BarNote& n : bar.notes)
        if (n.voice == Voice::piano) {
          if (last >= 0) ++intervals, leaps += std::abs(n.key - last) > 12;
          last = n.key;
          ++notes;
        }
      (notes == 0 ? empty : full) += 1;
    }
  }
  EXPECT_GT(empty, full / 4);
  EXPECT_GT(full, empty / 2);
  EXPECT_LT(leaps, intervals / 200);
}

TEST(Composer, ChordNamesAreSpeltInTheKey) {
  EXPECT_EQ(name_of(Chord{9, Quality::minor7, 9}, {9, score::Mode::minor}), "Am7");
  EXPECT_EQ(name_of(Chord{5, Quality::major, 9}, {9, score::Mode::minor}), "F/A");
  EXPECT_EQ(name_of(Chord{10, Quality::major7, 10}, {5, score::Mode::major}), "Bbmaj7");
  EXPECT_EQ(name_of(Chord{6, Quality::half_diminished7, 6}, {7, score::Mode::major}), "F#m7b5");
}

}  // namespace
}  // namespace tutti::compose
