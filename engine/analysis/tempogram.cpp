#include "engine/analysis/tempogram.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/onset_strength.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {
constexpr int kWindow = 800;  // frames: 8 s
constexpr int kLags = 420;    // frames
constexpr int kTeeth = 4;
constexpr float kTooth[kTeeth] = {1.0f, 0.9f, 0.7f, 0.7f};
constexpr int kReach = 12;        // steps that a period may stray from where it began: 11 %
constexpr float kDrift = 0.012f;  // cost of a step of the period a second, squared steps
}  // namespace

double Tempogram::period(double index) {
  return kShortest * math::exp2(index * kStep);
}
double Tempogram::index_of(double period) {
  return math::log2(period / kShortest) / kStep;
}

Tempogram tempogram_of(const std::vector<float>& onsets) {
  Tempogram out;
  out.mean.assign(Tempogram::kPeriods, 0);
  const auto frames = static_cast<std::int64_t>(onsets.size());
  const auto every = static_cast<std::int64_t>(Tempogram::kEvery / kOnsetHop + 0.5);
  double energy = 0;
  for (float v : onsets) energy += static_cast<double>(v) * v;
  // A window much quieter than the song says little: its strengths are divided by at least this.
  const double floor = frames > 0 ? 0.1 * energy / static_cast<double>(frames) * kWindow : 1;
  std::vector<float> window(kWindow + kLags), lag(kLags + 2);
  const std::int64_t rows = std::max<std::int64_t>(1, frames / every);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t from = row * every + every / 2 - (kWindow + kLags) / 2;
    double power = 0;
    for (int i = 0; i < kWindow + kLags; ++i) {
      const std::int64_t at = from + i;
      window[i] = at >= 0 && at < frames ? onsets[static_cast<std::size_t>(at)] : 0;
    }
    for (int i = kLags / 2; i < kLags / 2 + kWindow; ++i) power += window[i] * window[i];
    const auto scale = static_cast<float>(1 / std::max({power, floor, 1e-9}));
    for (int l = 0; l < kLags + 2; ++l) {
      float sum[4] = {0, 0, 0, 0};
      const int n = std::min(kWindow + kLags - l, kWindow + kLags / 2);
      int i = 0;
      for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; ++k) sum[k] += window[i + k] * window[i + k + l];
      for (; i < n; ++i) sum[0] += window[i] * window[i + l];
      lag[l] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) * scale * static_cast<float>(kWindow) /
               static_cast<float>(n);
    }
    std::vector<float> strengths(Tempogram::kPeriods);
    for (int p = 0; p < Tempogram::kPeriods; ++p) {
      const double period = Tempogram::period(p) / kOnsetHop;
      float sum = 0, weight = 0;
      for (int tooth = 1; tooth <= kTeeth; ++tooth) {
        const double at = period * tooth;
        const int whole = static_cast<int>(at);
        if (whole + 1 >= kLags + 2) break;
        const auto part = static_cast<float>(at - whole);
        sum += kTooth[tooth - 1] * (lag[whole] + part * (lag[whole + 1] - lag[whole]));
        weight += kTooth[tooth - 1];
      }
      strengths[p] = weight > 0 ? sum / weight : 0;
    }
    for (int p = 0; p < Tempogram::kPeriods; ++p) out.mean[p] += strengths[p];
    out.rows.push_back(std::move(strengths));
  }
  for (float& m : out.mean) m /= static_cast<float>(out.rows.size());
  return out;
}

std::vector<float> follow_period(const Tempogram& tempogram, int start) {
  const int low = std::max(0, start - kReach),
            high = std::min(Tempogram::kPeriods - 1, start + kReach);
  const int width = high - low + 1;
  const std::size_t rows = tempogram.rows.size();
  std::vector<float> score(width, 0), next(width);
  std::vector<std::int8_t> from(rows * static_cast<std::size_t>(width));
  for (std::size_t r = 0; r < rows; ++r) {
    for (int p = 0; p < width; ++p) {
      float best = -1e30f;
      int step = 0;
      for (int d = -4; d <= 4; ++d) {
        if (p + d < 0 || p + d >= width) continue;
        const float value = score[p + d] - kDrift * static_cast<float>(d * d);
        if (value > best) best = value, step = d;
      }
      next[p] = best + tempogram.rows[r][low + p];
      from[r * static_cast<std::size_t>(width) + p] = static_cast<std::int8_t>(step);
    }
    score.swap(next);
  }
  int p = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
  std::vector<float> path(rows);
  for (std::size_t r = rows; r-- > 0;) {
    // Between the grid's periods the top of a parabola.
    const auto& row = tempogram.rows[r];
    const int at = low + p;
    float off = 0;
    if (at > 0 && at + 1 < Tempogram::kPeriods) {
      const float bend = row[at - 1] - 2 * row[at] + row[at + 1];
      if (bend < -1e-6f) off = std::clamp(0.5f * (row[at - 1] - row[at + 1]) / bend, -0.5f, 0.5f);
    }
    path[r] = static_cast<float>(Tempogram::period(at + off));
    p += from[r * static_cast<std::size_t>(width) + p];
  }
  return path;
}

}  // namespace tutti::analysis
