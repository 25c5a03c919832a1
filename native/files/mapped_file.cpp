#include "native/files/mapped_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/files/system_error.h"

namespace tutti::files {

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(errno, path, "opened");
  auto mapped = open(fd, path);
  ::close(fd);  // the mapping keeps the file
  return mapped;
}

Result<MappedFile> MappedFile::open(int fd, const std::string& name) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return system_error(errno, name, "read");
  if (S_ISDIR(status.st_mode)) return system_error(EISDIR, name, "read");
  if (!S_ISREG(status.st_mode)) {
    return Error{Code::bad_input, "\"" + name + "\" is not a plain file.",
                 "Name a file on a disk."};
  }
  if (status.st_size == 0) return MappedFile(std::span<const std::byte>{});
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) return system_error(errno, name, "read");
  return MappedFile({static_cast<const std::byte*>(memory), size});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace tutti::files
