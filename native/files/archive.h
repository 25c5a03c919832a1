// A project with its recordings in one file, .tuttiz: a zip of "project.tutti" and of recordings
// "audio/<SHA-256>.<ending>".
//
// Read and written by libzip. Reading unpacks into a folder of its own in TMPDIR (or /var/tmp) that
// goes with the object; a name that would lead elsewhere is left out, and more than `limit` bytes
// in all are refused (too_large). Codes: bad_input, too_large, io, not_found.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::files {

bool is_archive(std::span<const std::byte> head);  // begins like a zip

class Unpacked {
 public:
  static Result<Unpacked> open(const std::string& path,
                               std::uint64_t limit = std::uint64_t{1} << 40);
  Unpacked(Unpacked&& other) noexcept;
  Unpacked& operator=(Unpacked&&) = delete;
  ~Unpacked();

  std::string project() const { return folder_ + "/project.tutti"; }
  std::string audio_folder() const { return folder_ + "/audio"; }

 private:
  explicit Unpacked(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
};

struct ArchivedRecording {
  std::string sha256;
  std::string path;
};
// Recordings are stored as they are, the project is deflated.
Result<void> write_archive(const std::string& path, std::string_view project_text,
                           const std::vector<ArchivedRecording>&);

}  // namespace tutti::files
