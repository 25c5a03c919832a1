#include "engine/compose/motif.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tutti::compose {
namespace {

constexpr Ticks kSixteenth{kTicksPerQuarter / 4};
constexpr Ticks kBar{4 * kTicksPerQuarter};

int onsets(std::string_view cell) {
  return static_cast<int>(std::count(cell.begin(), cell.end(), 'x'));
}

// Rarer the further its number of notes is from what is wanted.
std::string_view pick_cell(Random& random, std::span<const std::string_view> cells, double notes) {
  double total = 0;
  const auto weight = [&](std::string_view cell) {
    const double off = onsets(cell) - notes;
    return 1 / (0.25 + off * off);
  };
  for (const auto cell : cells) total += weight(cell);
  double at = random.uniform() * total;
  for (const auto cell : cells) {
    at -= weight(cell);
    if (at < 0) return cell;
  }
  return cells.back();
}

void append_cell(Motif& motif, std::string_view cell, Ticks at) {
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != 'x') continue;
    std::size_t end = i + 1;
    while (end < cell.size() && cell[end] == '-') ++end;
    motif.push_back({at + kSixteenth * static_cast<std::int64_t>(i),
                     kSixteenth * static_cast<std::int64_t>(end - i), 0});
  }
}

// Weight of a place in the bar: 4 on one, 3 on three, 2 on other beats, 1 on eighths, 0 between.
int metric(Ticks at) {
  const std::int64_t in_bar = at.value % kBar.value;
  if (in_bar == 0) return 4;
  if (in_bar == kBar.value / 2) return 3;
  if (in_bar % kTicksPerQuarter == 0) return 2;
  return in_bar % (kTicksPerQuarter / 2) == 0 ? 1 : 0;
}

}  // namespace

Motif make_motif(Random& random, std::span<const std::string_view> cells, double notes,
                 double reach) {
  Motif motif;
  append_cell(motif, pick_cell(random, cells, notes / 2), {0});
  append_cell(motif, pick_cell(random, cells, notes / 2), kBar);
  // An arch: up to a summit, then down; some motifs begin at their top.
  const double summit = random.uniform() < 0.25 ? 0 : random.uniform(0.25, 0.75);
  int at = 0;
  for (std::size_t i = 1; i < motif.size(); ++i) {
    const double place = static_cast<double>(motif[i].start.value) / kMotifLength.value;
    const bool rising = random.uniform() < (place < summit ? 0.8 : 0.22);
    const double far = random.uniform() < 0.25 ? 2 : 1;
    int step = 1 + static_cast<int>(random.uniform() * reach * far);
    if (random.uniform() < 0.12) step = 0;
    at += rising ? step : -step;
    at = std::clamp(at, -6, 7);
    motif[i].steps = at;
  }
  return motif;
}

Motif inverted(Motif motif) {
  for (auto& note : motif) note.steps = -note.steps;
  return motif;
}

Motif moved(Motif motif, int steps) {
  for (auto& note : motif) note.steps += steps;
  return motif;
}

Motif augmented_head(const Motif& motif) {
  Motif out;
  for (const auto& note : motif)
    if (note.start < kBar) {
      const Ticks start = note.start * 2;
      out.push_back({start, std::min(note.duration * 2, kMotifLength - start), note.steps});
    }
  return out;
}

Motif head(const Motif& motif) {
  Motif out;
  for (const auto& note : motif)
    if (note.start < kBar) out.push_back(note);
  if (!out.empty())
    out.back().duration = std::max(out.back().duration, kBar + kSixteenth * 4 - out.back().start);
  return out;
}

Motif ornamented(Random& random, Motif motif) {
  Motif out;
  for (const auto& note : motif) {
    const bool wanted = random.uniform() < 0.5;
    if (note.duration < kSixteenth * 6 || !wanted) {
      out.push_back(note);
      continue;
    }
    // The end of a long note steps on.
    const Ticks cut = note.duration >= kSixteenth * 8 ? kSixteenth * 4 : kSixteenth * 2;
    const int turn = random.uniform() < 0.5 ? 1 : -1;
    out.push_back({note.start, note.duration - cut, note.steps});
    out.push_back({note.start + note.duration - cut, cut, note.steps + turn});
  }
  return out;
}

Motif rhythm_varied(Random& random, const Motif& motif, std::span<const std::string_view> cells) {
  // The contour in another rhythm of about as many notes; the first bar stays to be known again.
  Motif out, second;
  std::vector<int> steps;
  for (const auto& note : motif) {
    if (note.start < kBar)
      out.push_back(note);
    else
      steps.push_back(note.steps);
  }
  append_cell(second, pick_cell(random, cells, static_cast<double>(steps.size())), kBar);
  int last = out.empty() ? 0 : out.back().steps;
  for (std::size_t i = 0; i < second.size(); ++i) {
    last = i < steps.size() ? steps[i] : last + (random.uniform() < 0.5 ? 1 : -1);
    second[i].steps = last;
    out.push_back(second[i]);
  }
  return out;
}

Motif closed(Motif motif) {
  while (!motif.empty() && motif.back().start > kBar) motif.pop_back();
  if (motif.empty()) return motif;
  if (motif.back().start == kBar)
    motif.back().duration = kBar - kSixteenth * 4;
  else
    motif.push_back(
        {kBar, kBar - kSixteenth * 4, motif.back().steps + (motif.back().steps > 0 ? -1 : 1)});
  return motif;
}

Motif thinned(Motif motif, int notes) {
  while (static_cast<int>(motif.size()) > std::max(notes, 1)) {
    std::size_t least = 1 < motif.size() ? 1 : 0;
    const auto worth = [&](const MotifNote& note) {
      return metric(note.start) * 4 + static_cast<int>(note.duration.value / kSixteenth.value);
    };
    for (std::size_t i = 1; i < motif.size(); ++i)
      if (worth(motif[i]) < worth(motif[least])) least = i;
    // The note before holds on.
    if (least > 0)
      motif[least - 1].duration =
          motif[least].start + motif[least].duration - motif[least - 1].start;
    motif.erase(motif.begin() + static_cast<std::ptrdiff_t>(least));
  }
  return motif;
}

}  // namespace tutti::compose
