// A bounded view on the bytes of a MIDI file, and the pieces that reader and writer share.
//
// Inside engine/score only. Reading past the end gives zero and sets `short_of`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tutti::score {

inline constexpr std::uint32_t kMaxVarLen = 0x0FFFFFFF;  // four groups of seven bits

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  bool short_of() const { return short_; }
  void seek(std::size_t to) { at_ = to < bytes_.size() ? to : bytes_.size(); }

  std::uint8_t peek() const { return left() > 0 ? bytes_[at_] : std::uint8_t{0}; }
  std::uint8_t u8() {
    if (left() == 0) return short_ = true, std::uint8_t{0};
    return bytes_[at_++];
  }
  std::uint32_t u16() {
    const std::uint32_t high = u8();
    return high << 8 | u8();
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  // At most what is left.
  std::span<const std::uint8_t> take(std::size_t n) {
    if (n > left()) {
      short_ = true;
      n = left();
    }
    const auto out = bytes_.subspan(at_, n);
    at_ += n;
    return out;
  }
  // Variable-length number; false if it is cut off or longer than four bytes.
  bool var_len(std::uint32_t& out) {
    out = 0;
    for (int i = 0; i < 4; ++i) {
      const std::uint8_t byte = u8();
      if (short_) return false;
      out = out << 7 | (byte & 0x7Fu);
      if (byte < 0x80) return true;
    }
    return false;
  }
  // Position of the four letters at or after `from`, or npos.
  std::size_t find(std::string_view id, std::size_t from) const {
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    return text.find(id, from);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool short_ = false;
};

// Data bytes after a channel status: two but for program change and channel pressure.
constexpr int data_bytes(std::uint8_t status) {
  return (status & 0xE0) == 0xC0 ? 1 : 2;
}

}  // namespace tutti::score
