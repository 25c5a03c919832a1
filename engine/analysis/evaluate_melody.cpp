// The melody scores of Salamon, Gómez, Ellis and Richard, "Melody Extraction from Polyphonic Music
// Signals" (IEEE Signal Processing Magazine 2014), as mir_eval defines them.
#include <algorithm>
#include <cmath>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/evaluate_text.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kTolerance = 50;  // cents

struct Series {
  std::vector<double> time, cents;  // 0: no value
  std::vector<char> voiced;
};

Series series_of(const std::vector<MelodyPoint>& points) {
  Series s;
  for (const auto& p : points) {
    if (s.time.empty() && p.time > 0) {  // what holds first also holds before it
      s.time.push_back(0);
      s.cents.push_back(p.hz != 0 ? 1200 * math::log2(std::fabs(p.hz) / 10) : 0);
      s.voiced.push_back(p.hz > 0);
    }
    s.time.push_back(p.time);
    s.cents.push_back(p.hz != 0 ? 1200 * math::log2(std::fabs(p.hz) / 10) : 0);
    s.voiced.push_back(p.hz > 0);
  }
  return s;
}

double rounded(double t) {
  return std::floor(t * 1e10 + 0.5) / 1e10;
}

// `s` at the given times: pitch by linear interpolation that holds over gaps, voicing by the last
// value before.
Series resampled(const Series& s, const std::vector<double>& times) {
  if (s.time.size() == times.size()) {
    bool same = true;
    for (std::size_t i = 0; i < times.size(); ++i)
      same = same && std::fabs(s.time[i] - times[i]) <= 1e-8 + 1e-5 * std::fabs(times[i]);
    if (same) return s;
  }
  Series in = s;
  for (double& t : in.time) t = rounded(t);
  const double end = rounded(*std::max_element(times.begin(), times.end()));
  if (end > in.time.back()) in.time.push_back(end), in.cents.push_back(0), in.voiced.push_back(0);
  std::vector<double> held = in.cents;
  for (std::size_t i = 1; i < held.size(); ++i)
    if (in.cents[i] == 0) held[i] = held[i - 1];
  Series out;
  std::size_t k = 0;
  for (double raw : times) {
    const double t = rounded(raw);
    while (k + 1 < in.time.size() && in.time[k + 1] <= t) ++k;
    double value = held[k];
    if (k + 1 < in.time.size() && in.time[k + 1] > in.time[k])
      value += (held[k + 1] - held[k]) * (t - in.time[k]) / (in.time[k + 1] - in.time[k]);
    out.time.push_back(t);
    out.cents.push_back(in.cents[k] != 0 ? value : 0);
    out.voiced.push_back(in.voiced[k]);
  }
  return out;
}

Result<std::vector<MelodyPoint>> read_melody(std::string_view text) {
  auto table = read_table(text, 2);
  if (!table) return table.error();
  std::vector<MelodyPoint> points;
  for (const auto& row : *table) points.push_back({row[0], row[1]});
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return points;
}

}  // namespace

Scores score_melody(const std::vector<MelodyPoint>& reference,
                    const std::vector<MelodyPoint>& estimate) {
  double hits = 0, chroma_hits = 0, both = 0, right_rests = 0, voiced = 0, recalled = 0, rests = 0,
         alarms = 0;
  double frames = 0;
  if (!reference.empty() && !estimate.empty()) {
    const Series r = series_of(reference);
    const Series e = resampled(series_of(estimate), r.time);
    frames = static_cast<double>(r.time.size());
    for (std::size_t i = 0; i < r.time.size(); ++i) {
      const double gap = std::fabs(r.cents[i] - e.cents[i]);
      const bool have = r.cents[i] != 0 && e.cents[i] != 0;
      const bool near = have && gap < kTolerance;
      const bool near_chroma =
          have && std::fabs(gap - 1200 * std::floor(gap / 1200 + 0.5)) < kTolerance;
      if (r.voiced[i]) {
        voiced += 1, recalled += e.voiced[i];
        hits += near, chroma_hits += near_chroma, both += near && e.voiced[i];
      } else {
        rests += 1, alarms += e.voiced[i], right_rests += !e.voiced[i];
      }
    }
  }
  return {{"Voicing Recall", frames == 0  ? 0
                             : voiced > 0 ? recalled / voiced
                                          : 1},
          {"Voicing False Alarm", rests > 0 ? alarms / rests : 0},
          {"Raw Pitch Accuracy", voiced > 0 ? hits / voiced : 0},
          {"Raw Chroma Accuracy", voiced > 0 ? chroma_hits / voiced : 0},
          {"Overall Accuracy", frames > 0 ? (both + right_rests) / frames : 0}};
}

Result<Scores> evaluate_melody(std::string_view reference, std::string_view estimate) {
  auto r = read_melody(reference);
  if (!r) return r.error();
  auto e = read_melody(estimate);
  if (!e) return e.error();
  return score_melody(*r, *e);
}

}  // namespace tutti::analysis
