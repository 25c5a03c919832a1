// Pads and choir: the chord, held. Styles differ in how: held long, breathing voice by voice,
// gated with the beat, or as a chorale.
#include <algorithm>
#include <cmath>

#include "engine/compose/parts.h"

namespace tutti::compose {
namespace {

// The next layout of a voice's chord; none if the range has no room.
std::vector<int> next_layout(const BarContext& c, Voice voice_of, const Chord& chord,
                             const Sustained& state, int voices, int top) {
  const VoiceRow& row = c.style->row(voice_of);
  auto tones = pitch_classes(chord);
  if (chord.bass != chord.root &&
      std::find(tones.begin(), tones.end(), chord.bass) == tones.end() && !c.on(Voice::bass))
    tones.push_back(chord.bass);  // a pedal that nobody else plays
  VoicingRequest r;
  r.tones = tones;
  r.voices = voices;
  r.lowest = row.lowest;
  r.highest = row.highest;
  // Under its own tune it keeps to the lower voices.
  if (c.melody == voice_of) r.highest = std::max(row.lowest + 20, c.style->melody_lowest + 5);
  r.open = c.style->open;
  r.rootless = c.on(Voice::bass);
  r.top = top;
  if (!c.on(Voice::bass)) r.bottom = chord.bass;
  return voice(r, state.keys);
}

int voices_of(const BarContext& c) {
  const double more = c.density > 0.75 && c.tension > 0.55 ? 1 : 0;
  const double fewer = c.density < 0.12 ? 1 : 0;
  return std::clamp(c.style->voices + static_cast<int>(more - fewer), 3, kMostVoices);
}

// How far a note reaches into the next, so that there is no hole.
constexpr Ticks kLegato{kTicksPerQuarter / 8};

// Until when a key stays a tone of every chord, from chord `i` of the bar on.
Ticks common_until(const BarContext& c, std::size_t i, int key) {
  Ticks end = c.chords[i].at + c.chords[i].duration;
  for (std::size_t k = i + 1; k < c.chords.size(); ++k) {
    if (!is_chord_tone(c.chords[k].chord, key)) return end;
    end = c.chords[k].at + c.chords[k].duration;
  }
  for (const ChordAt& next : c.ahead) {
    if (!is_chord_tone(next.chord, key)) return end;
    end = next.at + next.duration;
  }
  return end;
}

// One chord of a held texture. A voice whose note stays is not struck again while it sounds, and a
// note that later chords share may ring on into them: voices breathe one by one.
void hold(const BarContext& c, Voice who, Sustained& state, std::size_t i,
          const std::vector<int>& keys, Random& random) {
  const ChordAt& at = c.chords[i];
  const bool stagger = c.style->sustain == Sustain::staggered;
  const bool chorale = c.style->sustain == Sustain::chorale;
  const Ticks begin = c.begin() + at.at;
  for (std::size_t v = 0; v < keys.size(); ++v) {
    const bool same = v < state.keys.size() && state.keys[v] == keys[v];
    // Drawn whether used or not.
    const double enter = random.uniform(), share = random.uniform(), where = random.uniform();
    const double velocity = c.velocity(who, v == 0 ? 2 : v + 1 == keys.size() ? 3 : -2, random);
    Ticks start = at.at;
    const Ticks common = std::min(common_until(c, i, keys[v]), kBarTicks * 2);
    if (same && state.until[v] > begin + kSixteenthTicks) {
      start = state.until[v] - c.begin();  // go on when the held note ends
      // Nothing shorter than a beat and a half is worth a new breath.
      if (start + Ticks{kTicksPerQuarter * 3 / 2} > common || start >= at.at + at.duration ||
          start >= kBarTicks)
        continue;
    } else if (stagger && v > 0) {
      start += Ticks{static_cast<std::int64_t>(enter * 0.75 * static_cast<double>(v) /
                                               static_cast<double>(keys.size()) *
                                               static_cast<double>(kTicksPerQuarter))};
    }
    const Ticks own = at.at + at.duration;
    Ticks end = own;
    if (chorale) {
      if (share < 0.35) end = common;  // a tie
    } else if (share < 0.75) {
      end = common;
      // Some voices breathe on the way, with enough left after it.
      const Ticks room = end - start - kBeatTicks * 6;
      if (room > Ticks{0} && where < 0.5)
        end = start + kBeatTicks * 4 +
              Ticks{static_cast<std::int64_t>(2 * where * static_cast<double>(room.value))};
    }
    end = std::min(end, kBarTicks * 2);
    c.add(who, keys[v], velocity, start, end - start + kLegato);
    state.until[v] = c.begin() + end;
  }
}

// The chord in short breaths with the beat; their rhythm is kept for the section.
void gate(const BarContext& c, Voice who, const ChordAt& at, const std::vector<int>& keys,
          Random& random) {
  Random pattern = random_for(c.seed, c.chapter, c.index / kSectionBars, Draw::pad);
  static constexpr std::string_view kGates[] = {"x---..x-..x-..x-", "x-----x-----x---",
                                                "..x---x---x---x-", "x--x--x--x--x-x-",
                                                "x-------x---..x-"};
  const auto cell = kGates[c.tension < 0.3 ? 4 : pattern.below(4)];
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != 'x') continue;
    const Ticks start = kSixteenthTicks * static_cast<std::int64_t>(i);
    if (start < at.at || start >= at.at + at.duration) continue;
    std::size_t end = i + 1;
    while (end < cell.size() && cell[end] == '-') ++end;
    const Ticks length =
        std::min(kSixteenthTicks * static_cast<std::int64_t>(end - i), at.at + at.duration - start);
    for (const int key : keys)
      c.add(who, key, c.velocity(who, i == 0 ? 5 : 0, random), start, length);
  }
}

void write(const BarContext& c, Voice who, Sustained& state, Draw draw) {
  if (!c.on(who)) {
    state = {};
    return;
  }
  Random random = c.random(draw);
  for (std::size_t i = 0; i < c.chords.size(); ++i) {
    const ChordAt& at = c.chords[i];
    const bool carried = i == 0 && c.carries && !state.keys.empty() &&
                         static_cast<int>(state.keys.size()) == voices_of(c);
    std::vector<int> keys =
        carried ? state.keys : next_layout(c, who, at.chord, state, voices_of(c), -1);
    // What was held may not fit a chord that was planned anew.
    if (carried && !std::all_of(keys.begin(), keys.end(),
                                [&](int key) { return is_chord_tone(at.chord, key); }))
      keys = next_layout(c, who, at.chord, state, voices_of(c), -1);
    if (keys.empty()) continue;
    if (c.style->sustain == Sustain::gated && who == Voice::pad && !c.last())
      gate(c, who, at, keys, random);
    else
      hold(c, who, state, i, keys, random);
    state.keys = keys;
  }
}

}  // namespace

void write_pad(const BarContext& c) {
  write(c, Voice::pad, c.memory->pad, Draw::pad);
}

void write_choir(const BarContext& c) {
  // A choir that sings the tune has it from write_melody; under it the lower voices hum.
  write(c, Voice::choir, c.memory->choir, Draw::choir);
}

}  // namespace tutti::compose
