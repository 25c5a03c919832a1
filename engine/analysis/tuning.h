// How far a singer's scale lies from A4 = 440 Hz.
//
// Circular mean of the pitches modulo one semitone, weighted by duration and confidence (the
// measure of Dressler and Streich, ISMIR 2007). Pure.
#pragma once

#include <span>

namespace tutti::analysis {

struct WeightedPitch {
  double pitch = 0;   // fractional MIDI note number
  double weight = 1;  // seconds, or any measure of importance, >= 0
};

struct Tuning {
  double cents = 0;     // -50 … 50 above A4 = 440 Hz
  double strength = 0;  // 0: no common tuning at all … 1: all exactly on one
};

Tuning estimate_tuning(std::span<const WeightedPitch> pitches);

}  // namespace tutti::analysis
