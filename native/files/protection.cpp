#include "native/files/protection.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace tutti::files {
namespace {

constexpr std::uint64_t kMostHead = 16u << 20;  // of the movie's head that is looked through

std::uint64_t big_endian(const std::byte* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

bool has_entry(const std::vector<std::byte>& head) {
  // A sample description: size, "stsd", version and flags, count, then the first entry's size and
  // name.
  const char* mark = "stsd";
  for (std::size_t at = 4; at + 20 <= head.size(); ++at) {
    if (std::memcmp(head.data() + at, mark, 4) != 0) continue;
    for (const char* name : {"drms", "enca", "aavd"})
      if (std::memcmp(head.data() + at + 16, name, 4) == 0) return true;
  }
  return false;
}

}  // namespace

bool is_protected(const ByteStream& bytes) {
  std::byte box[16] = {};
  if (bytes.read_at(0, box) < 16 || std::memcmp(box + 4, "ftyp", 4) != 0) return false;
  std::uint64_t at = 0;
  for (int boxes = 0; boxes < 1000 && bytes.read_at(at, box) == 16; ++boxes) {
    std::uint64_t size = big_endian(box, 4);
    if (size == 1) size = big_endian(box + 8, 8);
    if (size == 0) size = bytes.size() - at;
    if (std::memcmp(box + 4, "moov", 4) == 0) {
      std::vector<std::byte> head(
          static_cast<std::size_t>(std::min({size, bytes.size() - at, kMostHead})));
      const auto got = bytes.read_at(at, head);
      head.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0)));
      return has_entry(head);
    }
    if (size < 8 || size > bytes.size() - at) return false;
    at += size;
  }
  return false;
}

}  // namespace tutti::files
