#include "native/live/ogg_opus.h"

#include <ogg/ogg.h>
#include <opus/opus.h>

namespace tutti::live {
namespace {

void append_u32(std::string& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void append_text(std::string& bytes, const std::string& text) {
  append_u32(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

// RFC 7845 §5.1: version, channels, pre-skip, rate of the source, gain, mapping family.
std::string opus_head(int pre_skip) {
  std::string bytes = "OpusHead";
  bytes += '\1';
  bytes += '\2';
  bytes.push_back(static_cast<char>(pre_skip & 0xff));
  bytes.push_back(static_cast<char>(pre_skip >> 8 & 0xff));
  append_u32(bytes, 48000);
  bytes.append(3, '\0');
  return bytes;
}

// RFC 7845 §5.2.
std::string opus_tags(const Tags& tags) {
  std::string bytes = "OpusTags";
  append_text(bytes, opus_get_version_string());
  append_u32(bytes, static_cast<std::uint32_t>(tags.size()));
  for (const auto& [name, value] : tags) append_text(bytes, name + "=" + value);
  return bytes;
}

}  // namespace

struct OggOpusMuxer::State {
  ogg_stream_state stream{};
  std::string headers;
  std::int64_t granule = 0;
  std::int64_t packets = 0;
  ~State() { ogg_stream_clear(&stream); }

  void put(const void* bytes, std::size_t length, bool first, bool last) {
    ogg_packet packet{};
    // libogg copies the bytes and does not change them.
    packet.packet = const_cast<unsigned char*>(static_cast<const unsigned char*>(bytes));
    packet.bytes = static_cast<long>(length);
    packet.b_o_s = first;
    packet.e_o_s = last;
    packet.granulepos = granule;
    packet.packetno = packets++;
    ogg_stream_packetin(&stream, &packet);
  }
  std::string flush() {
    std::string bytes;
    ogg_page page;
    while (ogg_stream_flush(&stream, &page)) {
      bytes.append(reinterpret_cast<const char*>(page.header),
                   static_cast<std::size_t>(page.header_len));
      bytes.append(reinterpret_cast<const char*>(page.body),
                   static_cast<std::size_t>(page.body_len));
    }
    return bytes;
  }
};

OggOpusMuxer::OggOpusMuxer(std::unique_ptr<State> state) : state_(std::move(state)) {}
OggOpusMuxer::OggOpusMuxer(OggOpusMuxer&&) noexcept = default;
OggOpusMuxer& OggOpusMuxer::operator=(OggOpusMuxer&&) noexcept = default;
OggOpusMuxer::~OggOpusMuxer() = default;

Result<OggOpusMuxer> OggOpusMuxer::make(std::uint32_t serial, int pre_skip, const Tags& tags) {
  auto state = std::make_unique<State>();
  if (ogg_stream_init(&state->stream, static_cast<int>(serial)) != 0) {
    return Error{Code::internal, "There was no memory for an Ogg stream.",
                 "Free some memory and try again."};
  }
  const std::string head = opus_head(pre_skip);
  const std::string words = opus_tags(tags);
  state->put(head.data(), head.size(), true, false);
  state->headers = state->flush();
  state->put(words.data(), words.size(), false, false);
  state->headers += state->flush();
  return OggOpusMuxer(std::move(state));
}

const std::string& OggOpusMuxer::headers() const noexcept {
  return state_->headers;
}

void OggOpusMuxer::add(std::span<const std::uint8_t> packet, int frames) {
  state_->granule += frames;
  state_->put(packet.data(), packet.size(), false, false);
}

std::string OggOpusMuxer::page() {
  return state_->flush();
}

std::string OggOpusMuxer::end() {
  state_->put("", 0, false, true);
  return state_->flush();
}

std::int64_t OggOpusMuxer::granule() const noexcept {
  return state_->granule;
}

}  // namespace tutti::live
