// Bars compared with bars: rhythm by voice, shape of the line, colour of the harmony.
#include <algorithm>
#include <cmath>

#include "engine/practice/measures.h"

namespace tutti::practice {
namespace {

// Where in its bar a moment lies, 0 … 1, by the beats, so that a bar that hurries stays comparable.
double place_in(const BarMeasure& bar, double time) {
  const std::size_t beats = bar.beats.size();
  for (std::size_t i = 0; i < beats; ++i) {
    const double from = bar.beats[i], to = i + 1 < beats ? bar.beats[i + 1] : bar.end;
    if (time < to || i + 1 == beats)
      return (static_cast<double>(i) + std::clamp((time - from) / (to - from), 0.0, 1.0)) /
             static_cast<double>(beats);
  }
  return 0;
}

double cosine(const float* a, const float* b, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace

Figures::Figures(std::span<const BarMeasure> bars, std::span<const Event> events,
                 const Part& part) {
  figures_.resize(bars.size());
  voices_ = part.instrument == Instrument::drums ? 3 : 1;
  const bool coloured = part.chroma.size() >= 12 && part.chroma_hop > 0;
  for (std::size_t index = 0; index < bars.size(); ++index) {
    const BarMeasure& bar = bars[index];
    Figure& figure = figures_[index];
    std::vector<float> pitches;
    const auto first =
        std::lower_bound(events.begin(), events.end(), bar.start - 0.03,
                         [](const Event& event, double t) { return event.start < t; });
    for (auto event = first; event != events.end() && event->start < bar.end - 0.03; ++event) {
      figure.empty = false;
      const double slot = place_in(bar, event->start) * kSlots;
      // Spread over the neighbours, so that a note a little early is still nearly the same.
      const int middle = static_cast<int>(std::floor(slot + 0.5));
      for (int k = middle - 2; k <= middle + 2; ++k) {
        if (k < 0 || k >= kSlots) continue;
        const double weight = 1 - std::fabs(slot - k) / 3;
        for (int voice = 0; voice < 3; ++voice)
          if (event->voices[voice] && weight > 0)
            figure.rhythm[static_cast<std::size_t>(voice)][static_cast<std::size_t>(k)] +=
                static_cast<float>(weight);
      }
      if (event->pitch >= 0) {
        const auto at = static_cast<std::size_t>(std::clamp(middle, 0, kSlots - 1));
        if (!figure.pitched[at]) ++figure.pitches;
        figure.pitched[at] = true;
        figure.shape[at] = static_cast<float>(event->pitch);
        pitches.push_back(static_cast<float>(event->pitch));
      }
    }
    double power = 0;
    for (const auto& voice : figure.rhythm)
      for (const float value : voice) power += static_cast<double>(value) * value;
    const double length = std::sqrt(power);
    if (length > 0)
      for (auto& voice : figure.rhythm)
        for (float& value : voice) value = static_cast<float>(value / length);
    if (!pitches.empty()) {
      std::sort(pitches.begin(), pitches.end());
      const float middle = pitches[pitches.size() / 2];
      for (std::size_t k = 0; k < kSlots; ++k)
        if (figure.pitched[k]) figure.shape[k] -= middle;
    }
    if (!coloured) continue;
    const std::size_t frames = part.chroma.size() / 12;
    for (int quarter = 0; quarter < 4; ++quarter) {
      const double from = bar.start + (bar.end - bar.start) * quarter / 4;
      const double to = bar.start + (bar.end - bar.start) * (quarter + 1) / 4;
      const auto begin = static_cast<std::size_t>(from / part.chroma_hop);
      const auto end = std::min(frames, static_cast<std::size_t>(to / part.chroma_hop) + 1);
      for (std::size_t frame = begin; frame < end; ++frame)
        for (std::size_t k = 0; k < 12; ++k)
          figure.chroma[static_cast<std::size_t>(quarter) * 12 + k] += part.chroma[frame * 12 + k];
    }
    double energy = 0;
    // Against the mean, so that what is common to all (noise, drone) says nothing.
    for (int quarter = 0; quarter < 4; ++quarter) {
      float* colours = figure.chroma.data() + quarter * 12;
      float mean = 0;
      for (int k = 0; k < 12; ++k) mean += colours[k] / 12;
      for (int k = 0; k < 12; ++k) {
        colours[k] -= mean;
        energy += static_cast<double>(colours[k]) * colours[k];
      }
    }
    figure.coloured = energy > 1e-9;
    const double scale = figure.coloured ? 1 / std::sqrt(energy) : 0;
    for (float& value : figure.chroma) value = static_cast<float>(value * scale);
  }
}

double Figures::likeness(std::size_t a, std::size_t b, double above) const {
  const Figure& one = figures_[a];
  const Figure& other = figures_[b];
  if (one.empty || other.empty) return one.empty && other.empty ? 1 : 0;
  double rhythm = 0;
  for (std::size_t voice = 0; voice < voices_; ++voice)
    rhythm += cosine(one.rhythm[voice].data(), other.rhythm[voice].data(), kSlots);
  rhythm = std::clamp(rhythm, 0.0, 1.0);
  if (rhythm <= above) return rhythm;
  double shape = 1;
  if (one.pitches > 0 && other.pitches > 0) {
    double alike = 0;
    for (int k = 0; k < kSlots; ++k) {
      if (!one.pitched[static_cast<std::size_t>(k)]) continue;
      double best = 0;
      for (int j = std::max(0, k - 1); j <= std::min(kSlots - 1, k + 1); ++j) {
        if (!other.pitched[static_cast<std::size_t>(j)]) continue;
        const double apart = one.shape[static_cast<std::size_t>(k)] -
                             static_cast<double>(other.shape[static_cast<std::size_t>(j)]);
        best = std::max(best, 1 / (1 + apart * apart / 2.25));
      }
      alike += best;
    }
    shape = alike / std::max(one.pitches, other.pitches);
  } else if (one.coloured && other.coloured) {
    // The same chords in another key are the same figure.
    double best = 0;
    for (int turn = 0; turn < 12; ++turn) {
      double sum = 0;
      for (int quarter = 0; quarter < 4; ++quarter)
        for (int k = 0; k < 12; ++k)
          sum += static_cast<double>(one.chroma[static_cast<std::size_t>(quarter * 12 + k)]) *
                 other.chroma[static_cast<std::size_t>(quarter * 12 + (k + turn) % 12)];
      best = std::max(best, sum);
    }
    shape = std::clamp(best, 0.0, 1.0);
  }
  return rhythm * (0.5 + 0.5 * shape);
}

}  // namespace tutti::practice
