// Where the bytes of a recording come from: a path, memory, or an open file descriptor.
//
// A sandboxed worker may not open files, so it is handed a descriptor. A descriptor stays the
// caller's (never closed here); if it can seek it is read from its beginning with pread, leaving
// its position alone; a pipe is read to its end into memory, up to the byte limit.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tutti::files {

class AudioSource {
 public:
  // "-" is standard input.
  static AudioSource path(std::string path);
  // The memory must outlive every use of the source.
  static AudioSource bytes(std::span<const std::byte> bytes, std::string name = "the recording");
  static AudioSource descriptor(int fd, std::string name = "the recording");

  enum class Kind { path, bytes, descriptor };
  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }  // for sentences; the path where there is one
  std::span<const std::byte> memory() const { return memory_; }
  int fd() const { return fd_; }

 private:
  Kind kind_ = Kind::bytes;
  std::string name_;
  std::span<const std::byte> memory_;
  int fd_ = -1;
};

}  // namespace tutti::files
