#include "native/files/zip_writer.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

namespace tutti::files {
namespace {

struct Discard {
  void operator()(zip_t* archive) const { ::zip_discard(archive); }
};

// A descriptor as libzip's source of bytes, or as the place of an archive.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { zip_error_init(&error_); }
  ~Descriptor() { zip_error_fini(&error_); }

  static zip_int64_t call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Descriptor*>(self)->answer(data, length, command);
  }

 private:
  zip_int64_t fail(int code) {
    zip_error_set(&error_, code, errno);
    return -1;
  }

  zip_int64_t size() const {
    struct stat status{};
    return ::fstat(fd_, &status) == 0 ? status.st_size : -1;
  }

  zip_int64_t read(void* data, zip_uint64_t length) {
    const ssize_t count = ::pread(fd_, data, length, at_);
    if (count < 0) return fail(ZIP_ER_READ);
    at_ += count;
    return count;
  }

  zip_int64_t write(const void* data, zip_uint64_t length) {
    const char* from = static_cast<const char*>(data);
    zip_uint64_t left = length;
    while (left > 0) {
      const ssize_t count = ::pwrite(fd_, from, left, write_at_);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return fail(ZIP_ER_WRITE);
      from += count;
      left -= static_cast<zip_uint64_t>(count);
      write_at_ += count;
    }
    return static_cast<zip_int64_t>(length);
  }

  zip_int64_t seek(off_t& place, void* data, zip_uint64_t length) {
    const auto to = zip_source_seek_compute_offset(
        static_cast<zip_uint64_t>(place), static_cast<zip_uint64_t>(size()), data, length, &error_);
    if (to < 0) return -1;
    place = to;
    return 0;
  }

  zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE,
            ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE,
            ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE, -1);
      case ZIP_SOURCE_OPEN:
        at_ = 0;
        return 0;
      case ZIP_SOURCE_READ:
        return read(data, length);
      case ZIP_SOURCE_STAT: {
        auto* stat = static_cast<zip_stat_t*>(data);
        zip_stat_init(stat);
        const zip_int64_t bytes = size();
        if (bytes < 0) return fail(ZIP_ER_READ);
        stat->size = static_cast<zip_uint64_t>(bytes);
        stat->valid = ZIP_STAT_SIZE;
        return sizeof *stat;
      }
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, data, length);
      case ZIP_SOURCE_SEEK:
        return seek(at_, data, length);
      case ZIP_SOURCE_TELL:
        return at_;
      case ZIP_SOURCE_BEGIN_WRITE:
        write_at_ = 0;
        return ::ftruncate(fd_, 0) == 0 ? 0 : fail(ZIP_ER_WRITE);
      case ZIP_SOURCE_WRITE:
        return write(data, length);
      case ZIP_SOURCE_SEEK_WRITE:
        return seek(write_at_, data, length);
      case ZIP_SOURCE_TELL_WRITE:
        return write_at_;
      case ZIP_SOURCE_REMOVE:  // an archive without entries
        return ::ftruncate(fd_, 0) == 0 ? 0 : fail(ZIP_ER_WRITE);
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_COMMIT_WRITE:
      case ZIP_SOURCE_ROLLBACK_WRITE:
      case ZIP_SOURCE_FREE:
        return 0;
      default:
        errno = 0;
        return fail(ZIP_ER_OPNOTSUPP);
    }
  }

  const int fd_;
  off_t at_ = 0;
  off_t write_at_ = 0;
  zip_error_t error_;
};

}  // namespace

Result<void> write_zip(int fd, const std::vector<ZipEntry>& entries) {
  const Error failed{Code::io, "The zip file could not be written.",
                     "Free some space on the disk."};
  // One fixed moment of the calendar that zip files know, 1980 on.
  constexpr time_t kDate = 315'619'200;
  zip_error_t error;
  zip_error_init(&error);
  Descriptor target(fd);
  std::vector<std::unique_ptr<Descriptor>> inputs;
  zip_source_t* place = zip_source_function_create(Descriptor::call, &target, &error);
  std::unique_ptr<zip_t, Discard> archive(place ? zip_open_from_source(place, ZIP_TRUNCATE, &error)
                                                : nullptr);
  zip_error_fini(&error);
  if (!archive) {
    zip_source_free(place);
    return failed;
  }
  for (const ZipEntry& entry : entries) {
    inputs.push_back(std::make_unique<Descriptor>(entry.fd));
    zip_source_t* source =
        zip_source_function(archive.get(), Descriptor::call, inputs.back().get());
    const auto index =
        source ? zip_file_add(archive.get(), entry.name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
      zip_source_free(source);
      return failed;
    }
    const auto number = static_cast<zip_uint64_t>(index);
    zip_set_file_compression(archive.get(), number, ZIP_CM_STORE, 0);
    zip_file_set_mtime(archive.get(), number, kDate, 0);
  }
  if (zip_close(archive.get()) != 0) return failed;
  (void)archive.release();  // closed
  return {};
}

}  // namespace tutti::files
