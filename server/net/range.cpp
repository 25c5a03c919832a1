#include "server/net/range.h"

#include <algorithm>
#include <charconv>

namespace tutti::net {
namespace {

bool number(std::string_view text, std::int64_t& out) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size();
}

}  // namespace

Range read_range(std::string_view header, std::int64_t size) {
  const Range whole{Range::Kind::whole, 0, size};
  const Range impossible{Range::Kind::impossible, 0, 0};
  if (!header.starts_with("bytes=")) return whole;
  header.remove_prefix(6);
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return whole;
  const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
  std::int64_t first = 0, last = size - 1;
  if (from.empty()) {
    std::int64_t count = 0;
    if (!number(to, count)) return whole;
    if (count == 0 || size == 0) return impossible;
    first = std::max<std::int64_t>(0, size - count);
  } else {
    if (!number(from, first)) return whole;
    if (!to.empty() && !number(to, last)) return whole;
    if (last < first) return to.empty() ? impossible : whole;
    if (first >= size) return impossible;
    last = std::min(last, size - 1);
  }
  return {Range::Kind::part, first, last - first + 1};
}

}  // namespace tutti::net
