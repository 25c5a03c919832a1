#include "engine/compose/tune.h"

#include <algorithm>
#include <cmath>

namespace tutti::compose {
namespace {

constexpr Ticks kBeat{kTicksPerQuarter};

enum class Unit : std::uint8_t {
  rest,
  head,
  first,
  sequence,
  inverted,
  ornamented,
  second,
  second_up,
  varied,
  slow,
  close
};

// Four units of two bars; each section has a few plans.
struct UnitPlan {
  Section section;
  Unit units[4];
};
constexpr UnitPlan kPlans[] = {
    {Section::opening, {Unit::rest, Unit::rest, Unit::head, Unit::rest}},
    {Section::opening, {Unit::rest, Unit::head, Unit::rest, Unit::head}},
    {Section::opening, {Unit::rest, Unit::rest, Unit::slow, Unit::close}},
    {Section::theme, {Unit::first, Unit::sequence, Unit::second, Unit::close}},
    {Section::theme, {Unit::first, Unit::varied, Unit::first, Unit::close}},
    {Section::theme, {Unit::first, Unit::second, Unit::sequence, Unit::close}},
    {Section::variation, {Unit::inverted, Unit::second, Unit::ornamented, Unit::close}},
    {Section::variation, {Unit::second, Unit::varied, Unit::inverted, Unit::close}},
    {Section::variation, {Unit::ornamented, Unit::sequence, Unit::second, Unit::rest}},
    {Section::lift, {Unit::first, Unit::sequence, Unit::second_up, Unit::ornamented}},
    {Section::lift, {Unit::second, Unit::second_up, Unit::ornamented, Unit::close}},
    {Section::calm, {Unit::slow, Unit::rest, Unit::head, Unit::rest}},
    {Section::calm, {Unit::rest, Unit::slow, Unit::rest, Unit::close}},
    {Section::close, {Unit::first, Unit::head, Unit::slow, Unit::close}},
    {Section::close, {Unit::head, Unit::rest, Unit::slow, Unit::close}},
};

const UnitPlan& plan_of(Section section, Random& random) {
  const UnitPlan* fitting[8] = {};
  std::size_t n = 0;
  for (const auto& plan : kPlans)
    if (plan.section == section && n < 8) fitting[n++] = &plan;
  return n > 0 ? *fitting[random.below(n)] : kPlans[0];
}

Motif motif_of(Unit unit, const TuneRequest& r, Random& random) {
  switch (unit) {
    case Unit::rest:
      return {};
    case Unit::head:
      return head(r.signature);
    case Unit::first:
      return r.signature;
    case Unit::sequence: {
      const int steps = random.uniform() < 0.5 ? 1 : -2;
      const bool varied = random.uniform() < 0.4;
      const Motif motif = varied ? rhythm_varied(random, r.signature, r.style->cells) : r.signature;
      return moved(motif, steps);
    }
    case Unit::inverted:
      return inverted(r.signature);
    case Unit::ornamented:
      return ornamented(random, r.signature);
    case Unit::second:
      return r.second;
    case Unit::second_up:
      return moved(rhythm_varied(random, r.second, r.style->cells), 2);
    case Unit::varied:
      return rhythm_varied(random, r.signature, r.style->cells);
    case Unit::slow:
      return augmented_head(r.signature);
    case Unit::close:
      return closed(random.uniform() < 0.6 ? r.signature : r.second);
  }
  return {};
}

double rest_chance(const TuneRequest& r) {
  return r.style->rests * (1.25 - 0.9 * r.density);
}

// The register a section sings in, as a share of the range.
double height_of(Section section) {
  switch (section) {
    case Section::opening:
      return 0.4;
    case Section::theme:
      return 0.46;
    case Section::variation:
      return 0.54;
    case Section::lift:
      return 0.68;
    case Section::calm:
      return 0.36;
    case Section::close:
      return 0.42;
  }
  return 0.5;
}

}  // namespace

FitRequest fit_of(const TuneRequest& r) {
  FitRequest f;
  f.key = r.key;
  f.chords = r.chords;
  f.lowest = r.lowest;
  f.highest = r.highest;
  f.before = r.before;
  if (r.closes) f.last = r.key.tonic;
  return f;
}

std::vector<LineNote> rule_tune(const TuneRequest& r, Random& random) {
  const UnitPlan& plan = plan_of(r.section, random);
  const double range = r.highest - r.lowest;
  const double middle = r.lowest + range * height_of(r.section) + 3 * (r.tension - 0.4);
  const int most = 2 + static_cast<int>(std::floor(12 * r.density + 3 * r.tension));
  std::vector<LineNote> line;
  for (int unit = 0; unit < 4; ++unit) {
    const Ticks at = kMotifLength * unit;
    // Drawn for every unit, so that planning the rest anew repeats what was.
    Motif motif = motif_of(plan.units[unit], r, random);
    const bool silent = random.uniform() < rest_chance(r) && plan.units[unit] != Unit::first &&
                        !(r.closes && unit == 3);
    const double lean = random.uniform(-2, 2);
    if (silent) continue;
    motif = thinned(std::move(motif), most);
    // Over the eight bars one arch more: the third unit stands highest.
    const double arch = unit == 2 ? 2.5 : unit == 1 ? 1 : unit == 3 ? -1.5 : 0;
    for (const MotifNote& note : motif) {
      if ((at + note.start).value < r.first_bar * kBarTicks.value) continue;
      LineNote n;
      n.start = at + note.start;
      n.duration = note.duration;
      n.wanted = middle + lean + arch + 1.75 * note.steps;
      n.accent = note.start.value == 0 ? 4 : 0;
      line.push_back(n);
    }
  }
  fit(line, fit_of(r));
  return line;
}

std::vector<LineNote> recalled_tune(const TuneRequest& r, const std::vector<LineNote>& theme,
                                    int tonic, Random& random) {
  // By the nearer way, then by octaves into the range.
  int shift = (r.key.tonic - tonic + 12) % 12;
  if (shift > 6) shift -= 12;
  double mean = 0;
  for (const LineNote& n : theme) mean += n.key + shift;
  mean /= std::max<double>(1, static_cast<double>(theme.size()));
  const double middle = r.lowest + (r.highest - r.lowest) * height_of(r.section);
  while (mean < middle - 7) mean += 12, shift += 12;
  while (mean > middle + 7) mean -= 12, shift -= 12;
  const bool ornaments = random.uniform() < 0.4;
  std::vector<LineNote> line;
  for (const LineNote& note : theme) {
    const double chance = random.uniform();
    if (note.start < kBarTicks * r.first_bar) continue;
    LineNote n = note;
    n.wanted = note.key + shift;
    // Now and then a long note is left by a turn.
    if (ornaments && n.duration >= kBeat * 2 && chance < 0.4) {
      n.duration = n.duration - kBeat;
      line.push_back(n);
      n.start = n.start + n.duration;
      n.duration = kBeat;
      n.wanted += chance < 0.2 ? 1.75 : -1.75;
      n.accent = 0;
    }
    line.push_back(n);
  }
  FitRequest f = fit_of(r);
  f.pull = 0.7;
  fit(line, f);
  return line;
}

std::vector<LineNote> with_return(const TuneRequest& r, std::vector<LineNote> tune,
                                  Random& random) {
  const double lean = random.uniform(-2, 3);
  std::vector<LineNote> line;
  for (const LineNote& n : tune)
    if (n.start < kMotifLength * 2) line.push_back(n);
  for (const LineNote& n : tune)
    if (n.start < kMotifLength && r.first_bar == 0) {
      LineNote again = n;
      again.start = n.start + kMotifLength * 2;
      again.duration = std::min(n.duration, kMotifLength - n.start);
      again.wanted = n.key + lean;
      line.push_back(again);
    }
  const auto returned = line.size();
  for (const LineNote& n : tune)
    if (n.start >= kMotifLength * 3) line.push_back(n);
  if (returned == line.size() || r.first_bar > 0) return tune;
  for (std::size_t i = 0; i + 1 < line.size(); ++i)
    line[i].duration = std::min(line[i].duration, line[i + 1].start - line[i].start);
  FitRequest f = fit_of(r);
  f.pull = 0.7;
  fit(line, f);
  return line;
}

std::vector<LineNote> with_rests(const TuneRequest& r, std::vector<LineNote> tune, Random& random) {
  for (int unit = 1; unit < 4; ++unit) {
    const bool silent = random.uniform() < rest_chance(r);
    if (!silent || (r.closes && unit == 3)) continue;
    std::erase_if(tune, [&](const LineNote& n) {
      return n.start >= kMotifLength * unit && n.start < kMotifLength * (unit + 1);
    });
  }
  for (LineNote& n : tune) n.wanted = n.key;
  FitRequest f = fit_of(r);
  f.pull = 2.5;
  fit(tune, f);
  return tune;
}

std::vector<LineNote> counter_tune(const TuneRequest& r, const std::vector<LineNote>& tune,
                                   Random& random) {
  std::vector<LineNote> line;
  const double middle = 0.5 * (r.lowest + r.highest);
  for (int half = 2 * r.first_bar; half < 2 * kSectionBars; ++half) {
    const Ticks at = kBeat * (2 * half);
    const bool late = random.uniform() < 0.5;
    const bool wanted = random.uniform() < 0.35 + 0.5 * r.tension;
    if (!wanted) continue;
    const Ticks start = at + (late ? kBeat : Ticks{0});
    // Not with the tune, and against its direction.
    bool together = false;
    double tune_key = middle, tune_slope = 0;
    const LineNote* last = nullptr;
    for (const LineNote& n : tune) {
      if (n.start == start) together = true;
      if (n.start <= start) {
        if (last != nullptr) tune_slope = n.key - last->key;
        tune_key = n.key;
        last = &n;
      }
    }
    if (together && random.uniform() < 0.7) continue;
    LineNote n;
    n.start = start;
    n.duration = kBeat * (late ? 3 : 2);
    n.wanted = 0.6 * middle + 0.4 * (tune_key - 8) - 0.6 * tune_slope;
    n.accent = -6;
    if (!line.empty() && line.back().start + line.back().duration > start)
      line.back().duration = start - line.back().start;
    line.push_back(n);
  }
  FitRequest f = fit_of(r);
  f.before = -1;
  fit(line, f);
  return line;
}

}  // namespace tutti::compose
