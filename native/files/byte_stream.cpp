#include "native/files/byte_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "native/files/atomic_write.h"
#include "native/files/system_error.h"

namespace tutti::files {

AudioSource AudioSource::path(std::string path) {
  if (path == "-") return descriptor(STDIN_FILENO, "the standard input");
  AudioSource source;
  source.kind_ = Kind::path;
  source.name_ = std::move(path);
  return source;
}

AudioSource AudioSource::bytes(std::span<const std::byte> bytes, std::string name) {
  AudioSource source;
  source.kind_ = Kind::bytes;
  source.memory_ = bytes;
  source.name_ = std::move(name);
  return source;
}

AudioSource AudioSource::descriptor(int fd, std::string name) {
  AudioSource source;
  source.kind_ = Kind::descriptor;
  source.fd_ = fd;
  source.name_ = std::move(name);
  return source;
}

ByteStream::ByteStream(ByteStream&& other) noexcept
    : name_(std::move(other.name_)),
      memory_(other.memory_),
      held_(std::move(other.held_)),
      fd_(std::exchange(other.fd_, -1)),
      owned_(other.owned_),
      size_(other.size_) {}

ByteStream::~ByteStream() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

Result<ByteStream> ByteStream::open(const AudioSource& source, std::uint64_t limit) {
  ByteStream stream;
  stream.name_ = source.name();
  const auto too_large = [&](std::uint64_t bytes) {
    return Error{Code::too_large,
                 "\"" + stream.name_ + "\" has " + std::to_string(bytes / 1'000'000) +
                     " MB; the limit is " + std::to_string(limit / 1'000'000) + " MB.",
                 "Cut the recording into parts, or save it as FLAC or MP3, which are smaller."};
  };
  if (source.kind() == AudioSource::Kind::bytes) {
    stream.memory_ = source.memory();
    stream.size_ = stream.memory_.size();
    if (stream.size_ > limit) return too_large(stream.size_);
    return stream;
  }
  if (source.kind() == AudioSource::Kind::path) {
    stream.fd_ = ::open(source.name().c_str(), O_RDONLY | O_CLOEXEC);
    if (stream.fd_ < 0) return system_error(errno, stream.name_, "opened");
    stream.owned_ = true;
  } else {
    stream.fd_ = source.fd();
  }
  struct stat status{};
  if (::fstat(stream.fd_, &status) != 0) return system_error(errno, stream.name_, "read");
  if (S_ISDIR(status.st_mode)) return system_error(EISDIR, stream.name_, "read");
  if (S_ISREG(status.st_mode)) {
    stream.size_ = static_cast<std::uint64_t>(status.st_size);
    if (stream.size_ > limit) return too_large(stream.size_);
    return stream;
  }
  auto bytes = read_descriptor(stream.fd_, stream.name_, limit);
  if (!bytes) return bytes.error();
  stream.held_ = std::move(bytes).value();
  stream.memory_ = stream.held_;
  stream.size_ = stream.memory_.size();
  if (stream.owned_) ::close(stream.fd_);
  stream.fd_ = -1;
  return stream;
}

std::ptrdiff_t ByteStream::read_at(std::uint64_t at, std::span<std::byte> bytes) const {
  if (at >= size_) return 0;
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), size_ - at));
  if (fd_ < 0) {
    std::memcpy(bytes.data(), memory_.data() + at, room);
    return static_cast<std::ptrdiff_t>(room);
  }
  for (;;) {
    const ssize_t got = ::pread(fd_, bytes.data(), room, static_cast<off_t>(at));
    if (got >= 0 || errno != EINTR) return got;
  }
}

}  // namespace tutti::files
