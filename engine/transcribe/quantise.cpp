#include "engine/transcribe/quantise.h"

#include <algorithm>
#include <cmath>

namespace tutti::transcribe {

namespace {

constexpr double kJoin = 0.3;  // quarter notes: a shorter silence before the next note is no rest

std::int64_t nearest(double x) {
  return static_cast<std::int64_t>(std::floor(x + 0.5));
}

}  // namespace

std::vector<score::Note> quantise(const std::vector<HeardNote>& notes,
                                  const analysis::Rhythm& rhythm, double grid, double tuning) {
  const std::int64_t step = std::max<std::int64_t>(1, nearest(grid * kTicksPerQuarter));
  std::vector<std::int64_t> start(notes.size());
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const double ticks = rhythm.position[i] * kTicksPerQuarter;
    start[i] = nearest(ticks / static_cast<double>(step)) * step;
    start[i] = std::max(start[i], i == 0 ? 0 : start[i - 1] + step);
  }
  std::vector<score::Note> out;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const double quarters = notes[i].duration / rhythm.pace[i];
    std::int64_t length = std::max<std::int64_t>(
                              1, nearest(quarters * kTicksPerQuarter / static_cast<double>(step))) *
                          step;
    if (i + 1 < notes.size()) {
      const std::int64_t room = start[i + 1] - start[i];
      const double gap = (notes[i + 1].start - notes[i].start - notes[i].duration) / rhythm.pace[i];
      if (length > room || gap < kJoin) length = std::min(room, std::max(length, room));
    }
    score::Note note;
    note.start = {start[i]};
    note.duration = {length};
    note.key =
        static_cast<int>(std::clamp<std::int64_t>(nearest(notes[i].pitch - tuning / 100), 0, 127));
    note.velocity =
        static_cast<int>(std::clamp<std::int64_t>(nearest(notes[i].velocity * 127), 1, 127));
    note.confidence = notes[i].confidence;
    out.push_back(note);
  }
  return out;
}

}  // namespace tutti::transcribe
