#include "native/learn/separator_songs.h"

#include <algorithm>
#include <cmath>

#include "native/learn/separator_playing.h"
#include "native/learn/separator_score.h"

namespace tutti::learn {
namespace {

constexpr double kRate = kSeparatorRate;

template <class T>
const T& one_of(const std::vector<T>& all, Random& random) {
  return all[random.below(all.size())];
}

void drums(const SongMaterial& m, const SongScore& score, Random& random, Stereo& out) {
  Stereo sound(out.size());
  const double kind = random.uniform();
  if (kind < 0.12 && !m.loops.empty()) {
    // A recorded loop, sped up or slowed down to the tempo.
    const DrumLoop& loop = one_of(m.loops, random);
    double speed = static_cast<double>(loop.samples[0].size()) / kRate / (loop.beats * score.beat);
    while (speed > 1.42) speed /= 2;
    while (speed < 0.71) speed *= 2;
    for (int c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double place = std::fmod(static_cast<double>(i) * speed,
                                       static_cast<double>(loop.samples[c].size()) - 2);
        const auto k = static_cast<std::size_t>(place);
        const float f = static_cast<float>(place - static_cast<double>(k));
        sound.side[c][i] = loop.samples[c][k] + f * (loop.samples[c][k + 1] - loop.samples[c][k]);
      }
  } else if (kind < 0.42 && !m.hits.empty()) {
    // Recorded hits, each key its own, panned and tuned once a song.
    const auto& kit = one_of(m.hits, random);
    const double tune = std::exp2(random.uniform(-3.0, 3.0) / 12);
    for (const SongNote& n : score.drums) {
      std::vector<const DrumHit*> fits;
      for (const auto& hit : kit)
        if (hit.key == n.key) fits.push_back(&hit);
      if (fits.empty()) {
        const int family = n.key <= 36                  ? 36
                           : n.key <= 40                ? 38
                           : n.key >= 49 && n.key <= 59 ? 49
                                                        : 42;
        for (const auto& hit : kit)
          if (hit.key == family) fits.push_back(&hit);
      }
      if (fits.empty()) continue;
      const DrumHit& hit = *one_of(fits, random);
      const float gain = static_cast<float>(std::pow(n.velocity / 127.0, 1.6));
      const float pan = static_cast<float>(n.key <= 40 ? 0.0 : std::sin(n.key * 1.7) * 0.4);
      const auto at = static_cast<std::size_t>(n.start * kRate);
      for (int c = 0; c < 2; ++c) {
        const float g = gain * (c == 0 ? 1 - pan : 1 + pan);
        for (std::size_t i = 0; at + i < out.size(); ++i) {
          const double place = static_cast<double>(i) * tune;
          const auto k = static_cast<std::size_t>(place);
          if (k + 1 >= hit.samples[c].size()) break;
          const float f = static_cast<float>(place - static_cast<double>(k));
          sound.side[c][at + i] +=
              g * (hit.samples[c][k] + f * (hit.samples[c][k + 1] - hit.samples[c][k]));
        }
      }
    }
  } else if (kind < 0.5) {
    synthesise("drums", random.next(), static_cast<int>(random.below(16)), score.drums, sound);
  } else {
    const auto& font = one_of(m.kits, random);
    std::vector<int> programs;
    for (const auto& preset : font->presets)
      if (preset.id.bank == instruments::kDrumBank && preset.id.program != 56)
        programs.push_back(preset.id.program);
    int bank = instruments::kDrumBank;
    if (programs.empty()) {  // a SoundFont of nothing but drums
      bank = font->presets[0].id.bank;
      programs.push_back(font->presets[0].id.program);
    }
    sample(font, bank, one_of(programs, random), score.drums, sound);
  }
  Chain chain(random);
  chain.equaliser(0.5, 8)
      .maybe(0.5, "compressor",
             {{"threshold", -35, -8}, {"ratio", 2, 10}, {"attack", 0.5, 40}, {"release", 30, 300}})
      .maybe(0.25, "saturation", {{"drive", 0, 15}})
      .maybe(0.04, "bit-crusher", {{"bits", 6, 12}, {"rate", 9000, 30000}})
      .reverb(0.6, 0.25)
      .maybe(0.2, "width", {{"width", 0, 160}});
  through(chain.text(), sound);
  add(sound, -20 + random.normal() * 2, random.normal() * 0.05, out);
}

void bass(const SongMaterial& m, const SongScore& score, Random& random, Stereo& out) {
  Stereo sound(out.size());
  std::vector<SongNote> notes = score.bass;
  if (random.uniform() < 0.1)
    for (auto& n : notes) n.key += 12;
  if (random.uniform() < 0.15) {
    synthesise("bass", random.next(), static_cast<int>(random.below(16)), notes, sound);
  } else {
    static const std::vector<int> kPrograms = {32, 33, 33, 33, 34, 34, 35, 36, 37, 38, 39, 33, 87};
    sample(one_of(m.fonts, random), 0, one_of(kPrograms, random), notes, sound);
  }
  Chain chain(random);
  chain.equaliser(0.4, 7)
      .maybe(0.3, "distortion", {{"drive", 2, 18}, {"tone", 900, 6000}, {"mix", 0.3, 1}})
      .maybe(0.4, "saturation", {{"drive", 0, 12}})
      .maybe(0.35, "lowpass", {{"freq", 500, 6000}})
      .maybe(0.5, "compressor",
             {{"threshold", -35, -12}, {"ratio", 2, 8}, {"attack", 2, 40}, {"release", 50, 300}})
      .maybe(0.12, "chorus", {{"mix", 0.1, 0.5}, {"rate", 0.2, 2}})
      .maybe(0.06, "filter",
             {{"freq", 300, 2000},
              {"resonance", 0.1, 0.7},
              {"lfo_rate", 0.2, 6},
              {"lfo_depth", 0.5, 2}})
      .maybe(0.6, "width", {{"width", 0, 60}})
      .reverb(0.1, 0.12);
  through(chain.text(), sound);
  add(sound, -21 + random.normal() * 2, random.normal() * 0.04, out);
}

void accompany(const SongMaterial& m, const SongScore& score, const SongPart& part, Random& random,
               Stereo& out) {
  static const std::vector<int> kGuitars = {24, 25, 25, 26, 27, 27, 28},
                                kLoud = {29, 30, 30, 29, 27},
                                kKeys = {0, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 21, 22},
                                kLong = {16, 18, 19, 48, 49, 50, 51, 44, 88, 89,
                                         90, 91, 92, 93, 94, 95, 20, 61, 81},
                                kStabs = {61, 62, 63, 56, 57, 59, 4, 17, 18, 28, 55, 80, 81, 7},
                                kLeads = {11, 12, 9,  13, 22, 40, 41, 56,  57,  59,  60,  64,
                                          65, 66, 67, 68, 69, 71, 72, 73,  74,  75,  78,  80,
                                          81, 82, 84, 87, 26, 29, 30, 104, 105, 106, 110, 46};
  Stereo sound(out.size());
  const auto& font = one_of(m.fonts, random);
  bool guitar = false, loud = false;
  int program = 0;
  switch (part.figure) {
    case Figure::held:
      program = one_of(kLong, random);
      break;
    case Figure::strummed:
      program = one_of(kGuitars, random);
      guitar = true;
      break;
    case Figure::picked:
      program = random.below(2) ? one_of(kGuitars, random) : one_of(kKeys, random);
      break;
    case Figure::stabs:
      program = one_of(kStabs, random);
      break;
    case Figure::offbeats:
      program = random.below(3) ? one_of(kGuitars, random) : one_of(kKeys, random);
      break;
    case Figure::power:
      program = one_of(kLoud, random);
      guitar = loud = true;
      break;
    case Figure::pulse:
      program = one_of(kKeys, random);
      break;
    case Figure::line:
      program = one_of(kLeads, random);
      loud = program == 29 || program == 30;
      break;
  }
  static const char* const kSynths[] = {"pad", "bell", "pluck", "felt"};
  const bool synth = random.uniform() < 0.1 && !guitar;
  const auto render = [&](Stereo& to, std::vector<SongNote> notes) {
    if (synth) {
      synthesise(kSynths[program % 4], random.next(), program, notes, to);
    } else {
      sample(font, 0, program, notes, to);
    }
  };
  render(sound, part.notes);
  const bool doubled = loud && random.uniform() < 0.6;
  const auto colour_it = [&](Stereo& s, Random& own) {
    Chain chain(own);
    if (loud || (program >= 26 && program <= 28 && own.uniform() < 0.4)) {
      static const char* const kTypes[] = {"type=soft", "type=hard", "type=tube", "type=fuzz"};
      chain.maybe(0.9, "distortion", {{"drive", 8, 36}, {"tone", 2500, 7000}},
                  kTypes[own.below(4)]);
      chain.maybe(0.7, "lowpass", {{"freq", 3500, 8000}});
      chain.maybe(0.8, "highpass", {{"freq", 70, 160}});
    }
    if (program >= 16 && program <= 18)
      chain.maybe(0.6, "rotary", {{"doppler", 0.3, 1}}, own.below(2) ? "speed=fast" : "speed=slow");
    if (program == 4 || program == 5)
      chain.maybe(0.4, "tremolo", {{"rate", 3, 7}, {"depth", 0.2, 0.7}, {"spread", 0, 1}});
    chain.equaliser(0.4, 7)
        .maybe(0.2, "chorus", {{"mix", 0.2, 0.6}, {"rate", 0.2, 3}, {"depth", 0.5, 4}})
        .maybe(0.08, "phaser", {{"mix", 0.3, 0.6}, {"rate", 0.1, 2}})
        .maybe(0.05, "flanger", {{"mix", 0.3, 0.6}})
        .maybe(0.25, "compressor", {{"threshold", -35, -12}, {"ratio", 2, 8}, {"release", 50, 300}})
        .maybe(0.15, "saturation", {{"drive", 0, 10}})
        .maybe(0.2, "delay", {{"time", 80, 600}, {"feedback", 0.05, 0.5}, {"mix", 0.05, 0.35}})
        .maybe(0.5, "highpass", {{"freq", 60, 300}})
        .maybe(0.25, "width", {{"width", 0, 180}})
        .reverb(0.6, 0.4);
    through(chain.text(), s);
  };
  const std::uint64_t colour_seed = random.next();
  Random own(colour_seed);
  colour_it(sound, own);
  const double db = -25 + random.normal() * 3 + (part.figure == Figure::line ? 2 : 0);
  if (doubled) {
    std::vector<SongNote> again = part.notes;
    for (auto& n : again) {
      n.start += random.normal() * 0.01;
      n.velocity = std::clamp(n.velocity + static_cast<int>(random.below(15)) - 7, 20, 127);
    }
    Stereo second(out.size());
    render(second, again);
    Random same(colour_seed);
    colour_it(second, same);
    add(sound, db, -0.8, out);
    add(second, db, 0.8, out);
  } else {
    add(sound, db, std::clamp(random.normal() * 0.4, -0.9, 0.9), out);
  }
  (void)score;
}

void vocals(const SongMaterial& m, const SongScore& score, Random& random, Stereo& out) {
  // Recorded singers, where there are some, twice as often as their share.
  const Speaker* chosen = &one_of(m.speakers, random);
  if (!chosen->recorded) chosen = &one_of(m.speakers, random);
  const Speaker& speaker = *chosen;
  SingerStyle style;
  // A throat of the voice's own size, or a larger or smaller one; the range follows.
  style.throat = std::exp(random.normal() * 0.1);
  if (random.uniform() < 0.3) style.throat *= speaker.female ? 0.85 : 1.17;
  const bool high = speaker.female ? style.throat > 0.88 : style.throat > 1.14;
  const double centre = (high ? 67 : 57) + random.normal() * 3;
  style.vibrato = random.uniform() < 0.3 ? 5 : random.uniform(15, 90);
  style.vibrato_rate = random.uniform(4.5, 7);
  style.glide = random.uniform(0.01, 0.09);
  style.scoop = random.uniform() < 0.5 ? random.uniform(0.0, 3.0) : 0.2;
  style.breath = std::exp(random.uniform(std::log(0.0002), std::log(0.012)));
  style.bright = std::exp(random.uniform(std::log(0.05), std::log(0.8)));
  const double manner = random.uniform();  // a speaker's syllables, formants alone, speech
  style.growl = random.uniform() < 0.15 ? random.uniform(0.1, 0.5) : 0;
  double mean = 0;
  for (const auto& n : score.melody) mean += n.key;
  mean /= static_cast<double>(std::max<std::size_t>(1, score.melody.size()));
  const double move = 12 * std::round((centre - mean) / 12);
  const auto notes_of = [&](const std::vector<SongNote>& notes, double level) {
    std::vector<SungNote> sung;
    for (const auto& n : notes)
      sung.push_back({n.start, n.duration, n.key + move, level * (0.7 + 0.4 * n.velocity / 127)});
    return sung;
  };
  // Several lines: the lead, perhaps doubled, perhaps with harmonies.
  Stereo sound(out.size());
  const auto line = [&](const Speaker& who, const std::vector<SungNote>& notes,
                        const SingerStyle& s, double pan) {
    std::vector<float> mono(out.size(), 0.0f);
    if (who.recorded && manner < 0.6) {
      speak(who, notes, s, random, mono);  // as it was sung
    } else if (manner < 0.35) {
      SingerStyle own = s;
      own.throat *= high ? 1.16 : 1;
      sing_formants(notes, own, random, mono);
    } else if (manner < 0.42) {
      speak(who, notes, s, random, mono);
    } else if (manner < 0.75) {
      chant(who, notes, s, random, mono);
    } else {
      sing(who, notes, s, random, mono);
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      sound.side[0][i] += static_cast<float>(1 - pan) * mono[i];
      sound.side[1][i] += static_cast<float>(1 + pan) * mono[i];
    }
  };
  line(speaker, notes_of(score.melody, 1), style, 0);
  if (random.uniform() < 0.2) {
    for (const double pan : {-0.7, 0.7}) {
      SingerStyle again = style;
      again.detune = random.normal() * 8;
      again.late = random.normal() * 0.015;
      line(speaker, notes_of(score.melody, random.uniform(0.3, 0.8)), again, pan);
    }
  }
  if (random.uniform() < 0.3) {
    const int voices = 1 + static_cast<int>(random.below(3));
    for (int v = 0; v < voices; ++v) {
      SingerStyle again = style;
      again.detune = random.normal() * 8;
      again.late = random.normal() * 0.02;
      auto notes = notes_of(v == 1 ? score.melody : score.harmony, random.uniform(0.25, 0.7));
      if (v == 1)
        for (auto& n : notes) n.key += random.below(2) ? 12 : -12;
      line(random.below(2) ? speaker : one_of(m.speakers, random), notes, again,
           random.uniform(-0.8, 0.8));
    }
  }
  Chain chain(random);
  chain.maybe(0.8, "highpass", {{"freq", 60, 220}})
      .maybe(0.5, "high-shelf", {{"freq", 2000, 7000}, {"gain", 0, 14}})
      .equaliser(0.5, 6)
      .maybe(0.7, "compressor",
             {{"threshold", -40, -12}, {"ratio", 2, 8}, {"attack", 1, 20}, {"release", 40, 250}})
      .maybe(0.2, "saturation", {{"drive", 0, 14}})
      .maybe(0.05, "distortion", {{"drive", 4, 20}, {"tone", 2000, 8000}, {"mix", 0.3, 1}})
      .maybe(0.1, "chorus", {{"mix", 0.1, 0.5}, {"rate", 0.2, 2}})
      .maybe(0.4, "delay", {{"time", 60, 600}, {"feedback", 0.05, 0.45}, {"mix", 0.04, 0.3}})
      .maybe(0.1, "ping-pong-delay",
             {{"time", 150, 500}, {"feedback", 0.1, 0.5}, {"mix", 0.05, 0.3}})
      .reverb(0.85, 0.4);
  through(chain.text(), sound);
  add(sound, -20 + random.normal() * 2.5, random.normal() * 0.05, out);
}

}  // namespace

FourStems make_song(const SongMaterial& m, std::uint64_t seed, double seconds, bool voice_only) {
  Random random(seed * 0x9e3779b97f4a7c15ull + 12345);
  const auto n = static_cast<std::size_t>(seconds * kRate);
  const SongScore score = make_score(m.tunes, random, seconds);
  Stereo stems[4] = {Stereo(n), Stereo(n), Stereo(n), Stereo(n)};
  Random voice(random.next());  // of its own, so that a change of voices leaves the rest as it is
  if (!voice_only) {
    drums(m, score, random, stems[0]);
    bass(m, score, random, stems[1]);
    for (const SongPart& part : score.parts) accompany(m, score, part, random, stems[2]);
  }
  const bool sung = !m.speakers.empty() && (voice_only || random.uniform() < 0.9);
  if (sung) vocals(m, score, voice, stems[3]);
  if (!voice_only && (!sung || random.uniform() < 0.15)) {  // the tune on an instrument
    SongPart lead;
    lead.figure = Figure::line;
    lead.notes = score.melody;
    accompany(m, score, lead, random, stems[2]);
  }
  FourStems out;
  for (int s = 0; s < 4; ++s)
    for (int c = 0; c < 2; ++c) out.samples[s][c] = std::move(stems[s].side[c]);
  float peak = 1e-6f;
  for (int c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < n; ++i) {
      float sum = 0;
      for (const auto& stem : out.samples) {
        sum += stem[c][i];
        peak = std::max(peak, std::abs(stem[c][i]));
      }
      peak = std::max(peak, std::abs(sum));
    }
  for (auto& stem : out.samples)
    for (auto& channel : stem)
      for (float& v : channel) v *= 0.95f / peak;
  return out;
}

}  // namespace tutti::learn
