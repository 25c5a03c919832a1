#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/score/midi_score.h"

namespace tutti::score {
namespace {

// Times beyond this (centuries) are brought back to it, so that no sum can overflow.
constexpr std::uint64_t kLastFileTick = 1ull << 40;
constexpr std::int64_t kLastTick = 1ll << 50;

// MIDI texts have no stated encoding: what is not UTF-8 is taken as Latin-1.
std::string text_of(const std::vector<std::uint8_t>& bytes) {
  std::string text(bytes.begin(), bytes.end());
  while (!text.empty() && text.back() == '\0') text.pop_back();
  if (is_utf8(text)) return text;
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

class Importer {
 public:
  explicit Importer(const MidiFile& file) : file_(file) {}

  Result<Score> run() {
    if (file_.division == 0 || (file_.smpte() && file_.smpte_ticks_per_second() <= 0)) {
      return Error{Code::unsupported, "This MIDI file does not say how long its ticks are.",
                   "Open it in the program that made it and save it again."};
    }
    if (!file_.smpte()) score_.division = file_.division;
    score_.warnings = file_.warnings;
    for (std::size_t i = 0; i < file_.tracks.size(); ++i) {
      read_track(i);
      if (file_.format == 2) offset_ = score_.end;
    }
    finish();
    return std::move(score_);
  }

 private:
  // Notes of one key that sound, oldest first: positions in their part. Taking is O(1) also where a
  // hostile file begins a million notes on one key.
  class Open {
   public:
    bool empty() const { return first_ == notes_.size(); }
    void put(std::size_t note) { notes_.push_back(static_cast<std::uint32_t>(note)); }
    std::uint32_t take() {
      const std::uint32_t note = notes_[first_++];
      if (empty()) {
        notes_.clear();
        first_ = 0;
      }
      return note;
    }

   private:
    std::vector<std::uint32_t> notes_;
    std::size_t first_ = 0;
  };

  // What the events of one channel of a track go into.
  struct PartState {
    int part = -1;
    int bank_high = -1;
    int bank_low = -1;
    std::vector<Control> banks;  // bank selects not yet known to be the first program's
    std::optional<Ticks> first_note;
    bool program_seen = false;
  };

  Ticks time(std::uint64_t tick) {
    if (tick > kLastFileTick) {
      warn_once(far_, "Some times lie centuries away; they were brought nearer.");
      tick = kLastFileTick;
    }
    if (file_.smpte()) {
      // Seconds at 120 quarter notes a minute: two quarters a second.
      const double ticks =
          static_cast<double>(tick) * (2.0 * kTicksPerQuarter) / file_.smpte_ticks_per_second();
      return {std::min(kLastTick, static_cast<std::int64_t>(std::floor(ticks + 0.5))) +
              offset_.value};
    }
    const std::int64_t whole = static_cast<std::int64_t>(tick) / file_.division;
    const std::int64_t rest = static_cast<std::int64_t>(tick) % file_.division;
    const std::int64_t ticks =
        whole * kTicksPerQuarter +
        (rest * kTicksPerQuarter * 2 + file_.division) / (file_.division * 2);
    return {std::min(kLastTick, ticks) + offset_.value};
  }
  void warn_once(bool& done, const char* text) {
    if (!std::exchange(done, true)) score_.warnings.emplace_back(text);
  }

  void read_track(std::size_t index) {
    const auto& track = file_.tracks[index];
    parts_.fill({});
    name_.reset();
    const std::size_t first_part = score_.parts.size();
    const std::size_t first_text = score_.texts.size();
    const std::size_t first_raw = score_.raws.size();
    for (const auto& event : track.events) {
      const Ticks at = time(event.tick);
      if (event.is_channel()) {
        read_channel(event, at);
      } else if (event.is_meta()) {
        read_meta(event, at);
      } else {
        score_.raws.push_back({at, event.status, 0, event.bytes, -1});
      }
    }
    const Ticks end = time(track.end);
    score_.end = std::max(score_.end, end);
    close_notes(end);
    for (auto& state : parts_) settle_banks(state);
    if (score_.parts.size() == first_part + 1) {
      const int only = static_cast<int>(first_part);
      for (std::size_t i = first_text; i < score_.texts.size(); ++i) score_.texts[i].part = only;
      for (std::size_t i = first_raw; i < score_.raws.size(); ++i) score_.raws[i].part = only;
    }
    name_parts(index, first_part);
  }

  PartState& part_of(int channel) {
    auto& state = parts_[static_cast<std::size_t>(channel)];
    if (state.part < 0) {
      state.part = static_cast<int>(score_.parts.size());
      score_.parts.emplace_back();
      score_.parts.back().channel = channel;
    }
    return state;
  }
  Part& part(const PartState& state) { return score_.parts[static_cast<std::size_t>(state.part)]; }

  void read_channel(const MidiEvent& event, Ticks at) {
    const int kind = event.status & 0xF0;
    if (kind == 0x80 || (kind == 0x90 && event.data2 == 0)) {
      end_note(event, at);
      return;
    }
    auto& state = part_of(event.channel());
    if (kind == 0x90) {
      auto& notes = part(state).notes;
      open_[slot(event)].put(notes.size());
      notes.push_back({at, {0}, event.data1, event.data2, event.channel(), 1});
      if (!state.first_note) state.first_note = at;
    } else if (kind == 0xC0 && !state.program_seen &&
               (!state.first_note || at <= *state.first_note)) {
      state.program_seen = true;
      auto& p = part(state);
      p.program = event.data1;
      p.program_given = true;
      p.bank = std::max(0, state.bank_high) * 128 + std::max(0, state.bank_low);
      state.banks.clear();
    } else {
      if (kind == 0xB0 && (event.data1 == 0 || event.data1 == 32) && !state.program_seen &&
          !state.first_note) {
        (event.data1 == 0 ? state.bank_high : state.bank_low) = event.data2;
        state.banks.push_back({at, 0xB0, event.data1, event.data2});
        return;
      }
      part(state).controls.push_back(
          {at, static_cast<std::uint8_t>(kind), event.data1, event.data2});
    }
  }

  // Bank selects that no program change followed stay controllers, as a synthesiser would see them.
  void settle_banks(PartState& state) {
    if (state.part < 0 || state.banks.empty()) return;
    auto& controls = part(state).controls;
    controls.insert(controls.end(), state.banks.begin(), state.banks.end());
  }

  static std::size_t slot(const MidiEvent& event) {
    return static_cast<std::size_t>(event.channel()) * 128 + event.data1;
  }

  void end_note(const MidiEvent& event, Ticks at) {
    auto& open = open_[slot(event)];
    if (open.empty()) {
      warn_once(stray_off_, "Some notes end that never began; those ends were left out.");
      return;
    }
    auto& note = part(parts_[static_cast<std::size_t>(event.channel())]).notes[open.take()];
    note.duration = {std::max<std::int64_t>(1, (at - note.start).value)};
  }

  void close_notes(Ticks end) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      while (!open_[i].empty()) {
        auto& note = part(parts_[i / 128]).notes[open_[i].take()];
        note.duration = {std::max<std::int64_t>(1, (end - note.start).value)};
        warn_once(hanging_, "Some notes have no end; they last to the end of their track.");
      }
    }
  }

  void read_meta(const MidiEvent& event, Ticks at) {
    const auto& b = event.bytes;
    switch (event.data1) {
      case 0x01:
      case 0x02:
      case 0x05:
      case 0x06:
      case 0x07:
        score_.texts.push_back({at, event.data1, text_of(b), -1});
        return;
      case 0x03:
        if (!name_) {
          name_ = text_of(b);
          return;
        }
        break;
      case 0x51:
        if (b.size() == 3 && (b[0] | b[1] | b[2]) != 0) {
          if (!file_.smpte()) tempos_.push_back({at, b[0] * 65536.0 + b[1] * 256.0 + b[2]});
          return;
        }
        warn_once(tempo_, "A tempo that makes no sense was passed over.");
        break;
      case 0x58:
        if (b.size() >= 2 && b[0] > 0 && b[1] <= 6) {
          metres_.push_back({at, b[0], 1 << b[1]});
          return;
        }
        warn_once(metre_, "A time signature that makes no sense was passed over.");
        break;
      case 0x59:
        if (b.size() == 2 && b[1] <= 1) {
          if (const auto key = key_from_signature(static_cast<std::int8_t>(b[0]), b[1] == 1)) {
            score_.keys.push_back({at, *key});
            return;
          }
        }
        warn_once(key_, "A key signature that makes no sense was passed over.");
        break;
      default:
        break;
    }
    score_.raws.push_back({at, 0xFF, event.data1, b, -1});
  }

  void name_parts(std::size_t track, std::size_t first_part) {
    const std::size_t made = score_.parts.size() - first_part;
    if (!name_) return;
    if (track == 0 || file_.format == 0) {
      score_.title = *name_;
    } else if (made == 0) {
      score_.raws.push_back({offset_, 0xFF, 0x03, {name_->begin(), name_->end()}, -1});
    }
    // One track on many channels has one name for all; its parts are told apart by instrument.
    if (made == 1 || file_.format != 0) {
      for (std::size_t i = first_part; i < score_.parts.size(); ++i) score_.parts[i].name = *name_;
    }
  }

  void finish() {
    for (auto& part : score_.parts) {
      std::stable_sort(part.notes.begin(), part.notes.end(), [](const Note& a, const Note& b) {
        return std::tie(a.start, a.key, a.duration) < std::tie(b.start, b.key, b.duration);
      });
      std::stable_sort(part.controls.begin(), part.controls.end(),
                       [](const Control& a, const Control& b) { return a.at < b.at; });
      for (const auto& note : part.notes)
        score_.end = std::max(score_.end, note.start + note.duration);
    }
    const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
    std::stable_sort(score_.keys.begin(), score_.keys.end(), by_time);
    std::stable_sort(score_.texts.begin(), score_.texts.end(), by_time);
    std::stable_sort(score_.raws.begin(), score_.raws.end(), by_time);
    score_.tempo = TempoMap(std::move(tempos_), std::move(metres_));
  }

  const MidiFile& file_;
  Score score_;
  Ticks offset_;
  std::array<PartState, 16> parts_;
  std::array<Open, 16 * 128> open_;
  std::optional<std::string> name_;
  std::vector<TempoChange> tempos_;
  std::vector<MetreChange> metres_;
  bool far_ = false, stray_off_ = false, hanging_ = false;
  bool tempo_ = false, metre_ = false, key_ = false;
};

}  // namespace

Result<Score> score_from_midi(const MidiFile& file) {
  // Large tables: not on the stack of a small thread.
  return std::make_unique<Importer>(file)->run();
}

}  // namespace tutti::score
