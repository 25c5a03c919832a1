// The Range header of RFC 9110 §14: one part of a file.
#pragma once

#include <cstdint>
#include <string_view>

namespace tutti::net {

struct Range {
  enum class Kind { whole, part, impossible } kind = Kind::whole;
  std::int64_t first = 0;
  std::int64_t length = 0;
};

// Ill-formed headers and several ranges at once mean the whole, as the standard allows.
Range read_range(std::string_view header, std::int64_t size);

}  // namespace tutti::net
