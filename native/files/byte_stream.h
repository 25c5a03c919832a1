// Any AudioSource as bytes at a position, with a size. Part of the reader; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "native/files/audio_source.h"

namespace tutti::files {

class ByteStream {
 public:
  // Opens paths; reads pipes to their end. At most `limit` bytes in all (too_large above).
  static Result<ByteStream> open(const AudioSource&, std::uint64_t limit);
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) = delete;
  ~ByteStream();

  std::uint64_t size() const { return size_; }
  // Up to `bytes.size()` bytes from `at`; 0 at the end, -1 on a read error.
  std::ptrdiff_t read_at(std::uint64_t at, std::span<std::byte> bytes) const;
  const std::string& name() const { return name_; }

 private:
  ByteStream() = default;
  std::string name_;
  std::span<const std::byte> memory_;
  std::vector<std::byte> held_;  // a pipe's bytes
  int fd_ = -1;
  bool owned_ = false;
  std::uint64_t size_ = 0;
};

}  // namespace tutti::files
