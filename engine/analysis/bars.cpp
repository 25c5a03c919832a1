#include "engine/analysis/bars.h"

#include <algorithm>
#include <cmath>

namespace tutti::analysis {

namespace {

// Evidence that a beat stands at each place of the bar, for each mark.
constexpr float kFour[4][BeatMarks::kCount] = {{1.0f, 0.5f, 0.5f, 0.4f, -0.2f, 0.1f},
                                               {-0.5f, -0.25f, -0.25f, -0.25f, 0.2f, 0.0f},
                                               {0.0f, 0.0f, 0.0f, 0.1f, -0.2f, -0.1f},
                                               {-0.5f, -0.25f, -0.25f, -0.25f, 0.2f, 0.0f}};
constexpr float kThree[3][BeatMarks::kCount] = {{1.0f, 0.5f, 0.5f, 0.5f, -0.1f, 0.0f},
                                                {-0.5f, -0.25f, -0.25f, -0.25f, 0.05f, 0.0f},
                                                {-0.5f, -0.25f, -0.25f, -0.25f, 0.05f, 0.0f}};
constexpr float kSlip = 14;       // cost of a bar of another length
constexpr double kRepeats = 1.5;  // worth of likeness at the bar's length
constexpr double kThreeHandicap = 0.1;

float weight(int beats, int place, int mark) {
  if (beats == 3) return kThree[place][mark];
  if (beats == 4) return kFour[place][mark];
  // Other lengths: only the first beat stands out.
  return place == 0 ? kThree[0][mark] : -kThree[0][mark] / static_cast<float>(beats - 1);
}

float change(const std::array<float, 12>& a, const std::array<float, 12>& b) {
  float ab = 0, aa = 0, bb = 0;
  for (int i = 0; i < 12; ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  if (aa <= 0 || bb <= 0) return 0;
  return 1 - ab / std::sqrt(aa * bb);
}

float near(const std::vector<float>& x, double time) {
  const auto centre = static_cast<std::int64_t>(time / kOnsetHop + 0.5);
  float best = 0;
  for (std::int64_t k = centre - 4; k <= centre + 4; ++k)
    if (k >= 0 && k < static_cast<std::int64_t>(x.size()))
      best = std::max(best, x[static_cast<std::size_t>(k)]);
  return best;
}

std::array<float, 12> root_of(const std::array<float, 12>& x) {
  std::array<float, 12> out;
  for (int i = 0; i < 12; ++i) out[i] = std::sqrt(std::max(0.f, x[i]));
  return out;
}

}  // namespace

std::vector<BeatMarks> beat_marks(const std::vector<double>& beats, const OnsetTracks& onsets,
                                  const std::vector<Chroma>& chromas,
                                  const std::vector<ChordSpan>& chords) {
  const std::size_t n = beats.size();
  std::vector<BeatMarks> marks(n);
  const auto chroma = [&](std::size_t i) {
    return i < chromas.size() ? root_of(chromas[i].treble) : std::array<float, 12>{};
  };
  const auto sum = [&](std::size_t from, std::size_t to) {
    std::array<float, 12> out{};
    for (std::size_t i = from; i < to; ++i) {
      const auto c = chroma(i);
      for (int k = 0; k < 12; ++k) out[k] += c[k];
    }
    return out;
  };
  std::size_t next = 0;
  for (std::size_t i = 0; i < n; ++i) {
    auto& v = marks[i].value;
    while (next < chords.size() && chords[next].start < beats[i] - 0.01) ++next;
    v[0] = next > 0 && next < chords.size() && std::fabs(chords[next].start - beats[i]) <= 0.01;
    v[1] = i >= 2 && i + 2 <= chromas.size() ? change(sum(i - 2, i), sum(i, i + 2)) : 0;
    v[2] = i >= 1 && i < chromas.size() ? change(chromas[i - 1].bass, chromas[i].bass) : 0;
    v[3] = near(onsets.low, beats[i]);
    v[4] = near(onsets.middle, beats[i]);
    v[5] = near(onsets.high, beats[i]);
  }
  for (int m = 0; m < BeatMarks::kCount; ++m) {
    double mean = 0, squares = 0;
    for (const auto& b : marks) mean += b.value[m];
    mean /= static_cast<double>(std::max<std::size_t>(n, 1));
    for (const auto& b : marks) squares += (b.value[m] - mean) * (b.value[m] - mean);
    const double spread = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(n, 1)));
    for (auto& b : marks)
      b.value[m] = spread > 1e-6
                       ? static_cast<float>(std::clamp((b.value[m] - mean) / spread, -3.0, 3.0))
                       : 0;
  }
  return marks;
}

double likeness_at(const std::vector<BeatMarks>& marks, int lag) {
  double ab = 0, aa = 0;
  for (std::size_t i = 0; i < marks.size(); ++i)
    for (int m = 0; m < BeatMarks::kCount; ++m) {
      aa += static_cast<double>(marks[i].value[m]) * marks[i].value[m];
      if (i >= static_cast<std::size_t>(lag))
        ab += static_cast<double>(marks[i].value[m]) *
              marks[i - static_cast<std::size_t>(lag)].value[m];
    }
  const auto n = static_cast<double>(marks.size());
  return aa > 0 && n > lag ? ab / aa * n / (n - lag) : 0;
}

BarTrack find_bars(const std::vector<BeatMarks>& marks, int beats) {
  BarTrack out;
  out.beats_per_bar = beats;
  const std::size_t n = marks.size();
  if (n < 4) return out;
  std::vector<float> best(static_cast<std::size_t>(beats), 0), next(best.size());
  std::vector<std::int8_t> from(n * static_cast<std::size_t>(beats));
  for (std::size_t i = 0; i < n; ++i) {
    for (int place = 0; place < beats; ++place) {
      float here = 0;
      for (int m = 0; m < BeatMarks::kCount; ++m)
        here += weight(beats, place, m) * marks[i].value[m];
      const int usual = (place + beats - 1) % beats;
      float top = best[usual];
      int at = usual;
      // A bar may end early or late: the first beat after any other.
      if (i > 0 && place == 0)
        for (int p = 0; p < beats; ++p)
          if (p != usual && best[p] - kSlip > top) top = best[p] - kSlip, at = p;
      next[place] = here + (i == 0 ? 0 : top);
      from[i * static_cast<std::size_t>(beats) + place] = static_cast<std::int8_t>(at);
    }
    best.swap(next);
  }
  int place = static_cast<int>(std::max_element(best.begin(), best.end()) - best.begin());
  out.score = best[place] / static_cast<double>(n);
  for (std::size_t i = n; i-- > 0;) {
    if (place == 0) out.downbeats.push_back(static_cast<int>(i));
    place = from[i * static_cast<std::size_t>(beats) + place];
  }
  std::reverse(out.downbeats.begin(), out.downbeats.end());
  return out;
}

BarTrack find_bars(const std::vector<BeatMarks>& marks) {
  BarTrack four = find_bars(marks, 4), three = find_bars(marks, 3);
  // What repeats with the bar also says its length.
  const double by_four = std::max(likeness_at(marks, 4), likeness_at(marks, 8)),
               by_three = std::max(likeness_at(marks, 3), likeness_at(marks, 6) - 0.1);
  four.score += kRepeats * by_four;
  three.score += kRepeats * by_three - kThreeHandicap;
  return three.score > four.score ? three : four;
}

}  // namespace tutti::analysis
