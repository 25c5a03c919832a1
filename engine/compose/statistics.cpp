#include "engine/compose/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "engine/base/math.h"

namespace tutti::compose {
namespace {

bool within(const Chord& chord, int key) {
  const auto tones = pitch_classes(chord);
  return std::find(tones.begin(), tones.end(), ((key % 12) + 12) % 12) != tones.end();
}

double entropy_of(std::span<const double> weights) {
  double total = 0, sum = 0;
  for (const double w : weights) total += w;
  if (!(total > 0)) return 0;
  for (const double w : weights)
    if (w > 0) sum -= w / total * math::log2(w / total);
  return sum;
}

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

// Place in the bar counted in sixteenths.
std::int64_t grid(double quarters) {
  return static_cast<std::int64_t>(std::floor(quarters * 4 + 0.5));
}

void count_tones(const Piece& piece, Statistics& s) {
  double time = 0, on_chord = 0, in_scale = 0;
  int strong = 0, strong_on = 0;
  std::array<double, 12> classes{};
  for (const TuneNote& n : piece.notes) {
    time += n.duration;
    if (score::in_scale(piece.key, n.key)) in_scale += n.duration;
    classes[static_cast<std::size_t>(((n.key % 12) + 12) % 12)] += n.duration;
    const bool is_strong = grid(n.start) % 8 == 0;
    strong += is_strong;
    for (std::size_t c = 0; c < piece.chords.size(); ++c) {
      const double begin = piece.chords[c].start;
      const double end = c + 1 < piece.chords.size() ? piece.chords[c + 1].start : piece.length;
      const double both = std::min(end, n.start + n.duration) - std::max(begin, n.start);
      if (both <= 0) continue;
      const bool tone = within(piece.chords[c].chord, n.key);
      if (tone) on_chord += both;
      // A chord that begins a hair after its beat still counts for it.
      if (is_strong && begin <= n.start + 0.01 && n.start + 0.01 < end) strong_on += tone;
    }
  }
  s.chord_tones = share(on_chord, time);
  s.scale_tones = share(in_scale, time);
  s.strong_chord_tones = share(strong_on, strong);
  s.entropy = entropy_of(classes);
}

void count_intervals(const Piece& piece, Statistics& s) {
  double sum = 0;
  int n = 0, steps = 0;
  for (std::size_t i = 1; i < piece.notes.size(); ++i) {
    const int size = std::abs(piece.notes[i].key - piece.notes[i - 1].key);
    sum += size;
    steps += size == 1 || size == 2;
    ++n;
  }
  s.mean_interval = share(sum, n);
  s.steps = share(steps, n);
}

// Windows of two bars, one a bar, of at least three notes: has their rhythm been there before, and
// their rhythm with its ups and downs?
void count_repetition(const Piece& piece, Statistics& s) {
  const int bars = static_cast<int>(std::ceil(piece.length / 4));
  std::set<std::vector<std::int64_t>> rhythms, shapes;
  int windows = 0, rhythm_again = 0, shape_again = 0, silent = 0;
  for (int bar = 0; bar < bars; ++bar) {
    std::vector<std::int64_t> rhythm, shape;
    int last = -1;
    bool sounds = false;
    for (const TuneNote& n : piece.notes) {
      const std::int64_t place = grid(n.start) - 16 * bar;
      if (place < 0 || place >= 32) continue;
      sounds = sounds || place < 16;
      rhythm.push_back(place);
      shape.push_back(place);
      if (last >= 0) shape.push_back(n.key > last ? 101 : n.key < last ? 102 : 103);
      last = n.key;
    }
    silent += !sounds;
    if (rhythm.size() < 3) continue;
    ++windows;
    rhythm_again += !rhythms.insert(rhythm).second;
    shape_again += !shapes.insert(shape).second;
  }
  s.repeated_rhythm = share(rhythm_again, windows);
  s.repeated_shape = share(shape_again, windows);
  s.silence = share(silent, bars);
  s.notes_per_bar = share(static_cast<double>(piece.notes.size()), bars);
}

void count_harmony(const Piece& piece, Statistics& s) {
  std::array<double, 12> roots{};
  int changes = 0, dominants = 0, home = 0, phrases = 0, closed = 0;
  const auto degree = [&](const Chord& c) { return (c.root - piece.key.tonic + 12) % 12; };
  for (std::size_t i = 0; i < piece.chords.size(); ++i) {
    const auto& c = piece.chords[i];
    const double end = i + 1 < piece.chords.size() ? piece.chords[i + 1].start : piece.length;
    roots[static_cast<std::size_t>(degree(c.chord))] += std::max(0.0, end - c.start);
    if (i > 0 && piece.chords[i - 1].chord.root == c.chord.root) continue;
    ++changes;
    if (i == 0) continue;
    // The root before; colours of one root count as one chord.
    if (degree(piece.chords[i - 1].chord) == 7) {
      ++dominants;
      home += degree(c.chord) == 0;
    }
  }
  for (double at = 32; at <= piece.length + 0.5; at += 32) {
    const TuneChord* last = nullptr;
    for (const auto& c : piece.chords)
      if (c.start < at - 0.5) last = &c;
    if (last == nullptr) continue;
    ++phrases;
    closed += degree(last->chord) == 0 || degree(last->chord) == 7;
  }
  s.chords_per_bar = share(changes, piece.length / 4);
  s.chord_entropy = entropy_of(roots);
  s.dominant_home = share(home, dominants);
  s.phrase_home = share(closed, phrases);
  s.ends_home = !piece.chords.empty() && degree(piece.chords.back().chord) == 0;
}

}  // namespace

Statistics statistics_of(const Piece& piece) {
  Statistics s;
  count_tones(piece, s);
  count_intervals(piece, s);
  count_repetition(piece, s);
  count_harmony(piece, s);
  return s;
}

Piece melody_of(std::span<const Bar> bars) {
  Piece piece;
  if (bars.empty()) return piece;
  piece.key = bars.front().key;
  double at = 0;
  for (const Bar& bar : bars) {
    for (const ChordAt& c : bar.chords) {
      if (piece.chords.empty() || !(piece.chords.back().chord == c.chord))
        piece.chords.push_back({at + quarters(c.at), c.chord});
    }
    for (const BarNote& n : bar.notes) {
      if (!n.melody) continue;
      // As it is written: the player's lateness and swing taken away.
      const double start = at + std::floor(quarters(n.start) * 4 + 0.5) / 4;
      piece.notes.push_back({start, quarters(n.duration), n.key});
    }
    at += 4;
  }
  piece.length = at;
  for (std::size_t i = 0; i + 1 < piece.notes.size(); ++i)
    piece.notes[i].duration = std::min(
        piece.notes[i].duration, std::max(0.0, piece.notes[i + 1].start - piece.notes[i].start));
  return piece;
}

}  // namespace tutti::compose
