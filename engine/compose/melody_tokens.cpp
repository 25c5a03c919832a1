#include "engine/compose/melody_tokens.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::compose::melody {
namespace {

constexpr int modulo(int a, int n) {
  return (a % n + n) % n;
}
constexpr int floor_divide(int a, int n) {
  return (a - modulo(a, n)) / n;
}

// Classes of the time to the next chord, in steps.
constexpr int kUntil[] = {12, 24, 48, 72, 96};
constexpr int kUntilUnknown = 6;

// Wavelengths of the rotations, in their units.
constexpr double kBars[] = {1, 2, 4, 8, 16, 32};
constexpr double kQuarters[] = {0.5, 1, 2, 16};
constexpr double kIndices[] = {4, 8, 16, 32, 64, 256};
static_assert(std::size(kBars) + std::size(kQuarters) + std::size(kIndices) == kRotations);

}  // namespace

int duration_token(int steps) noexcept {
  const auto above = std::upper_bound(kDurations.begin(), kDurations.end(), std::max(steps, 1));
  return kFirstDuration + static_cast<int>(above - kDurations.begin()) - 1;
}

int pitch_token(int semitones) noexcept {
  while (semitones < kLowestPitch) semitones += 12;
  while (semitones > kHighestPitch) semitones -= 12;
  return kFirstPitch + semitones - kLowestPitch;
}

int density_class(double notes_a_quarter) noexcept {
  constexpr double kEdges[kDensities - 1] = {0.4, 0.65, 0.9, 1.15, 1.45, 1.8, 2.4};
  int found = 0;
  while (found < kDensities - 1 && notes_a_quarter >= kEdges[found]) ++found;
  return found;
}

std::vector<Event> events_of(std::span<const TuneNote> notes, int from) {
  std::vector<Event> events;
  const auto fill = [&](int steps, int first, int rest) {
    while (steps > 0) {
      const int token = duration_token(steps);
      events.push_back({steps_of(token), first});
      steps -= steps_of(token);
      first = rest;
    }
  };
  int now = from;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const TuneNote& note = notes[i];
    if (note.start < now) continue;  // before the beginning, or together with another
    int end = note.start + note.duration;
    if (i + 1 < notes.size()) end = std::min(end, std::max(notes[i + 1].start, now));
    if (end <= note.start) continue;
    fill(note.start - now, kRest, kRest);
    fill(end - note.start, pitch_token(note.pitch), kHold);
    now = end;
  }
  return events;
}

Input input_of(const Surroundings& around, int token, int key_time, int query_time) noexcept {
  Input input;
  input.key_time = key_time;
  input.query_time = query_time;
  const auto add = [&](int row) {
    input.rows[static_cast<std::size_t>(input.count++)] = static_cast<std::uint16_t>(row);
  };
  const int in_bar = modulo(query_time, around.bar);
  const int bar = floor_divide(query_time, around.bar);
  add(kTokenRow + token);
  add(kBeatRow + std::min(in_bar / kStepsPerQuarter, 11));
  add(kOffsetRow + in_bar % kStepsPerQuarter);
  add(kBarRow + (around.bars_known ? modulo(bar, 8) : 8));
  add(kMetreRow + static_cast<int>(around.metre));
  add(kTonalityRow + static_cast<int>(around.tonality));
  add(kMannerRow + static_cast<int>(around.manner));
  int density = -1;
  if (!around.density.empty()) {
    const int block =
        std::clamp(floor_divide(bar, 8), 0, static_cast<int>(around.density.size()) - 1);
    density = around.density[static_cast<std::size_t>(block)];
  }
  add(kDensityRow + (density < 0 ? kDensities : density));

  const auto after =
      std::upper_bound(around.chords.begin(), around.chords.end(), query_time,
                       [](int time, const TuneChord& chord) { return time < chord.start; });
  const auto chord = [&](const TuneChord* c, int root_row, int tone_row) {
    add(root_row + (c == nullptr || c->root < 0 ? 12 : c->root));
    if (c == nullptr || c->root < 0) return;
    for (int i = 0; i < 12; ++i)
      if ((c->tones >> i & 1) != 0) add(tone_row + i);
  };
  chord(after == around.chords.begin() ? nullptr : &*(after - 1), kRootRow, kToneRow);
  const bool more = after != around.chords.end();
  chord(more ? &*after : nullptr, kNextRootRow, kNextToneRow);
  int until = kUntilUnknown;
  if (more) {
    until = 0;
    while (until < 5 && after->start - query_time > kUntil[until]) ++until;
  }
  add(kUntilRow + until);
  return input;
}

Rotation rotation_of(int time, int bar, int index) noexcept {
  Rotation rotation{};
  std::size_t at = 0;
  const auto turn = [&](double turns) {
    // Whole turns are taken off first, so that the angle stays exact however late it is.
    turns -= static_cast<double>(static_cast<std::int64_t>(turns));
    rotation.cosine[at] = static_cast<float>(math::cos(math::kTwoPi * turns));
    rotation.sine[at] = static_cast<float>(math::sin(math::kTwoPi * turns));
    ++at;
  };
  for (const double length : kBars) turn(time / (bar * length));
  for (const double length : kQuarters) turn(time / (kStepsPerQuarter * length));
  for (const double length : kIndices) turn(index / length);
  return rotation;
}

int tonic_below(int tonic_class, int middle) noexcept {
  return middle - modulo(middle - tonic_class, 12);
}

}  // namespace tutti::compose::melody
