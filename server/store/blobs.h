// Bytes under their own SHA-256: recordings, SoundFont parts, results. Never changed, so a name
// always means the same bytes.
//
// A new blob is streamed to a temporary file, hashed on the way, synced, renamed to its name, and
// its folder synced; only then is it there. Thread-safe; one BlobWriter belongs to one thread at a
// time. Codes: io, too_large, not_found, bad_input (not the hash that was announced).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "engine/base/result.h"

namespace tutti::store {

// The system calls that make a blob durable; tests put failing ones in their place.
struct FileCalls {
  long (*write)(int, const void*, std::size_t) = nullptr;
  int (*sync)(int) = nullptr;
  int (*rename)(const char*, const char*) = nullptr;
};

struct BlobInfo {
  std::string sha256;
  std::int64_t size = 0;
};

class BlobWriter {
 public:
  BlobWriter(BlobWriter&&) noexcept;
  BlobWriter& operator=(BlobWriter&&) noexcept;
  ~BlobWriter();  // without finish() nothing is left behind

  Result<void> write(std::span<const std::byte>);
  std::int64_t size() const;
  // The blob is durable when this succeeds. `expected`: the hash that was announced, or empty.
  Result<BlobInfo> finish(const std::string& expected = {});
  int fd() const;  // for a sandboxed child that writes by itself; Blobs::adopt() ends it then

 private:
  friend class Blobs;
  struct State;
  explicit BlobWriter(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

class Blobs {
 public:
  static Result<std::unique_ptr<Blobs>> open(const std::filesystem::path& folder, const FileCalls&);
  ~Blobs();

  Result<BlobWriter> create(std::int64_t limit);
  Result<BlobInfo> put(std::span<const std::byte>);
  // Hashes and keeps what another process wrote into the writer's fd.
  Result<BlobInfo> adopt(BlobWriter&&);

  Result<BlobInfo> info(const std::string& sha256) const;
  std::filesystem::path path(const std::string& sha256) const;  // whether or not it is there
  Result<int> open_blob(const std::string& sha256) const;       // read only; the caller closes it
  static bool valid_name(const std::string& sha256);            // 64 lower-case hex digits

 private:
  explicit Blobs(std::filesystem::path folder, const FileCalls& calls);
  std::filesystem::path folder_;
  FileCalls calls_;
};

}  // namespace tutti::store
