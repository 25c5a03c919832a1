#include "engine/practice/measures.h"

#include <algorithm>
#include <cmath>

namespace tutti::practice {
namespace {

constexpr double kTogether = 0.025;  // s: notes closer than this are one stroke
constexpr double kShortestBar = 0.2, kLongestBar = 30;

std::vector<double> in_order(const std::vector<double>& times) {
  std::vector<double> kept;
  for (const double t : times)
    if (std::isfinite(t) && t >= 0) kept.push_back(t);
  std::sort(kept.begin(), kept.end());
  return kept;
}

double middle_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Events in [from, to), a moment early, so that a note just before its beat still belongs to it.
std::span<const Event> between(std::span<const Event> events, double from, double to) {
  constexpr double kEarly = 0.03;
  const auto before = [](const Event& event, double t) { return event.start < t; };
  const auto first = std::lower_bound(events.begin(), events.end(), from - kEarly, before);
  const auto last = std::lower_bound(first, events.end(), to - kEarly, before);
  return {first, last};
}

void measure_density(BarMeasure& bar, std::span<const Event> events) {
  const std::size_t beats = bar.beats.size();
  const std::size_t run = std::min<std::size_t>(2, beats);
  for (std::size_t i = 0; i + run <= beats; ++i) {
    const double from = bar.beats[i], to = i + run < beats ? bar.beats[i + run] : bar.end;
    const double rate = static_cast<double>(between(events, from, to).size()) / (to - from);
    bar.density = std::max(bar.density, rate);
  }
}

// An entry off the beat counts where the beat after it is silent: the note is held or the rest
// falls where the foot taps (Longuet-Higgins and Lee's syncopation).
void measure_syncopation(BarMeasure& bar, std::span<const Event> events) {
  const auto near = [&](double time, double within) {
    const auto first = std::lower_bound(events.begin(), events.end(), time - within,
                                        [](const Event& e, double t) { return e.start < t; });
    return first != events.end() && first->start <= time + within;
  };
  for (std::size_t i = 0; i < bar.beats.size(); ++i) {
    const double from = bar.beats[i], to = i + 1 < bar.beats.size() ? bar.beats[i + 1] : bar.end;
    const double length = to - from;
    const double close = std::clamp(0.12 * length, 0.03, 0.06);
    if (near(to, close)) continue;
    const Event* last = nullptr;
    for (const Event& event : between(events, from + close + 0.03, to))
      if (event.start < to - close) last = &event;
    if (!last) continue;
    // The last eighth of a slow beat is ordinary; sixteenths and triplets off the beat are not.
    const double phase = (last->start - from) / length;
    bar.off_beats += 1;
    bar.syncopation += std::fabs(phase - 0.5) < 0.08 ? 0.85 : 1.0;
  }
  bar.syncopation /= static_cast<double>(std::max<std::size_t>(1, bar.beats.size()));
}

void measure_leaps(BarMeasure& bar, std::span<const Event> events) {
  std::vector<double> leaps;
  double sum = 0;
  const auto here = between(events, bar.start, bar.end);
  if (here.empty()) return;
  const Event* before = nullptr;
  // From the last note of the bar before, too.
  if (here.data() != events.data()) before = here.data() - 1;
  for (const Event& event : here) {
    if (event.pitch < 0) continue;
    if (before && before->pitch >= 0 && event.start - before->start < 2) {
      const double size = std::fabs(event.pitch - before->pitch);
      if (size > 4.5) leaps.push_back(size);
      const bool octave = std::fabs(size - 12) < 0.7;
      // An octave lies ready under the hand.
      sum += std::clamp((size - 4) / 8, 0.0, 1.5) * (octave ? 0.6 : 1);
    }
    before = &event;
  }
  bar.leaps = sum / (bar.end - bar.start);
  if (leaps.empty()) return;
  std::sort(leaps.begin(), leaps.end());
  bar.leap =
      leaps[(leaps.size() * 3) / 4 == leaps.size() ? leaps.size() - 1 : (leaps.size() * 3) / 4];
}

void measure_chords(BarMeasure& bar, std::span<const analysis::ChordSpan> chords) {
  const double early = 0.15 * (bar.end - bar.start) /
                       static_cast<double>(std::max<std::size_t>(1, bar.beats.size()));
  for (std::size_t i = 0; i < chords.size(); ++i) {
    const auto& chord = chords[i];
    if (!(chord.start >= bar.start - early && chord.start < bar.end - early)) continue;
    if (chord.name == "N" || chord.name == "X") continue;
    if (i > 0 && chords[i - 1].name == chord.name) continue;
    bar.chords += 1;
  }
}

}  // namespace

std::vector<BarMeasure> bars_of(const analysis::SongAnalysis& song) {
  const auto downbeats = in_order(song.downbeats);
  const auto beats = in_order(song.beats);
  std::vector<double> starts;
  for (const double t : downbeats)
    if (starts.empty() || t - starts.back() >= kShortestBar) starts.push_back(t);
  std::vector<BarMeasure> bars;
  if (starts.size() < 2) return bars;
  std::vector<double> lengths;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) lengths.push_back(starts[i + 1] - starts[i]);
  const double usual = std::min(middle_of(lengths), kLongestBar);
  for (std::size_t i = 0; i < starts.size() && bars.size() < kMostBars; ++i) {
    BarMeasure bar;
    bar.start = starts[i];
    bar.end = i + 1 < starts.size() ? starts[i + 1] : starts[i] + usual;
    if (i + 1 == starts.size() && song.duration > 0 && bar.end > song.duration) {
      if (song.duration - bar.start < 0.5 * usual) break;  // only its beginning sounds
      bar.end = song.duration;
    }
    // A hole in the beats is not a bar of its length, but bars keep their numbers.
    const auto first = std::lower_bound(beats.begin(), beats.end(), bar.start - 0.02);
    bar.beats.push_back(bar.start);
    for (auto beat = first; beat != beats.end() && *beat < bar.end - 0.05; ++beat)
      if (*beat > bar.beats.back() + 0.05) bar.beats.push_back(*beat);
    const int wanted = std::clamp(song.beats_per_bar, 1, 16);
    if (bar.beats.size() < 2 && wanted > 1)
      for (int k = 1; k < wanted; ++k)
        bar.beats.push_back(bar.start + (bar.end - bar.start) * k / wanted);
    bar.tempo = 60.0 * static_cast<double>(bar.beats.size()) / (bar.end - bar.start);
    bars.push_back(std::move(bar));
  }
  return bars;
}

std::vector<Event> events_of(const Part& part) {
  std::vector<PartNote> notes;
  for (const PartNote& note : part.notes)
    if (std::isfinite(note.start) && note.start >= 0) notes.push_back(note);
  std::stable_sort(notes.begin(), notes.end(),
                   [](const PartNote& a, const PartNote& b) { return a.start < b.start; });
  std::vector<Event> events;
  for (const PartNote& note : notes) {
    if (events.empty() || note.start - events.back().start > kTogether) {
      events.emplace_back();
      events.back().start = note.start;
    }
    Event& event = events.back();
    if (std::isfinite(note.pitch) && note.pitch < 128)
      event.pitch = std::max(event.pitch, note.pitch);
    event.voices[std::clamp(note.voice, 0, 2)] = true;
  }
  return events;
}

void measure_bars(std::span<BarMeasure> bars, std::span<const Event> events,
                  std::span<const analysis::ChordSpan> chords) {
  for (BarMeasure& bar : bars) {
    bar.events = static_cast<int>(between(events, bar.start, bar.end).size());
    measure_density(bar, events);
    measure_syncopation(bar, events);
    measure_leaps(bar, events);
    bar.off_beats = std::min(bar.off_beats, static_cast<double>(bar.beats.size()));
  }
  // Chords are in order: those of a bar lie between its neighbours'.
  std::size_t from = 0;
  for (BarMeasure& bar : bars) {
    while (from < chords.size() && chords[from].end < bar.start - 1) ++from;
    std::size_t to = from;
    while (to < chords.size() && chords[to].start < bar.end) ++to;
    measure_chords(bar, chords.subspan(from, to - from));
  }
}

void measure_rarity(std::span<BarMeasure> bars, const Figures& figures) {
  const std::size_t count = bars.size();
  // A passage may repeat its own figure; only likeness further away prepares it.
  const std::size_t apart = count >= 32 ? 8 : std::max<std::size_t>(1, count / 4);
  for (std::size_t a = 0; a < count; ++a) {
    if (bars[a].events == 0) continue;
    double best = 0;
    for (std::size_t b = 0; b < count && best < 0.999; ++b) {
      if ((a > b ? a - b : b - a) < apart) continue;
      best = std::max(best, figures.likeness(a, b, best));
    }
    bars[a].rarity = 1 - best;
  }
}

}  // namespace tutti::practice
