// Bars in time, and beats set by hand.
#include <algorithm>
#include <cmath>

#include "engine/analysis/song_analysis.h"

namespace tutti::analysis {

namespace {

constexpr double kJoin = 0.05;  // s: taps closer than this are one

double median_gap(const std::vector<double>& times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  if (gaps.empty()) return 0;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  if (gaps.size() % 2) return *middle;
  return 0.5 * (*middle + *std::max_element(gaps.begin(), middle));
}

// Beats a minute over all beats but the ones that stand in for a pause.
double tempo_of(const std::vector<double>& beats) {
  const double median = median_gap(beats);
  if (median <= 0) return 0;
  double sum = 0, count = 0;
  for (std::size_t i = 1; i < beats.size(); ++i) {
    const double gap = beats[i] - beats[i - 1];
    if (gap > 0.75 * median && gap < 1.33 * median) sum += gap, ++count;
  }
  return count > 0 ? 60 * count / sum : 60 / median;
}

// The nearest of `times` to `time`, or `time` itself where that is further than `reach`.
double drawn_to(const std::vector<double>& times, double time, double reach) {
  const auto after = std::lower_bound(times.begin(), times.end(), time);
  double best = time, distance = reach;
  for (auto it : {after, after == times.begin() ? after : after - 1})
    if (it != times.end() && std::fabs(*it - time) <= distance)
      distance = std::fabs(*it - time), best = *it;
  return best;
}

template <class Span>
void draw(std::vector<Span>& spans, const std::vector<double>& times, double reach) {
  for (std::size_t i = 0; i + 1 < spans.size(); ++i) {
    const double border = drawn_to(times, spans[i].end, reach);
    if (border > spans[i].start && border < spans[i + 1].end)
      spans[i].end = spans[i + 1].start = border;
  }
}

}  // namespace

SongAnalysis with_beats(SongAnalysis song, std::vector<double> beats, int beats_per_bar,
                        int first_downbeat) {
  const double given =
      first_downbeat >= 0 && static_cast<std::size_t>(first_downbeat) < beats.size()
          ? beats[static_cast<std::size_t>(first_downbeat)]
          : -1;
  beats.erase(std::remove_if(beats.begin(), beats.end(),
                             [&](double t) {
                               return !std::isfinite(t) || t < 0 ||
                                      (song.duration > 0 && t > song.duration);
                             }),
              beats.end());
  std::sort(beats.begin(), beats.end());
  std::vector<double> kept;
  for (double t : beats)
    if (kept.empty() || t - kept.back() >= kJoin) kept.push_back(t);
  song.beats_per_bar = std::clamp(beats_per_bar, 1, 32);
  song.beats = std::move(kept);
  song.downbeats.clear();
  song.tempo_other = 0;
  if (song.beats.size() < 2) {
    song.tempo = song.tempo_confidence = song.beat_confidence = 0;
    return song;
  }
  song.tempo = tempo_of(song.beats);
  song.tempo_confidence = song.beat_confidence = 1;
  const int first = given >= 0 ? beat_near(song, given) : 0;
  for (int i = first % song.beats_per_bar; i < static_cast<int>(song.beats.size());
       i += song.beats_per_bar)
    song.downbeats.push_back(song.beats[static_cast<std::size_t>(i)]);
  const double beat = 60 / song.tempo;
  draw(song.chords, song.beats, 0.5 * beat);
  draw(song.sections, song.downbeats, 0.5 * beat * song.beats_per_bar);
  return song;
}

int bar_count(const SongAnalysis& song) {
  return static_cast<int>(song.downbeats.size());
}

namespace {

// Length of a bar at the beginning or the end, seconds; 0 where there is none.
double edge_bar(const SongAnalysis& song, bool end) {
  const auto& d = song.downbeats;
  if (d.size() >= 2) return end ? d.back() - d[d.size() - 2] : d[1] - d[0];
  return song.tempo > 0 ? 60 / song.tempo * song.beats_per_bar : 0;
}

}  // namespace

int bar_at(const SongAnalysis& song, double time) {
  const auto& d = song.downbeats;
  if (d.empty() || !std::isfinite(time)) return 0;
  const bool before = time < d.front();
  const double length = edge_bar(song, !before);
  const auto beyond = [&](double from) {
    return length > 0 ? static_cast<int>(std::clamp(std::floor((time - from) / length), -1e6, 1e6))
                      : 0;
  };
  if (before) return length > 0 ? beyond(d.front()) : -1;
  if (time >= d.back()) return static_cast<int>(d.size()) - 1 + beyond(d.back());
  return static_cast<int>(std::upper_bound(d.begin(), d.end(), time) - d.begin()) - 1;
}

double bar_start(const SongAnalysis& song, int bar) {
  const auto& d = song.downbeats;
  if (d.empty()) return 0;
  const int last = static_cast<int>(d.size()) - 1;
  if (bar < 0) return d.front() + bar * edge_bar(song, false);
  if (bar > last) return d.back() + (bar - last) * edge_bar(song, true);
  return d[static_cast<std::size_t>(bar)];
}

int beat_near(const SongAnalysis& song, double time) {
  const auto& b = song.beats;
  if (b.empty()) return -1;
  const auto after = std::lower_bound(b.begin(), b.end(), time);
  if (after == b.begin()) return 0;
  if (after == b.end()) return static_cast<int>(b.size()) - 1;
  const auto at = static_cast<int>(after - b.begin());
  return time - *(after - 1) <= *after - time ? at - 1 : at;
}

}  // namespace tutti::analysis
