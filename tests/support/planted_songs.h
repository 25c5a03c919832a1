// Songs made by rule whose hard passages are known: two riffs in turn over four chords, in which
// three passages are harder than the rest, each for one cause. Played by our own synthesisers.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/random.h"
#include "engine/dsp/processor.h"
#include "engine/instruments/synth.h"
#include "engine/practice/difficulty.h"

namespace tutti::tests {

struct PlantedNote {
  double start = 0, length = 0;  // s
  int key = 60, velocity = 90;
};

struct PlantedPassage {
  int first_bar = 1, last_bar = 1;  // from 1
  practice::Cause cause = practice::Cause::density;
};

struct PlantedSong {
  practice::Instrument instrument = practice::Instrument::bass;
  std::string synth, preset;
  analysis::SongAnalysis song;  // beats, downbeats, chords as played
  std::vector<PlantedNote> notes;
  std::vector<PlantedPassage> passages;
};

class Planter {
 public:
  Planter(std::uint64_t seed, practice::Instrument instrument)
      : random_(seed * 977 + static_cast<std::uint64_t>(instrument)) {
    out_.instrument = instrument;
    tempo_ = random_.uniform(84, 148);
    beat_ = 60 / tempo_;
    tonic_ = static_cast<int>(random_.below(12));
  }

  PlantedSong make() {
    using practice::Instrument;
    const int bars = 52 + 4 * static_cast<int>(random_.below(5));
    plant(bars);
    choose_voice();
    make_riffs();
    for (int bar = 0; bar < bars; ++bar) write_bar(bar);
    out_.song.duration = bars * kBeats * beat_ + 1;
    out_.song.tempo = tempo_;
    out_.song.beats_per_bar = kBeats;
    std::stable_sort(out_.notes.begin(), out_.notes.end(),
                     [](const auto& a, const auto& b) { return a.start < b.start; });
    return std::move(out_);
  }

 private:
  static constexpr int kBeats = 4, kGrid = 48;  // grid: twelfths of a beat
  struct Step {
    int at = 0;      // of the grid
    int degree = 0;  // semitones from the chord's root
  };
  using Bar = std::vector<Step>;

  void plant(int bars) {
    using practice::Cause;
    using practice::Instrument;
    std::vector<Cause> causes{Cause::density, Cause::syncopation, Cause::rarity};
    if (out_.instrument == Instrument::bass || out_.instrument == Instrument::vocals)
      causes.push_back(Cause::leaps);
    if (out_.instrument == Instrument::bass || out_.instrument == Instrument::other)
      causes.push_back(Cause::harmony);
    for (std::size_t i = causes.size(); i > 1; --i)
      std::swap(causes[i - 1], causes[random_.below(i)]);
    const int third = (bars - 8) / 3;
    for (int k = 0; k < 3; ++k) {
      const int length = 2 + 2 * static_cast<int>(random_.below(4));  // 2, 4, 6, 8
      const int room = third - length - 3;
      const int first =
          5 + k * third +
          static_cast<int>(random_.below(static_cast<std::uint64_t>(std::max(1, room))));
      out_.passages.push_back({first, first + length - 1, causes[static_cast<std::size_t>(k)]});
    }
  }

  void choose_voice() {
    using practice::Instrument;
    switch (out_.instrument) {
      case Instrument::bass:
        out_.synth = "bass", out_.preset = random_.below(2) ? "Plucked" : "", low_ = 31;
        break;
      case Instrument::drums:
        out_.synth = "drums", out_.preset = random_.below(2) ? "Tight" : "", low_ = 36;
        break;
      case Instrument::vocals:
        out_.synth = "choir", low_ = 55;
        break;
      case Instrument::other:
        out_.synth = random_.below(2) ? "felt" : "pluck", low_ = 60;
        break;
    }
  }

  void make_riffs() {
    // Eighths, on the beat for the most part.
    const std::vector<std::vector<int>> rhythms{{0, 2, 4, 6},    {0, 2, 3, 4, 6}, {0, 1, 2, 4, 6},
                                                {0, 2, 4, 5, 6}, {0, 2, 4, 6, 7}, {0, 4, 6}};
    const int steps[] = {0, 0, 2, 4, 5, 7, -3, 3};
    for (auto& riff : riffs_)
      for (Bar& bar : riff) {
        for (const int eighth : rhythms[random_.below(rhythms.size())])
          bar.push_back({eighth * 6, steps[random_.below(8)]});
        bar.front().degree = 0;
        // No leaps in what is meant to be easy.
        for (std::size_t i = 1; i < bar.size(); ++i)
          if (std::abs(bar[i].degree - bar[i - 1].degree) > 5) bar[i].degree = bar[i - 1].degree;
      }
    const int loops[3][4] = {{0, 9, 5, 7}, {0, 7, 9, 5}, {9, 5, 0, 7}};
    const auto& loop = loops[random_.below(3)];
    for (int k = 0; k < 4; ++k) loop_[k] = loop[k];
  }

  int root(int degree) const { return low_ + ((tonic_ + degree - low_) % 12 + 12) % 12; }
  double time_of(int bar, int at) const { return (bar * kBeats + at / 12.0) * beat_ + 0.5; }

  void chord(int bar, int beat, int beats, int degree) {
    const char* names[] = {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
    const bool minor = degree == 9 || degree == 2 || degree == 4;
    const double start = time_of(bar, beat * 12);
    out_.song.chords.push_back(
        {start, start + beats * beat_,
         std::string(names[((tonic_ + degree) % 12 + 12) % 12]) + (minor ? ":min" : ":maj")});
  }

  const PlantedPassage* passage_at(int bar) const {
    for (const auto& passage : out_.passages)
      if (bar + 1 >= passage.first_bar && bar + 1 <= passage.last_bar) return &passage;
    return nullptr;
  }

  // Densely: four or six notes a beat, by step.
  Bar dense() {
    Bar bar;
    const int apart = tempo_ < 104 ? 2 : 3;
    int degree = 0;
    const int scale[] = {0, 2, 4, 5, 7, 9, 11, 12};
    int place = 0, way = 1;
    for (int at = 0; at < kGrid; at += apart) {
      bar.push_back({at, degree});
      if (place + way < 0 || place + way > 7 || random_.below(5) == 0) way = -way;
      place = std::clamp(place + way, 0, 7);
      degree = scale[place];
    }
    return bar;
  }

  // What players do in easy bars too: a note more or less, one early, a leap here and there.
  void enliven(Bar& steps) {
    const std::size_t which = random_.below(steps.size());
    const std::uint64_t what = random_.below(20);
    if (what < 3 && steps.size() > 3) {
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(which));
    } else if (what < 6) {
      const int at = steps[which].at + 6;
      const bool taken =
          std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.at == at; });
      if (at < kGrid && !taken) steps.push_back({at, steps[which].degree + 2});
    } else if (what < 8 && which > 0 && steps[which].at - steps[which - 1].at > 6) {
      steps[which].at -= 6;
    } else if (what < 10) {
      steps[which].degree += random_.below(2) ? 12 : 7;
    }
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
  }

  void write_bar(int bar) {
    using practice::Cause;
    const PlantedPassage* hard = passage_at(bar);
    out_.song.downbeats.push_back(time_of(bar, 0));
    for (int beat = 0; beat < kBeats; ++beat)
      out_.song.beats.push_back(time_of(bar, beat * 12) + 0.003 * random_.normal());
    out_.song.downbeats.back() = out_.song.beats[out_.song.beats.size() - kBeats];

    const int usual = loop_[bar % 4];
    int degrees[kBeats] = {usual, usual, usual, usual};
    if (hard && hard->cause == Cause::harmony) {
      const int others[] = {0, 2, 4, 5, 7, 9};
      for (int beat = 0; beat < kBeats; ++beat) {
        do degrees[beat] = others[random_.below(6)];
        while (degrees[beat] == last_degree_);
        last_degree_ = degrees[beat];
        chord(bar, beat, 1, degrees[beat]);
      }
    } else {
      chord(bar, 0, kBeats, usual);
      last_degree_ = usual;
    }

    Bar steps = riffs_[(bar / 8) % 2][static_cast<std::size_t>(bar % 2)];
    if (bar % 8 == 7 && !hard) steps.push_back({42, 2});  // a small fill
    if (!hard) enliven(steps);
    if (hard) {
      switch (hard->cause) {
        case Cause::density:
          steps = dense();
          break;
        case Cause::leaps:
          for (std::size_t i = 0; i < steps.size(); ++i)
            steps[i].degree = i % 2 ? 13 + static_cast<int>(random_.below(5)) : 0;
          break;
        case Cause::syncopation: {
          const int places[3][4] = {{6, 18, 30, 42}, {9, 18, 33, 42}, {3, 21, 30, 45}};
          const auto& place = places[random_.below(3)];
          const Bar old = steps;
          steps.clear();
          for (std::size_t i = 0; i < 4; ++i)
            steps.push_back({place[i], old[i % old.size()].degree});
          break;
        }
        case Cause::rarity: {
          // Dotted and triplet figures that start on the beats, each bar another.
          steps.clear();
          int degree = 0;
          for (int beat = 0; beat < kBeats; ++beat) {
            steps.push_back({beat * 12, degree});
            const int form = static_cast<int>(random_.below(4));
            if (form == 0) steps.push_back({beat * 12 + 9, degree + 2});
            if (form == 1) steps.push_back({beat * 12 + 3, degree - 1});
            if (form == 2) steps.push_back({beat * 12 + 8, degree + 1});
            degree += static_cast<int>(random_.below(9)) - 4;
            degree = std::clamp(degree, -5, 9);
          }
          break;
        }
        default:
          break;
      }
    }
    if (out_.instrument == practice::Instrument::drums) {
      drum_bar(bar, steps, hard);
    } else {
      tune_bar(bar, steps, degrees);
    }
  }

  void add(int bar, int at, double length, int key, int velocity) {
    PlantedNote note;
    note.start = std::max(0.0, time_of(bar, at) + 0.005 * random_.normal());
    note.length = length;
    note.key = key;
    note.velocity = std::clamp(velocity + static_cast<int>(6 * random_.normal()), 40, 127);
    out_.notes.push_back(note);
  }

  void tune_bar(int bar, const Bar& steps, const int (&degrees)[kBeats]) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const int next = i + 1 < steps.size() ? steps[i + 1].at : kGrid;
      const double length = std::min(0.85 * (next - steps[i].at) / 12.0, 1.4) * beat_;
      const int beat = std::min(kBeats - 1, steps[i].at / 12);
      add(bar, steps[i].at, length, root(degrees[beat]) + steps[i].degree, 92);
    }
    if (out_.instrument != practice::Instrument::other) return;
    // Chords of the left hand, with the melody's strokes.
    for (int beat = 0; beat < kBeats; ++beat) {
      if (beat > 0 && degrees[beat] == degrees[beat - 1]) continue;
      const bool syncopated = !steps.empty() && steps.front().at != 0;
      const bool minor = degrees[beat] == 9 || degrees[beat] == 2 || degrees[beat] == 4;
      for (const int third : {0, minor ? 3 : 4, 7})
        add(bar, syncopated ? steps.front().at : beat * 12, 0.8 * beat_,
            root(degrees[beat]) - 12 + third, 70);
    }
  }

  void drum_bar(int bar, const Bar& steps, const PlantedPassage* hard) {
    using practice::Cause;
    if (!hard) {
      for (int eighth = 0; eighth < 8; ++eighth) add(bar, eighth * 6, 0.05, 42, 70);
      for (const int beat : {1, 3}) add(bar, beat * 12, 0.1, 38, 100);
      for (const Step& step : steps)
        if (step.at % 24 == 0 || (step.at % 12 == 6 && step.degree != 0))
          add(bar, step.at, 0.1, 36, 100);
      return;
    }
    int k = 0;
    for (const Step& step : steps) {
      const int toms[] = {38, 45, 47, 50};
      const bool beat = step.at % 12 == 0;
      if (hard->cause == Cause::density) {
        add(bar, step.at, 0.1, step.at % 24 == 0 ? 36 : toms[(k / 4) % 4], beat ? 105 : 85);
      } else if (hard->cause == Cause::syncopation) {
        add(bar, step.at, 0.1, k % 2 ? 38 : 36, 100);
        add(bar, step.at, 0.05, 42, 75);
      } else {
        add(bar, step.at, 0.1, toms[random_.below(4)], beat ? 105 : 90);
      }
      ++k;
    }
  }

  Random random_;
  PlantedSong out_;
  double tempo_ = 120, beat_ = 0.5;
  int tonic_ = 0, low_ = 36, last_degree_ = -1;
  int loop_[4] = {};
  Bar riffs_[2][2];
};

// Song `number` of a series: the four instruments in turn.
inline PlantedSong planted_song(int number) {
  return Planter(static_cast<std::uint64_t>(number) + 1,
                 static_cast<practice::Instrument>(number % 4))
      .make();
}

// What a perfect ear would hear in the part.
inline practice::Part part_of(const PlantedSong& song) {
  practice::Part part;
  part.instrument = song.instrument;
  for (const PlantedNote& note : song.notes) {
    practice::PartNote heard;
    heard.start = note.start;
    heard.duration = note.length;
    if (song.instrument == practice::Instrument::drums) {
      heard.voice = note.key == 36 ? 0 : note.key == 42 ? 2 : 1;
    } else {
      heard.pitch = note.key;
    }
    part.notes.push_back(heard);
  }
  return part;
}

// The stem, one channel.
inline std::vector<float> stem_of(const PlantedSong& song, double rate) {
  const auto* info = instruments::find_synth(song.synth);
  auto synth = info->make();
  Arena arena;
  synth->prepare(rate, 256, arena);
  synth->reset(5);
  const auto set = [&](std::string_view id, double value) {
    for (std::size_t i = 0; i < info->parameters.size(); ++i)
      if (info->parameters[i].id == id) synth->set(static_cast<int>(i), value, 0);
  };
  for (const auto& preset : info->presets)
    if (preset.name == song.preset)
      for (const auto& value : preset.values) set(value.id, value.value);
  set("spread", 0);
  if (song.synth == "choir") {
    for (const auto& [id, value] : {std::pair{"vowel", 2.0},
                                    {"morph", 0.0},
                                    {"singers", 1.0},
                                    {"attack", 0.025},
                                    {"release", 0.07},
                                    {"vibrato", 20.0}})
      set(id, value);
  }
  if (song.synth != "choir" && song.synth != "drums") set("release", 0.1);
  struct Stroke {
    std::size_t at;
    std::uint8_t status, key, velocity;
  };
  std::vector<Stroke> strokes;
  for (const PlantedNote& note : song.notes) {
    const auto key = static_cast<std::uint8_t>(note.key);
    strokes.push_back({static_cast<std::size_t>(note.start * rate), 0x90, key,
                       static_cast<std::uint8_t>(note.velocity)});
    strokes.push_back({static_cast<std::size_t>((note.start + note.length) * rate), 0x80, key, 0});
  }
  std::stable_sort(strokes.begin(), strokes.end(),
                   [](const Stroke& a, const Stroke& b) { return a.at < b.at; });
  const auto frames = static_cast<std::size_t>(song.song.duration * rate);
  std::vector<float> left(frames), right(frames);
  std::size_t next = 0;
  for (std::size_t at = 0; at < frames;) {
    for (; next < strokes.size() && strokes[next].at <= at; ++next)
      synth->event(strokes[next].status, strokes[next].key, strokes[next].velocity);
    std::size_t count = std::min<std::size_t>(256, frames - at);
    if (next < strokes.size()) count = std::min(count, strokes[next].at - at);
    synth->process({left.data() + at, right.data() + at, static_cast<int>(count)});
    at += count;
  }
  for (std::size_t i = 0; i < frames; ++i) left[i] = 0.5f * (left[i] + right[i]);
  return left;
}

struct PlantedScore {
  int found = 0;        // of the three
  int named = 0;        // of those found, with their cause among the reasons
  int named_first = 0;  // as the first reason
  int others = 0;       // among the answers that are none of the three
  int answers = 0;
};

// Found: the passage asked for and one of the three hardest share at least half of their bars
// together.
inline PlantedScore score_of(const PlantedSong& song,
                             const std::vector<practice::HardPassage>& found) {
  PlantedScore score;
  score.answers = static_cast<int>(found.size());
  std::vector<bool> used(found.size(), false);
  for (const PlantedPassage& planted : song.passages)
    for (std::size_t i = 0; i < found.size(); ++i) {
      const int both = std::min(planted.last_bar, found[i].last_bar) -
                       std::max(planted.first_bar, found[i].first_bar) + 1;
      const int all = std::max(planted.last_bar, found[i].last_bar) -
                      std::min(planted.first_bar, found[i].first_bar) + 1;
      if (used[i] || 2 * both < all) continue;
      used[i] = true;
      ++score.found;
      for (std::size_t k = 0; k < found[i].reasons.size(); ++k) {
        if (found[i].reasons[k].cause != planted.cause) continue;
        ++score.named;
        score.named_first += k == 0;
      }
      break;
    }
  for (const bool one : used) score.others += !one;
  return score;
}

}  // namespace tutti::tests
