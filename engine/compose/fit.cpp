#include "engine/compose/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace tutti::compose {
namespace {

constexpr double kNever = 1e6;  // for a rule that must not be broken
constexpr Ticks kBeat{kTicksPerQuarter};

using Mask = std::uint16_t;  // a bit a pitch class

Mask mask_of(const Chord& chord) {
  Mask mask = 0;
  for (const int tone : pitch_classes(chord)) mask = static_cast<Mask>(mask | 1u << tone);
  return mask;
}
bool has(Mask mask, int key) {
  return (mask >> (((key % 12) + 12) % 12) & 1) != 0;
}

struct Place {
  Mask chord = 0;  // where it begins
  Mask scale = 0;  // what may sound: the scale bent by the chord
  Mask later = 0;  // tones of chords that come while it is held
  bool strong = false, held = false;
};

Place place_of(const LineNote& note, const FitRequest& r, Mask scale) {
  Place place;
  place.strong = is_strong(note.start);
  place.held = note.duration.value * 2 >= 3 * kBeat.value;
  place.later = 0xFFF;
  for (const ChordAt& c : r.chords) {
    const Ticks end = c.at + c.duration;
    const Mask mask = mask_of(c.chord);
    if (c.at <= note.start && note.start < end) place.chord = mask;
    const Ticks from = std::max(c.at, note.start);
    const Ticks to = std::min(end, note.start + note.duration);
    if (from > note.start && to - from >= kBeat)
      place.later = static_cast<Mask>(place.later & mask);
  }
  if (place.chord == 0 && !r.chords.empty()) place.chord = mask_of(chord_at(r.chords, note.start));
  // A chord from outside the scale pushes away the neighbours of its foreign tones.
  place.scale = scale;
  for (int tone = 0; tone < 12; ++tone)
    if (has(place.chord, tone) && !has(scale, tone))
      for (const int next : {tone + 11, tone + 1})
        if (!has(place.chord, next))
          place.scale = static_cast<Mask>(place.scale & ~(1u << (next % 12)));
  place.scale = static_cast<Mask>(place.scale | place.chord);
  return place;
}

double interval_cost(int from, int to, double wanted, bool from_chord, bool to_chord) {
  const int gap = to - from, size = std::abs(gap);
  double cost = 0.55 * std::fabs(gap - wanted);
  if (size > 2) cost += 0.05 * (size - 2);  // steps before leaps
  if (size > 7) cost += 0.6 * (size - 7);
  if (size > 12) cost += 20;
  if (size == 6 || size == 10 || size == 11) cost += 1.6;
  if (size == 0) cost += 0.5;
  // Tones outside the chord pass by or turn: they come and go by step.
  if (!from_chord && (size > 2 || size == 0)) cost += 4;
  if (!to_chord && size > 2) cost += 1.6;
  return cost;
}

}  // namespace

bool is_strong(Ticks start) noexcept {
  const std::int64_t half = 2 * kTicksPerQuarter;
  return ((start.value % half) + half) % half < kTicksPerQuarter / 8;
}

const Chord& chord_at(std::span<const ChordAt> chords, Ticks at) noexcept {
  static constexpr Chord kNone{};
  const Chord* found = chords.empty() ? &kNone : &chords.front().chord;
  for (const ChordAt& c : chords)
    if (c.at <= at) found = &c.chord;
  return *found;
}

bool is_chord_tone(const Chord& chord, int key) noexcept {
  return has(mask_of(chord), key);
}

bool fit(std::vector<LineNote>& notes, const FitRequest& r) {
  if (notes.empty()) return true;
  Mask scale = 0;
  for (int tone = 0; tone < 12; ++tone)
    if (score::in_scale(r.key, tone)) scale = static_cast<Mask>(scale | 1u << tone);
  const int low = std::clamp(r.lowest, 0, 115), high = std::clamp(r.highest, low + 12, 127);
  const auto keys = static_cast<std::size_t>(high - low + 1);

  std::vector<double> cost(keys, 0), next(keys);
  std::vector<std::uint8_t> from(notes.size() * keys);
  Place before_place;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const LineNote& note = notes[i];
    const Place place = place_of(note, r, scale);
    const bool last = i + 1 == notes.size();
    // A line that falls silent does so on a chord tone.
    const bool rests = last || notes[i + 1].start - note.start - note.duration >= kBeat;
    for (std::size_t k = 0; k < keys; ++k) {
      const int key = low + static_cast<int>(k);
      const bool tone = has(place.chord, key);
      double here = r.pull * std::fabs(key - note.wanted);
      if (!has(place.scale, key)) here += kNever;
      if (place.strong && !tone) here += kNever;
      if (rests && !tone) here += kNever;
      if (last && r.last >= 0 && key % 12 != r.last) here += 4;
      if (!tone) here += place.held ? 1.8 : -0.3;
      // Not a semitone above a chord tone for long: that is what "avoid notes" are.
      if (!tone && place.held && has(place.chord, key + 11)) here += 1.5;
      if (!has(place.later, key)) here += 3;
      // The ends of the range are for summits.
      here += key - low < 2 || high - key < 2 ? 0.8 : 0;
      if (i == 0) {
        if (r.before >= 0) {
          const int size = std::abs(key - r.before);
          here += size > 9 ? 0.25 * (size - 9) : size == 0 ? 0.3 : 0;
        }
        next[k] = here;
        continue;
      }
      double least = 1e300;
      std::uint8_t best = 0;
      const double wanted = note.wanted - notes[i - 1].wanted;
      for (std::size_t p = 0; p < keys; ++p) {
        if (cost[p] >= least) continue;
        const int was = low + static_cast<int>(p);
        const double c =
            cost[p] + interval_cost(was, key, wanted, has(before_place.chord, was), tone);
        if (c < least) least = c, best = static_cast<std::uint8_t>(p);
      }
      next[k] = least + here;
      from[i * keys + k] = best;
    }
    cost.swap(next);
    before_place = place;
  }
  std::size_t at = 0;
  for (std::size_t k = 1; k < keys; ++k)
    if (cost[k] < cost[at]) at = k;
  const bool kept = cost[at] < kNever;
  for (std::size_t i = notes.size(); i-- > 0;) {
    notes[i].key = low + static_cast<int>(at);
    if (i > 0) at = from[i * keys + at];
  }
  return kept;
}

}  // namespace tutti::compose
