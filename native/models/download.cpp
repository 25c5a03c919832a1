#include "native/models/download.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include "native/files/atomic_write.h"
#include "native/files/sha256.h"
#include "native/files/system_error.h"
#include "native/models/curl.h"

namespace tutti::models {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return fd_; }

 private:
  int fd_;
};

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 500'000) / 1'000'000) + " MB";
}

// One transfer and what it came to.
struct Transfer {
  const Download* wanted = nullptr;
  const Progress* progress = nullptr;
  int fd = -1;
  std::uint64_t had = 0, got = 0;  // bytes there before; come now
  bool stopped = false, too_large = false;
  int write_errno = 0;
  double last = 0;

  static std::size_t take(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& t = *static_cast<Transfer*>(self);
    if (t.had + t.got + count > t.wanted->limit) {
      t.too_large = true;
      return 0;
    }
    errno = 0;
    if (!files::write_all(t.fd, std::as_bytes(std::span(bytes, count)))) {
      t.write_errno = errno != 0 ? errno : EIO;
      return 0;
    }
    t.got += count;
    return count;
  }

  static int look(void* self, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
    auto& t = *static_cast<Transfer*>(self);
    if (!*t.progress) return 0;
    const std::uint64_t now = t.had + t.got;
    const std::uint64_t whole = t.had + static_cast<std::uint64_t>(std::max<curl_off_t>(total, 0));
    const double fraction =
        total > 0 ? static_cast<double>(now) / static_cast<double>(std::max(whole, now)) : 0;
    t.last = std::max(t.last, std::min(1.0, fraction));
    t.stopped = !(*t.progress)(t.last, "Fetching, " + megabytes(now) + " are here");
    return t.stopped ? 1 : 0;
  }
};

Error no_line(const std::string& url, const std::string& what) {
  return {Code::io, "\"" + url + "\" could not be fetched: " + what + ".",
          "Check the network and try again: what has arrived is kept. A mirror or a file that you "
          "already have is taken with --from."};
}

enum class Outcome { whole, broken, no_range };

Result<Outcome> transfer(const Curl& curl, const Download& wanted, int fd,
                         const Progress& progress) {
  Transfer state;
  state.wanted = &wanted;
  state.progress = &progress;
  state.fd = fd;
  state.had = size_of(fd);
  const std::unique_ptr<CURL, decltype(curl.easy_cleanup)> handle(curl.easy_init(),
                                                                  curl.easy_cleanup);
  if (!handle) {
    return Error{Code::internal, "The download could not be started.",
                 "Free some memory and try again."};
  }
  CURL* h = handle.get();
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(h, option, value); };
  set(CURLOPT_URL, wanted.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, 30L);
  set(CURLOPT_LOW_SPEED_LIMIT, 1024L);
  set(CURLOPT_LOW_SPEED_TIME, 60L);
  set(CURLOPT_USERAGENT, "tutti");
  set(CURLOPT_WRITEFUNCTION, &Transfer::take);
  set(CURLOPT_WRITEDATA, &state);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::look);
  set(CURLOPT_XFERINFODATA, &state);
  if (state.had > 0) set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(state.had));
  const CURLcode code = curl.easy_perform(h);
  if (state.stopped) {
    return Error{Code::cancelled, "Stopped; what has arrived is kept.",
                 "Start again when you like: it goes on from there."};
  }
  if (state.too_large) {
    return Error{Code::too_large,
                 "\"" + wanted.url + "\" is larger than " + megabytes(wanted.limit) +
                     ", which no such file is.",
                 "Check the address."};
  }
  if (state.write_errno != 0) return files::system_error(state.write_errno, wanted.path, "written");
  if (code == CURLE_OK) return Outcome::whole;
  long status = 0;
  curl.easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  // 416: there is nothing behind what is here, or the server has no such range.
  if (state.had > 0 && (code == CURLE_RANGE_ERROR || status == 416)) return Outcome::no_range;
  if (code == CURLE_HTTP_RETURNED_ERROR && (status == 404 || status == 410 || status == 403)) {
    return Error{Code::not_found,
                 "There is nothing at \"" + wanted.url + "\" (" + std::to_string(status) + ").",
                 "Look whether a newer Tutti knows a newer address, or name a mirror with --from."};
  }
  const bool again = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
                     code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING ||
                     code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2_STREAM ||
                     (code == CURLE_HTTP_RETURNED_ERROR && status >= 500);
  if (again) return Outcome::broken;
  return no_line(wanted.url, curl.easy_strerror(code));
}

Result<void> drop(int fd, const std::string& path) {
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0)
    return files::system_error(errno, path, "written");
  return {};
}

// The bytes to the part file; whether they were there in part before.
Result<bool> fetch_part(const Curl& curl, const Download& wanted, int fd, const std::string& part,
                        const Progress& progress) {
  bool resumed = size_of(fd) > 0;
  for (int attempt = 0;; ++attempt) {
    ::lseek(fd, 0, SEEK_END);
    auto outcome = transfer(curl, wanted, fd, progress);
    if (!outcome) return outcome.error();
    if (*outcome == Outcome::whole) return resumed;
    if (*outcome == Outcome::no_range) {
      // Perhaps it is whole already.
      auto hash = files::sha256_of_file(part);
      if (hash && hash->hex().starts_with(wanted.sha256_prefix)) return resumed;
      auto dropped = drop(fd, part);
      if (!dropped) return dropped.error();
      resumed = false;
    } else {
      resumed = true;
    }
    if (attempt + 1 >= wanted.attempts) return no_line(wanted.url, "the line broke off");
  }
}

}  // namespace

Result<void> download(const Download& wanted, const Progress& progress) {
  auto functions = curl();
  if (!functions) return functions.error();
  if (!wanted.url.starts_with("http://") && !wanted.url.starts_with("https://")) {
    return Error{Code::wrong_usage, "\"" + wanted.url + "\" is no address of the web.",
                 "Give an address that begins with https://, or a file."};
  }
  const std::string part = wanted.path + ".part";
  const Descriptor fd(::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (fd < 0) return files::system_error(errno, part, "written");
  for (;;) {
    auto resumed = fetch_part(**functions, wanted, fd, part, progress);
    if (!resumed) {
      if (size_of(fd) == 0 || resumed.error().code == Code::too_large) ::unlink(part.c_str());
      return resumed.error();
    }
    auto hash = files::sha256_of_file(part);
    if (!hash) return hash.error();
    if (hash->hex().starts_with(wanted.sha256_prefix)) break;
    // What was here before may have been of another file: once more from the beginning.
    auto dropped = drop(fd, part);
    if (!dropped) return dropped;
    if (*resumed) continue;
    ::unlink(part.c_str());
    return Error{Code::bad_input,
                 "What came from \"" + wanted.url +
                     "\" is not the file that was asked for: its SHA-256 is " +
                     hash->hex().substr(0, 16) + "… and should begin with " + wanted.sha256_prefix +
                     ".",
                 "Try again later or from another mirror; nothing was kept."};
  }
  if (::fsync(fd) != 0 || ::rename(part.c_str(), wanted.path.c_str()) != 0)
    return files::system_error(errno, wanted.path, "written");
  return {};
}

}  // namespace tutti::models
