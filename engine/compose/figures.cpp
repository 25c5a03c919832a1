// Figures: what pluck, piano and bell play when they do not sing: broken chords, arpeggios,
// comping, echoes, and loops of uneven length that never meet twice in the same way (Brian Eno's
// tape loops of "Music for Airports", 1978).
#include <algorithm>
#include <array>
#include <cstdlib>

#include "engine/compose/parts.h"

namespace tutti::compose {
namespace {

std::vector<int> layout_of(const BarContext& c, const Chord& chord, const std::vector<int>& before,
                           int voices, int lowest, int highest, bool open, bool rooted = false) {
  const auto tones = pitch_classes(chord);
  VoicingRequest r;
  r.tones = tones;
  r.voices = voices;
  r.lowest = lowest;
  r.highest = highest;
  r.open = open;
  r.rootless = c.on(Voice::bass);
  if (rooted) r.bottom = chord.bass;
  return voice(r, before);
}

int chord_tone_near(const Chord& chord, int key) {
  for (int d = 0; d < 12; ++d)
    for (const int k : {key - d, key + d})
      if (is_chord_tone(chord, k)) return k;
  return key;
}

// Orders in which a broken chord is touched; the indices go round the layout.
constexpr std::string_view kOrders[] = {"0121",     "0123",  "012321", "0213",
                                        "02132123", "01231", "0312",   "012"};

void arpeggio(const BarContext& c, Voice who, std::vector<int>& layout, Draw draw) {
  Random section = random_for(c.seed, c.chapter, 1000 + c.index / kSectionBars, draw);
  const auto order = kOrders[section.below(std::size(kOrders))];
  // Some orders climb over two octaves.
  const bool climbs = section.uniform() < 0.4;
  Random random = c.random(draw);
  const double busy = 0.55 * c.density + 0.45 * c.tension;
  const int step = busy > 0.38 ? 1 : 2;  // sixteenths
  const double full = std::clamp(0.35 + busy, 0.4, 0.97);
  const VoiceRow& row = c.style->row(who);
  for (const ChordAt& at : c.chords) {
    layout = layout_of(c, at.chord, layout, 4, row.lowest + 4, row.highest - 10, false);
    if (layout.empty()) continue;
    const std::int64_t first = at.at.value / kSixteenthTicks.value;
    const std::int64_t end = (at.at + at.duration).value / kSixteenthTicks.value;
    for (std::int64_t i = first; i < end; i += step) {
      const std::int64_t count = (c.index * 16 + i) / step;
      const auto place = static_cast<std::size_t>(count) % order.size();
      const double chance = random.uniform(), hand = random.uniform(-3, 3);
      if (i % 4 != 0 && chance > full) continue;
      const auto voice = static_cast<std::size_t>(order[place] - '0') % layout.size();
      const int lift = climbs && (static_cast<std::size_t>(count) / order.size()) % 2 == 1 ? 12 : 0;
      const double accent = i % 8 == 0 ? 6 : i % 4 == 0 ? 2 : -5;
      c.add(who, layout[voice] + lift, row.velocity * (0.72 + 0.4 * c.tension) + accent + hand,
            kSixteenthTicks * i, kSixteenthTicks * step + Ticks{kTicksPerQuarter / 16});
    }
  }
}

// The left hand of the piano: a tenth or an octave filled in quietly.
void broken(const BarContext& c, Voice who, std::vector<int>& layout, Draw draw) {
  static constexpr std::string_view kHands[] = {"0.1.2.1.3.2.1.2.", "0...1...2...1...",
                                                "0.1.2.3.2.1.2.1.", "0...1.2.3...2...",
                                                "0.2.1.2.0.2.1.2."};
  Random section = random_for(c.seed, c.chapter, 1000 + c.index / kSectionBars, draw);
  const auto picked = section.below(std::size(kHands));
  Random random = c.random(draw);
  const bool calm = 0.6 * c.density + 0.4 * c.tension < 0.3;
  const auto hand = kHands[calm ? 1 : picked];
  const VoiceRow& row = c.style->row(who);
  const int highest = std::min(row.highest, std::max(row.lowest + 22, c.style->melody_lowest + 5));
  for (const ChordAt& at : c.chords) {
    layout = layout_of(c, at.chord, layout, 4, row.lowest, highest, true, true);
    if (layout.empty()) continue;
    for (std::size_t i = 0; i < hand.size(); ++i) {
      const double skip = random.uniform();
      if (hand[i] == '.') continue;
      const Ticks start = kSixteenthTicks * static_cast<std::int64_t>(i);
      if (start < at.at || start >= at.at + at.duration) continue;
      if (i % 4 != 0 && skip < 0.25 * (1 - c.density)) continue;
      // Each chord begins with its lowest note; held as if by the pedal.
      const auto voice = start == at.at ? 0 : static_cast<std::size_t>(hand[i] - '0');
      const double velocity = c.velocity(who, (i == 0 ? -8 : -16), random);
      const Ticks late = c.late(random);
      c.add(who, layout[std::min(voice, layout.size() - 1)], velocity, start + late,
            std::min(kBeatTicks * 2, at.at + at.duration - start));
    }
  }
}

// Chords thrown in between, without their root.
void comp(const BarContext& c, Voice who, std::vector<int>& layout, Draw draw) {
  static constexpr std::string_view kComps[] = {"..x-......x---..", "x---......x-....",
                                                "......x-....x---", "..x---....x-..x-",
                                                "x-----x-........"};
  Random random = c.random(draw);
  const auto cell = kComps[random.below(std::size(kComps))];
  const VoiceRow& row = c.style->row(who);
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const double skip = random.uniform();
    if (cell[i] != 'x' || skip < 0.45 - 0.4 * c.density - 0.2 * c.tension) continue;
    Ticks start = kSixteenthTicks * static_cast<std::int64_t>(i);
    const Chord& chord = chord_at(c.chords, start);
    layout = layout_of(c, chord, layout, 3, row.lowest, std::max(row.lowest + 20, 67), false);
    if (layout.empty()) continue;
    std::size_t end = i + 1;
    while (end < cell.size() && cell[end] == '-') ++end;
    const Ticks length = kSixteenthTicks * static_cast<std::int64_t>(end - i);
    if (i % 4 == 2) start.value += static_cast<std::int64_t>(c.style->swing * kTicksPerQuarter / 6);
    Ticks spread = c.late(random);
    for (const int key : layout) {
      c.add(who, key, c.velocity(who, -14, random), start + spread, length);
      spread += Ticks{kTicksPerQuarter / 120};
    }
  }
}

// A tone and its fading repeats, high above.
void echo(const BarContext& c, Voice who, Draw draw) {
  Random random = c.random(draw);
  const VoiceRow& row = c.style->row(who);
  const double rate = (who == Voice::bell ? c.style->bell_rate : 0.8) * (0.35 + 0.65 * c.tension) *
                      (0.5 + c.density);
  const int times = static_cast<int>(rate + random.uniform());
  const int middle = (row.lowest + row.highest) / 2;
  for (int i = 0; i < times; ++i) {
    const auto place = static_cast<std::int64_t>(random.below(7)) * 2 + 1;
    const Ticks start = kSixteenthTicks * place;
    const int wanted = middle + static_cast<int>(random.uniform(-9, 12));
    const int repeats = static_cast<int>(random.below(3));
    double velocity = c.velocity(who, -2, random);
    for (int r = 0; r <= repeats; ++r) {
      const Ticks at = start + kSixteenthTicks * (3 * r);
      if (at >= kBarTicks) break;
      const int key = chord_tone_near(chord_at(c.chords, at), wanted + (r == 2 ? 5 : 0));
      c.add(who, key, velocity, at + c.late(random), kBeatTicks * 2);
      velocity *= 0.72;
    }
  }
}

void loops(const BarContext& c, Voice who, Draw draw) {
  // Periods in eighths, coprime to the bar and to one another.
  static constexpr int kPeriods[] = {11, 13, 17, 19, 23, 29, 31, 37};
  Random chapter = random_for(c.seed, c.chapter, 2000, draw);
  const int loops = 2 + static_cast<int>(3.5 * c.density + 1.5 * c.tension);
  const VoiceRow& row = c.style->row(who);
  Random random = c.random(draw);
  const std::int64_t begin = c.index * 8;
  for (int i = 0; i < 7; ++i) {
    const int shift = who == Voice::bell ? 1 : 0;
    const int period = kPeriods[static_cast<std::size_t>(i + shift)];
    const auto offset =
        static_cast<std::int64_t>(chapter.below(static_cast<std::uint64_t>(period)));
    const int wanted = static_cast<int>(chapter.uniform(row.lowest + 3, row.highest - 3));
    if (i >= loops) continue;
    for (std::int64_t e = begin; e < begin + 8; ++e) {
      if (e % period != offset) continue;
      const Ticks at = Ticks{kTicksPerQuarter / 2} * (e - begin);
      const double velocity = c.velocity(who, 0, random);
      const Ticks late = c.late(random);
      c.add(who, chord_tone_near(chord_at(c.chords, at), wanted), velocity, at + late,
            kBeatTicks * 3);
    }
  }
}

// The chapter's last chord, from its lowest note up, left to ring.
void roll(const BarContext& c, Voice who, std::vector<int>& layout, Draw draw) {
  Random random = c.random(draw);
  const VoiceRow& row = c.style->row(who);
  layout = layout_of(c, c.chords.back().chord, layout, 4, row.lowest,
                     std::max(row.lowest + 24, c.style->melody_lowest + 5), true, true);
  Ticks late{0};
  for (const int key : layout) {
    c.add(who, key, c.velocity(who, -8, random), late, kBarTicks - late);
    late += Ticks{kTicksPerQuarter / 5};
  }
}

void write(const BarContext& c, Voice who, Figure figure, std::vector<int>& layout, Draw draw) {
  if (!c.on(who)) {
    layout.clear();
    return;
  }
  // Who sings does not also accompany, but for a piano with its left hand, or alone in a rest.
  const bool hands = figure == Figure::broken || figure == Figure::comp;
  const bool alone = std::count(c.plays.begin(), c.plays.end(), true) <= 1;
  if (c.melody == who && !hands && !(alone && c.tune.empty())) return;
  if (c.last()) {
    if (hands || figure == Figure::arpeggio) roll(c, who, layout, draw);
    return;
  }
  // Somebody without a figure of his own in this style only drops a note here and there.
  if (figure == Figure::none) figure = Figure::echo;
  switch (figure) {
    case Figure::none:
    case Figure::echo:
      return echo(c, who, draw);
    case Figure::loops:
      return loops(c, who, draw);
    case Figure::arpeggio:
      return arpeggio(c, who, layout, draw);
    case Figure::broken:
      return broken(c, who, layout, draw);
    case Figure::comp:
      return comp(c, who, layout, draw);
  }
}

}  // namespace

void write_piano(const BarContext& c) {
  write(c, Voice::piano, c.style->piano, c.memory->piano.keys, Draw::piano);
}

void write_pluck(const BarContext& c) {
  write(c, Voice::pluck, c.style->pluck, c.memory->pluck, Draw::pluck);
}

void write_bell(const BarContext& c) {
  std::vector<int> unused;
  write(c, Voice::bell, c.style->bell, unused, Draw::bell);
}

}  // namespace tutti::compose
