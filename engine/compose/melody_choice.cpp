#include "engine/compose/melody_choice.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/math.h"

namespace tutti::compose::melody {
namespace {

constexpr int kLongestRest = 4 * kStepsPerQuarter;
constexpr int kMostRepeats = 3;

constexpr int modulo(int a, int n) {
  return (a % n + n) % n;
}

// Semiquavers, and quaver triplets that began on a beat.
bool on_grid(int from, int to) {
  const int place = modulo(to, kStepsPerQuarter);
  if (place % 6 == 0) return modulo(from, kStepsPerQuarter) % 6 == 0 || place == 0;
  return place % 8 == 0 && modulo(from, kStepsPerQuarter) % 8 == 0;
}

// The chord at a time; nullptr where none is known.
const TuneChord* chord_at(const Surroundings& around, int time) {
  const auto after =
      std::upper_bound(around.chords.begin(), around.chords.end(), time,
                       [](int t, const TuneChord& chord) { return t < chord.start; });
  if (after == around.chords.begin() || (after - 1)->root < 0) return nullptr;
  return &*(after - 1);
}

bool holds(std::uint16_t tones, int semitones) {
  return (tones >> modulo(semitones, 12) & 1) != 0;
}

}  // namespace

Allowed durations_allowed(const Rules& rules, const Standing& standing) noexcept {
  Allowed allowed{};
  for (int token = kFirstDuration; token < kRest; ++token) {
    const int to = standing.now + steps_of(token);
    allowed[static_cast<std::size_t>(token)] = to <= rules.end && on_grid(standing.now, to);
  }
  return allowed;
}

Allowed sounds_allowed(const Surroundings& around, const Rules& rules, const Standing& standing,
                       int duration) noexcept {
  const int now = standing.now, end = now + duration;
  const TuneChord* chord = chord_at(around, now);
  const bool strong = modulo(now, 2 * kStepsPerQuarter) == 0 || end == rules.end;
  // A chord that comes during the note and takes the larger part of it.
  const TuneChord* later = chord_at(around, now + duration / 2);
  if (later == chord) later = nullptr;
  Allowed allowed{};
  const auto fill = [&](bool with_later) {
    bool any = false;
    for (int token = kFirstPitch; token < kTokens; ++token) {
      const int pitch = semitones_of(token);
      const bool in_chord =
          chord == nullptr ? holds(rules.scale, pitch) : holds(chord->tones, pitch);
      bool fits = pitch >= rules.lowest && pitch <= rules.highest &&
                  (in_chord || (!strong && holds(rules.scale, pitch)));
      if (with_later && later != nullptr) fits = fits && holds(later->tones, pitch);
      if (standing.any) {
        const bool inside = standing.last >= rules.lowest && standing.last <= rules.highest;
        fits = fits && (!inside || std::abs(pitch - standing.last) <= 12) &&
               (pitch != standing.last || standing.repeated < kMostRepeats);
      }
      allowed[static_cast<std::size_t>(token)] = fits;
      any = any || fits;
    }
    return any;
  };
  const bool any = fill(true) || fill(false);
  allowed[kRest] = !any || standing.rested + duration <= kLongestRest;
  allowed[kHold] =
      standing.sounds && (!strong || chord == nullptr || holds(chord->tones, standing.last));
  return allowed;
}

int choose(std::span<const float> scores, const Allowed& allowed, double temperature,
           double nucleus, Random& random) noexcept {
  std::array<double, kTokens> weight{};
  std::array<int, kTokens> order{};
  int count = 0;
  double largest = 0;
  for (int token = 0; token < kTokens; ++token) {
    if (!allowed[static_cast<std::size_t>(token)]) continue;
    const double score = scores[static_cast<std::size_t>(token)];
    largest = count == 0 ? score : std::max(largest, score);
    order[static_cast<std::size_t>(count++)] = token;
  }
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    const auto token = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
    weight[token] = math::exp((scores[token] - largest) / temperature);
    sum += weight[token];
  }
  std::sort(order.begin(), order.begin() + count, [&](int a, int b) {
    const double x = weight[static_cast<std::size_t>(a)], y = weight[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  });
  int kept = 0;
  double share = 0;
  while (kept < count && share < nucleus * sum)
    share += weight[static_cast<std::size_t>(order[static_cast<std::size_t>(kept++)])];
  double left = random.uniform() * share;
  for (int i = 0; i < kept; ++i) {
    const int token = order[static_cast<std::size_t>(i)];
    left -= weight[static_cast<std::size_t>(token)];
    if (left < 0) return token;
  }
  return order[static_cast<std::size_t>(std::max(kept - 1, 0))];
}

}  // namespace tutti::compose::melody
