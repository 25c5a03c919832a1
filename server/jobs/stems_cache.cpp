#include "server/jobs/stems_cache.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/base/json.h"
#include "native/files/sha256.h"
#include "server/store/clock.h"
#include "server/store/practice_table.h"

namespace tutti::jobs {
namespace fs = std::filesystem;
namespace {

// Part of what makes stems equal: raised when the same model would give other files.
constexpr std::string_view kVersion = "tutti-stems-1|";
constexpr const char* kAbout = "about.json";
constexpr std::size_t kLongestAbout = 16 << 10;

Error disk_error(const char* what) {
  const int number = errno;
  if (number == ENOSPC || number == EDQUOT)
    return {Code::io, "The disk that holds the stems is full.",
            "Free some space, or give the stems less of it (tutti serve --stems-cache GB)."};
  return {Code::io, std::string("The disk refused to ") + what + ": " + std::strerror(number) + ".",
          "Check the disk and the rights of the library's folder, then try again."};
}

std::string file_of(separate::Stem stem) {
  return std::string(separate::kStemNames[static_cast<std::size_t>(stem)]) + ".wav";
}

Result<void> sync_path(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return disk_error("open the folder of the stems");
  const int code = ::fsync(fd);
  Result<void> done;
  if (code != 0) done = disk_error("keep the stems");
  ::close(fd);
  return done;
}

std::string read_small(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return {};
  std::string text(kLongestAbout, '\0');
  const ssize_t count = ::pread(fd, text.data(), text.size(), 0);
  ::close(fd);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

std::int64_t bytes_in(const fs::path& folder) {
  std::int64_t sum = 0;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    std::error_code unreadable;
    if (const auto size = entry.file_size(unreadable); !unreadable)
      sum += static_cast<std::int64_t>(size);
  }
  return sum;
}

bool same_file(int fd, const fs::path& path) {
  struct stat open_one {
  }, named{};
  return ::fstat(fd, &open_one) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

// Out of the way under a name of nobody's first, so that whoever looks sees all of it or nothing.
void remove_folder(const fs::path& path, const fs::path& tmp) {
  std::error_code code;
  const fs::path away = tmp / ("gone-" + store::random_name());
  fs::rename(path, away, code);
  if (!code) fs::remove_all(away, code);
}

}  // namespace

std::string to_text(const StemsAbout& about) {
  return write_json(json::object{{"rate", about.rate},
                                 {"seconds", about.seconds},
                                 {"frames", about.frames},
                                 {"title", about.title},
                                 {"artist", about.artist}});
}

StemsAbout stems_about_from_text(std::string_view text) {
  StemsAbout about;
  auto parsed = parse_json(text);
  if (!parsed) return about;
  double number = 0;
  if (json_get(json_find(*parsed, "rate"), number)) about.rate = static_cast<int>(number);
  if (json_get(json_find(*parsed, "seconds"), number)) about.seconds = number;
  if (json_get(json_find(*parsed, "frames"), number))
    about.frames = static_cast<std::int64_t>(number);
  const auto word = [&](const char* key, std::string& to) {
    if (const json::value* found = json_find(*parsed, key); found && found->if_string())
      to = found->if_string()->c_str();
  };
  word("title", about.title);
  word("artist", about.artist);
  return about;
}

StemsFolder::StemsFolder(StemsFolder&& other) noexcept {
  *this = std::move(other);
}
StemsFolder& StemsFolder::operator=(StemsFolder&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(path_, other.path_);
  std::swap(folder_, other.folder_);
  std::swap(files_, other.files_);
  return *this;
}
StemsFolder::~StemsFolder() {
  if (!path_.empty() && folder_ >= 0 && same_file(folder_, path_))
    remove_folder(path_, path_.parent_path());
  leave();
}
void StemsFolder::leave() {
  for (const int fd : files_) ::close(fd);
  if (folder_ >= 0) ::close(folder_);
  files_.clear();
  folder_ = -1;
  path_.clear();
}
int StemsFolder::stem(separate::Stem stem) const {
  return files_.at(static_cast<std::size_t>(stem));
}
int StemsFolder::about() const {
  return files_.at(separate::kStems);
}

StemsCache::StemsCache(store::Store& store, std::int64_t limit)
    : store_(store), folder_(store.folder() / "stems"), limit_(limit) {}

std::string StemsCache::id_of(std::string_view blob, std::string_view model,
                              std::string_view version) {
  const std::string same = std::string(kVersion) + std::string(blob) + "|" + std::string(model) +
                           "|" + std::string(version);
  return files::sha256(std::as_bytes(std::span(same))).hex().substr(0, 32);
}

bool StemsCache::valid_id(std::string_view id) {
  return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

fs::path StemsCache::path(const std::string& id, const std::string& file) const {
  return folder_ / id / file;
}

bool StemsCache::has(const std::string& id) const {
  return valid_id(id) && ::access(path(id, kAbout).c_str(), R_OK) == 0;
}

Result<StemsCache::Opened> StemsCache::open_stem(const std::string& id, separate::Stem stem) const {
  if (valid_id(id)) {
    const std::string file = file_of(stem);
    // The whole one twice: it may get its name between the two looks.
    for (const bool whole : {true, false, true}) {
      const fs::path where = whole ? path(id, file) : folder_ / "tmp" / id / file;
      const int fd = ::open(where.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
      if (fd >= 0) return Opened{fd, whole};
    }
  }
  return Error{Code::not_found, "These stems are not here, or not any more.",
               "Have the song taken apart again (POST /api/process)."};
}

std::optional<StemsAbout> StemsCache::about(const std::string& id) const {
  if (!valid_id(id)) return std::nullopt;
  std::string text = read_small(path(id, kAbout));
  if (text.empty()) text = read_small(folder_ / "tmp" / id / kAbout);
  if (text.empty()) return std::nullopt;
  return stems_about_from_text(text);
}

std::int64_t StemsCache::ready_frames(const std::string& id) const {
  std::int64_t ready = -1;
  for (int i = 0; i < separate::kStems; ++i) {
    auto opened = open_stem(id, static_cast<separate::Stem>(i));
    if (!opened) return 0;
    const auto bytes = stem_bytes(opened->fd);
    ::close(opened->fd);
    if (!bytes) return 0;
    const std::int64_t frames = bytes->count / 4;
    ready = ready < 0 ? frames : std::min(ready, frames);
  }
  return std::max<std::int64_t>(0, ready);
}

Result<StemsFolder> StemsCache::begin(const std::string& id) {
  if (!valid_id(id)) return Error{Code::internal, "Stems without a name.", "Please report this."};
  std::error_code code;
  fs::create_directories(folder_ / "tmp", code);
  StemsFolder made;
  const fs::path path = folder_ / "tmp" / id;
  // What an earlier try left; whoever still writes there writes into files without a name.
  remove_folder(path, folder_ / "tmp");
  if (::mkdir(path.c_str(), 0755) != 0) return disk_error("make a folder for the stems");
  made.id_ = id;
  made.path_ = path;
  made.folder_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (made.folder_ < 0 || ::flock(made.folder_, LOCK_EX | LOCK_NB) != 0)
    return disk_error("hold the folder of the stems");
  for (int i = 0; i <= separate::kStems; ++i) {
    const std::string name =
        i < separate::kStems ? file_of(static_cast<separate::Stem>(i)) : kAbout;
    const int fd = ::open((path / name).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return disk_error("begin a stem's file");
    made.files_.push_back(fd);
  }
  return made;
}

Result<std::int64_t> StemsCache::keep(StemsFolder&& folder) {
  StemsFolder mine = std::move(folder);
  for (const int fd : mine.files_)
    if (::fsync(fd) != 0) return disk_error("keep the stems");
  if (::fsync(mine.folder_) != 0) return disk_error("keep the stems");
  const fs::path target = folder_ / mine.id_;
  if (!same_file(mine.folder_, mine.path_))
    return Error{Code::conflict, "Another worker has taken this over.", "Wait for it."};
  const std::int64_t bytes = bytes_in(mine.path_);
  if (fs::exists(target)) remove_folder(target, folder_ / "tmp");
  if (::rename(mine.path_.c_str(), target.c_str()) != 0) return disk_error("name the stems");
  mine.leave();
  if (auto done = sync_path(folder_); !done) return done.error();
  return bytes;
}

StemsFile::StemsFile(StemsFile&& other) noexcept {
  *this = std::move(other);
}
StemsFile& StemsFile::operator=(StemsFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}
StemsFile::~StemsFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
  if (fd_ >= 0) ::close(fd_);
}

Result<StemsFile> StemsCache::begin_file(const std::string& id) {
  if (!has(id))
    return Error{Code::not_found, "These stems are not here, or not any more.",
                 "Have the song taken apart again (POST /api/process)."};
  StemsFile made;
  const fs::path path = folder_ / "tmp" / ("file-" + store::random_name());
  made.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (made.fd_ < 0) return disk_error("begin a file");
  made.path_ = path;
  if (::flock(made.fd_, LOCK_EX | LOCK_NB) != 0) return disk_error("hold a file");
  return made;
}

Result<std::int64_t> StemsCache::keep_file(const std::string& id, const std::string& name,
                                           StemsFile&& file) {
  StemsFile mine = std::move(file);
  struct stat status {};
  if (::fsync(mine.fd_) != 0 || ::fstat(mine.fd_, &status) != 0) return disk_error("keep the file");
  // Where the stems were dropped meanwhile there is no folder, and nothing is kept.
  if (::rename(mine.path_.c_str(), path(id, name).c_str()) != 0) return disk_error("name the file");
  mine.path_.clear();
  return static_cast<std::int64_t>(status.st_size);
}

Result<void> StemsCache::drop(const std::string& id) {
  if (!valid_id(id)) return {};
  // The row first: at worst a folder is left that nobody knows, which sweep() finds.
  auto done = store::PracticeTable(store_).remove_stems(id);
  remove_folder(folder_ / id, folder_ / "tmp");
  return done;
}

Result<int> StemsCache::make_room(const std::string& stays) {
  store::PracticeTable table(store_);
  auto total = table.stems_total();
  if (!total) return total.error();
  int dropped = 0;
  if (total->bytes <= limit_) return dropped;
  auto rows = table.all_stems();
  if (!rows) return rows.error();
  std::int64_t bytes = total->bytes;
  for (const store::StemsRow& row : *rows) {
    if (bytes <= limit_) break;
    if (row.state != "ready" || row.id == stays) continue;
    if (auto done = drop(row.id); !done) return done.error();
    bytes -= row.bytes;
    ++dropped;
  }
  return dropped;
}

void StemsCache::sweep() {
  std::error_code code;
  const fs::path tmp = folder_ / "tmp";
  for (const auto& entry : fs::directory_iterator(tmp, code)) {
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) continue;
    std::error_code ignored;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
    ::close(fd);
  }
  store::PracticeTable table(store_);
  for (const auto& entry : fs::directory_iterator(folder_, code)) {
    const std::string id = entry.path().filename().string();
    if (!valid_id(id)) continue;
    auto row = table.stems(id);
    if (row && !*row) remove_folder(entry.path(), tmp);
  }
}

Result<StemBytes> stem_bytes(int fd) {
  unsigned char head[4096];
  const ssize_t got = ::pread(fd, head, sizeof head, 0);
  struct stat status {};
  if (got >= 44 && ::fstat(fd, &status) == 0 && std::memcmp(head, "RIFF", 4) == 0 &&
      std::memcmp(head + 8, "WAVE", 4) == 0) {
    const auto number = [&](ssize_t at) {
      return static_cast<std::uint32_t>(head[at]) | static_cast<std::uint32_t>(head[at + 1]) << 8 |
             static_cast<std::uint32_t>(head[at + 2]) << 16 |
             static_cast<std::uint32_t>(head[at + 3]) << 24;
    };
    StemBytes bytes;
    for (ssize_t at = 12; at + 8 <= got;) {
      const std::uint32_t size = number(at + 4);
      if (std::memcmp(head + at, "fmt ", 4) == 0 && at + 16 <= got)
        bytes.rate = static_cast<int>(number(at + 12));
      if (std::memcmp(head + at, "data", 4) == 0) {
        bytes.first = at + 8;
        bytes.count = std::max<std::int64_t>(0, status.st_size - bytes.first);
        // While it grows its header does not know its length.
        if (size > 0 && size < bytes.count) bytes.count = size;
        bytes.count -= bytes.count % 4;
        return bytes;
      }
      at += 8 + static_cast<ssize_t>(size + (size & 1));
    }
  }
  return Error{Code::conflict, "Nothing of this stem is there yet.", "Ask again in a moment."};
}

}  // namespace tutti::jobs
