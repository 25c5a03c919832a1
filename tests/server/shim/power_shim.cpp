// Loaded into the server by LD_PRELOAD: remembers what would survive a power cut.
//
// Content survives by fsync or fdatasync of its file, names by fsync of their folder. At each sync
// of something below TUTTI_POWER_ROOT the present content (or the folder's list of names) is copied
// to TUTTI_POWER_SHADOW before the call returns, so nothing that anybody was told is durable is
// missing there. The crash test kills the processes and puts the library back to what the shadow
// holds (crash_test.cpp). Inode numbers name the copies; a file that loses its last name loses its
// copy.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

const char* root() {
  static const char* value = std::getenv("TUTTI_POWER_ROOT");
  return value;
}
const char* shadow() {
  static const char* value = std::getenv("TUTTI_POWER_SHADOW");
  return value;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string path_of(int fd) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : std::string();
}

bool ours(const std::string& path) {
  return root() && shadow() && path.compare(0, std::strlen(root()), root()) == 0;
}

void put(const std::string& name, const void* data, std::size_t size) {
  const std::string part = std::string(shadow()) + "/part-" + std::to_string(getpid()) + "-" +
                           std::to_string(reinterpret_cast<std::uintptr_t>(&name));
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return;
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = write(fd, at, size);
    if (count <= 0) break;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  close(fd);
  rename(part.c_str(), (std::string(shadow()) + "/" + name).c_str());
}

void keep_file(int fd, const struct stat& status) {
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t count =
        pread(fd, content.data() + filled, content.size() - filled, static_cast<off_t>(filled));
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  put("inode-" + std::to_string(status.st_ino), content.data(), filled);
}

// "inode name" a line, with the folder's path in front.
void keep_folder(const std::string& path, const struct stat& status) {
  std::string names = path + "\n";
  if (DIR* folder = opendir(path.c_str())) {
    while (const dirent* entry = readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names += std::to_string(entry->d_ino) + " " + name + "\n";
    }
    closedir(folder);
  }
  put("folder-" + std::to_string(status.st_ino), names.data(), names.size());
}

void remember(int fd) {
  struct stat status{};
  if (!root() || fstat(fd, &status) != 0) return;
  const std::string path = path_of(fd);
  if (!ours(path)) return;
  if (S_ISDIR(status.st_mode)) {
    keep_folder(path, status);
  } else if (S_ISREG(status.st_mode)) {
    keep_file(fd, status);
  }
}

void forget(const char* path) {
  struct stat status{};
  if (!root() || !shadow() || lstat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_nlink != 1)
    return;
  (void)real<int (*)(const char*)>("unlink")(
      (std::string(shadow()) + "/inode-" + std::to_string(status.st_ino)).c_str());
}

}  // namespace

extern "C" {

int fsync(int fd) {
  const int code = real<int (*)(int)>("fsync")(fd);
  if (code == 0) remember(fd);
  return code;
}

int fdatasync(int fd) {
  const int code = real<int (*)(int)>("fdatasync")(fd);
  if (code == 0) remember(fd);
  return code;
}

int unlink(const char* path) {
  forget(path);
  return real<int (*)(const char*)>("unlink")(path);
}

}  // extern "C"
