// The notes of a stretch of a log as a score.
#include <algorithm>
#include <cmath>

#include "engine/stream/channel.h"
#include "engine/stream/timeline.h"

namespace tutti::stream {
namespace {

using compose::Voice;

// General MIDI programs that come near: new age pad, choir, grand piano, pizzicato strings, tubular
// bells, synth bass, kit 0, a swelling soundscape.
constexpr int kPrograms[compose::kVoices] = {88, 52, 0, 45, 14, 38, 0, 97};
constexpr int kDrumChannel = 9;

class Writer {
 public:
  // Tick 0 is frame `from`, wherever in its bar that lies; the first bar to come begins at
  // `first_tick`.
  Writer(std::int64_t from, std::int64_t to, std::int64_t first_tick)
      : from_(from), to_(to), bar_(first_tick) {
    for (int v = 0; v < compose::kVoices; ++v) {
      score::Part part;
      part.name = std::string(compose::name_of(static_cast<Voice>(v)));
      part.channel = static_cast<Voice>(v) == Voice::drums ? kDrumChannel : v;
      part.program = kPrograms[v];
      part.program_given = true;
      score_.parts.push_back(std::move(part));
    }
  }

  void take(const BarSpan& span, const compose::Bar& bar) {
    const std::int64_t whole = compose::kBarTicks.value;
    const std::int64_t here = std::max<std::int64_t>(bar_, 0);
    const double micros = 60e6 / span.bpm;
    if (span.end() <= from_) {
      // Before the score: only what still sounds in it counts.
      tempos_.clear();
      score_.keys.clear();
    }
    if (tempos_.empty() || tempos_.back().microseconds_per_quarter != micros)
      tempos_.push_back({{here}, micros});
    if (score_.keys.empty() || !(score_.keys.back().key == bar.key))
      score_.keys.push_back({{here}, bar.key});
    // The end in this bar's ticks: what lies beyond is cut.
    const std::int64_t last =
        bar_ + std::llround(static_cast<double>(to_ - span.frame) * static_cast<double>(whole) /
                            static_cast<double>(span.frames));
    if (span.end() >= to_) end_ = last;
    for (const compose::ChordAt& chord : bar.chords) {
      const std::int64_t at = bar_ + chord.at.value;
      if (at + chord.duration.value <= 0 || at >= last) continue;
      const std::string name = compose::name_of(chord.chord, bar.key);
      if (name == chord_) continue;  // goes on
      score_.texts.push_back({{std::max<std::int64_t>(at, 0)}, 1, name, -1});
      chord_ = name;
    }
    for (const compose::BarNote& note : bar.notes) {
      auto& notes = score_.parts[static_cast<std::size_t>(note.voice)].notes;
      const std::int64_t start = bar_ + note.start.value;
      const int channel = score_.parts[static_cast<std::size_t>(note.voice)].channel;
      for (auto held = notes.rbegin(); held != notes.rend(); ++held) {
        // As it is heard: a key that is struck again ends the note before.
        if (held->key != note.key) continue;
        if (held->start + held->duration > Ticks{start})
          held->duration = Ticks{start} - held->start;
        break;
      }
      notes.push_back({{start}, note.duration, note.key, note.velocity, channel});
    }
    bar_ += whole;
  }

  score::Score finish() {
    for (score::Part& part : score_.parts) {
      for (score::Note& note : part.notes) {
        const std::int64_t start = std::max<std::int64_t>(note.start.value, 0);
        const std::int64_t end = std::min(note.start.value + note.duration.value, end_);
        note.start = {start};
        note.duration = {end - start};
      }
      std::erase_if(part.notes, [](const score::Note& n) { return n.duration.value <= 0; });
      std::stable_sort(part.notes.begin(), part.notes.end(),
                       [](const score::Note& a, const score::Note& b) {
                         return a.start != b.start ? a.start < b.start : a.key < b.key;
                       });
    }
    std::erase_if(score_.parts, [](const score::Part& p) { return p.notes.empty(); });
    score_.tempo = score::TempoMap(tempos_, {{{0}, 4, 4}});
    score_.end = {end_};
    score_.title = "Stream";
    return std::move(score_);
  }

 private:
  std::int64_t from_, to_;
  std::int64_t bar_ = 0, end_ = 0;  // ticks of the next bar and of to_
  std::string chord_;
  std::vector<score::TempoChange> tempos_;
  score::Score score_;
};

}  // namespace

score::Score score_of(const Materials& materials, const ControlLog& log, std::int64_t from,
                      std::int64_t to) {
  from = std::max<std::int64_t>(from, 0);
  if (to <= from) return Writer(from, from, 0).finish();
  // The bars of the chapter that plays at `from` are composed from its start, for what they hand
  // on.
  Timeline timeline(log), chapter = timeline;
  std::int64_t first_tick = 0;
  while (timeline.frame() <= from) {
    const Timeline before = timeline;
    const BarSpan span = timeline.next(log);
    if (span.index == 0) {
      chapter = before;
      first_tick = 0;
    }
    first_tick -= span.end() <= from ? compose::kBarTicks.value
                                     : std::llround(static_cast<double>(from - span.frame) *
                                                    static_cast<double>(compose::kBarTicks.value) /
                                                    static_cast<double>(span.frames));
  }
  Writer writer(from, to, first_tick);
  std::unique_ptr<compose::Composer> composer;
  while (chapter.frame() < to) {
    const BarSpan span = chapter.next(log);
    if (span.index == 0)
      composer = std::make_unique<compose::Composer>(span.seed, span.chapter, materials.melody);
    const compose::Bar bar = composer->next(span.settings);
    writer.take(span, bar);
  }
  return writer.finish();
}

}  // namespace tutti::stream
