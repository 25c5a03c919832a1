#include "singer.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::testing {

namespace {

constexpr double kFrame = 0.001;  // s: the control rate

struct Formant {
  double hz, width, db;
};
const std::vector<std::vector<Formant>> kVowels = {
    {{730, 90, 0}, {1150, 110, -5}, {2600, 160, -22}, {3400, 250, -26}},   // a
    {{450, 70, 0}, {1900, 130, -14}, {2500, 170, -20}, {3400, 250, -26}},  // e
    {{300, 60, 0}, {2200, 140, -22}, {2900, 180, -22}, {3500, 250, -28}},  // i
    {{480, 80, 0}, {850, 100, -8}, {2500, 170, -28}, {3400, 250, -32}},    // o
};

double envelope(const std::vector<Formant>& vowel, double hz) {
  double sum = 1e-3;
  for (const Formant& f : vowel) {
    const double d = (hz - f.hz) / f.width;
    sum += math::db_to_gain(f.db) / std::sqrt(1 + d * d);
  }
  return sum;
}

double smooth(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

struct Plan {
  double start, end, pitch;
  bool joined;  // no silence before it
  int vowel;
};

}  // namespace

Sung sing(const Style& s) {
  Random random(s.seed);
  const double beat = 60 / s.notes_a_minute;
  const double low = std::ceil(math::hz_to_midi(s.low_hz)),
               high = std::floor(math::hz_to_midi(s.high_hz));

  // The melody: steps and small leaps of a major scale.
  static constexpr int kScale[7] = {0, 2, 4, 5, 7, 9, 11};
  std::vector<double> ladder;
  for (int m = static_cast<int>(low); m <= high; ++m)
    for (int k : kScale)
      if ((m - static_cast<int>(low)) % 12 == k) ladder.push_back(m + s.tuning_cents / 100);
  int at = static_cast<int>(random.below(ladder.size()));
  std::vector<Plan> plan;
  double time = 0.4;
  bool joined = false;
  for (int i = 0; i < s.notes; ++i) {
    if (i > 0 && !(random.uniform() < s.repeat && s.syllable != Syllable::legato)) {
      int step = 1 + static_cast<int>(random.below(3));
      if (random.uniform() < 0.5) step = -step;
      if (at + step < 0 || at + step >= static_cast<int>(ladder.size())) step = -step;
      at = std::clamp(at + step, 0, static_cast<int>(ladder.size()) - 1);
    }
    static constexpr double kValues[3] = {0.5, 1, 2};
    const double length = beat * (s.random_rhythm ? kValues[random.below(3)] : 1);
    const bool rest = random.uniform() < s.rest || i + 1 == s.notes;
    plan.push_back({time, time + length * (rest ? 0.6 : 1), ladder[static_cast<std::size_t>(at)],
                    joined, static_cast<int>(random.below(kVowels.size()))});
    joined = !rest;
    time += length;
  }
  const double total = time + 0.4;

  Sung out;
  out.rate = s.rate;
  const auto frames = static_cast<std::size_t>(total / kFrame) + 2;
  out.f0.assign(frames, 0);
  std::vector<double> pitch(frames, 0), gain(frames, 0), open(frames, 1), hiss(frames, 0);
  std::vector<int> vowel(frames, 0);

  // Consonants: seconds of silence, of a closed mouth and of hiss before the vowel.
  double gap = 0, closed = 0, noise = 0;
  switch (s.syllable) {
    case Syllable::la:
      closed = 0.06;
      break;
    case Syllable::ma:
      closed = 0.07;
      break;
    case Syllable::ta:
      gap = 0.05;
      break;
    case Syllable::sa:
      gap = 0.1, noise = 0.1;
      break;
    case Syllable::whistle:
      gap = 0.04;
      break;
    case Syllable::hum:
      gap = 0.03;
      break;
    case Syllable::legato:
      break;
  }
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const Plan& n = plan[i];
    // A joined note's consonant takes its time from the note before.
    const bool next_joined = i + 1 < plan.size() && plan[i + 1].joined;
    const double voice_end = next_joined ? n.end - gap - 0 : n.end;
    const double vibrato_phase = random.uniform(0, 1);
    const double attack = gap > 0 || !n.joined ? 0.02 : 0.0;
    const double lead = !n.joined ? closed : 0;  // a first consonant is voiced before its vowel
    for (double t = n.start - lead; t < voice_end; t += kFrame) {
      const auto f = static_cast<std::size_t>(t / kFrame + 0.5);
      if (f >= frames) break;
      double p = n.pitch;
      const double since = t - n.start;
      if (n.joined && gap == 0 && i > 0 && s.glide_seconds > 0)
        p += (plan[i - 1].pitch - n.pitch) * (1 - smooth(since / s.glide_seconds + 0.5));
      if (!n.joined || gap > 0)
        p -= s.scoop_cents / 100 * (1 - smooth(std::max(0.0, since) / 0.09));
      if (next_joined && gap == 0 && s.glide_seconds > 0)
        p += (plan[i + 1].pitch - n.pitch) * smooth((t - n.end) / s.glide_seconds + 0.5);
      const double depth = s.vibrato_cents / 100 * smooth((since - 0.1) / 0.2);
      p += depth * math::sin(math::kTwoPi * (s.vibrato_hz * since + vibrato_phase));
      pitch[f] = p;
      double g = 1;
      if (attack > 0) g *= smooth((since + lead) / attack);
      if (!next_joined || gap > 0) g *= smooth((voice_end - t) / 0.03);
      gain[f] = g;
      vowel[f] = n.vowel;
      double o = 1;
      if (closed > 0) {
        if (since < 0.015) o = std::min(o, smooth(since / 0.03 + 0.5));
        if (next_joined) o = std::min(o, 1 - smooth((t - (n.end - closed)) / 0.03 + 0.5));
      }
      open[f] = o;
      out.f0[f] = static_cast<float>(math::midi_to_hz(p));
    }
    if (noise > 0)
      for (double t = n.start - noise; t < n.start; t += kFrame) {
        const auto f = static_cast<std::size_t>(std::max(0.0, t) / kFrame + 0.5);
        hiss[f] = 0.25 * smooth((t - (n.start - noise)) / 0.02) * smooth((n.start - t) / 0.02);
      }
    if (s.syllable == Syllable::ta)
      for (double t = n.start - 0.015; t < n.start; t += kFrame)
        hiss[static_cast<std::size_t>(std::max(0.0, t) / kFrame + 0.5)] = 0.3;
    out.notes.push_back({n.start - lead, voice_end, math::midi_to_hz(n.pitch)});
  }
  // Slow unsteadiness of the pitch.
  double drift = 0;
  for (std::size_t f = 0; f < frames; ++f) {
    drift += 0.02 * (random.normal() * s.jitter_cents / 100 * 5 - drift);
    if (out.f0[f] <= 0) continue;
    pitch[f] += drift;
    out.f0[f] = static_cast<float>(math::midi_to_hz(pitch[f]));
  }

  const auto samples = static_cast<std::size_t>(total * s.rate);
  out.audio.assign(samples, 0);
  std::vector<double> voice(samples, 0);
  double phase = 0;
  double power = 0, count = 0;
  const bool whistle = s.syllable == Syllable::whistle;
  std::vector<double> amplitude;
  std::size_t amplitude_frame = frames;
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / s.rate, place = t / kFrame;
    const auto f = std::min(frames - 2, static_cast<std::size_t>(place));
    const double part = place - static_cast<double>(f);
    double value = 0;
    if (pitch[f] > 0) {
      const double next = pitch[f + 1] > 0 ? pitch[f + 1] : pitch[f];
      const double hz = math::midi_to_hz(pitch[f] + (next - pitch[f]) * part);
      phase += hz / s.rate;
      phase -= std::floor(phase);
      const double g = gain[f] + (gain[f + 1] - gain[f]) * part;
      if (f != amplitude_frame) {
        amplitude_frame = f;
        amplitude.clear();
        if (whistle) {
          amplitude = {1.0, 0.01};
        } else {
          for (int k = 1; k <= 60 && k * hz < std::min(7000.0, s.rate * 0.45); ++k) {
            const double h = k * hz;
            // Glottal slope, then the mouth: open to the vowel or closed to a low murmur.
            double a = 1 / (1 + (h / 300) * (h / 300) * 0.5);
            const double murmur = 1 / (1 + (h / 280) * (h / 280) * (h / 280));
            const double mouth = s.syllable == Syllable::hum
                                     ? murmur
                                     : envelope(kVowels[static_cast<std::size_t>(vowel[f])], h);
            a *= mouth * open[f] + 0.7 * murmur * (1 - open[f]);
            amplitude.push_back(a);
          }
        }
      }
      // Sum of sines of multiples of the phase by recurrence.
      const double c = math::cos(math::kTwoPi * phase), sn = math::sin(math::kTwoPi * phase);
      double re = c, im = sn;
      for (double a : amplitude) {
        value += a * im;
        const double r = re * c - im * sn;
        im = re * sn + im * c, re = r;
      }
      value *= g;
      power += value * value, count += 1;
    }
    voice[i] = value;
  }
  const double rms = std::sqrt(power / std::max(1.0, count));
  const double scale = math::db_to_gain(s.level_db) / std::max(rms, 1e-12);
  const double breath = math::db_to_gain(s.level_db + s.breath_db) * 1.7;
  const double room = math::db_to_gain(s.level_db + s.room_db) * 1.732;
  double last = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const auto f =
        std::min(frames - 1, static_cast<std::size_t>(static_cast<double>(i) / s.rate / kFrame));
    const double white = random.uniform(-1, 1);
    const double bright = white - last;
    last = white;
    const double level = math::db_to_gain(s.level_db);
    out.audio[i] = static_cast<float>(voice[i] * scale + white * breath * gain[f] +
                                      hiss[f] * level * bright + room * random.uniform(-1, 1));
  }
  return out;
}

}  // namespace tutti::testing
