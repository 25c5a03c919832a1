#include <algorithm>

#include "engine/score/midi_bytes.h"
#include "engine/score/midi_file.h"

namespace tutti::score {
namespace {

class Writer {
 public:
  void u8(unsigned v) { out_.push_back(static_cast<std::byte>(v & 0xFF)); }
  void u16(std::uint32_t v) { u8(v >> 8), u8(v); }
  void u32(std::uint32_t v) { u16(v >> 16), u16(v); }
  void text(std::string_view s) {
    for (const char c : s) u8(static_cast<unsigned char>(c));
  }
  void bytes(const std::vector<std::uint8_t>& v, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) u8(v[i]);
  }
  void var_len(std::uint32_t v) {
    for (int shift = 21; shift > 0; shift -= 7) {
      if (v >> shift != 0) u8(0x80 | (v >> shift & 0x7F));
    }
    u8(v & 0x7F);
  }
  // A length, then as many bytes as a length can state.
  void counted(const std::vector<std::uint8_t>& v) {
    const std::size_t n = std::min<std::size_t>(v.size(), kMaxVarLen);
    var_len(static_cast<std::uint32_t>(n));
    bytes(v, n);
  }
  std::size_t at() const { return out_.size(); }
  void patch_u32(std::size_t at, std::size_t v) {
    for (int i = 0; i < 4; ++i) {
      out_[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(v >> (24 - 8 * i) & 0xFF);
    }
  }
  std::vector<std::byte> release() { return std::move(out_); }

 private:
  std::vector<std::byte> out_;
};

// The time since `now`. Gaps longer than four groups of seven bits are bridged with empty texts.
void write_time(Writer& out, std::uint64_t& now, std::uint64_t at, std::uint8_t& running) {
  at = std::max(at, now);
  while (at - now > kMaxVarLen) {
    out.var_len(kMaxVarLen);
    out.u8(0xFF), out.u8(0x01), out.u8(0);
    running = 0;
    now += kMaxVarLen;
  }
  out.var_len(static_cast<std::uint32_t>(at - now));
  now = at;
}

void write_event(Writer& out, const MidiEvent& event, std::uint8_t& running) {
  if (event.is_channel()) {
    if (event.status != running) out.u8(event.status);
    running = event.status;
    out.u8(event.data1 & 0x7F);
    if (data_bytes(event.status) == 2) out.u8(event.data2 & 0x7F);
    return;
  }
  running = 0;
  out.u8(event.status);
  if (event.is_meta()) out.u8(event.data1);
  out.counted(event.bytes);
}

// Four printable letters; under a track's own name it would be read as one.
bool chunk_id(const std::string& id) {
  return id.size() == 4 && id != "MTrk" &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// What a track of a file can hold; the end of the track is written by itself.
bool writable(const MidiEvent& event) {
  if (event.is_meta()) return event.data1 < 0x80 && event.data1 != 0x2F;
  return event.is_channel() || event.status == 0xF0 || event.status == 0xF7;
}

void write_track(Writer& out, const MidiTrack& track) {
  out.text("MTrk");
  const std::size_t length_at = out.at();
  out.u32(0);
  std::uint64_t now = 0;
  std::uint8_t running = 0;
  for (const auto& event : track.events) {
    if (!writable(event)) continue;
    write_time(out, now, event.tick, running);
    write_event(out, event, running);
  }
  write_time(out, now, track.end, running);
  out.u8(0xFF), out.u8(0x2F), out.u8(0);
  out.patch_u32(length_at, out.at() - length_at - 4);
}

}  // namespace

std::vector<std::byte> write_midi(const MidiFile& file) {
  Writer out;
  const std::size_t count = std::min<std::size_t>(file.tracks.size(), 0xFFFF);
  const int format = file.format == 0 && count == 1 ? 0 : file.format == 2 ? 2 : 1;
  out.text("MThd");
  out.u32(static_cast<std::uint32_t>(6 + file.header_rest.size()));
  out.u16(static_cast<std::uint32_t>(format));
  out.u16(static_cast<std::uint32_t>(count));
  out.u16(static_cast<std::uint32_t>(file.division) & 0xFFFF);
  out.bytes(file.header_rest, file.header_rest.size());

  std::size_t chunk = 0;
  const auto write_chunks = [&](std::size_t before) {
    for (; chunk < file.chunks.size() && file.chunks[chunk].before_track <= before; ++chunk) {
      const auto& c = file.chunks[chunk];
      if (!chunk_id(c.id)) continue;
      out.text(c.id);
      out.u32(static_cast<std::uint32_t>(c.bytes.size()));
      out.bytes(c.bytes, c.bytes.size());
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    write_chunks(i);
    write_track(out, file.tracks[i]);
  }
  write_chunks(static_cast<std::size_t>(-1));
  return out.release();
}

}  // namespace tutti::score
