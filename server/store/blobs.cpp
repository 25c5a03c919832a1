#include "server/store/blobs.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "native/files/sha256.h"

namespace tutti::store {
namespace fs = std::filesystem;
namespace {

Error disk_error(const char* what) {
  const int number = errno;
  if (number == ENOSPC || number == EDQUOT)
    return {Code::io, "The disk that holds the library is full.",
            "Free some space and send it again."};
  return {Code::io, std::string("The disk refused to ") + what + ": " + std::strerror(number) + ".",
          "Check the disk and the rights of the library's folder, then try again."};
}

Result<void> sync_folder(const fs::path& folder, const FileCalls& calls) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return disk_error("open the library's folder");
  const int code = calls.sync(fd);
  Result<void> done;
  if (code != 0) done = disk_error("keep what was written");
  ::close(fd);
  return done;
}

}  // namespace

struct BlobWriter::State {
  fs::path folder;
  FileCalls calls;
  std::string path;  // of the temporary file; empty once it has its name
  int fd = -1;
  std::int64_t limit = 0;
  std::int64_t size = 0;
  files::Sha256Hasher hasher;
  bool failed = false;

  ~State() {
    if (!path.empty()) ::unlink(path.c_str());
    if (fd >= 0) ::close(fd);
  }

  Result<BlobInfo> name_it(const std::string& sha256);
};

BlobWriter::BlobWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobWriter::BlobWriter(BlobWriter&&) noexcept = default;
BlobWriter& BlobWriter::operator=(BlobWriter&&) noexcept = default;
BlobWriter::~BlobWriter() = default;

std::int64_t BlobWriter::size() const {
  return state_->size;
}
int BlobWriter::fd() const {
  return state_->fd;
}

Result<void> BlobWriter::write(std::span<const std::byte> bytes) {
  if (state_->failed)
    return Error{Code::io, "An earlier part could not be stored.", "Send the whole again."};
  if (state_->size + static_cast<std::int64_t>(bytes.size()) > state_->limit) {
    state_->failed = true;
    return Error{Code::too_large,
                 "This is larger than the " + std::to_string(state_->limit / 1'000'000) +
                     " MB that are allowed.",
                 "Send a shorter recording or a compressed format such as FLAC or Opus."};
  }
  state_->hasher.update(bytes);
  while (!bytes.empty()) {
    const long count = state_->calls.write(state_->fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      state_->failed = true;
      return disk_error("store this");
    }
    state_->size += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<BlobInfo> BlobWriter::State::name_it(const std::string& sha256) {
  const fs::path home = folder / sha256.substr(0, 2);
  const fs::path target = home / sha256;
  if (::mkdir(home.c_str(), 0755) == 0) {
    if (auto done = sync_folder(folder, calls); !done) {
      ::rmdir(home.c_str());
      return done.error();
    }
  } else if (errno != EEXIST) {
    return disk_error("make a folder for this");
  }
  if (::access(target.c_str(), F_OK) != 0) {
    // Content first, then the name, then the folder that holds the name: at no moment does the name
    // stand for less than the whole.
    if (calls.sync(fd) != 0) return disk_error("keep what was written");
    ::fchmod(fd, 0444);
    if (calls.rename(path.c_str(), target.c_str()) != 0) return disk_error("name what was written");
    path.clear();
  }
  if (auto done = sync_folder(home, calls); !done) return done.error();
  return BlobInfo{sha256, size};
}

Result<BlobInfo> BlobWriter::finish(const std::string& expected) {
  if (state_->failed)
    return Error{Code::io, "A part could not be stored.", "Send the whole again."};
  const std::string sha256 = state_->hasher.finish().hex();
  if (!expected.empty() && expected != sha256)
    return Error{
        Code::bad_input,
        "The bytes that arrived are not those that were announced (their SHA-256 differs).",
        "Send them again; if it happens again the copy on your side is damaged."};
  auto done = state_->name_it(sha256);
  state_.reset();
  return done;
}

Blobs::Blobs(fs::path folder, const FileCalls& calls) : folder_(std::move(folder)), calls_(calls) {
  if (!calls_.write) calls_.write = ::write;
  if (!calls_.sync) calls_.sync = ::fsync;
  if (!calls_.rename) calls_.rename = ::rename;
}
Blobs::~Blobs() = default;

Result<std::unique_ptr<Blobs>> Blobs::open(const fs::path& folder, const FileCalls& calls) {
  std::error_code code;
  fs::create_directories(folder / "tmp", code);
  if (code)
    return Error{Code::io,
                 "The folder " + folder.string() + " cannot be made: " + code.message() + ".",
                 "Choose a folder that you may write to with --data DIR."};
  std::unique_ptr<Blobs> blobs(new Blobs(folder, calls));
  if (auto done = sync_folder(folder, blobs->calls_); !done) return done.error();
  // A temporary file whose lock nobody holds was left by a process that died.
  for (const auto& entry : fs::directory_iterator(folder / "tmp", code)) {
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) continue;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    ::close(fd);
  }
  return blobs;
}

Result<BlobWriter> Blobs::create(std::int64_t limit) {
  static std::atomic<std::uint64_t> count{0};
  auto state = std::make_unique<BlobWriter::State>();
  state->folder = folder_;
  state->calls = calls_;
  state->limit = limit;
  for (;;) {
    const std::string path =
        (folder_ / "tmp" / (std::to_string(::getpid()) + "-" + std::to_string(++count))).string();
    state->fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (state->fd < 0 && errno == EEXIST) continue;
    if (state->fd < 0) return disk_error("begin a new file");
    state->path = path;
    break;
  }
  // Between open and flock a starting process may take the file for a leftover; it is gone then.
  if (::flock(state->fd, LOCK_EX | LOCK_NB) != 0 || ::access(state->path.c_str(), F_OK) != 0) {
    state.reset();
    return create(limit);
  }
  return BlobWriter(std::move(state));
}

Result<BlobInfo> Blobs::put(std::span<const std::byte> bytes) {
  auto writer = create(static_cast<std::int64_t>(bytes.size()));
  if (!writer) return writer.error();
  if (auto done = writer->write(bytes); !done) return done.error();
  return writer->finish();
}

Result<BlobInfo> Blobs::adopt(BlobWriter&& writer) {
  BlobWriter mine = std::move(writer);
  std::vector<std::byte> part(1 << 18);
  std::int64_t at = 0;
  for (;;) {
    const ssize_t count = ::pread(mine.state_->fd, part.data(), part.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_error("read back what was written");
    if (count == 0) break;
    mine.state_->hasher.update({part.data(), static_cast<std::size_t>(count)});
    at += count;
  }
  if (at > mine.state_->limit)
    return Error{Code::too_large, "The result is larger than allowed.", "Ask for a shorter piece."};
  mine.state_->size = at;
  return mine.finish();
}

bool Blobs::valid_name(const std::string& sha256) {
  if (sha256.size() != 64) return false;
  for (const char c : sha256)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  return true;
}

fs::path Blobs::path(const std::string& sha256) const {
  return folder_ / sha256.substr(0, 2) / sha256;
}

Result<BlobInfo> Blobs::info(const std::string& sha256) const {
  struct stat status{};
  if (!valid_name(sha256) || ::stat(path(sha256).c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return Error{Code::not_found, "There are no bytes under this name here.",
                 "Send them first (POST /api/blobs)."};
  return BlobInfo{sha256, static_cast<std::int64_t>(status.st_size)};
}

Result<int> Blobs::open_blob(const std::string& sha256) const {
  if (auto found = info(sha256); !found) return found.error();
  const int fd = ::open(path(sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return disk_error("open this");
  return fd;
}

}  // namespace tutti::store
