// What makes each style sound as it does, as data: harmony, rhythm, register and who plays.
//
// All figures that shape a style stand in style.cpp; the part writers read them and hold none of
// their own. Values; no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/compose/composer.h"

namespace tutti::compose {

enum class Sustain : std::uint8_t { held, staggered, gated, chorale };
enum class BassLine : std::uint8_t { drone, roots, pulse, broken, walking };
enum class Groove : std::uint8_t { heartbeat, four, ballad, swing };
enum class Figure : std::uint8_t { none, echo, loops, arpeggio, broken, comp };

struct VoiceRow {
  double enters = 0;    // at which tension the voice joins, 0 … 1; above 1: only if invited
  double sits_out = 0;  // chance to rest for a section
  int velocity = 70;    // about which it plays
  int lowest = 48, highest = 84;
};

struct StyleRow {
  // Harmony.
  std::array<int, 4> chord_beats;  // weights of chords of 2, 4, 8 and 16 beats
  std::array<int, 13> palette;     // weights by Quality
  double learned;                  // share of sections from the learned chain
  double chromatic;                // 0 … 1: secondary dominants and borrowed chords
  double inversion;                // chance that the bass leaves the root for a smoother line
  double pedal;                    // chance of a tonic pedal in calm sections
  double suspension;               // chance of a fourth held over and resolved
  // Who does what.
  Sustain sustain;
  int voices;  // of the sustained chord, 3 … 5
  bool open;   // wide voicings
  BassLine bass;
  Groove groove;
  Figure pluck, piano, bell;
  double bell_rate;  // sparkles a bar at full tension
  // Melody.
  int melody_lowest, melody_highest;
  std::array<Voice, 4> melody;  // who sings it, in order of preference
  std::array<Voice, 3> counter;
  std::span<const std::string_view> cells;  // rhythms of a bar, see motif.h
  double rests;                             // chance that two bars of the melody stay silent
  double reach;                             // contour: typical steps from note to note
  double swing;  // 0 straight … 1: the second eighth falls on the third triplet
  double loose;  // milliseconds-like spread of onsets, in 1/1000 of a beat
  std::array<VoiceRow, kVoices> voice;

  const VoiceRow& row(Voice v) const noexcept { return voice[static_cast<std::size_t>(v)]; }
};

const StyleRow& style_row(Style) noexcept;

}  // namespace tutti::compose
