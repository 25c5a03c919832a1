#include "native/files/sf3.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <sndfile.h>
#include <string_view>

namespace tutti::files {
namespace {

constexpr std::size_t kSampleHeader = 46;  // bytes of one shdr record
constexpr std::uint16_t kVorbis = 0x10;    // bit of sfSampleType, MuseScore's addition
constexpr std::size_t kGap = 46;           // empty points after each sample (specification 7.10)
constexpr std::uint64_t kMostFrames = 1u << 30;  // 2 GB of samples

using Bytes = std::span<const std::byte>;

std::uint32_t get32(Bytes b, std::size_t at) {
  std::uint32_t v = 0;
  for (int i = 3; i >= 0; --i)
    v = v << 8 | std::to_integer<std::uint32_t>(b[at + static_cast<std::size_t>(i)]);
  return v;
}
std::uint16_t get16(Bytes b, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(b[at]) |
                                    std::to_integer<unsigned>(b[at + 1]) << 8);
}
void put32(std::byte* to, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::byte>(v >> (8 * i) & 255);
}
void put16(std::byte* to, std::uint16_t v) {
  to[0] = static_cast<std::byte>(v & 255);
  to[1] = static_cast<std::byte>(v >> 8);
}

struct Chunk {
  std::string_view id;
  std::size_t at = 0;  // of the content
  std::size_t size = 0;
};

// Calls `visit` with each chunk from `at` on. A last chunk may be cut short: its size is what is
// there.
template <class Visit>
void each_chunk(Bytes b, std::size_t at, Visit visit) {
  while (at <= b.size() && b.size() - at >= 8) {
    Chunk chunk;
    chunk.id = {reinterpret_cast<const char*>(b.data() + at), 4};
    chunk.at = at + 8;
    chunk.size = std::min<std::size_t>(get32(b, at + 4), b.size() - chunk.at);
    visit(chunk);
    at = chunk.at + chunk.size + (chunk.size & 1);
  }
}

struct Layout {
  Bytes info;  // the whole INFO list chunk with its head
  Bytes smpl;
  Bytes pdta;                    // content of the pdta list after its four letters
  std::size_t headers = 0;       // of shdr's content inside pdta
  std::size_t header_count = 0;  // with the terminal record
};

std::optional<Layout> layout_of(Bytes b) {
  if (b.size() < 12 || std::memcmp(b.data(), "RIFF", 4) != 0 ||
      std::memcmp(b.data() + 8, "sfbk", 4) != 0)
    return std::nullopt;
  Layout layout;
  each_chunk(b, 12, [&](const Chunk& list) {
    if (list.id != "LIST" || list.size < 4) return;
    const std::string_view kind(reinterpret_cast<const char*>(b.data() + list.at), 4);
    const Bytes content = b.subspan(list.at + 4, list.size - 4);
    if (kind == "INFO") layout.info = b.subspan(list.at - 8, 8 + list.size);
    if (kind == "pdta") layout.pdta = content;
    each_chunk(content, 0, [&](const Chunk& chunk) {
      if (kind == "sdta" && chunk.id == "smpl") layout.smpl = content.subspan(chunk.at, chunk.size);
      if (kind == "pdta" && chunk.id == "shdr") {
        layout.headers = chunk.at;
        layout.header_count = chunk.size / kSampleHeader;
      }
    });
  });
  if (layout.header_count == 0) return std::nullopt;
  return layout;
}

struct Reading {
  Bytes bytes;
  sf_count_t at = 0;
};

SF_VIRTUAL_IO memory_io() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* user) {
    return static_cast<sf_count_t>(static_cast<Reading*>(user)->bytes.size());
  };
  io.seek = [](sf_count_t offset, int whence, void* user) {
    auto& r = *static_cast<Reading*>(user);
    const auto size = static_cast<sf_count_t>(r.bytes.size());
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? r.at : size;
    r.at = std::clamp<sf_count_t>(base + offset, 0, size);
    return r.at;
  };
  io.read = [](void* to, sf_count_t count, void* user) {
    auto& r = *static_cast<Reading*>(user);
    const auto left = static_cast<sf_count_t>(r.bytes.size()) - r.at;
    const auto got = std::clamp<sf_count_t>(count, 0, left);
    std::memcpy(to, r.bytes.data() + r.at, static_cast<std::size_t>(got));
    r.at += got;
    return got;
  };
  io.tell = [](void* user) { return static_cast<Reading*>(user)->at; };
  io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  return io;
}

// Appends the decoded stream (its first channel) to `frames`; false if it is no Ogg Vorbis.
bool decode_sample(Bytes stream, std::vector<std::int16_t>& frames) {
  Reading reading{stream, 0};
  SF_VIRTUAL_IO io = memory_io();
  SF_INFO info{};
  SNDFILE* sound = sf_open_virtual(&io, SFM_READ, &info, &reading);
  if (sound == nullptr) return false;
  const auto channels = static_cast<std::size_t>(std::max(info.channels, 1));
  std::vector<float> block(4096 * channels);
  for (;;) {
    const sf_count_t got = sf_readf_float(sound, block.data(), 4096);
    if (got <= 0 || frames.size() > kMostFrames) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      const float scaled = block[i * channels] * 32767.0f;
      frames.push_back(static_cast<std::int16_t>(
          std::clamp(scaled < 0 ? scaled - 0.5f : scaled + 0.5f, -32768.0f, 32767.0f)));
    }
  }
  sf_close(sound);
  return true;
}

void put_chunk(std::vector<std::byte>& out, const char* id, Bytes content) {
  const std::size_t at = out.size();
  out.resize(at + 8);
  std::memcpy(out.data() + at, id, 4);
  put32(out.data() + at + 4, static_cast<std::uint32_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
  if (content.size() & 1) out.push_back(std::byte{0});
}

const Error kDamaged{Code::bad_input, "This SF3 SoundFont is damaged: a sample cannot be unpacked.",
                     "Download or install it again, or use its SF2 form."};

// Fills `frames` and rewrites the header records of `pdta`.
Result<void> unpack(const Layout& layout, std::vector<std::byte>& pdta,
                    std::vector<std::int16_t>& frames, const Progress& progress) {
  for (std::size_t i = 0; i + 1 < layout.header_count; ++i) {
    std::byte* header = pdta.data() + layout.headers + i * kSampleHeader;
    const Bytes h(header, kSampleHeader);
    const std::uint32_t start = get32(h, 20), end = get32(h, 24);
    const std::uint32_t loop_start = get32(h, 28), loop_end = get32(h, 32);
    const std::uint16_t type = get16(h, 44);
    const auto first = static_cast<std::uint32_t>(frames.size());
    const bool packed = (type & kVorbis) != 0;
    if (packed) {
      if (start > end || end > layout.smpl.size()) return kDamaged;
      if (!decode_sample(layout.smpl.subspan(start, end - start), frames)) return kDamaged;
    } else if ((type & 0x8000) == 0 && start <= end && end <= layout.smpl.size() / 2) {
      for (std::uint32_t n = start; n < end; ++n)
        frames.push_back(static_cast<std::int16_t>(get16(layout.smpl, 2 * std::size_t{n})));
    }
    const auto length = static_cast<std::uint32_t>(frames.size()) - first;
    // Packed samples have loop points from their own start, plain ones from the pool's.
    const auto place = [&](std::uint32_t point) {
      const std::uint32_t within = packed ? point : point - std::min(point, start);
      return first + std::min(within, length);
    };
    put32(header + 20, first);
    put32(header + 24, first + length);
    put32(header + 28, place(loop_start));
    put32(header + 32, place(loop_end));
    put16(header + 44, static_cast<std::uint16_t>(type & ~kVorbis));
    frames.insert(frames.end(), kGap, 0);
    if (frames.size() > kMostFrames) {
      return Error{Code::too_large, "This SF3 SoundFont unpacks to more than 2 GB.",
                   "Use a smaller SoundFont."};
    }
    if (progress && !progress(static_cast<double>(i) / static_cast<double>(layout.header_count),
                              "Unpacking the SoundFont"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  return {};
}

}  // namespace

bool is_sf3(Bytes bytes) {
  const auto layout = layout_of(bytes);
  if (!layout) return false;
  for (std::size_t i = 0; i < layout->header_count; ++i)
    if (get16(layout->pdta, layout->headers + i * kSampleHeader + 44) & kVorbis) return true;
  return false;
}

Result<std::vector<std::byte>> sf3_to_sf2(Bytes bytes, const Progress& progress) {
  const auto layout = layout_of(bytes);
  if (!layout || layout->smpl.empty()) {
    return Error{Code::bad_input, "This is no SoundFont, or its end is missing.",
                 "Download or install it again."};
  }
  std::vector<std::byte> pdta(layout->pdta.begin(), layout->pdta.end());
  std::vector<std::int16_t> frames;
  auto unpacked = unpack(*layout, pdta, frames, progress);
  if (!unpacked) return unpacked.error();

  std::vector<std::byte> samples(4);
  std::memcpy(samples.data(), "sdta", 4);
  samples.reserve(frames.size() * 2 + 16);
  put_chunk(samples, "smpl", std::as_bytes(std::span(frames)));
  frames = {};
  std::vector<std::byte> presets(4);
  std::memcpy(presets.data(), "pdta", 4);
  presets.insert(presets.end(), pdta.begin(), pdta.end());

  std::vector<std::byte> out(12);
  out.reserve(samples.size() + presets.size() + layout->info.size() + 64);
  std::memcpy(out.data(), "RIFF", 4);
  std::memcpy(out.data() + 8, "sfbk", 4);
  out.insert(out.end(), layout->info.begin(), layout->info.end());
  if (out.size() & 1) out.push_back(std::byte{0});
  put_chunk(out, "LIST", samples);
  put_chunk(out, "LIST", presets);
  put32(out.data() + 4, static_cast<std::uint32_t>(out.size() - 8));
  return out;
}

}  // namespace tutti::files
