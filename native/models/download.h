// A file from the network, whole and the right one, or not at all.
//
// By libcurl, loaded when first needed (its some twenty libraries would slow every other command).
// What has arrived stays in "<path>.part" when the line breaks, and the next call goes on from
// there (HTTP ranges); a server that cannot do that is asked from the beginning. The file gets its
// name only when its SHA-256 begins as it must. http and https alone, ten redirects, certificates
// checked; slower than 1 KB/s for a minute counts as broken. Memory: one buffer. Blocking. Codes:
// io (network, disk), bad_input (wrong content), too_large, not_found, missing_part (libcurl),
// cancelled, wrong_usage.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::models {

struct Download {
  std::string url;
  std::string path;           // in a folder that exists
  std::string sha256_prefix;  // hex digits, lower case
  std::uint64_t limit = 300'000'000;
  int attempts = 3;  // after breaks of the line
};

Result<void> download(const Download&, const Progress& = {});

}  // namespace tutti::models
