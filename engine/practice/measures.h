// What makes each bar of a part hard, as numbers; difficulty.cpp weighs them. Internal to the room.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/practice/difficulty.h"

namespace tutti::practice {

inline constexpr int kCauses = 6;  // in the order of Cause

// One bar: where it is, its beats, and its raw measures.
struct BarMeasure {
  double start = 0, end = 0;
  std::vector<double> beats;  // of this bar, the first being its start
  int events = 0;             // notes that begin here, those together counted once
  double density = 0;         // events a second, in its busiest two beats
  double leaps = 0;           // leaps a second, each by its size
  double leap = 0;            // semitones: the upper quartile of its leaps, 0: none
  double syncopation = 0;     // entries off the beat with nothing on the next one, a beat
  double off_beats = 0;       // the same, a bar
  double chords = 0;          // changes of chord
  double tempo = 0;           // beats a minute
  double rarity = 0;          // 0: heard elsewhere … 1: nothing like it
};

// Whole bars of the song, by its downbeats; up to kMostBars. Times that are not finite or not in
// order are left out.
inline constexpr std::size_t kMostBars = 8000;
std::vector<BarMeasure> bars_of(const analysis::SongAnalysis& song);

// Notes in order, within the song, finite; those that begin within 25 ms are one event.
struct Event {
  double start = 0;
  double pitch = -1;  // of the highest note that has one
  bool voices[3] = {false, false, false};
};
std::vector<Event> events_of(const Part& part);

// Fills everything but rarity.
void measure_bars(std::span<BarMeasure> bars, std::span<const Event> events,
                  std::span<const analysis::ChordSpan> chords);

// What is played in each bar, so that bars can be compared.
class Figures {
 public:
  Figures(std::span<const BarMeasure> bars, std::span<const Event> events, const Part& part);
  // 0 … 1; 1: the same rhythm and shape, in any key. Exact only above `above`; else some number
  // that is not above it either.
  double likeness(std::size_t a, std::size_t b, double above = 0) const;

 private:
  static constexpr int kSlots = 48;  // of a bar
  struct Figure {
    std::array<std::array<float, kSlots>, 3> rhythm{};  // by voice; unit length together
    std::array<float, kSlots> shape{};                  // semitones from the bar's middle
    std::array<bool, kSlots> pitched{};
    int pitches = 0;
    std::array<float, 48> chroma{};  // four quarters of the bar, each 12, unit length together
    bool empty = true, coloured = false;
  };
  std::vector<Figure> figures_;
  std::size_t voices_ = 1;
};

void measure_rarity(std::span<BarMeasure> bars, const Figures& figures);

}  // namespace tutti::practice
