// Several files in one zip, through descriptors alone: works where nothing may be opened any more.
//
// Entries are stored as they are (sound does not deflate), in the order given, with one fixed date,
// so that the same files give the same bytes. Read and written by libzip; sizes beyond 4 GB are
// ZIP64. Memory does not grow with the sizes. Codes: io.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace tutti::files {

struct ZipEntry {
  std::string name;  // UTF-8, without folders
  int fd;            // read from its beginning; stays the caller's
};

// `fd` is empty, open for reading and writing, and stays the caller's.
Result<void> write_zip(int fd, const std::vector<ZipEntry>& entries);

}  // namespace tutti::files
