// A file seen as memory, read only: pages come from disk when touched and are shared between
// processes. For SoundFonts, which are large and only partly used. Thread-safe once opened.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "engine/base/result.h"

namespace tutti::files {

class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  static Result<MappedFile> open(int fd, const std::string& name);  // fd stays the caller's
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace tutti::files
