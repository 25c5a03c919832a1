#include "engine/analysis/key.h"

#include <algorithm>
#include <cmath>

#include "engine/score/key.h"

namespace tutti::analysis {

namespace {

// Temperley 1999, table 1: how well each degree above the tonic fits.
constexpr double kMajor[12] = {5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0};
constexpr double kMinor[12] = {5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0};
constexpr double kLastNote = 0.12, kFirstNote = 0.03;  // on the tonic, as correlation

double correlation(const double (&histogram)[12], const double (&profile)[12], int tonic) {
  double mh = 0, mp = 0;
  for (int i = 0; i < 12; ++i) mh += histogram[i] / 12, mp += profile[i] / 12;
  double hp = 0, hh = 0, pp = 0;
  for (int i = 0; i < 12; ++i) {
    const double h = histogram[(i + tonic) % 12] - mh, p = profile[i] - mp;
    hp += h * p, hh += h * h, pp += p * p;
  }
  return hh > 0 ? hp / std::sqrt(hh * pp) : 0;
}

int pitch_class(double pitch) {
  const int key = static_cast<int>(std::floor(pitch + 0.5));
  return (key % 12 + 12) % 12;
}

}  // namespace

std::string KeyEstimate::name() const {
  return score::name_of(score::Key{tonic, minor ? score::Mode::minor : score::Mode::major});
}

KeyEstimate estimate_key(std::span<const KeyNote> notes) {
  double histogram[12] = {};
  for (const auto& n : notes) {
    // Very long notes say little more than long ones.
    const double length = n.duration / (1 + n.duration / 4);
    histogram[pitch_class(n.pitch)] += length * n.weight;
  }
  KeyEstimate best;
  if (notes.empty()) return best;
  double first = -2, second = -2;
  for (int tonic = 0; tonic < 12; ++tonic)
    for (bool minor : {false, true}) {
      double score = correlation(histogram, minor ? kMinor : kMajor, tonic);
      if (pitch_class(notes.back().pitch) == tonic) score += kLastNote;
      if (pitch_class(notes.front().pitch) == tonic) score += kFirstNote;
      if (score > first) {
        second = first, first = score;
        best.tonic = tonic, best.minor = minor;
      } else if (score > second) {
        second = score;
      }
    }
  best.confidence = std::clamp((first - second) / 0.2, 0.0, 1.0) * std::clamp(first, 0.0, 1.0);
  return best;
}

}  // namespace tutti::analysis
