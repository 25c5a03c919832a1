#include "native/files/atomic_write.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/files/system_error.h"

namespace tutti::files {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A hidden name beside the target that no other writer uses.
std::string hidden_name(const std::string& folder) {
  unsigned char random[8] = {};
  if (::getrandom(random, sizeof random, 0) < 0) random[0] = static_cast<unsigned char>(::getpid());
  std::string name = folder + "/.tutti-";
  for (unsigned char byte : random) {
    name += static_cast<char>('a' + byte / 16);
    name += static_cast<char>('a' + byte % 16);
  }
  return name;
}

std::string self_name(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

int unnamed_file(const std::string& folder) {
#ifdef O_TMPFILE
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0) return -1;
  // Naming it later goes through /proc, which a bare container may lack.
  if (::access(self_name(fd).c_str(), F_OK) == 0) return fd;
  ::close(fd);
#endif
  errno = EOPNOTSUPP;
  return -1;
}

Result<void> copy_out(int from, int to, const std::string& name) {
  std::vector<std::byte> buffer(1 << 18);
  off_t at = 0;
  for (;;) {
    const ssize_t got = ::pread(from, buffer.data(), buffer.size(), at);
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, name, "written");
    }
    if (got == 0) return {};
    auto written = write_all(to, {buffer.data(), static_cast<std::size_t>(got)});
    if (!written) return written;
    at += got;
  }
}

void sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

std::vector<int>& lent_files() {
  static std::vector<int> lent;
  return lent;
}

}  // namespace

void lend_scratch_files(std::vector<int> descriptors) {
  lent_files() = std::move(descriptors);
}

int scratch_file() {
  if (auto& lent = lent_files(); !lent.empty()) {
    const int fd = lent.back();
    lent.pop_back();
    return fd;
  }
  const char* folder = std::getenv("TMPDIR");
  for (const char* candidate : {folder, "/tmp", "/var/tmp", "."}) {
    if (candidate == nullptr || *candidate == 0) continue;
    const int fd = unnamed_file(candidate);
    if (fd >= 0) return fd;
    const std::string name = hidden_name(candidate);
    const int named = ::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (named >= 0) {
      ::unlink(name.c_str());
      return named;
    }
  }
  return ::memfd_create("tutti", MFD_CLOEXEC);  // a locked-down worker opens no files
}

struct AtomicFile::State {
  std::string shown;   // as the person wrote it
  std::string target;  // links followed
  std::string hidden;  // the temporary file's name, if it has one
  int fd = -1;
  int direct = -1;  // a pipe or device that gets a copy at commit
  bool close_direct = false;
  mode_t mode = 0;  // of the file that is replaced; 0: none there

  ~State() {
    if (fd >= 0) ::close(fd);
    if (!hidden.empty()) ::unlink(hidden.c_str());
    if (direct >= 0 && close_direct) ::close(direct);
  }

  Result<void> gather() {
    fd = scratch_file();
    if (fd < 0) return system_error(errno, "the folder for temporary files", "written");
    return {};
  }

  Result<void> name_it() {
    if (hidden.empty()) {
      const std::string name = hidden_name(folder_of(target));
      if (::linkat(AT_FDCWD, self_name(fd).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return system_error(errno, shown, "written");
      hidden = name;
    }
    if (::rename(hidden.c_str(), target.c_str()) != 0) return system_error(errno, shown, "written");
    hidden.clear();
    return {};
  }
};

AtomicFile::AtomicFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFile::AtomicFile(AtomicFile&&) noexcept = default;
AtomicFile& AtomicFile::operator=(AtomicFile&&) noexcept = default;
AtomicFile::~AtomicFile() = default;

Result<AtomicFile> AtomicFile::create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->shown = path == "-" ? "the standard output" : path;
  state->target = path;
  if (path.empty()) {
    return Error{Code::wrong_usage, "The output file has no name.", "Give a name after -o."};
  }
  struct stat status{};
  if (path == "-") {
    state->direct = STDOUT_FILENO;
  } else if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return system_error(EISDIR, path, "written");
    if (!S_ISREG(status.st_mode)) {
      state->direct = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
      state->close_direct = true;
      if (state->direct < 0) return system_error(errno, path, "written");
    } else {
      // A file that may not be written to is not replaced either.
      if (::access(path.c_str(), W_OK) != 0) return system_error(errno, path, "written");
      char real[PATH_MAX];
      if (::realpath(path.c_str(), real) != nullptr) state->target = real;
      state->mode = status.st_mode & 07777;
    }
  } else if (path.back() == '/') {
    return system_error(EISDIR, path, "written");
  }

  if (state->direct >= 0) {
    auto gathered = state->gather();
    if (!gathered) return gathered.error();
    return AtomicFile(std::move(state));
  }
  const std::string folder = folder_of(state->target);
  state->fd = unnamed_file(folder);
  if (state->fd < 0) {
    const std::string name = hidden_name(folder);
    state->fd = ::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (state->fd < 0) {
      return system_error(errno, path, "written");
    }
    state->hidden = name;
  }
  if (state->mode != 0) ::fchmod(state->fd, state->mode);
  return AtomicFile(std::move(state));
}

Result<AtomicFile> AtomicFile::copying_to(int fd) {
  auto state = std::make_unique<State>();
  state->shown = "the output";
  state->direct = fd;
  auto gathered = state->gather();
  if (!gathered) return gathered.error();
  return AtomicFile(std::move(state));
}

int AtomicFile::fd() const {
  return state_->fd;
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
  auto written = write_all(state_->fd, bytes);
  if (written) return {};
  Error error = written.error();
  return system_error(errno, state_->shown, "written");
}

Result<void> AtomicFile::commit() {
  if (state_->direct >= 0) {
    auto copied = copy_out(state_->fd, state_->direct, state_->shown);
    if (!copied) return copied;
  } else {
    if (::fsync(state_->fd) != 0) return system_error(errno, state_->shown, "written");
    auto named = state_->name_it();
    if (!named) return named;
    sync_folder(folder_of(state_->target));
  }
  ::close(state_->fd);
  state_->fd = -1;
  return {};
}

Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  auto written = file->write(bytes);
  if (!written) return written;
  return file->commit();
}

Result<void> write_file(const std::string& path, std::string_view text) {
  return write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

Result<std::vector<std::byte>> read_file(const std::string& path, std::size_t limit) {
  if (path == "-") return read_descriptor(STDIN_FILENO, "the standard input", limit);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(errno, path, "opened");
  auto bytes = read_descriptor(fd, path, limit);
  ::close(fd);
  return bytes;
}

Result<std::vector<std::byte>> read_head(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(errno, path, "opened");
  std::vector<std::byte> bytes(most);
  std::size_t used = 0;
  ssize_t got = 0;
  while (used < most && (got = ::read(fd, bytes.data() + used, most - used)) != 0) {
    if (got > 0) used += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) break;
  }
  const int number = errno;
  ::close(fd);
  if (got < 0) return system_error(number, path, "read");
  bytes.resize(used);
  return bytes;
}

Result<std::vector<std::byte>> read_descriptor(int fd, const std::string& name, std::size_t limit) {
  const Error too_large{
      Code::too_large,
      "\"" + name + "\" is larger than " + std::to_string(limit / 1'000'000) + " MB.",
      "Cut it into parts, or save it in a smaller format."};
  std::vector<std::byte> bytes;
  struct stat status{};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    if (static_cast<std::uintmax_t>(status.st_size) > limit) return too_large;
    bytes.reserve(static_cast<std::size_t>(status.st_size) + 1);
  }
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) {
      const std::size_t free = bytes.capacity() - used;
      bytes.resize(used + (free > 0 ? free : std::max<std::size_t>(1 << 16, used)));
    }
    const ssize_t got = ::read(fd, bytes.data() + used, bytes.size() - used);
    if (got < 0) {
      if (errno == EINTR && !S_ISREG(status.st_mode))
        return Error{Code::cancelled, "Stopped.", "Start again when you like."};
      if (errno == EINTR) continue;
      return system_error(errno, name, "read");
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) return too_large;
  }
  bytes.resize(used);
  return bytes;
}

Result<void> write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, "the output", "written");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace tutti::files
