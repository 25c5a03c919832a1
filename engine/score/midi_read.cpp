#include <algorithm>
#include <utility>

#include "engine/score/midi_bytes.h"
#include "engine/score/midi_file.h"

namespace tutti::score {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kMaxWarnings = 50;

class Reader {
 public:
  Reader(Bytes bytes, const MidiLimits& limits) : in_(bytes), limits_(limits) {}

  Result<MidiFile> read();

 private:
  void warn(std::string text) {
    if (file_.warnings.size() < kMaxWarnings) file_.warnings.push_back(std::move(text));
  }
  std::string track_name() const { return "Track " + std::to_string(file_.tracks.size() + 1); }
  bool find_header();
  Error not_midi() const;
  Result<void> read_header();
  Result<void> read_chunks();
  Result<void> read_track(Bytes bytes);
  // One event after its time; false ends the track (the reason is already a warning).
  bool read_event(ByteReader& in, MidiTrack& track, std::uint64_t tick);
  bool read_meta(ByteReader& in, MidiTrack& track, std::uint64_t tick);
  bool read_sysex(ByteReader& in, MidiTrack& track, std::uint64_t tick, std::uint8_t status);
  bool read_channel(ByteReader& in, MidiTrack& track, std::uint64_t tick, std::uint8_t status);
  bool skip_stray(ByteReader& in, std::uint8_t status);

  ByteReader in_;
  MidiLimits limits_;
  MidiFile file_;
  std::size_t stated_tracks_ = 0;
  std::size_t events_ = 0;
  std::uint8_t running_ = 0;
  bool running_broken_ = false;  // a meta or sysex event came since
  bool ended_ = false;
};

bool printable(Bytes id) {
  return std::all_of(id.begin(), id.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

// "MThd" at the start, inside a RIFF wrapper, or after some foreign bytes (MacBinary has 128).
bool Reader::find_header() {
  constexpr std::size_t kFarthest = 64 * 1024;
  const std::size_t at = in_.find("MThd", 0);
  if (at == std::string_view::npos || at > kFarthest) return false;
  if (at > 0 && in_.find("RIFF", 0) != 0) {
    warn(std::to_string(at) + " bytes before the MIDI header were skipped.");
  }
  in_.seek(at + 4);
  return true;
}

Error Reader::not_midi() const {
  if (in_.left() == 0) {
    return {Code::bad_input, "This file is empty.", "Choose a file that ends in .mid or .midi."};
  }
  if (in_.find("SMF2CLIP", 0) == 0) {
    return {Code::unsupported, "This is a MIDI 2.0 clip, which cannot be opened here.",
            "Save it as a standard MIDI file (.mid) in the program that made it."};
  }
  if (in_.peek() == 0xF0) {
    return {Code::unsupported, "This is a system exclusive dump; it holds settings, not notes.",
            "Choose a file that ends in .mid or .midi."};
  }
  return {Code::bad_input, "This is not a MIDI file.", "Choose a file that ends in .mid or .midi."};
}

Result<void> Reader::read_header() {
  const std::uint32_t length = in_.u32();
  if (length < 6 || in_.left() < 6) {
    return Error{Code::bad_input, "This MIDI file is cut off inside its header.",
                 "Copy or download the file again."};
  }
  ByteReader header(in_.take(length));
  file_.format = static_cast<int>(header.u16());
  stated_tracks_ = header.u16();
  file_.division = static_cast<std::int16_t>(header.u16());
  const auto rest = header.take(header.left());
  file_.header_rest.assign(rest.begin(), rest.end());
  if (file_.format > 2) {
    warn("The header says type " + std::to_string(file_.format) + "; read as type 1.");
    file_.format = 1;
  }
  if (file_.division == 0) warn("The header gives no time base.");
  return {};
}

Result<void> Reader::read_chunks() {
  while (in_.left() >= 8) {
    const std::size_t start = in_.at();
    const auto id = in_.take(4);
    const std::string name(id.begin(), id.end());
    const std::uint32_t length = in_.u32();
    if (name == "MTrk") {
      if (length > in_.left()) {
        warn(track_name() + " is cut off: " + std::to_string(length) + " bytes were announced, " +
             std::to_string(in_.left()) + " are there.");
      }
      const auto done = read_track(in_.take(std::min<std::size_t>(length, in_.left())));
      if (!done) return done.error();
    } else if (printable(id) && length <= in_.left()) {
      const auto body = in_.take(length);
      file_.chunks.push_back({name, {body.begin(), body.end()}, file_.tracks.size()});
      warn("A chunk of an unknown kind, '" + name + "', was kept as it is.");
    } else {
      // Neither a chunk nor its length makes sense: go on at the next track, if there is one.
      const std::size_t next = in_.find("MTrk", start + 1);
      if (next == std::string_view::npos) {
        in_.seek(start);
        break;
      }
      warn(std::to_string(next - start) + " bytes between chunks were skipped.");
      in_.seek(next);
    }
  }
  if (in_.left() > 0) {
    warn(std::to_string(in_.left()) + " bytes after the last track were left out.");
  }
  return {};
}

Result<void> Reader::read_track(Bytes bytes) {
  ByteReader in(bytes);
  MidiTrack track;
  std::uint64_t tick = 0;
  running_ = 0;
  running_broken_ = false;
  ended_ = false;
  while (!ended_ && in.left() > 0) {
    std::uint32_t delta = 0;
    if (!in.var_len(delta)) {
      warn(track_name() + " has a time that cannot be read; it ends there.");
      break;
    }
    tick += delta;
    if (++events_ > limits_.max_events) {
      return Error{
          Code::too_large,
          "This MIDI file has more than " + std::to_string(limits_.max_events) + " events.",
          "Split it into smaller files."};
    }
    if (!read_event(in, track, tick)) break;
    track.end = tick;
  }
  if (!ended_ && in.left() == 0) warn(track_name() + " has no end-of-track mark.");
  if (ended_ && in.left() > 0) {
    warn(std::to_string(in.left()) + " bytes after the end of " + track_name() + " were left out.");
  }
  file_.tracks.push_back(std::move(track));
  return {};
}

bool Reader::read_event(ByteReader& in, MidiTrack& track, std::uint64_t tick) {
  if (in.left() == 0) {
    warn(track_name() + " is cut off after a time.");
    return false;
  }
  std::uint8_t status = in.peek();
  if (status < 0x80) {
    if (running_ == 0) {
      warn(track_name() + " has a data byte without a message; it ends there.");
      return false;
    }
    if (std::exchange(running_broken_, false)) {
      warn(track_name() + " goes on with running status after a meta or system message.");
    }
    return read_channel(in, track, tick, running_);
  }
  in.u8();
  if (status < 0xF0) {
    running_ = status;
    running_broken_ = false;
    return read_channel(in, track, tick, status);
  }
  running_broken_ = true;
  if (status == 0xFF) return read_meta(in, track, tick);
  if (status == 0xF0 || status == 0xF7) return read_sysex(in, track, tick, status);
  return skip_stray(in, status);
}

bool Reader::read_channel(ByteReader& in, MidiTrack& track, std::uint64_t tick,
                          std::uint8_t status) {
  std::uint8_t data[2] = {0, 0};
  for (int i = 0; i < data_bytes(status); ++i) {
    if (in.left() == 0 || in.peek() >= 0x80) {
      warn(track_name() + " has a message with a data byte missing; it ends there.");
      return false;
    }
    data[i] = in.u8();
  }
  track.events.push_back({tick, status, data[0], data[1], {}});
  return true;
}

bool Reader::read_meta(ByteReader& in, MidiTrack& track, std::uint64_t tick) {
  const std::uint8_t type = in.u8();
  std::uint32_t length = 0;
  if (in.short_of() || !in.var_len(length) || length > in.left()) {
    warn(track_name() + " is cut off inside a meta event.");
    return false;
  }
  const auto body = in.take(length);
  if (type == 0x2F) {
    ended_ = true;
    return true;
  }
  if (type >= 0x80) {
    warn(track_name() + " has a meta event of an impossible kind; it was left out.");
    return true;
  }
  track.events.push_back({tick, 0xFF, type, 0, {body.begin(), body.end()}});
  return true;
}

bool Reader::read_sysex(ByteReader& in, MidiTrack& track, std::uint64_t tick, std::uint8_t status) {
  std::uint32_t length = 0;
  if (!in.var_len(length) || length > in.left()) {
    warn(track_name() + " is cut off inside a system exclusive message.");
    return false;
  }
  const auto body = in.take(length);
  track.events.push_back({tick, status, 0, 0, {body.begin(), body.end()}});
  return true;
}

// System common and real-time messages have no place in a file. They are passed over with as many
// data bytes as they have on a cable.
bool Reader::skip_stray(ByteReader& in, std::uint8_t status) {
  const int data = status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0;
  for (int i = 0; i < data && in.left() > 0 && in.peek() < 0x80; ++i) in.u8();
  constexpr char kHex[] = "0123456789ABCDEF";
  warn(track_name() + " has a message that files cannot hold (" +
       std::string{kHex[status >> 4], kHex[status & 15]} + "); it was left out.");
  return true;
}

Result<MidiFile> Reader::read() {
  if (!find_header()) return not_midi();
  if (auto done = read_header(); !done) return done.error();
  if (auto done = read_chunks(); !done) return done.error();
  if (file_.tracks.empty() && stated_tracks_ > 0) {
    return Error{Code::bad_input, "This MIDI file has a header, but no track that can be read.",
                 "Copy or download the file again."};
  }
  if (file_.tracks.size() != stated_tracks_) {
    warn("The header announces " + std::to_string(stated_tracks_) + " tracks; there are " +
         std::to_string(file_.tracks.size()) + ".");
  }
  if (file_.format == 0 && file_.tracks.size() > 1) {
    warn("The header says type 0, which has one track; read as type 1.");
    file_.format = 1;
  }
  return std::move(file_);
}

}  // namespace

double MidiFile::smpte_ticks_per_second() const {
  if (!smpte()) return 0;
  const int word = division & 0xFFFF;
  const int frames = 256 - (word >> 8);
  const double rate = frames == 29 ? 30000.0 / 1001.0 : static_cast<double>(frames);
  return rate * (word & 0xFF);
}

Result<MidiFile> read_midi(std::span<const std::byte> bytes, const MidiLimits& limits) {
  if (bytes.size() > limits.max_bytes) {
    return Error{Code::too_large,
                 "This MIDI file is larger than " + std::to_string(limits.max_bytes >> 20) + " MB.",
                 "Split it into smaller files."};
  }
  const Bytes raw(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return Reader(raw, limits).read();
}

}  // namespace tutti::score
