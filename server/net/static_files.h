// The built page from its folder: files in memory, compressed twins, names that may be kept for
// ever.
//
// Only plain files inside the folder are ever given: no links out of it, no hidden files, no
// folders. A file is read again when it changes on disk. Thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tutti::net {

struct StaticFile {
  std::shared_ptr<const std::vector<std::byte>> bytes;
  std::string type;
  std::string etag;
  std::string encoding;    // "br", "gzip" or empty
  bool varies = false;     // there are compressed twins
  bool immutable = false;  // its name holds a hash of its content
};

class StaticFiles {
 public:
  // An empty folder name: there is no page.
  explicit StaticFiles(std::filesystem::path folder);
  bool exists() const { return !folder_.empty(); }

  // `path` is decoded and begins with "/"; "/" is index.html. A null pointer where there is none.
  std::shared_ptr<const StaticFile> find(std::string_view path, std::string_view accept_encoding);

 private:
  struct Kept {
    std::filesystem::file_time_type time;
    std::uintmax_t size = 0;
    std::shared_ptr<const StaticFile> file;
  };
  std::shared_ptr<const StaticFile> read(const std::filesystem::path& path,
                                         const std::string& encoding, std::string_view name);
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

// By the ending of a name.
std::string media_type_of(std::string_view name);
// Whether a header of the form "br, gzip;q=0.5, *;q=0" takes this encoding.
bool accepts(std::string_view accept_encoding, std::string_view encoding);

}  // namespace tutti::net
