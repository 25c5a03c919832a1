// Chains, cadences, voicings and the fitting of lines, each by itself.
#include "engine/compose/harmony.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>

#include "engine/compose/fit.h"
#include "engine/compose/motif.h"
#include "engine/compose/progression_tables.h"
#include "engine/compose/tune.h"
#include "engine/compose/voicing.h"

namespace tutti::compose {
namespace {

constexpr score::Mode kModes[] = {score::Mode::minor,          score::Mode::dorian,
                                  score::Mode::phrygian,       score::Mode::lydian,
                                  score::Mode::mixolydian,     score::Mode::major,
                                  score::Mode::harmonic_minor, score::Mode::major_pentatonic};

std::vector<Chain> chains() {
  std::vector<Chain> all;
  for (const auto mode : kModes) all.push_back(Chain::modal(mode));
  all.push_back(Chain::learned(false));
  all.push_back(Chain::learned(true));
  return all;
}

TEST(Chain, RowsAreProbabilitiesWithoutRepetition) {
  for (const Chain& chain : chains())
    for (int b = 0; b < chain.size(); ++b)
      for (int l = 0; l < chain.size(); ++l) {
        double sum = 0;
        for (int c = 0; c < chain.size(); ++c) sum += chain.weight(b, l, c);
        EXPECT_NEAR(sum, 1, 1e-9);
        EXPECT_EQ(chain.weight(b, l, l), 0);
      }
}

TEST(Chain, TheMinorTableHasItsFiveStates) {
  const Chain chain = Chain::modal(score::Mode::minor);
  ASSERT_EQ(chain.size(), 5);
  const int roots[] = {0, 5, 7, 8, 10};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(chain.step(i).root, roots[i]);
}

TEST(Chain, WalksFollowTheTable) {
  const Chain chain = Chain::modal(score::Mode::minor);
  Random random(3);
  std::array<std::array<double, 5>, 5> counts{};
  for (int i = 0; i < 4000; ++i) {
    const auto walk = chain.walk(random, -1, 0, 6, -1, [](int, int) { return 1.0; });
    int last = 0;
    for (const int state : walk) {
      ++counts[static_cast<std::size_t>(last)][static_cast<std::size_t>(state)];
      last = state;
    }
  }
  for (int l = 0; l < 5; ++l) {
    const auto& row = counts[static_cast<std::size_t>(l)];
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    for (int c = 0; c < 5; ++c)
      EXPECT_NEAR(row[static_cast<std::size_t>(c)] / total, chain.weight(0, l, c), 0.03);
  }
}

TEST(Chain, LearnedDominantsResolve) {
  // In songs the dominant goes home more often than anywhere else.
  const Chain major = Chain::learned(false);
  const int home = major.find({0, Family::major}), dominant = major.find({7, Family::dominant});
  for (int c = 0; c < major.size(); ++c)
    if (c != home) {
      EXPECT_GT(major.weight(home, dominant, home), major.weight(home, dominant, c));
    }
}

RC_GTEST_PROP(Chain, WalksReachTheirGoal, (std::uint64_t seed)) {
  const auto all = chains();
  const Chain& chain = all[*rc::gen::inRange<std::size_t>(0, all.size())];
  const int goal = *rc::gen::inRange(0, chain.size());
  const int count = *rc::gen::inRange(1, 20);
  Random random(seed);
  const auto walk =
      chain.walk(random, -1, *rc::gen::inRange(-1, chain.size()), count, goal,
                 [](int position, int state) { return (position + state) % 3 + 0.1; });
  RC_ASSERT(static_cast<int>(walk.size()) == count);
  RC_ASSERT(walk.back() == goal);
}

RC_GTEST_PROP(Harmony, FillsTheSectionAndEndsInItsCadence, (std::uint64_t seed)) {
  HarmonyRequest r;
  r.mode = *rc::gen::elementOf(std::vector<score::Mode>(std::begin(kModes), std::end(kModes)));
  r.style = &style_row(static_cast<Style>(*rc::gen::inRange(0, kStyles)));
  r.section.cadence = static_cast<Cadence>(*rc::gen::inRange(0, 4));
  r.first_bar = *rc::gen::inRange(0, kSectionBars);
  r.intensity = *rc::gen::inRange(0, 11) / 10.0;
  r.tension = *rc::gen::inRange(0, 11) / 10.0;
  r.density = *rc::gen::inRange(0, 11) / 10.0;
  r.closes = *rc::gen::arbitrary<bool>();
  Random random(seed);
  const auto chords = plan_harmony(r, random);
  RC_ASSERT(!chords.empty());
  Ticks at = kBarTicks * r.first_bar;
  for (const auto& c : chords) {
    RC_ASSERT(c.at == at);
    RC_ASSERT(c.duration >= 1_quarters);
    at += c.duration;
    if (r.intensity == 0) RC_ASSERT(is_diatonic(c.chord, r.mode));
  }
  RC_ASSERT(at == kBarTicks * kSectionBars);
  const int last = chords.back().chord.root;
  if (r.section.cadence == Cadence::authentic || r.section.cadence == Cadence::plagal)
    RC_ASSERT(last == 0);
  else
    RC_ASSERT(last != 0);
}

Chord any_chord() {
  const int root = *rc::gen::inRange(0, 12);
  return {root, static_cast<Quality>(*rc::gen::inRange(0, 13)), root};
}

RC_GTEST_PROP(Voicing, EachVoiceMovesASixthAtMost, ()) {
  VoicingRequest r;
  r.lowest = *rc::gen::inRange(36, 56);
  r.highest = r.lowest + *rc::gen::inRange(26, 40);
  r.open = *rc::gen::arbitrary<bool>();
  r.rootless = *rc::gen::arbitrary<bool>();
  r.voices = *rc::gen::inRange(3, 6);
  std::vector<int> before;
  for (int i = 0; i < 24; ++i) {
    const auto tones = pitch_classes(any_chord());
    r.tones = tones;
    const auto keys = voice(r, before);
    RC_ASSERT(static_cast<int>(keys.size()) == r.voices);
    for (std::size_t v = 0; v < keys.size(); ++v) {
      RC_ASSERT(keys[v] >= r.lowest && keys[v] <= r.highest);
      RC_ASSERT(std::find(tones.begin(), tones.end(), keys[v] % 12) != tones.end());
      if (v > 0) RC_ASSERT(keys[v] > keys[v - 1]);
      if (!before.empty()) RC_ASSERT(std::abs(keys[v] - before[v]) <= kFurthestMove);
    }
    before = keys;
  }
}

TEST(Voicing, MovesLittleAndKeepsTheThird) {
  // C, Am, F, G: two voices can stay or move by step nearly always.
  const Chord chords[] = {{0, Quality::major, 0},
                          {9, Quality::minor, 9},
                          {5, Quality::major, 5},
                          {7, Quality::major, 7}};
  std::vector<int> before;
  int moved = 0;
  for (int i = 0; i < 16; ++i) {
    const auto tones = pitch_classes(chords[i % 4]);
    VoicingRequest r;
    r.tones = tones;
    r.open = false;
    const auto keys = voice(r, before);
    bool third = false;
    for (std::size_t v = 0; v < keys.size(); ++v) {
      third = third || keys[v] % 12 == tones[1];
      if (!before.empty()) moved += std::abs(keys[v] - before[v]);
    }
    EXPECT_TRUE(third);
    before = keys;
  }
  EXPECT_LT(moved, 15 * 9);  // a little over two semitones a voice and change
}

TEST(Voicing, GoesOnWithMoreOrFewerVoices) {
  const auto tones = pitch_classes({0, Quality::major7, 0});
  VoicingRequest r;
  r.tones = tones;
  std::vector<int> before;
  for (const int voices : {3, 5, 4, 3, 5}) {
    r.voices = voices;
    before = voice(r, before);
    ASSERT_EQ(static_cast<int>(before.size()), voices);
  }
}

TEST(Voicing, MatchesExhaustiveSearchForTheLeastMovement) {
  // Among close voicings of plain triads the movement found is near the least there is.
  Random random(5);
  std::vector<int> before = {48, 55, 64, 72};
  for (int i = 0; i < 50; ++i) {
    const Chord chord{static_cast<int>(random.below(12)), Quality::minor, 0};
    const auto tones = pitch_classes(chord);
    VoicingRequest r;
    r.tones = tones;
    const auto keys = voice(r, before);
    int movement = 0, least = 0;
    for (std::size_t v = 0; v < 4; ++v) {
      movement += std::abs(keys[v] - before[v]);
      int nearest = 12;
      for (int key = 45; key <= 79; ++key)
        if (is_chord_tone(chord, key)) nearest = std::min(nearest, std::abs(key - before[v]));
      least += nearest;
    }
    EXPECT_LE(movement, least + 14);
    before = keys;
  }
}

RC_GTEST_PROP(Fit, KeepsTheRulesForAnyLine, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<ChordAt> chords;
  for (int bar = 0; bar < 8; ++bar) chords.push_back({kBarTicks * bar, kBarTicks, any_chord()});
  std::vector<LineNote> line;
  Ticks at{0};
  while (at < kBarTicks * 8) {
    const Ticks length{static_cast<std::int64_t>(1 + random.below(8)) * kTicksPerQuarter / 4};
    if (random.uniform() < 0.8) line.push_back({at, length, 60, random.uniform(50, 90), 0});
    at += length;
  }
  FitRequest r;
  r.key = {*rc::gen::inRange(0, 12), score::Mode::minor};
  r.chords = chords;
  r.lowest = *rc::gen::inRange(50, 70);
  r.highest = r.lowest + *rc::gen::inRange(12, 30);
  RC_ASSERT(fit(line, r));
  for (const LineNote& n : line) {
    const Chord& chord = chord_at(chords, n.start);
    RC_ASSERT(n.key >= r.lowest && n.key <= r.highest);
    RC_ASSERT(is_chord_tone(chord, n.key) || score::in_scale(r.key, n.key));
    if (is_strong(n.start)) RC_ASSERT(is_chord_tone(chord, n.key));
  }
  if (!line.empty()) RC_ASSERT(is_chord_tone(chord_at(chords, line.back().start), line.back().key));
}

TEST(Fit, LeavesALineThatKeepsTheRulesAlone) {
  const std::vector<ChordAt> chords = {{{0}, kBarTicks, {0, Quality::major, 0}},
                                       {kBarTicks, kBarTicks, {7, Quality::major, 7}}};
  const int keys[] = {64, 65, 67, 65, 62, 64, 62};
  std::vector<LineNote> line;
  for (int i = 0; i < 7; ++i)
    line.push_back({Ticks{i * kTicksPerQuarter}, 1_quarters, 0, static_cast<double>(keys[i]), 0});
  // Beat three of the first bar holds G, beat one of the second D: both chord tones.
  line[4].wanted = 62;
  FitRequest r;
  r.key = {0, score::Mode::major};
  r.chords = chords;
  r.pull = 2.5;
  ASSERT_TRUE(fit(line, r));
  EXPECT_EQ(line[0].key, 64);
  EXPECT_EQ(line[2].key, 67);
  EXPECT_EQ(line[4].key, 62);
}

TEST(Motif, TransformationsDoWhatTheySay) {
  Random random(2);
  const auto& cells = style_row(Style::piano).cells;
  for (int i = 0; i < 50; ++i) {
    const Motif m = make_motif(random, cells, 8, 1.8);
    const Motif up = moved(m, 2), down = inverted(m);
    ASSERT_EQ(up.size(), m.size());
    for (std::size_t k = 0; k < m.size(); ++k) {
      EXPECT_EQ(up[k].steps, m[k].steps + 2);
      EXPECT_EQ(down[k].steps, -m[k].steps);
      EXPECT_EQ(up[k].start, m[k].start);
    }
    EXPECT_EQ(inverted(down), m);
    for (const Motif& v : {m, head(m), augmented_head(m), ornamented(random, m), closed(m),
                           rhythm_varied(random, m, cells), thinned(m, 3)}) {
      Ticks last{-1};
      for (const MotifNote& n : v) {
        EXPECT_GT(n.start, last);
        EXPECT_GT(n.duration, Ticks{0});
        EXPECT_LE(n.start + n.duration, kMotifLength);
        last = n.start;
      }
    }
    EXPECT_LE(thinned(m, 3).size(), 3u);
    const Motif slow = augmented_head(m);
    std::size_t first_bar = 0;
    for (const MotifNote& n : m) first_bar += n.start < kBarTicks;
    ASSERT_EQ(slow.size(), first_bar);
    for (std::size_t k = 0; k < slow.size(); ++k) EXPECT_EQ(slow[k].start, m[k].start * 2);
  }
}

TEST(Tune, MotifsComeBack) {
  // The rhythm of the signature's first bar opens theme after theme.
  const StyleRow& style = style_row(Style::piano);
  Random random(8);
  TuneRequest r;
  r.key = {9, score::Mode::minor};
  r.style = &style;
  r.signature = make_motif(random, style.cells, 7, 1.8);
  r.second = make_motif(random, style.cells, 7, 1.8);
  r.density = 0.9;
  int known = 0;
  for (int i = 0; i < 20; ++i) {
    r.chords.clear();
    for (int bar = 0; bar < 8; ++bar)
      r.chords.push_back({kBarTicks * bar,
                          kBarTicks,
                          {(9 + 5 * static_cast<int>(random.below(12))) % 12, Quality::minor, 0}});
    const auto tune = rule_tune(r, random);
    std::vector<Ticks> first, wanted;
    for (const LineNote& n : tune)
      if (n.start < kBarTicks) first.push_back(n.start);
    for (const MotifNote& n : r.signature)
      if (n.start < kBarTicks) wanted.push_back(n.start);
    known += first == wanted;
  }
  EXPECT_EQ(known, 20);
}

}  // namespace
}  // namespace tutti::compose
