#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "engine/score/midi_score.h"

namespace tutti::score {
namespace {

constexpr int kFinest = static_cast<int>(kTicksPerQuarter);

std::int64_t to_file(Ticks t, int division) {
  const std::int64_t whole = t.value / kTicksPerQuarter;
  const std::int64_t rest = t.value % kTicksPerQuarter;
  return whole * division + (rest * division * 2 + kTicksPerQuarter) / (kTicksPerQuarter * 2);
}

Ticks from_file(std::int64_t tick, int division) {
  const std::int64_t whole = tick / division;
  const std::int64_t rest = tick % division;
  return {whole * kTicksPerQuarter + (rest * kTicksPerQuarter * 2 + division) / (division * 2)};
}

bool exact(Ticks t, int division) {
  return from_file(to_file(t, division), division) == t;
}

// A duration of one tick stands for a note that began and ended at once in a coarser file.
bool exact(const Note& note, int division) {
  return exact(note.start, division) &&
         (note.duration.value <= 1 || exact(note.start + note.duration, division));
}

bool exact(const Score& score, int division) {
  const auto at = [&](const auto& mark) { return exact(mark.at, division); };
  const auto all = [&](const auto& marks) { return std::all_of(marks.begin(), marks.end(), at); };
  for (const auto& part : score.parts) {
    for (const auto& note : part.notes) {
      if (!exact(note, division)) return false;
    }
    if (!all(part.controls)) return false;
  }
  return all(score.tempo.tempos()) && all(score.tempo.metres()) && all(score.keys) &&
         all(score.texts) && all(score.raws);
}

int choose_division(const Score& score) {
  std::vector<int> choices = {480, 960};
  if (score.division > 0 && score.division <= 0x7FFF) choices.push_back(score.division);
  std::sort(choices.begin(), choices.end());
  for (const int division : choices) {
    if (exact(score, division)) return division;
  }
  return kFinest;
}

// Order within one tick: what ends before what is set before what begins.
enum Rank { kMeta = 0, kOff = 1, kControl = 2, kOn = 3, kOffAtOnce = 4 };

class TrackBuilder {
 public:
  explicit TrackBuilder(int division) : division_(division) {}

  void add(Ticks at, Rank rank, MidiEvent event) {
    event.tick = static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_file(at, division_)));
    sorted_.push_back({rank, sorted_.size(), std::move(event)});
  }
  void meta(Ticks at, int type, std::vector<std::uint8_t> bytes) {
    add(at, kMeta, {0, 0xFF, static_cast<std::uint8_t>(type), 0, std::move(bytes)});
  }
  void text(Ticks at, int type, const std::string& text) {
    meta(at, type, {text.begin(), text.end()});
  }
  MidiTrack build(Ticks end) {
    std::sort(sorted_.begin(), sorted_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.event.tick, a.rank, a.order) < std::tie(b.event.tick, b.rank, b.order);
    });
    MidiTrack track;
    track.events.reserve(sorted_.size());
    for (auto& entry : sorted_) track.events.push_back(std::move(entry.event));
    track.end = static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_file(end, division_)));
    if (!track.events.empty()) track.end = std::max(track.end, track.events.back().tick);
    return track;
  }

 private:
  struct Entry {
    Rank rank;
    std::size_t order;
    MidiEvent event;
  };
  int division_;
  std::vector<Entry> sorted_;
};

std::uint8_t clamp_byte(int v, int low, int high) {
  return static_cast<std::uint8_t>(std::clamp(v, low, high));
}

void add_part(TrackBuilder& track, const Part& part, int division) {
  const auto channel = clamp_byte(part.channel, 0, 15);
  const auto status = [&](int kind) { return static_cast<std::uint8_t>(kind | channel); };
  if (!part.name.empty()) track.text({}, 0x03, part.name);
  if (part.program_given || part.program != 0 || part.bank != 0) {
    if (part.bank != 0) {
      track.add({}, kControl, {0, status(0xB0), 0, clamp_byte(part.bank / 128, 0, 127), {}});
      track.add({}, kControl, {0, status(0xB0), 32, clamp_byte(part.bank % 128, 0, 127), {}});
    }
    track.add({}, kControl, {0, status(0xC0), clamp_byte(part.program, 0, 127), 0, {}});
  }
  for (const auto& c : part.controls) {
    track.add(
        c.at, kControl,
        {0, status(c.kind & 0xF0), clamp_byte(c.data1, 0, 127), clamp_byte(c.data2, 0, 127), {}});
  }
  for (const auto& note : part.notes) {
    const auto key = clamp_byte(note.key, 0, 127);
    const Ticks end = note.start + note.duration;
    const bool at_once = to_file(note.start, division) == to_file(end, division);
    track.add(note.start, kOn, {0, status(0x90), key, clamp_byte(note.velocity, 1, 127), {}});
    track.add(end, at_once ? kOffAtOnce : kOff, {0, status(0x80), key, 64, {}});
  }
}

void add_conductor(TrackBuilder& track, const Score& score) {
  if (!score.title.empty()) track.text({}, 0x03, score.title);
  for (const auto& metre : score.tempo.metres()) {
    const auto log2 = std::bit_width(static_cast<unsigned>(metre.denominator)) - 1;
    // MIDI clocks (24 a quarter note) a beat; 32nd notes a quarter note.
    const auto clocks = clamp_byte(96 / metre.denominator, 1, 96);
    track.meta(metre.at, 0x58,
               {clamp_byte(metre.numerator, 1, 255), static_cast<std::uint8_t>(log2), clocks, 8});
  }
  for (const auto& tempo : score.tempo.tempos()) {
    const double whole = std::floor(tempo.microseconds_per_quarter + 0.5);
    const auto us = static_cast<std::uint32_t>(std::clamp(whole, 1.0, 16777215.0));
    track.meta(tempo.at, 0x51,
               {static_cast<std::uint8_t>(us >> 16), static_cast<std::uint8_t>(us >> 8 & 0xFF),
                static_cast<std::uint8_t>(us & 0xFF)});
  }
  for (const auto& change : score.keys) {
    const bool minor = change.key.mode == Mode::minor || change.key.mode == Mode::harmonic_minor ||
                       change.key.mode == Mode::melodic_minor ||
                       change.key.mode == Mode::minor_pentatonic || change.key.mode == Mode::blues;
    track.meta(change.at, 0x59,
               {static_cast<std::uint8_t>(signature_of(change.key)),
                static_cast<std::uint8_t>(minor ? 1 : 0)});
  }
}

void add_marks(TrackBuilder& track, const Score& score, int part) {
  const auto parts = static_cast<int>(score.parts.size());
  const auto here = [&](int of) { return (of < 0 || of >= parts ? -1 : of) == part; };
  for (const auto& mark : score.texts) {
    if (here(mark.part)) track.text(mark.at, std::clamp(mark.kind, 1, 15), mark.text);
  }
  for (const auto& raw : score.raws) {
    if (here(raw.part)) track.add(raw.at, kMeta, {0, raw.status, raw.type, 0, raw.bytes});
  }
}

}  // namespace

MidiFile midi_from_score(const Score& score, int division) {
  MidiFile file;
  file.format = 1;
  file.division = division > 0 ? std::min(division, 0x7FFF) : choose_division(score);

  TrackBuilder conductor(file.division);
  add_conductor(conductor, score);
  add_marks(conductor, score, -1);
  file.tracks.push_back(conductor.build(score.end));
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    TrackBuilder track(file.division);
    add_part(track, score.parts[i], file.division);
    add_marks(track, score, static_cast<int>(i));
    file.tracks.push_back(track.build(score.end));
  }
  return file;
}

}  // namespace tutti::score
