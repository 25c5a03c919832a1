#include "native/learn/separator_voice.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/pitch.h"
#include "engine/dsp/resample.h"

namespace tutti::learn {
namespace {

constexpr double kRate = 44100;
constexpr double kPi = 3.14159265358979323846;

// The band from `edge` / 2 to `edge` copied to above `edge`, quieter.
void replicate(std::vector<float>& x, double edge) {
  const double shift = 2 * kPi * edge / 2 / kRate;
  double low[4] = {}, high[4] = {};
  const double a = 1 - std::exp(-2 * kPi * edge * 0.55 / kRate);
  const double b = 1 - std::exp(-2 * kPi * edge * 0.95 / kRate);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double band = static_cast<double>(x[i]);
    for (int k = 0; k < 2; ++k) {
      low[k] += a * (band - low[k]);
      band -= low[k];
    }
    double moved = band * (std::cos(shift * static_cast<double>(i)) +
                           0.5 * std::cos(2 * shift * static_cast<double>(i)));
    for (int k = 0; k < 4; ++k) {
      high[k] += b * (moved - high[k]);
      moved -= high[k];
    }
    x[i] += static_cast<float>(0.9 * moved);
  }
}

// A resonance: two poles, unit gain at its centre.
class Resonance {
 public:
  void tune(double hz, double width) {
    const double r = std::exp(-kPi * width / kRate);
    c_ = -r * r;
    b_ = 2 * r * std::cos(2 * kPi * std::min(hz, 0.47 * kRate) / kRate);
    a_ = (1 - r) * std::sqrt(1 - 2 * r * std::cos(4 * kPi * hz / kRate) + r * r);
  }
  void tune_low(double hz, double width) {  // unit gain at 0 Hz, for cascades
    tune(hz, width);
    a_ = 1 - b_ - c_;
  }
  double step(double x) {
    const double y = a_ * x + b_ * one_ + c_ * two_;
    two_ = one_;
    one_ = y;
    return y;
  }

 private:
  double a_ = 0, b_ = 0, c_ = 0, one_ = 0, two_ = 0;
};

// The key at `time` seconds into the note: scoop and glide in, vibrato that grows, a slow drift, a
// fall at the end.
double key_of(const SungNote& note, const SingerStyle& style, double from, bool tied, double fall,
              double arc, double time, double phase, double drift) {
  const double glide = style.glide > 0 ? std::exp(-time / style.glide) : 0;
  const double begin =
      tied ? from - note.key : std::clamp(from - note.key, -1.5, 1.5) - style.scoop;
  const double grown = std::clamp((time - 0.12) / 0.3, 0.0, 1.0);
  const double left = std::max(0.0, note.duration - time);
  return note.key + begin * glide - fall * std::exp(-left / 0.05) +
         arc * std::sin(kPi * std::min(1.0, time / std::max(0.07, note.duration))) +
         (style.detune + drift + style.vibrato * grown * std::sin(phase)) / 100;
}

}  // namespace

Speaker make_speaker(std::string name, const std::vector<float>& speech, double rate) {
  Speaker speaker;
  speaker.name = std::move(name);
  speaker.samples = dsp::Resampler(rate, kRate).convert(speech);
  if (rate < 40000) replicate(speaker.samples, rate * 0.46);
  const auto& x = speaker.samples;
  float peak = 1e-6f;
  for (const float v : x) peak = std::max(peak, std::abs(v));
  for (float& v : speaker.samples) v *= 0.5f / peak;
  const auto track = analysis::track_voice(speech, rate, {60, 700});
  if (!track) return speaker;
  const auto frames = track->frames();
  const double hop = track->hop * kRate;
  std::vector<float> pitches;
  // Runs of voiced frames, cut where the level dips, at most 0.4 s each.
  std::size_t free = 0;
  for (std::size_t i = 0; i < frames;) {
    if (track->hz[i] <= 0 || track->level[i] < track->noise + 15) {
      ++i;
      continue;
    }
    std::size_t end = i;
    float loudest = -200;
    while (end < frames && track->hz[end] > 0 && end - i < 66) {
      loudest = std::max(loudest, track->level[end]);
      if (end - i > 12 && track->level[end] < loudest - 9) break;
      ++end;
    }
    if (end - i >= 12) {
      Syllable s;
      s.vowel = static_cast<long>(static_cast<double>(i) * hop);
      s.end = std::min(static_cast<long>(static_cast<double>(end) * hop),
                       static_cast<long>(x.size()) - 1);
      const std::size_t before = std::max(free, i >= 22 ? i - 22 : 0);
      s.begin = static_cast<long>(static_cast<double>(std::min(before, i)) * hop);
      std::vector<float> own(track->hz.begin() + static_cast<long>(i),
                             track->hz.begin() + static_cast<long>(end));
      std::nth_element(own.begin(), own.begin() + static_cast<long>(own.size() / 2), own.end());
      const double middle = static_cast<double>(own[own.size() / 2]);
      s.period = kRate / middle;
      pitches.push_back(static_cast<float>(middle));
      // Marks: the highest peak near where the last one and the pitch say.
      const auto peak_in = [&](long from, long to) {
        long best = std::max(0l, from);
        for (long k = best; k < std::min(to, static_cast<long>(x.size())); ++k)
          if (x[static_cast<std::size_t>(k)] > x[static_cast<std::size_t>(best)]) best = k;
        return best;
      };
      long mark = peak_in(s.vowel, s.vowel + static_cast<long>(s.period));
      while (mark < s.end) {
        s.marks.push_back(mark);
        const auto frame =
            std::min(frames - 1, static_cast<std::size_t>(static_cast<double>(mark) / hop));
        const double hz = track->hz[frame] > 0 ? static_cast<double>(track->hz[frame]) : middle;
        const double period = kRate / hz;
        mark = peak_in(mark + static_cast<long>(0.8 * period),
                       mark + static_cast<long>(1.2 * period) + 1);
      }
      if (s.marks.size() >= 6) speaker.syllables.push_back(std::move(s));
    }
    free = end;
    i = end;
  }
  if (!pitches.empty()) {
    std::nth_element(pitches.begin(), pitches.begin() + static_cast<long>(pitches.size() / 2),
                     pitches.end());
    speaker.female = pitches[pitches.size() / 2] > 155;
  }
  return speaker;
}

namespace {

// Note n on syllable first + n.
void sing_from(const Speaker& speaker, std::size_t first, const std::vector<SungNote>& notes,
               const SingerStyle& style, Random& random, std::vector<float>& out) {
  if (speaker.syllables.empty()) return;
  const auto& x = speaker.samples;
  const auto at = [&](double place) {
    if (place < 0 || place >= static_cast<double>(x.size()) - 1) return 0.0f;
    const auto k = static_cast<std::size_t>(place);
    const float f = static_cast<float>(place - static_cast<double>(k));
    return x[k] + f * (x[k + 1] - x[k]);
  };
  std::vector<float> pulses(out.size(), 0.0f);
  double from_key = notes.empty() ? 60 : notes[0].key;
  double phase = random.uniform(0, 2 * kPi), drift = 0;
  for (std::size_t n = 0; n < notes.size(); ++n) {
    const SungNote& note = notes[n];
    const Syllable& s = speaker.syllables[(first + n) % speaker.syllables.size()];
    double loud = 1e-4;
    for (long k = s.vowel; k < s.end; ++k)
      loud = std::max(loud, static_cast<double>(std::abs(x[static_cast<std::size_t>(k)])));
    const double gain = note.level * 0.4 / loud;
    const double start = (note.start + style.late + random.normal() * 0.008) * kRate;
    const bool tied = n > 0 && note.start - notes[n - 1].start - notes[n - 1].duration < 0.02 &&
                      random.uniform() < 0.25;  // a melisma: no new consonant
    if (!tied) {
      const long length = s.vowel - s.begin;
      for (long k = 0; k < length; ++k) {
        const long place = static_cast<long>(start) - length + k;
        if (place < 0 || place >= static_cast<long>(out.size())) continue;
        const double fade = std::min({1.0, k / 220.0, (length - k) / 60.0});
        out[static_cast<std::size_t>(place)] +=
            static_cast<float>(gain * fade) * x[static_cast<std::size_t>(s.begin + k)];
      }
    }
    const double length = std::max(0.06, note.duration) * kRate;
    const auto marks = static_cast<double>(s.marks.size());
    const double attack = std::min(0.35 * marks, 8.0), release = std::min(0.25 * marks, 6.0);
    const double hold = std::max(0.0, marks - attack - release);
    const double fall = random.uniform() < 0.4 ? random.uniform(0.0, 3.0) : 0.0;
    const double arc = random.uniform() < 0.5 ? random.normal() * style.arc : 0.0;
    double wander = attack + 0.5 * hold;
    bool odd = false;
    for (double t = 0; t < length;) {
      drift = 0.98 * drift + random.normal() * 2.5;  // cents
      const double key = key_of(note, style, from_key, tied, fall, arc, t / kRate, phase, drift);
      const double period = kRate / (440 * std::exp2((key - 69) / 12));
      phase += 2 * kPi * style.vibrato_rate * period / kRate;
      // Which source period: through the attack, wandering in the middle, through the release.
      const double done = t / s.period, left = (length - t) / s.period;
      double place;
      if (length < 2.5 * marks * s.period) {  // the vowel as it moved, slower or faster
        place = t / length * marks;
      } else if (done < attack) {
        place = done;
      } else if (left < release) {
        place = marks - left - 1;
      } else {
        wander = std::clamp(wander + random.normal() * 0.6, attack, attack + std::max(0.5, hold));
        place = wander;
      }
      const long mark = s.marks[static_cast<std::size_t>(std::clamp(place, 0.0, marks - 1))];
      const double half = std::min(s.period, 2.2 * period) / style.throat;  // output samples
      const double fade = std::min({1.0, (t + 150) / 500, (length - t) / 1300});
      double g = gain * fade * std::sqrt(std::min(2.0, period / s.period * style.throat));
      if (odd) g *= 1 - style.growl;
      odd = !odd;
      const double centre = start + t;
      for (long k = static_cast<long>(std::ceil(centre - half));
           k <= static_cast<long>(centre + half); ++k) {
        if (k < 0 || k >= static_cast<long>(out.size())) continue;
        const double u = static_cast<double>(k) - centre;
        const double window = 0.5 + 0.5 * std::cos(kPi * u / half);
        out[static_cast<std::size_t>(k)] +=
            static_cast<float>(g * window) * at(static_cast<double>(mark) + u * style.throat);
      }
      // A pulse for the overtones, between two samples; its strength follows the loudness.
      const auto tick = static_cast<long>(centre);
      if (tick >= 0 && tick + 1 < static_cast<long>(out.size())) {
        const double part = centre - static_cast<double>(tick), strength = g * loud * fade;
        pulses[static_cast<std::size_t>(tick)] += static_cast<float>(strength * (1 - part));
        pulses[static_cast<std::size_t>(tick) + 1] += static_cast<float>(strength * part);
      }
      t += period;
    }
    if (style.breath > 0) {
      double low = 0;
      for (long k = 0; k < static_cast<long>(length); ++k) {
        const long place = static_cast<long>(start) + k;
        if (place < 0 || place >= static_cast<long>(out.size())) continue;
        const double noise = random.uniform(-1, 1);
        low += 0.35 * (noise - low);
        const double fade = std::min({1.0, k / 900.0, (length - static_cast<double>(k)) / 2000});
        out[static_cast<std::size_t>(place)] +=
            static_cast<float>(note.level * style.breath * fade * (noise - low));
      }
    }
    from_key = note.key;
  }
  if (style.bright > 0) {
    Resonance upper[6];
    double gains[6];
    for (int i = 0; i < 6; ++i) {
      const double hz = (2500 + 1900 * i + random.normal() * 300) * style.throat;
      upper[i].tune(hz, 500 + 150 * i);
      gains[i] = style.bright * std::pow(0.72, i) * std::exp(random.normal() * 0.5) * 6;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      double sum = 0;
      const double x = static_cast<double>(pulses[i]);
      for (int k = 0; k < 6; ++k) sum += gains[k] * (k % 2 ? -1 : 1) * upper[k].step(x);
      out[i] += static_cast<float>(sum);
    }
  }
}

}  // namespace

void sing(const Speaker& speaker, const std::vector<SungNote>& notes, const SingerStyle& style,
          Random& random, std::vector<float>& out) {
  if (speaker.syllables.empty()) return;
  sing_from(speaker, random.below(speaker.syllables.size()), notes, style, random, out);
}

void chant(const Speaker& speaker, const std::vector<SungNote>& notes, const SingerStyle& style,
           Random& random, std::vector<float>& out) {
  if (speaker.syllables.empty() || notes.empty()) return;
  const std::size_t first = random.below(speaker.syllables.size());
  const double stretch = random.uniform(0.9, 1.7);
  std::vector<SungNote> syllables;
  double time = notes[0].start;
  std::size_t note = 0;
  while (time < static_cast<double>(out.size()) / kRate) {
    const auto& s = speaker.syllables[(first + syllables.size()) % speaker.syllables.size()];
    const double length = static_cast<double>(s.end - s.vowel) / kRate * stretch;
    while (note + 1 < notes.size() && notes[note + 1].start <= time + 0.05) ++note;
    // Where the melody rests, so does the singer.
    if (time > notes[note].start + notes[note].duration + 0.5) {
      if (note + 1 >= notes.size()) break;
      time = notes[note + 1].start;
      continue;
    }
    syllables.push_back({time, length, notes[note].key, notes[note].level});
    const auto& after = speaker.syllables[(first + syllables.size()) % speaker.syllables.size()];
    time += length + std::clamp(static_cast<double>(after.vowel - s.end) / kRate, 0.02, 0.25);
  }
  sing_from(speaker, first, syllables, style, random, out);
}

void sing_formants(const std::vector<SungNote>& notes, const SingerStyle& style, Random& random,
                   std::vector<float>& out) {
  // First three formants of vowels of a man (Peterson and Barney 1952), Hz.
  static const double kVowels[9][3] = {{270, 2290, 3010}, {390, 1990, 2550}, {530, 1840, 2480},
                                       {660, 1720, 2410}, {730, 1090, 2440}, {570, 840, 2410},
                                       {440, 1020, 2240}, {300, 870, 2240},  {640, 1190, 2390}};
  double now[5] = {500, 1500, 2500, 3500, 4500};
  // Above the fifth, one in every kilohertz, as a tube has them: without them the top is missing.
  Resonance formants[5], upper[12], noise_shape;
  int uppers = 0;
  for (int i = 0; i < 12; ++i) {
    const double hz = (5400 + 1050 * i) * style.throat * random.uniform(0.97, 1.03);
    if (hz > 19000) break;
    upper[uppers++].tune_low(hz, random.uniform(350, 900));
  }
  double widths[5];
  for (int i = 0; i < 5; ++i) widths[i] = (60 + 45 * i) * random.uniform(0.7, 1.6);
  const double fourth = 3400 * random.uniform(0.92, 1.08), fifth = 4300 * random.uniform(0.92, 1.1);
  const double tilt = 1 - std::exp(-2 * kPi * random.uniform(500, 5000) / kRate);
  double phase = random.uniform(0, 2 * kPi), drift = 0, turn = 0, low = 0, last = 0;
  double from_key = notes.empty() ? 60 : notes[0].key;
  long written = 0;
  std::vector<double> line;
  for (std::size_t n = 0; n < notes.size(); ++n) {
    const SungNote& note = notes[n];
    const bool tied = n > 0 && note.start - notes[n - 1].start - notes[n - 1].duration < 0.03 &&
                      random.uniform() < 0.2;
    const double fall = random.uniform() < 0.4 ? random.uniform(0.0, 3.0) : 0.0;
    const double arc = random.uniform() < 0.5 ? random.normal() * style.arc : 0.0;
    const double* const vowel = kVowels[random.below(9)];
    const double* const second = random.uniform() < 0.3 ? kVowels[random.below(9)] : vowel;
    const long length = static_cast<long>(std::max(0.07, note.duration) * kRate);
    const long start =
        static_cast<long>((note.start + style.late + random.normal() * 0.008) * kRate);
    if (start < written - 2000) continue;
    // A consonant: nothing, a nasal, a stop or a sibilant.
    const int kind = tied ? 0 : static_cast<int>(random.below(5));
    if (kind >= 3) {
      const long hiss = static_cast<long>(
          (kind == 3 ? random.uniform(0.05, 0.16) : random.uniform(0.008, 0.03)) * kRate);
      noise_shape.tune(kind == 3 ? random.uniform(4500, 9000) : random.uniform(1200, 5000),
                       random.uniform(1500, 4000));
      const double level = note.level * random.uniform(0.05, 0.4);
      for (long i = 0; i < hiss; ++i) {
        const long place = start - hiss - 200 + i;
        const double fade = std::min({1.0, i / (kind == 3 ? 700.0 : 40.0), (hiss - i) / 200.0});
        const double x = noise_shape.step(random.uniform(-1, 1));
        if (place >= 0 && place < static_cast<long>(out.size()))
          out[static_cast<std::size_t>(place)] += static_cast<float>(level * fade * x);
      }
    }
    const long nasal = kind == 1 ? static_cast<long>(random.uniform(0.04, 0.1) * kRate) : 0;
    line.assign(static_cast<std::size_t>(length), 0.0);
    double energy = 1e-9;
    bool odd = false;
    for (long i = 0; i < length; ++i) {
      if (i % 64 == 0) {
        drift = 0.99 * drift + random.normal() * 0.9;
        const double change =
            std::clamp(static_cast<double>(i) / static_cast<double>(length) * 2 - 0.6, 0.0, 1.0);
        for (int k = 0; k < 3; ++k) {
          double target = (vowel[k] + (second[k] - vowel[k]) * change) * style.throat;
          if (i < nasal) target = (k == 0 ? 260 : k == 1 ? 1100 : 2300) * style.throat;
          now[k] += 0.06 * (target - now[k]);
        }
        now[3] = fourth * style.throat;
        now[4] = fifth * style.throat;
        for (int k = 0; k < 5; ++k)
          formants[k].tune_low(now[k], widths[k] * (i < nasal && k > 0 ? 3 : 1));
      }
      const double key = key_of(note, style, from_key, tied, fall, arc,
                                static_cast<double>(i) / kRate, phase, drift);
      const double step = 440 * std::exp2((key - 69) / 12) / kRate;
      phase += 2 * kPi * style.vibrato_rate / kRate;
      turn += step;
      double pulse = 0;
      if (turn >= 1) {
        turn -= 1;
        pulse = (odd ? 1 - style.growl : 1) / std::sqrt(step);
        odd = !odd;
      }
      low += tilt * (pulse - low);
      const double source = low + style.breath * random.uniform(-1, 1);
      double y = source - 0.9 * last;
      last = source;
      for (auto& f : formants) y = f.step(y);
      for (int k = 0; k < uppers; ++k) y = upper[k].step(y);
      line[static_cast<std::size_t>(i)] = y;
      energy += y * y;
    }
    const double gain = note.level * 0.16 / std::sqrt(energy / static_cast<double>(length));
    for (long i = 0; i < length; ++i) {
      const long place = start + i;
      const double fade = std::min(
          {1.0, (static_cast<double>(i) + 40) / 500, static_cast<double>(length - i) / 1500});
      if (place >= 0 && place < static_cast<long>(out.size()))
        out[static_cast<std::size_t>(place)] +=
            static_cast<float>(gain * fade * line[static_cast<std::size_t>(i)]);
    }
    written = start + length;
    from_key = note.key;
  }
}

void speak(const Speaker& speaker, const std::vector<SungNote>& notes, const SingerStyle& style,
           Random& random, std::vector<float>& out) {
  const double size = static_cast<double>(speaker.samples.size());
  double place = random.uniform(0, size), free = 0;
  for (const SungNote& note : notes) {
    if (note.start < free) continue;
    const double seconds = random.uniform(1.0, 4.0), from = note.start * kRate;
    for (long i = 0; i < static_cast<long>(seconds * kRate); ++i) {
      const auto at = static_cast<std::size_t>(from) + static_cast<std::size_t>(i);
      const auto k = static_cast<std::size_t>(place);
      if (at >= out.size() || k + 1 >= speaker.samples.size()) break;
      const float f = static_cast<float>(place - static_cast<double>(k));
      const double fade = std::min({1.0, i / 500.0, seconds * kRate / 1000 - i / 1000.0});
      out[at] += static_cast<float>(fade * note.level) *
                 (speaker.samples[k] + f * (speaker.samples[k + 1] - speaker.samples[k]));
      place += style.throat;
    }
    if (place > size - 2 * kRate) place = random.uniform(0, 0.8 * size);
    free = note.start + seconds + random.uniform(0, 2);
  }
}

}  // namespace tutti::learn
