// Opus packets to the pages of an endless Ogg stream (RFC 3533, RFC 7845), by libogg.
//
// One muxer serves all listeners: each is sent headers() and then every page from whatever moment
// on. Granule positions count from the muxer's start, pre-skip included, so a player that comes
// late sees a stream that began earlier, as RFC 7845 §4.3 foresees for live ones; the missing page
// numbers in between are what every broadcast of Ogg shows. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace tutti::live {

using Tags = std::vector<std::pair<std::string, std::string>>;  // TITLE, ARTIST …

class OggOpusMuxer {
 public:
  // `serial` tells streams apart; any number. `pre_skip` as the encoder says.
  static Result<OggOpusMuxer> make(std::uint32_t serial, int pre_skip, const Tags& tags);
  OggOpusMuxer(OggOpusMuxer&&) noexcept;
  OggOpusMuxer& operator=(OggOpusMuxer&&) noexcept;
  ~OggOpusMuxer();

  // The pages OpusHead and OpusTags.
  const std::string& headers() const noexcept;
  // A packet of `frames` (48 kHz).
  void add(std::span<const std::uint8_t> packet, int frames);
  // Ends the page: its bytes, empty if nothing was added. Call it at least every second.
  std::string page();
  // The last page, which may be empty of sound but says that the stream is over.
  std::string end();
  // Of the packets added so far.
  std::int64_t granule() const noexcept;

 private:
  struct State;
  explicit OggOpusMuxer(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::live
