#include "engine/analysis/beats.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/tempogram.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kTight = 100;                // cost of squared octaves off the period
constexpr double kShort = 0.6, kLong = 1.65;  // of the period: the reach of one beat
constexpr int kSeeds = 4;
constexpr double kSlowest = 50, kFastest = 225;  // beats a minute of a reading
constexpr double kNoPulse = 0.09;                // of the tempogram: what noise reaches

// Rises above the local mean, in units of the local deviation.
std::vector<float> normalised(const std::vector<float>& in) {
  constexpr int kMean = 60, kSpread = 500;  // frames on either side
  const auto n = static_cast<std::int64_t>(in.size());
  std::vector<double> sum(in.size() + 1, 0), squares(in.size() + 1, 0);
  for (std::size_t i = 0; i < in.size(); ++i) {
    sum[i + 1] = sum[i] + in[i];
    squares[i + 1] = squares[i] + static_cast<double>(in[i]) * in[i];
  }
  const double whole = n > 0 ? std::sqrt(squares.back() / static_cast<double>(n)) : 0;
  std::vector<float> out(in.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t a = std::max<std::int64_t>(0, i - kMean), b = std::min(n, i + kMean + 1);
    const std::int64_t c = std::max<std::int64_t>(0, i - kSpread), d = std::min(n, i + kSpread + 1);
    const double mean = (sum[b] - sum[a]) / static_cast<double>(b - a);
    const double spread = std::sqrt((squares[d] - squares[c]) / static_cast<double>(d - c));
    const double unit = std::max(spread, 0.25 * whole);
    out[i] = unit > 1e-6 ? static_cast<float>(std::max(0.0, (in[i] - mean) / unit)) : 0;
  }
  return out;
}

std::vector<float> smoothed(const std::vector<float>& in) {
  constexpr float kKernel[] = {0.06f, 0.24f, 0.4f, 0.24f, 0.06f};
  std::vector<float> out(in.size(), 0);
  const auto n = static_cast<std::int64_t>(in.size());
  for (std::int64_t i = 0; i < n; ++i)
    for (int k = -2; k <= 2; ++k)
      if (i + k >= 0 && i + k < n) out[i] += kKernel[k + 2] * in[i + k];
  return out;
}

struct Evidence {
  std::vector<float> low, middle, high, all;  // normalised and smoothed
};

Evidence evidence_of(const OnsetTracks& tracks) {
  Evidence e;
  e.low = smoothed(normalised(tracks.low));
  e.middle = smoothed(normalised(tracks.middle));
  e.high = smoothed(normalised(tracks.high));
  e.all.resize(e.low.size());
  for (std::size_t i = 0; i < e.all.size(); ++i)
    e.all[i] = 0.8f * e.low[i] + e.middle[i] + 0.6f * e.high[i];
  return e;
}

std::vector<float> centred(std::vector<float> x) {
  double mean = 0;
  for (float v : x) mean += v;
  if (!x.empty()) mean /= static_cast<double>(x.size());
  for (float& v : x) v -= static_cast<float>(mean);
  return x;
}

// Beats of the best sum of onset strength less the cost of leaving the period.
std::vector<int> place_beats(const std::vector<float>& onsets, const std::vector<float>& periods) {
  const int n = static_cast<int>(onsets.size());
  double energy = 0;
  for (float v : onsets) energy += static_cast<double>(v) * v;
  const auto unit = static_cast<float>(1 / std::max(1e-9, std::sqrt(energy / std::max(n, 1))));
  std::vector<float> score(n, 0);
  std::vector<int> before(n, -1);
  const double per_row = Tempogram::kEvery / kOnsetHop;
  std::vector<float> cost;
  double made_for = 0;
  int shortest = 0, longest = 0;
  for (int i = 0; i < n; ++i) {
    const auto row = std::min(periods.size() - 1, static_cast<std::size_t>(i / per_row));
    const double period = periods[row] / kOnsetHop;
    if (period != made_for) {
      made_for = period;
      shortest = static_cast<int>(period * kShort);
      longest = static_cast<int>(period * kLong);
      cost.resize(static_cast<std::size_t>(longest) + 1);
      for (int l = shortest; l <= longest; ++l) {
        const double octaves = math::log2(l / period);
        cost[l] = static_cast<float>(kTight * octaves * octaves);
      }
    }
    float best = -1e30f;
    int at = -1;
    for (int l = shortest; l <= longest && l <= i; ++l) {
      const float value = score[i - l] - cost[l];
      if (value > best) best = value, at = i - l;
    }
    const float here = onsets[i] * unit;
    // A beat may also be the first.
    if (at < 0 || best < 0) best = 0, at = -1;
    score[i] = here + best, before[i] = at;
  }
  if (n == 0) return {};
  // The last beat: the best of the last period and a half.
  const int reach = std::min(n, static_cast<int>(periods.back() / kOnsetHop * 1.5) + 1);
  int at = n - 1;
  for (int i = n - reach; i < n; ++i)
    if (score[i] > score[at]) at = i;
  std::vector<int> beats;
  for (; at >= 0; at = before[at]) beats.push_back(at);
  std::reverse(beats.begin(), beats.end());
  return beats;
}

float near(const std::vector<float>& x, double at) {
  const int centre = static_cast<int>(at + 0.5);
  float best = 0;
  for (int k = centre - 3; k <= centre + 3; ++k)
    if (k >= 0 && k < static_cast<int>(x.size())) best = std::max(best, x[k]);
  return best;
}

struct Spots {
  double on = 0, half = 0, third = 0, odd = 0, even = 0;
};

Spots spots(const std::vector<float>& x, const std::vector<int>& beats) {
  Spots s;
  double count = 0;
  for (std::size_t i = 0; i + 1 < beats.size(); ++i, ++count) {
    const double a = beats[i], gap = beats[i + 1] - beats[i];
    const float on = near(x, a);
    s.on += on;
    (i % 2 ? s.odd : s.even) += 2 * on;
    s.half += near(x, a + 0.5 * gap);
    s.third += 0.5 * (near(x, a + gap / 3) + near(x, a + gap * 2 / 3));
  }
  if (count > 0) s.on /= count, s.half /= count, s.third /= count, s.odd /= count, s.even /= count;
  return s;
}

// Weights of the traits (in the order in which pulse_readings() sets them), found by logistic
// regression on 100 songs that the suite synthesises (tests/accuracy/song_material.h), L2 0.03.
constexpr double kWeights[PulseReading::kTraits] = {0.63, 0.1,  -0.35, -0.6, -1.4,
                                                    0.0,  -2.9, 2.3,   0.45, 0.2};

double judge(const PulseReading& reading) {
  double score = 0;
  for (int t = 0; t < PulseReading::kTraits; ++t) score += kWeights[t] * reading.traits[t];
  return score;
}

}  // namespace

std::vector<PulseReading> pulse_readings(const OnsetTracks& tracks) {
  std::vector<PulseReading> readings;
  if (tracks.frames() < 200) return readings;
  const Evidence e = evidence_of(tracks);
  const Tempogram tempogram = tempogram_of(centred(e.all));
  // The strongest periods, and what stands in simple proportion to them.
  std::vector<std::pair<float, int>> peaks;
  for (int p = 1; p + 1 < Tempogram::kPeriods; ++p)
    if (tempogram.mean[p] >= tempogram.mean[p - 1] && tempogram.mean[p] > tempogram.mean[p + 1])
      peaks.emplace_back(tempogram.mean[p], p);
  std::sort(peaks.begin(), peaks.end(), [](auto a, auto b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (peaks.empty() || peaks[0].first < kNoPulse) return readings;
  if (peaks.size() > kSeeds) peaks.resize(kSeeds);
  std::vector<int> starts;
  const auto propose = [&](double period) {
    if (!(period >= 60 / kFastest && period <= 60 / kSlowest)) return;
    const int index = static_cast<int>(Tempogram::index_of(period) + 0.5);
    if (index < 0 || index >= Tempogram::kPeriods) return;
    for (int other : starts)
      if (std::abs(other - index) < 5) return;
    starts.push_back(index);
  };
  for (const auto& [strength, p] : peaks)
    if (strength > 0.35f * peaks[0].first) propose(Tempogram::period(p));
  for (const auto& [strength, p] : peaks)
    if (strength > 0.5f * peaks[0].first)
      for (double ratio : {2.0, 0.5}) propose(Tempogram::period(p) * ratio);
  for (double ratio : {3.0, 1.0 / 3, 1.5, 2.0 / 3})
    propose(Tempogram::period(peaks[0].second) * ratio);

  for (int start : starts) {
    const std::vector<float> periods = follow_period(tempogram, start);
    PulseReading r;
    r.frames = place_beats(e.all, periods);
    if (r.frames.size() < 4) continue;
    std::vector<int> gaps;
    for (std::size_t i = 1; i < r.frames.size(); ++i) gaps.push_back(r.frames[i] - r.frames[i - 1]);
    double mean = 0;
    for (float p : periods) mean += p;
    r.period = mean / static_cast<double>(periods.size());
    const Spots all = spots(e.all, r.frames), low = spots(e.low, r.frames),
                high = spots(e.high, r.frames);
    double pulse = 0;
    for (std::size_t row = 0; row < periods.size(); ++row) {
      const int i = std::clamp(static_cast<int>(Tempogram::index_of(periods[row]) + 0.5), 0,
                               Tempogram::kPeriods - 1);
      pulse += tempogram.rows[row][i];
    }
    pulse /= static_cast<double>(periods.size());
    const double bpm = 60 / r.period, octaves = math::log2(bpm / 118);
    r.traits[0] = all.on;
    r.traits[1] = all.half;
    double loose = 0;
    for (std::size_t i = 1; i < r.frames.size(); ++i) {
      const auto row =
          std::min(periods.size() - 1,
                   static_cast<std::size_t>(r.frames[i] * kOnsetHop / Tempogram::kEvery));
      const double gap = (r.frames[i] - r.frames[i - 1]) * kOnsetHop;
      loose += std::fabs(math::log2(gap / periods[row]));
    }
    r.traits[2] = 20 * loose / static_cast<double>(r.frames.size() - 1);
    r.traits[3] = low.half;
    r.traits[4] = all.third;
    r.traits[5] = std::fabs(all.odd - all.even);
    r.traits[6] = octaves * octaves;
    r.traits[7] = pulse / std::max(0.05f, peaks[0].first);
    r.traits[8] = high.on - high.half;
    r.traits[9] = std::fabs(low.odd - low.even);
    r.score = judge(r);
    readings.push_back(std::move(r));
  }
  // Two starts may have led to the same pulse.
  const auto same = [](const PulseReading& a, const PulseReading& b) {
    return std::fabs(a.period / b.period - 1) < 0.05;
  };
  std::stable_sort(readings.begin(), readings.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<PulseReading> distinct;
  for (PulseReading& r : readings)
    if (std::none_of(distinct.begin(), distinct.end(), [&](const auto& d) { return same(d, r); }))
      distinct.push_back(std::move(r));
  return distinct;
}

BeatTrack track_beats(const OnsetTracks& tracks) {
  BeatTrack out;
  const auto readings = pulse_readings(tracks);
  if (readings.empty()) return out;
  const PulseReading& best = readings[0];
  for (int frame : best.frames) out.beats.push_back(frame * kOnsetHop);
  std::vector<double> gaps;
  for (std::size_t i = 1; i < out.beats.size(); ++i)
    gaps.push_back(out.beats[i] - out.beats[i - 1]);
  out.tempo = 60 / best.period;
  if (readings.size() > 1) {
    out.other = 60 / readings[1].period;
    out.tempo_confidence = 1 / (1 + math::exp(-(best.score - readings[1].score)));
  } else {
    out.tempo_confidence = 1;
  }
  out.confidence =
      std::clamp((best.traits[0] - best.traits[1]) / std::max(0.5, best.traits[0]), 0.0, 1.0);
  return out;
}

}  // namespace tutti::analysis
