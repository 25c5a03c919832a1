// Files that are either the old one or the whole new one, whenever the power goes.
//
// The new content is written to an unnamed file in the target's folder (O_TMPFILE, so that even a
// killed process leaves nothing; a hidden named one where the file system cannot), synced, renamed
// over the target, and the folder is synced. A link is followed and its target replaced. Where the
// target is no plain file (a pipe, /dev/null, "-" for standard output) the content is gathered in
// an unnamed temporary file and copied out at commit(). Not thread-safe; codes: io, not_found.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::files {

class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path);
  // Gathers the content and copies it to an open descriptor, which stays the caller's, at commit().
  static Result<AtomicFile> copying_to(int fd);
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) noexcept;
  ~AtomicFile();  // without commit() everything is thrown away

  int fd() const;  // seekable; stays this object's
  Result<void> write(std::span<const std::byte>);
  Result<void> commit();

 private:
  struct State;
  explicit AtomicFile(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

Result<void> write_file(const std::string& path, std::span<const std::byte>);
Result<void> write_file(const std::string& path, std::string_view text);

// A whole file ("-": standard input) of at most `limit` bytes; too_large above it.
Result<std::vector<std::byte>> read_file(const std::string& path, std::size_t limit = 200'000'000);
// Its first bytes, at most `most`.
Result<std::vector<std::byte>> read_head(const std::string& path, std::size_t most);
// A whole file from an open descriptor, from where it stands. A signal (Ctrl-C) that arrives while
// a pipe is silent ends the reading with cancelled.
Result<std::vector<std::byte>> read_descriptor(int fd, const std::string& name,
                                               std::size_t limit = 200'000'000);

// An unnamed temporary file, read and written, gone when it is closed: in TMPDIR, /tmp or /var/tmp.
// The descriptor is the caller's; -1 if there is no room for one.
int scratch_file();
// For a process that is about to lose the right to open files: scratch_file() hands out these first
// (empty files, open for reading and writing). Not while another thread may ask for one.
void lend_scratch_files(std::vector<int> descriptors);

// Every byte to a descriptor (retried on EINTR and short writes). A closed pipe is io.
Result<void> write_all(int fd, std::span<const std::byte>);

}  // namespace tutti::files
