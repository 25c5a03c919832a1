// The header of an answer as text: status, caching, and the headers that keep a page safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tutti::net {

enum class Caching {
  never,      // data that changes
  ask_again,  // kept, but asked for by its ETag each time
  forever,    // its address names its content
};

struct Reply {
  int status = 200;
  std::string type;
  std::string etag;
  std::string encoding;
  std::string content_range;
  std::string location;
  std::string file_name;
  std::string allow;
  int retry_after = 0;  // s; 0: not said
  Caching caching = Caching::never;
  bool vary_encoding = false;
  bool ranges = false;
};

// A negative length: the body lasts until the connection ends.
std::string header_text(const Reply&, std::int64_t length, bool keep_alive);
// If-None-Match against an ETag, both with quotes; weak comparison, lists and "*".
bool matches_etag(std::string_view header, std::string_view etag);

}  // namespace tutti::net
