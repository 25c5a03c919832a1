#include "engine/compose/harmony.h"

#include <algorithm>
#include <cstdlib>

namespace tutti::compose {
namespace {

constexpr int kSectionBeats = 4 * kSectionBars;

Ticks beats(int n) {
  return {static_cast<std::int64_t>(n) * kTicksPerQuarter};
}

// Lengths in beats from `from` to `to` (whole bars): the harmonic rhythm.
std::vector<int> slots_between(int from, int to, const HarmonyRequest& r, Random& random) {
  constexpr int kLengths[] = {2, 4, 8, 16};
  // Crowded or tense music changes its chords sooner.
  const double haste = 0.5 * r.density + 0.5 * r.tension;
  std::vector<int> out;
  for (int at = from; at < to;) {
    double weights[4], total = 0;
    for (int i = 0; i < 4; ++i) {
      const int length = kLengths[i];
      const bool fits = at + length <= to && (length < 8 || at % 8 == 0);
      const double bend = i < 2 ? 0.4 + 1.2 * haste : 1.5 - haste;
      weights[i] = fits ? r.style->chord_beats[static_cast<std::size_t>(i)] * bend : 0;
      total += weights[i];
    }
    int length = std::min(4, to - at);
    double pick = random.uniform() * total;
    for (int i = 0; i < 4; ++i) {
      if (weights[i] <= 0) continue;
      length = kLengths[i];
      pick -= weights[i];
      if (pick < 0) break;
    }
    out.push_back(length);
    if (length == 2) out.push_back(2);  // in pairs, so that bars stay whole
    at += length == 2 ? 4 : length;
  }
  return out;
}

Quality triad_of(Family family) {
  switch (family) {
    case Family::minor:
      return Quality::minor;
    case Family::diminished:
      return Quality::diminished;
    default:
      return Quality::major;
  }
}

bool suits(Quality q, Family family) {
  switch (family) {
    case Family::major:
      return q == Quality::major || q == Quality::sus2 || q == Quality::sus4 ||
             q == Quality::major7 || q == Quality::add9;
    case Family::minor:
      return q == Quality::minor || q == Quality::sus2 || q == Quality::sus4 ||
             q == Quality::minor7 || q == Quality::minor_add9;
    case Family::dominant:
      return q == Quality::major || q == Quality::dominant7 || q == Quality::sus4;
    case Family::diminished:
      return q == Quality::diminished || q == Quality::half_diminished7;
  }
  return false;
}

Quality colour(Step step, bool diatonic, bool rests, const HarmonyRequest& r, Random& random) {
  if (!diatonic && step.family == Family::dominant) return Quality::dominant7;
  double weights[13], total = 0;
  for (std::size_t i = 0; i < 13; ++i) {
    const auto q = static_cast<Quality>(i);
    const bool fits = suits(q, step.family) &&
                      (!diatonic || is_diatonic({step.root, q, step.root}, r.mode)) &&
                      !(rests && (q == Quality::sus4 || q == Quality::sus2));
    weights[i] = fits ? r.style->palette[i] : 0;
    total += weights[i];
  }
  if (!(total > 0)) {
    for (const Quality q : {triad_of(step.family), Quality::sus2, Quality::sus4})
      if (!diatonic || is_diatonic({step.root, q, step.root}, r.mode)) return q;
    return triad_of(step.family);
  }
  double pick = random.uniform() * total;
  for (std::size_t i = 0; i < 13; ++i) {
    pick -= weights[i];
    if (weights[i] > 0 && pick < 0) return static_cast<Quality>(i);
  }
  return triad_of(step.family);
}

// Whether some colour of the step lies within the mode.
bool step_is_diatonic(Step step, score::Mode mode) {
  for (const Quality q : {triad_of(step.family), Quality::sus2, Quality::sus4})
    if (is_diatonic({step.root, q, step.root}, mode)) {
      // A suspended chord stands in only where the mode has no third for any (pentatonic).
      return q == triad_of(step.family) || mode == score::Mode::major_pentatonic;
    }
  return false;
}

// Borrowed from the parallel mode: iv in major, IV and a leading tone in minor.
Step borrowed(Step step, bool minor) {
  if (minor && step == Step{5, Family::minor}) return {5, Family::major};
  if (minor && step == Step{7, Family::minor}) return {7, Family::dominant};
  if (!minor && step == Step{5, Family::major}) return {5, Family::minor};
  if (!minor && step == Step{9, Family::minor}) return {8, Family::major};
  return step;
}

int distance(int a, int b) {
  const int d = std::abs(a - b) % 12;
  return std::min(d, 12 - d);
}

// A secondary dominant in the second half of a chord, leading to the next.
void add_secondary_dominants(std::vector<PlannedChord>& chords, double chance, Random& random) {
  for (std::size_t i = 0; i + 1 < chords.size(); ++i) {
    const Step goal = chords[i + 1].step;
    const bool room = chords[i].duration >= beats(4);
    const bool worth = goal.root != 0 && goal.family != Family::diminished &&
                       chords[i].step.family != Family::dominant &&
                       chords[i].step.root != (goal.root + 7) % 12;
    const bool wanted = random.uniform() < chance;
    if (!room || !worth || !wanted) continue;
    PlannedChord leading = chords[i];
    const Ticks half{std::min<std::int64_t>(chords[i].duration.value / 2, beats(4).value)};
    chords[i].duration = chords[i].duration - half;
    leading.at = chords[i].at + chords[i].duration;
    leading.duration = half;
    leading.step = {(goal.root + 7) % 12, Family::dominant};
    chords.insert(chords.begin() + static_cast<std::ptrdiff_t>(i) + 1, leading);
    ++i;
  }
}

// The fourth of a chord held over from the one before, resolving half-way.
void add_suspensions(std::vector<PlannedChord>& chords, const HarmonyRequest& r, Random& random) {
  for (std::size_t i = 1; i < chords.size(); ++i) {
    const PlannedChord chord = chords[i];
    const bool plain =
        chord.chord.quality == Quality::major || chord.chord.quality == Quality::minor;
    const Chord held{chord.chord.root, Quality::sus4, chord.chord.root};
    const auto last = pitch_classes(chords[i - 1].chord);
    const int fourth = (chord.chord.root + 5) % 12;
    const bool prepared = std::find(last.begin(), last.end(), fourth) != last.end();
    const bool wanted = random.uniform() < r.style->suspension * (prepared ? 1.6 : 0.3);
    if (!plain || !chord.diatonic || !wanted || chord.duration < beats(4) ||
        chord.chord.bass != chord.chord.root || !is_diatonic(held, r.mode))
      continue;
    const Ticks half{std::min<std::int64_t>(chord.duration.value / 2, beats(4).value)};
    PlannedChord resolved = chord;
    chords[i].chord = held;
    chords[i].duration = half;
    resolved.at = chord.at + half;
    resolved.duration = chord.duration - half;
    chords.insert(chords.begin() + static_cast<std::ptrdiff_t>(i) + 1, resolved);
    ++i;
  }
}

void choose_basses(std::vector<PlannedChord>& chords, const HarmonyRequest& r, Random& random) {
  const bool still = r.section.section == Section::opening || r.section.section == Section::calm ||
                     r.section.section == Section::close || r.style->bass == BassLine::drone;
  const bool pedal = still && random.uniform() < r.style->pedal;
  int before = r.bass_before;
  for (std::size_t i = 0; i < chords.size(); ++i) {
    Chord& chord = chords[i].chord;
    const auto tones = pitch_classes(chord);
    chord.bass = chord.root;
    const bool wanted = random.uniform() < r.style->inversion;
    if (pedal) {
      const bool within = std::find(tones.begin(), tones.end(), 0) != tones.end();
      const bool rubs =
          std::any_of(tones.begin(), tones.end(), [](int tone) { return distance(tone, 0) == 1; });
      if (within || !rubs) chord.bass = 0;
    } else if (wanted && before >= 0 && i > 0 && i + 1 < chords.size() &&
               chord.quality != Quality::sus2 && chord.quality != Quality::sus4 &&
               chord.quality != Quality::diminished) {
      // By step from the last bass if the third (or, rarely, the fifth) allows it.
      if (distance(tones[1], before) <= 2 && distance(chord.root, before) > 2)
        chord.bass = tones[1];
      else if (distance(tones[2], before) <= 1 && distance(chord.root, before) > 2 &&
               random.uniform() < 0.4)
        chord.bass = tones[2];
    }
    before = chord.bass;
  }
}

}  // namespace

bool is_diatonic(const Chord& relative, score::Mode mode) noexcept {
  const auto tones = pitch_classes(relative);
  return std::all_of(tones.begin(), tones.end(),
                     [mode](int tone) { return score::in_scale({0, mode}, tone); });
}

std::vector<PlannedChord> plan_harmony(const HarmonyRequest& r, Random& random) {
  const bool minor = score::in_scale({0, r.mode}, 3);
  const bool learnable = r.mode == score::Mode::major || r.mode == score::Mode::minor ||
                         r.mode == score::Mode::harmonic_minor;
  const bool learned = random.uniform() < r.style->learned && learnable;
  const Chain chain = learned ? Chain::learned(minor) : Chain::modal(r.mode);
  const double allowance = r.mode == score::Mode::major_pentatonic
                               ? 0.0
                               : r.style->chromatic * r.intensity * (0.3 + 0.7 * r.tension);

  // The cadence and the room before it.
  std::vector<Step> cadence = cadence_of(r.section.cadence, r.mode, random);
  const int from = 4 * r.first_bar;
  const bool slow = r.style->chord_beats[0] + r.style->chord_beats[1] <
                    r.style->chord_beats[2] + r.style->chord_beats[3];
  const int rest = r.closes || (slow && kSectionBeats - from >= 16) ? 8 : 4;
  while (cadence.size() > 1 &&
         rest + 4 * (static_cast<int>(cadence.size()) - 1) > kSectionBeats - from)
    cadence.erase(cadence.begin());
  const int close_beats =
      std::min(kSectionBeats - from, rest + 4 * (static_cast<int>(cadence.size()) - 1));
  const auto free = slots_between(from, kSectionBeats - close_beats, r, random);

  // The walk to the cadence's first chord.
  const int goal = chain.find(cadence.front());
  const int n = static_cast<int>(free.size()) + 1;
  const int before = r.before.root < 0 ? -1 : chain.find(r.before);
  const auto phi = [&](int position, int state) {
    const Step step = chain.step(state);
    double weight = step_is_diatonic(step, r.mode) ? 1 : std::min(1.0, 1.5 * allowance);
    if (position == 0 && r.first_bar == 0) {
      const bool home = step.root == 0;
      if (r.opens || r.section.section == Section::theme) weight *= home ? 4 : 0.6;
    }
    // Tonic, subdominant, dominant over the phrase: no rule, a slope.
    const double at = n > 1 ? static_cast<double>(position) / (n - 1) : 1;
    const Function function = function_of(step);
    if (at > 0.3 && at < 0.75 && function == Function::subdominant) weight *= 1.4;
    if (at >= 0.75 && function == Function::dominant) weight *= 1.25;
    return weight;
  };
  auto states = chain.walk(random, -1, before, n, goal, phi);
  states.pop_back();  // the cadence says it

  std::vector<PlannedChord> chords;
  Ticks at = beats(from);
  for (std::size_t i = 0; i < free.size(); ++i) {
    chords.push_back({at, beats(free[i]), {}, chain.step(states[i]), true});
    at += beats(free[i]);
  }
  int left = close_beats;
  for (std::size_t i = 0; i < cadence.size(); ++i) {
    const int length = i + 1 == cadence.size() ? left : std::min(4, left);
    chords.push_back({at, beats(length), {}, cadence[i], true});
    at += beats(length);
    left -= length;
  }

  // Borrowed chords; never the section's last.
  for (std::size_t i = 1; i + 1 < chords.size(); ++i)
    if (random.uniform() < 0.35 * allowance) chords[i].step = borrowed(chords[i].step, minor);
  // At the very end a minor piece may brighten (tierce de Picardie).
  const bool picardy = random.uniform() < 0.5 * allowance;
  if (r.closes && minor && picardy) chords.back().step.family = Family::major;
  add_secondary_dominants(chords, 0.45 * allowance, random);

  for (std::size_t i = 0; i < chords.size(); ++i) {
    PlannedChord& c = chords[i];
    c.diatonic = step_is_diatonic(c.step, r.mode);
    c.chord = {c.step.root, colour(c.step, c.diatonic, i + 1 == chords.size(), r, random),
               c.step.root};
  }
  add_suspensions(chords, r, random);
  choose_basses(chords, r, random);
  return chords;
}

}  // namespace tutti::compose
