// Which beat periods are in the air at each moment. Internal to beats.cpp.
//
// Autocorrelation of the onset strength in windows of 8 s, one a second, gathered by a comb of up
// to four multiples of each period. Periods stand on a logarithmic grid.
#pragma once

#include <vector>

namespace tutti::analysis {

struct Tempogram {
  static constexpr int kPeriods = 181;
  static constexpr double kStep = 0.0125 * 1.0;  // of log2 of the period
  static constexpr double kShortest = 0.26;      // s: 231 beats a minute
  static constexpr double kEvery = 1.0;          // s between windows

  std::vector<std::vector<float>> rows;  // kPeriods strengths each, about -0.3 … 1
  std::vector<float> mean;               // over the song

  static double period(double index);     // seconds
  static double index_of(double period);  // fractional
};

// `onsets` at kOnsetHop, zero mean.
Tempogram tempogram_of(const std::vector<float>& onsets);

// The period at each row, near `start` (an index), by the best path through the tempogram.
std::vector<float> follow_period(const Tempogram& tempogram, int start);

}  // namespace tutti::analysis
