#include "engine/analysis/rhythm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kSlowest = 45, kFastest = 210;  // beats a minute that are looked at
constexpr double kPreferred = 0.55;              // s: the middle of the tempos people prefer
constexpr double kPreference = 0.75;             // octaves: its width
constexpr double kLooseness = 0.03;              // s: how exactly people time a note …
constexpr double kLoosenessOfBeat = 0.03;        // … and as a part of the beat
constexpr double kFree = 0.25;                   // confidence under which no pulse is claimed

struct Part {
  int division;
  double worth;
};
constexpr Part kParts[] = {{1, 1.0}, {2, 0.85}, {4, 0.55}, {3, 0.5}};

struct Interval {
  double length, weight;
};

// Times between near onsets; those between neighbours weigh most.
std::vector<Interval> intervals_of(std::span<const RhythmNote> notes) {
  std::vector<Interval> out;
  for (std::size_t i = 0; i < notes.size(); ++i)
    for (std::size_t j = i + 1; j < notes.size() && j <= i + 4; ++j) {
      const double length = notes[j].start - notes[i].start;
      if (length > 3) break;
      if (length > 0.06) out.push_back({length, 1.0 / static_cast<double>(j - i)});
    }
  return out;
}

// How much better than chance the intervals are multiples of parts of `period`; 1 is perfect. Says
// also how much of it speaks for thirds over halves.
double pulse_fit(const std::vector<Interval>& intervals, double period, double* thirds = nullptr) {
  const double sigma = kLooseness + kLoosenessOfBeat * period;
  double sum = 0, total = 0, third = 0, half = 0;
  for (const auto& [length, weight] : intervals) {
    double best = -0.5;
    for (const Part& part : kParts) {
      const double unit = period / part.division;
      const double steps = std::floor(length / unit + 0.5);
      if (steps < 1) continue;
      const double off = (length - steps * unit) / (sigma * std::sqrt(steps < 4 ? 1.0 : steps / 4));
      const double chance = std::min(0.9, sigma * std::sqrt(math::kTwoPi) / unit);
      const double value = part.worth * (math::exp(-0.5 * off * off) - chance) / (1 - chance);
      best = std::max(best, value);
      if (part.division == 3) third += weight * value;
      if (part.division == 2) half += weight * value;
    }
    sum += weight * best, total += weight;
  }
  if (thirds) *thirds = total > 0 ? (third - half) / total : 0;
  return total > 0 ? sum / total : 0;
}

// The share of times between neighbours that are one period, as heard: the beat is a note that
// people sing.
double sung_share(std::span<const RhythmNote> notes, double period) {
  double share = 0, total = 0;
  const double sigma = kLooseness + kLoosenessOfBeat * period;
  for (std::size_t i = 1; i < notes.size(); ++i) {
    const double off = (notes[i].start - notes[i - 1].start - period) / sigma;
    share += math::exp(-0.5 * off * off), total += 1;
  }
  return total > 0 ? share / total : 0;
}

double preference(double period) {
  const double octaves = math::log2(period / kPreferred) / kPreference;
  return math::exp(-0.5 * octaves * octaves);
}

// Follows the beat from note to note: positions in beats from the first onset, and the period then.
struct Followed {
  std::vector<double> position, period;
  double error = 0;  // root mean square distance from the parts of a beat, in beats
};

Followed follow(std::span<const RhythmNote> notes, double period, int division, bool fixed) {
  Followed out;
  double time = notes.empty() ? 0 : notes.front().start, beat = 0, now = period, squares = 0;
  for (const RhythmNote& n : notes) {
    const double place = beat + (n.start - time) / now;
    const double whole = std::floor(place * division + 0.5) / division;
    const double off = place - whole;
    out.position.push_back(place);
    out.period.push_back(now);
    squares += off * off;
    // The beat moves part of the way to where the singer put this note.
    const double gone = std::max(0.25, std::min(4.0, whole - beat));
    time = n.start, beat = whole + off * (fixed ? 0.85 : 0.6);
    if (!fixed) now = std::clamp(now * (1 + 0.12 * off / gone), period * 0.8, period * 1.25);
  }
  out.error = notes.empty() ? 0 : std::sqrt(squares / static_cast<double>(notes.size()));
  return out;
}

struct Bar {
  int beats = 4;
  int phase = 0;  // beats from the first beat of the material to the first bar line at or before it
};

// Which beats begin bars, by how strongly each is marked. `marks` has one value a beat.
Bar find_bars(const std::vector<double>& marks, int fixed_beats) {
  struct Choice {
    int beats;
    double prior;
  };
  static constexpr Choice kChoices[] = {{4, 1.0}, {3, 0.88}, {2, 0.8}};
  Bar best;
  double top = -1e9;
  for (const Choice& choice : kChoices) {
    const int beats = fixed_beats > 0 ? fixed_beats : choice.beats;
    for (int phase = 0; phase < beats; ++phase) {
      double on = 0, on_count = 0, all = 0, half = 0, half_count = 0;
      for (std::size_t i = 0; i < marks.size(); ++i) {
        const int place = (static_cast<int>(i) + phase) % beats;
        all += marks[i];
        if (place == 0) on += marks[i], ++on_count;
        if (beats % 2 == 0 && place == beats / 2) half += marks[i], ++half_count;
      }
      if (on_count == 0) continue;
      const double mean = all / static_cast<double>(marks.size());
      double score = on / on_count - mean;
      if (half_count > 0) score += 0.3 * (half / half_count - mean);
      // Few bars prove little; an upbeat needs a reason.
      score *= std::sqrt(on_count / (on_count + 2));
      score = (mean > 0 ? score / mean : 0) + 0.3 * choice.prior - (phase == 0 ? 0 : 0.08);
      if (score > top + 1e-12) top = score, best = {beats, phase};
    }
    if (fixed_beats > 0) break;
  }
  return best;
}

}  // namespace

Rhythm estimate_rhythm(std::span<const RhythmNote> notes, const RhythmHints& hints) {
  Rhythm out;
  const bool ternary_hint = hints.denominator == 8 && hints.numerator % 3 == 0;
  if (hints.numerator > 0) out.numerator = hints.numerator;
  if (hints.denominator > 0) out.denominator = hints.denominator;
  if (hints.tempo > 0) out.tempo = hints.tempo;
  if (notes.empty()) return out;

  const auto intervals = intervals_of(notes);
  double period = 60 / out.tempo, thirds = 0;
  if (hints.tempo > 0) {
    if (ternary_hint) period *= 1.5;
    out.confidence = std::clamp(pulse_fit(intervals, period, &thirds), 0.0, 1.0);
  } else {
    double top = -1e9;
    for (double bpm = kSlowest; bpm <= kFastest; bpm *= 1.004) {
      const double beat = 60 / bpm;
      const double fit =
          pulse_fit(intervals, beat) * preference(beat) * (0.7 + 0.5 * sung_share(notes, beat));
      if (fit > top) top = fit, period = 60 / bpm;
    }
    out.confidence = std::clamp(pulse_fit(intervals, period, &thirds), 0.0, 1.0);
    if (out.confidence < kFree || intervals.size() < 3) {
      out.confidence = std::min(out.confidence, kFree);
      period = 0.5;
    }
  }
  bool ternary = ternary_hint || (hints.numerator == 0 && thirds > 0.15 && out.confidence > kFree);

  // Two rounds: the first finds the mean pace, the second follows from there.
  const int division = ternary ? 3 : 4;
  Followed followed = follow(notes, period, division, hints.tempo > 0);
  if (hints.tempo <= 0 && out.confidence > kFree && notes.size() > 3) {
    double beats = 0, seconds = 0;
    for (std::size_t i = 1; i < notes.size(); ++i) {
      const double gap = notes[i].start - notes[i - 1].start;
      const double steps =
          std::floor((followed.position[i] - followed.position[i - 1]) * division + 0.5) / division;
      if (gap < 3 && steps > 0) beats += steps, seconds += gap;
    }
    if (beats > 0 && std::fabs(seconds / beats / period - 1) < 0.15) period = seconds / beats;
    followed = follow(notes, period, division, false);
  }

  // Which part of the first note's beat is the beat itself, by where the marked notes fall.
  std::vector<double> marks_of(notes.size());
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const double until =
        i + 1 < notes.size() ? notes[i + 1].start - notes[i].start : notes[i].duration;
    const double length =
        std::min(2.0, std::max(notes[i].duration, std::min(until, 4 * period)) / period);
    marks_of[i] = length * (0.5 + 0.5 * notes[i].accent);
  }
  int shift = 0;
  double top = -1;
  for (int s = 0; s < division; ++s) {
    double sum = s == 0 ? 0.3 : 0;
    for (std::size_t i = 0; i < notes.size(); ++i) {
      const auto step = static_cast<long long>(std::floor(followed.position[i] * division + 0.5));
      if ((step + s) % division == 0)
        sum += marks_of[i];
      else if (division == 4 && (step + s) % 2 == 0)
        sum += 0.4 * marks_of[i];
    }
    if (sum > top + 1e-9) top = sum, shift = s;
  }
  const double ahead = static_cast<double>(shift) / division;  // beats before the first onset

  const auto last = static_cast<std::size_t>(std::max(0.0, followed.position.back() + ahead)) + 2;
  std::vector<double> marks(std::min<std::size_t>(last, 1u << 20), 0);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const double place = followed.position[i] + ahead;
    const auto beat = static_cast<std::size_t>(std::max(0.0, std::floor(place + 0.5)));
    if (std::fabs(place - static_cast<double>(beat)) < 0.2 && beat < marks.size())
      marks[beat] = std::max(marks[beat], marks_of[i]);
  }
  int fixed = 0;
  if (hints.numerator > 0) fixed = ternary_hint ? hints.numerator / 3 : hints.numerator;
  Bar bar = find_bars(marks, fixed);
  if (hints.numerator == 0) {
    if (ternary)
      out.numerator = bar.beats == 2 || bar.beats == 4 ? 6 : 9, out.denominator = 8,
      bar.phase %= out.numerator / 3;
    else
      out.numerator = bar.beats, out.denominator = 4;
  }

  // A beat is a quarter note, or a dotted one where it falls into thirds.
  const double quarters = ternary ? 1.5 : 1.0;
  const double lead = ahead + bar.phase;
  if (hints.tempo <= 0) out.tempo = 60 / period * quarters;
  out.offset = notes.front().start - lead * period;
  out.position = std::move(followed.position);
  out.pace = std::move(followed.period);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    out.position[i] = (out.position[i] + lead) * quarters;
    out.pace[i] /= quarters;
  }
  return out;
}

}  // namespace tutti::analysis
