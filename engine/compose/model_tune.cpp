#include <algorithm>
#include <cstdlib>

#include "engine/compose/melody_model.h"
#include "engine/compose/tune.h"

namespace tutti::compose {
namespace {

// Not one note over and over, nor leaps without end: what a voice could sing at sight.
bool singable(const std::vector<LineNote>& line) {
  int same = 0, steps = 0, wide = 0;
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const int size = std::abs(line[i].key - line[i - 1].key);
    same += size == 0;
    steps += size == 1 || size == 2;
    wide += size > 9;
    sum += size;
  }
  const int n = static_cast<int>(line.size()) - 1;
  return same * 2 <= n && steps * 4 >= n && wide * 8 <= n && sum <= 3.8 * n;
}

}  // namespace

std::vector<LineNote> model_tune(const TuneRequest& r, const MelodyModel& model,
                                 std::uint64_t seed) {
  PhraseRequest request;
  request.key = r.key;
  request.bars = kSectionBars - r.first_bar;
  const Ticks from = kBarTicks * r.first_bar;
  for (ChordAt c : r.chords) {
    c.at = c.at - from;
    request.chords.push_back(c);
  }
  for (const LineNote& n : r.history)
    request.before.push_back({n.start - from, std::min(n.duration, from - n.start), n.key});
  request.lowest = r.lowest;
  request.highest = r.highest;
  request.density = std::clamp(0.75 * r.density + 0.25 * r.tension, 0.0, 1.0);
  request.adventure = std::clamp(0.3 + 0.4 * r.tension, 0.0, 1.0);
  request.seed = seed;
  std::vector<LineNote> line;
  for (const MelodyNote& note : model.compose(request)) {
    LineNote n;
    n.start = note.start + from;
    n.duration = note.duration;
    n.key = note.key;
    n.wanted = note.key;
    line.push_back(n);
  }
  if (line.size() < 4) return {};
  if (!singable(line)) return {};

  FitRequest f = fit_of(r);
  f.pull = 2.5;  // what need not move stays
  auto fitted = line;
  if (!fit(fitted, f)) return {};
  std::size_t changed = 0;
  for (std::size_t i = 0; i < line.size(); ++i) changed += fitted[i].key != line[i].key;
  if (changed * 3 > line.size()) return {};
  return fitted;
}

}  // namespace tutti::compose
