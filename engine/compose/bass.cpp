// The bass: drones, roots, pulses, the left hand of a piano, a walking line.
#include <algorithm>
#include <cstdlib>

#include "engine/compose/parts.h"

namespace tutti::compose {
namespace {

// The octave of a pitch class nearest to where the bass was, within its range; leaps of more than
// an octave turn.
int nearest(const BarContext& c, int pitch_class, int before) {
  const VoiceRow& row = c.style->row(Voice::bass);
  const int home = before >= 0 ? before : row.lowest + 9;
  int best = -1;
  for (int key = row.lowest; key <= row.highest; ++key)
    if (key % 12 == pitch_class && (best < 0 || std::abs(key - home) < std::abs(best - home) ||
                                    (std::abs(key - home) == std::abs(best - home) && key < best)))
      best = key;
  return best;
}

// A scale or chromatic step into `goal` from where the line stands.
int approach(const BarContext& c, int from, int goal, double chance, Random& random) {
  const int side = from <= goal ? -1 : 1;
  const bool chromatic = random.uniform() < chance;
  if (chromatic) return goal + side;
  for (int d = 1; d <= 3; ++d)
    if (score::in_scale(c.key, goal + side * d)) return goal + side * d;
  return goal + side;
}

void walk(const BarContext& c, const ChordAt& at, const Chord& next, Random& random) {
  const auto tones = pitch_classes(at.chord);
  const int beats = static_cast<int>(at.duration.value / kTicksPerQuarter);
  // Two notes a bar when it is quiet, four when it is not.
  const int step = c.tension + 0.4 * c.density > 0.62 ? 1 : 2;
  int key = nearest(c, at.chord.bass, c.memory->bass);
  for (int beat = 0; beat < beats; beat += step) {
    const bool last = beat + step >= beats;
    // One draw a statement: arguments have no order that all compilers keep.
    const auto other = 1 + random.below(std::min<std::size_t>(tones.size(), 3) - 1);
    const bool upwards = random.uniform() < 0.5;
    const double velocity = c.velocity(Voice::bass, beat == 0 ? 5 : 0, random);
    const Ticks late = c.late(random);
    if (beat > 0) {
      const int goal = nearest(c, next.bass, key);
      if (last && step == 1 && goal != key)
        key = approach(c, key, goal, 0.5 * c.intensity * c.style->chromatic, random);
      else
        key = nearest(c, tones[other], key + (upwards ? 4 : -3));
    }
    c.add(Voice::bass, key, velocity, at.at + kBeatTicks * beat + late,
          kBeatTicks * std::min(step, beats - beat) - Ticks{kTicksPerQuarter / 10});
    c.memory->bass = key;
  }
}

}  // namespace

void write_bass(const BarContext& c) {
  if (!c.on(Voice::bass)) {
    c.memory->bass = -1;
    return;
  }
  Random random = c.random(Draw::bass);
  for (std::size_t i = 0; i < c.chords.size(); ++i) {
    const ChordAt& at = c.chords[i];
    const Chord& next = i + 1 < c.chords.size() ? c.chords[i + 1].chord : c.next;
    const bool carried = i == 0 && c.carries;
    const int root = nearest(c, at.chord.bass, c.memory->bass);
    const double velocity = c.velocity(Voice::bass, at.at.value == 0 ? 4 : 0, random);
    if (c.last()) {  // the chapter's end rests on its root
      c.add(Voice::bass, root, velocity, at.at, at.duration);
      continue;
    }
    switch (c.style->bass) {
      case BassLine::drone:
      case BassLine::roots: {
        // Long tones; a chord that goes on is touched again only now and then.
        const bool again = random.uniform() < 0.25 + 0.5 * c.tension;
        const bool fifth = random.uniform() < 0.3 * c.tension;
        if (carried && c.style->bass == BassLine::drone && !again) break;
        const bool same = next.bass == at.chord.bass;
        c.add(Voice::bass, root, carried ? velocity - 8 : velocity, at.at,
              at.duration + (same ? kBeatTicks : Ticks{kTicksPerQuarter / 8}));
        // A fifth answers in the second half.
        if (c.style->bass == BassLine::roots && fifth && at.duration >= kBeatTicks * 4 &&
            is_chord_tone(at.chord, root + 7))
          c.add(Voice::bass, root + 7, velocity - 12, at.at + kBeatTicks * 2, kBeatTicks * 2);
        break;
      }
      case BassLine::pulse: {
        // Eighths with the weight off the beat, so that the kick has room; octaves when it rises.
        const bool eighths = c.tension + 0.3 * c.density > 0.42;
        const int count = static_cast<int>(at.duration.value / (kTicksPerQuarter / 2));
        for (int e = 0; e < count; ++e) {
          const bool off = e % 2 == 1;
          if (!eighths && e % 4 != 0 && e % 8 != 6) continue;
          if (c.tension < 0.7 && eighths && e % 4 == 0 && e > 0) continue;
          const bool octave = off && c.tension > 0.6 && random.uniform() < 0.25;
          c.add(Voice::bass, root + (octave ? 12 : 0),
                velocity + (off ? 2 : -3) + random.uniform(-2, 2),
                at.at + Ticks{kTicksPerQuarter / 2} * e,
                eighths ? Ticks{kTicksPerQuarter * 2 / 5} : kBeatTicks);
        }
        break;
      }
      case BassLine::broken: {
        // The left hand: a root that rings; on slow chords its fifth or tenth is with the piano.
        if (carried && random.uniform() < 0.4) break;
        c.add(Voice::bass, root, velocity, at.at, at.duration);
        break;
      }
      case BassLine::walking:
        walk(c, at, next, random);
        break;
    }
    if (c.style->bass != BassLine::walking) c.memory->bass = root;
  }
}

}  // namespace tutti::compose
