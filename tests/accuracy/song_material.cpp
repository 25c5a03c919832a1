#include "song_material.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/instruments/sampler.h"
#include "engine/score/key.h"

namespace tutti::accuracy {
namespace {

using compose::melody::kStepsPerQuarter;
using compose::melody::Metre;

enum class Style { rock, disco, ballad, swing, waltz, folk, piano, strings, funk, reggae };
constexpr const char* kStyleNames[] = {"rock", "disco", "ballad",  "swing", "waltz",
                                       "folk", "piano", "strings", "funk",  "reggae"};

struct Event {
  double time;
  std::uint8_t status, key, velocity;
};

struct Player {
  std::vector<Event> events, voice;
  Random random;
  double loose = 0.006;  // s: how exactly this band plays
  explicit Player(std::uint64_t seed) : random(seed) {}

  void note(int channel, int key, int velocity, double start, double end) {
    if (key < 0 || key > 127) return;
    const double at = std::max(0.0, start + loose * random.normal() * 0.6);
    const int v = std::clamp(velocity + static_cast<int>(random.uniform(-8, 8)), 1, 127);
    auto& to = channel == 0 ? voice : events;
    to.push_back({at, static_cast<std::uint8_t>(0x90 | channel), static_cast<std::uint8_t>(key),
                  static_cast<std::uint8_t>(v)});
    to.push_back({std::max(at + 0.03, end), static_cast<std::uint8_t>(0x80 | channel),
                  static_cast<std::uint8_t>(key), 0});
  }
  void drum(int key, int velocity, double at) { note(9, key, velocity, at, at + 0.1); }
};

std::string chord_name(const learn::Chord& chord, int up) {
  static const char* const kRoots[] = {"C",  "Db", "D",  "Eb", "E",  "F",
                                       "F#", "G",  "Ab", "A",  "Bb", "B"};
  if (chord.root < 0) return "N";
  const auto has = [&](int tone) { return (chord.tones >> tone & 1) != 0; };
  const std::string root = kRoots[(chord.root + up) % 12];
  if (has(4))
    return root + (has(10) ? ":7" : has(11) ? ":maj7" : has(8) && !has(7) ? ":aug" : ":maj");
  if (has(3))
    return root + (has(6) && !has(7) ? (has(9)    ? ":dim7"
                                        : has(10) ? ":hdim7"
                                                  : ":dim")
                   : has(10)         ? ":min7"
                                     : ":min");
  return root + (has(5) ? ":sus4" : has(2) ? ":sus2" : ":5");
}

// Where in seconds a step of the tune is played, with swing on the off-beat halves and slow drift.
class Clock {
 public:
  Clock(double beat_seconds, int steps_a_beat, double swing, double drift, std::uint64_t seed)
      : steps_(steps_a_beat), swing_(swing), start_(0.4) {
    Random random(seed);
    double pace = 1, at = start_;
    for (int beat = 0; beat < 4000; ++beat) {
      beats_.push_back(at);
      at += beat_seconds * pace;
      pace += drift * random.normal() * 0.3 + 0.05 * (1 - pace);
    }
  }
  double beat(int index) const { return beats_[static_cast<std::size_t>(index)]; }
  double at(double step) const {
    const double place = step / steps_;
    const int whole = std::clamp(static_cast<int>(std::floor(place)), 0, 3998);
    double part = place - whole;
    part = part < 0.5 ? part * 2 * swing_ : swing_ + (part - 0.5) * 2 * (1 - swing_);
    return beats_[whole] + part * (beats_[whole + 1] - beats_[whole]);
  }

 private:
  int steps_;
  double swing_, start_;
  std::vector<double> beats_;
};

std::vector<float> play(const std::shared_ptr<const instruments::SoundBank>& bank,
                        std::vector<Event> events, const int (&programs)[4], double seconds,
                        std::vector<float>& right) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  instruments::Sampler sampler;
  Arena arena;
  sampler.prepare(kMaterialRate, 4096, arena);
  sampler.set_bank(bank);
  for (int c = 0; c < 4; ++c)
    sampler.event(static_cast<std::uint8_t>(0xc0 | c), static_cast<std::uint8_t>(programs[c]), 0);
  std::vector<float> left(static_cast<std::size_t>(seconds * kMaterialRate));
  right.assign(left.size(), 0);
  std::size_t at = 0, next = 0;
  while (at < left.size()) {
    while (next < events.size() &&
           static_cast<std::size_t>(events[next].time * kMaterialRate) <= at) {
      sampler.event(events[next].status, events[next].key, events[next].velocity);
      ++next;
    }
    std::size_t until = std::min(left.size(), at + 4000);
    if (next < events.size())
      until = std::min(until, static_cast<std::size_t>(events[next].time * kMaterialRate));
    sampler.process({left.data() + at, right.data() + at, static_cast<int>(until - at)});
    at = until;
  }
  return left;
}

// Drums of one bar.
void drum_bar(Player& p, Style style, const Clock& clock, int first, int beats, bool ternary) {
  const auto at = [&](double beat) {
    const int whole = static_cast<int>(std::floor(beat));
    const double part = beat - whole;
    return part == 0 ? clock.beat(first + whole)
                     : clock.at((first + beat) * (ternary ? 36 : kStepsPerQuarter));
  };
  switch (style) {
    case Style::rock:
    case Style::ballad:
      for (int b = 0; b < beats; ++b) {
        const bool strong = beats == 3 ? b == 0 : b % 2 == 0;
        p.drum(strong ? 36 : 38, strong ? 110 : 100, at(b));
        p.drum(42, 80, at(b));
        if (style == Style::rock) p.drum(42, 62, at(b + 0.5));
        if (style == Style::rock && strong && p.random.uniform() < 0.35)
          p.drum(36, 92, at(b + 0.5));
      }
      break;
    case Style::disco:
      for (int b = 0; b < beats; ++b) {
        p.drum(36, 115, at(b));
        p.drum(46, 85, at(b + 0.5));
        if (b % 2 == 1) p.drum(39, 95, at(b));
      }
      break;
    case Style::funk:
      for (int b = 0; b < beats; ++b) {
        for (int k = 0; k < 4; ++k) p.drum(42, k == 0 ? 80 : 55, at(b + 0.25 * k));
        if (b % 2 == 1) p.drum(38, 110, at(b));
      }
      p.drum(36, 115, at(0));
      if (beats > 2) p.drum(36, 100, at(1.5)), p.drum(36, 100, at(2.5));
      if (beats > 3) p.drum(38, 45, at(3.75));
      break;
    case Style::swing:
      for (int b = 0; b < beats; ++b) {
        p.drum(51, b % 2 ? 95 : 85, at(b));
        if (b % 2 == 1) p.drum(51, 65, at(b + 0.5)), p.drum(44, 75, at(b));
        if (p.random.uniform() < 0.2) p.drum(38, 60, at(b + 0.5));
      }
      p.drum(36, 62, at(0));
      break;
    case Style::waltz:
      p.drum(36, 95, at(0));
      for (int b = 1; b < beats; ++b) p.drum(b % 2 ? 42 : 38, 65, at(b));
      break;
    case Style::reggae:
      for (int b = 0; b < beats; ++b) p.drum(42, 70, at(b)), p.drum(42, 55, at(b + 0.5));
      if (beats > 2) p.drum(36, 112, at(2)), p.drum(37, 100, at(2));
      break;
    default:
      break;
  }
}

std::vector<int> tones_of(const learn::Chord& chord, int up, int low) {
  std::vector<int> keys;
  for (int i = 0; i < 12; ++i)
    if (chord.tones >> i & 1) {
      int key = (chord.root + up + i) % 12;
      while (key < low) key += 12;
      keys.push_back(key);
    }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

std::vector<std::shared_ptr<const instruments::SoundBank>> material_banks() {
  std::vector<std::shared_ptr<const instruments::SoundBank>> banks;
  for (const char* path :
       {"/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2"}) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto view = std::as_bytes(std::span(bytes));
    auto font = instruments::read_soundfont(std::vector<std::byte>(view.begin(), view.end()));
    if (!font) continue;
    auto bank = std::make_shared<instruments::SoundBank>();
    bank->add(std::make_shared<const instruments::SoundFont>(std::move(*font)), true);
    banks.push_back(std::move(bank));
  }
  return banks;
}

SongMaterial make_song(const std::vector<learn::Tune>& tunes,
                       const std::vector<std::shared_ptr<const instruments::SoundBank>>& banks,
                       int index) {
  Player p(7919u * static_cast<unsigned>(index) + 11);
  Random& random = p.random;
  // A tune with enough chords; of six songs one is in 3/4 and one in 6/8.
  const bool three = index % 3 == 2;
  const bool minor = random.uniform() < 0.4;
  const learn::Tune* tune = nullptr;
  for (int tries = 0; tries < 100000; ++tries) {
    const learn::Tune& t = tunes[random.below(tunes.size())];
    const Metre wanted = !three           ? Metre::four_four
                         : index % 6 == 2 ? Metre::three_four
                                          : Metre::six_eight;
    const bool metre = t.metre == wanted;
    if (!metre || t.chords.size() < 6 || t.notes.size() < 24 || t.minor != minor) continue;
    if (t.notes.back().start < 7 * t.bar) continue;
    tune = &t;
    break;
  }
  SongMaterial song;
  if (tune == nullptr) return song;
  const bool ternary = tune->metre == Metre::six_eight;
  const int beat_steps = ternary ? kStepsPerQuarter * 3 / 2 : kStepsPerQuarter;
  song.beats_per_bar = tune->bar / beat_steps;
  static constexpr Style kFours[] = {Style::rock, Style::disco,   Style::ballad, Style::swing,
                                     Style::folk, Style::piano,   Style::funk,   Style::reggae,
                                     Style::rock, Style::strings, Style::swing};
  static constexpr Style kThrees[] = {Style::waltz, Style::folk,   Style::piano,
                                      Style::waltz, Style::ballad, Style::strings};
  Style style =
      three ? kThrees[random.below(std::size(kThrees))] : kFours[random.below(std::size(kFours))];
  if (ternary) style = random.uniform() < 0.5 ? Style::folk : Style::rock;
  double tempo = 0;
  switch (style) {
    case Style::ballad:
      tempo = random.uniform(60, 85);
      break;
    case Style::reggae:
      tempo = random.uniform(65, 90);
      break;
    case Style::disco:
      tempo = random.uniform(110, 138);
      break;
    case Style::funk:
      tempo = random.uniform(85, 118);
      break;
    case Style::swing:
      tempo = random.uniform(100, 200);
      break;
    case Style::strings:
      tempo = random.uniform(60, 110);
      break;
    case Style::piano:
      tempo = random.uniform(65, 140);
      break;
    case Style::waltz:
      tempo = random.uniform(90, 180);
      break;
    default:
      tempo = random.uniform(80, 170);
      break;
  }
  if (ternary) tempo = random.uniform(70, 125);
  const int up = static_cast<int>(random.below(12));
  const double swing = style == Style::swing                 ? random.uniform(0.58, 0.68)
                       : random.uniform() < 0.15 && !ternary ? random.uniform(0.53, 0.62)
                                                             : 0.5;
  p.loose = random.uniform(0.002, 0.012);
  const double drift = random.uniform() < 0.4 ? 0.0 : random.uniform(0, 0.008);
  const Clock clock(60 / tempo, beat_steps, swing, drift, random.next());
  const auto& bank = banks[static_cast<std::size_t>(index) % banks.size()];

  // The tune from its first bar on, as often as fits in some 50 seconds.
  const int bars_of_tune = tune->notes.back().start / tune->bar + 1;
  const int want = static_cast<int>(50 / (60 / tempo * song.beats_per_bar));
  const int bars = std::max(8, want);
  const int tail = bars * song.beats_per_bar;
  for (int b = 0; b < tail; ++b) {
    song.beats.push_back(clock.beat(b));
    if (b % song.beats_per_bar == 0) song.downbeats.push_back(clock.beat(b));
  }
  const double last = clock.beat(tail), seconds = last + 1.5;
  song.tempo = tempo;
  song.key = score::name_of(
      score::Key{(tune->tonic + up) % 12, tune->minor ? score::Mode::minor : score::Mode::major});

  // Chords, bar for bar of the whole song.
  struct Harmony {
    int start, end;  // steps of the song
    const learn::Chord* chord;
  };
  std::vector<Harmony> harmony;
  const int period = bars_of_tune * tune->bar, length = bars * tune->bar;
  for (int base = 0; base < length; base += period)
    for (std::size_t c = 0; c < tune->chords.size(); ++c) {
      const learn::Chord& chord = tune->chords[c];
      int from = std::max(0, chord.start) + base;
      int to = (c + 1 < tune->chords.size() ? tune->chords[c + 1].start : period) + base;
      to = std::min({to, base + period, length});
      if (to > from) harmony.push_back({from, to, &chord});
    }
  for (const Harmony& h : harmony) {
    const std::string name = chord_name(*h.chord, up);
    if (!song.chords.empty() && song.chords.back().name == name)
      song.chords.back().end = clock.at(h.end);
    else
      song.chords.push_back({clock.at(h.start), clock.at(h.end), name});
  }

  static constexpr int kVoices[] = {73, 65, 40, 53, 56, 71, 22, 68, 75, 4, 54, 52};
  static constexpr int kComps[] = {0, 4, 25, 26, 16, 24, 1, 27};
  int programs[4] = {kVoices[random.below(std::size(kVoices))],
                     style == Style::swing ? 32 : 32 + static_cast<int>(random.below(4)),
                     kComps[random.below(std::size(kComps))], 48};
  if (style == Style::piano)
    programs[0] = programs[1] = programs[2] = static_cast<int>(random.below(2));
  if (style == Style::strings) programs[2] = 48, programs[1] = random.uniform() < 0.5 ? 43 : 42;
  if (style == Style::folk) programs[2] = 24 + static_cast<int>(random.below(2));
  const int octave = tune->notes[0].key + up > 76 ? -12 : 0;
  song.drums = style != Style::folk && style != Style::piano && style != Style::strings;
  const bool melody_sounds = random.uniform() < 0.85;

  for (int base = 0; base < length; base += period)
    for (const learn::Note& n : tune->notes) {
      if (n.start < 0 || n.start >= period || base + n.start >= length) continue;
      const double from = clock.at(base + n.start),
                   to = clock.at(base + n.start + n.duration * 0.92);
      p.note(0, n.key + up + octave, 96, from, to);
      const double hz = math::midi_to_hz(n.key + up + octave);
      song.melody.push_back({from, hz}), song.melody.push_back({to, -hz});
    }
  for (const Harmony& h : harmony) {
    if (h.chord->root < 0) continue;
    const auto tones = tones_of(*h.chord, up, 55);
    const int root = 28 + (h.chord->root + up + 8) % 12;  // E1 … Eb2
    const auto each = [&](int step_from, int every, auto&& play_at) {
      for (int s = h.start; s < h.end; s += every)
        if (s % every == step_from % every) play_at(s);
    };
    const int beat = beat_steps;
    // Bass.
    if (style == Style::swing) {
      int walk = 0;
      for (int s = h.start; s < h.end; s += beat, ++walk) {
        const int fifth = root + 7 > 43 ? root - 5 : root + 7;
        const int third = root + (h.chord->tones >> 3 & 1 ? 3 : 4);
        const int key = walk % 4 == 0   ? root
                        : walk % 4 == 1 ? third
                        : walk % 4 == 2 ? fifth
                                        : root + (random.uniform() < 0.5 ? 9 : 10);
        p.note(1, key, 95, clock.at(s), clock.at(s + beat * 0.9));
      }
    } else if (style == Style::rock || style == Style::funk) {
      for (int s = h.start; s < h.end; s += beat / 2) {
        if (style == Style::funk && random.uniform() < 0.45 && s != h.start) continue;
        p.note(1, s % beat && style == Style::funk ? root + 12 : root, 96, clock.at(s),
               clock.at(s + beat * 0.4));
      }
    } else if (style == Style::disco) {
      for (int s = h.start; s < h.end; s += beat) {
        p.note(1, root, 95, clock.at(s), clock.at(s + beat * 0.4));
        p.note(1, root + 12, 90, clock.at(s + beat / 2), clock.at(s + beat * 0.9));
      }
    } else if (style == Style::reggae) {
      p.note(1, root, 105, clock.at(h.start), clock.at(std::min(h.end, h.start + beat)));
      for (int s = h.start + beat; s < h.end; s += beat / 2)
        if (random.uniform() < 0.5)
          p.note(1, random.uniform() < 0.3 ? root + 7 : root, 95, clock.at(s),
                 clock.at(s + beat * 0.4));
    } else {
      for (int s = h.start; s < h.end; s += beat) {
        const int place = s % tune->bar / beat;
        if (place == 0 || s == h.start)
          p.note(1, root + (style == Style::piano ? 12 : 0), 95, clock.at(s),
                 clock.at(std::min(h.end, s + beat * 2) - 2));
        else if (song.beats_per_bar == 4 && place == 2)
          p.note(1, root + (root > 34 ? -5 : 7), 88, clock.at(s), clock.at(s + beat * 1.8));
      }
    }
    // Chords.
    const auto strum = [&](int s, double beats, int velocity) {
      double late = 0;
      for (int key : tones) {
        p.note(2, key, velocity, clock.at(s) + late, clock.at(s + beats * beat));
        if (style == Style::folk) late += 0.008;
      }
    };
    switch (style) {
      case Style::rock:
        each(0, beat, [&](int s) { strum(s, 0.9, 70); });
        break;
      case Style::disco:
        each(0, beat / 2, [&](int s) {
          if (s % beat) strum(s, 0.3, 74);
        });
        break;
      case Style::reggae:
        each(0, beat, [&](int s) {
          if (s / beat % 2) strum(s, 0.35, 88);
        });
        break;
      case Style::funk:
        each(0, beat / 2, [&](int s) {
          if (random.uniform() < 0.5) strum(s, 0.25, 74);
        });
        break;
      case Style::swing:
        each(0, beat, [&](int s) {
          if (random.uniform() < 0.5) strum(random.uniform() < 0.5 ? s : s + beat / 2, 0.4, 66);
        });
        break;
      case Style::waltz:
        each(0, beat, [&](int s) {
          if (s % tune->bar) strum(s, 0.6, 68);
        });
        break;
      case Style::ballad:
      case Style::piano: {
        int k = 0;
        for (int s = h.start; s < h.end; s += beat / 2, ++k) {
          static constexpr int kUp[] = {0, 1, 2, 1};
          const auto tone = static_cast<std::size_t>(kUp[k % 4]) % tones.size();
          p.note(2, tones[tone], 70, clock.at(s), clock.at(std::min(h.end, s + beat)));
        }
        break;
      }
      case Style::strings:
        strum(h.start, (h.end - h.start) / static_cast<double>(beat) * 0.97, 74);
        break;
      case Style::folk:
        each(0, beat, [&](int s) {
          strum(s, 0.9, s % tune->bar ? 66 : 82);
          if (random.uniform() < 0.5) strum(s + beat / 2, 0.4, 52);
        });
        break;
    }
  }
  if (song.drums)
    for (int bar = 0; bar < bars; ++bar)
      drum_bar(p, style, clock, bar * song.beats_per_bar, song.beats_per_bar, ternary);

  std::vector<float> voice_right;
  std::vector<float> voice = play(bank, p.voice, programs, seconds, voice_right);
  song.left = play(bank, p.events, programs, seconds, song.right);
  const float gain = melody_sounds ? 1.0f : 0.0f;
  float peak = 1e-6f, voice_peak = 1e-6f;
  for (std::size_t i = 0; i < song.left.size(); ++i) {
    song.left[i] += gain * voice[i], song.right[i] += gain * voice_right[i];
    peak = std::max({peak, std::fabs(song.left[i]), std::fabs(song.right[i])});
    song.voice.push_back(0.5f * (voice[i] + voice_right[i]));
    voice_peak = std::max(voice_peak, std::fabs(song.voice.back()));
  }
  for (float& x : song.left) x *= 0.9f / peak;
  for (float& x : song.right) x *= 0.9f / peak;
  for (float& x : song.voice) x *= 0.7f / voice_peak;
  char text[96];
  std::snprintf(text, sizeof text, "%d %s %d/%d %.0f bpm swing %.2f", index,
                kStyleNames[static_cast<int>(style)], song.beats_per_bar, ternary ? 8 : 4, tempo,
                swing);
  song.name = text;
  return song;
}

}  // namespace tutti::accuracy
