// The stems of songs on disk: whole or not there, and together within a limit.
//
//   DIR/stems/<id>/drums.wav bass.wav other.wav vocals.wav   16 bit, stereo, 44.1 or 48 kHz
//   DIR/stems/<id>/about.json                                what is known of the song (StemsAbout)
//   DIR/stems/<id>/without-drums.mp3 …                       files made of them on request
//   DIR/stems/tmp/<id>/                                      the same while it is being made
//
// `id` is the hash of the recording, the model and the version of its weights, so that what is
// asked for twice is known at once. A folder gets its name when all of it is synced; whoever dies
// before leaves something in tmp/ only, which sweep() removes. What was not asked for longest goes
// first when the limit is passed (the table `stems` of the library knows when). Readers of a folder
// that is dropped keep what they have opened.
//
// Thread-safe; several processes may share the folder. Codes: io (disk full says so), not_found.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/separate/separator.h"
#include "server/store/store.h"

namespace tutti::jobs {

inline constexpr std::int64_t kStemsLimit = 20'000'000'000;

struct StemsAbout {
  int rate = 0;               // of the files; 0: not known yet
  double seconds = 0;         // of the song, as its file claims until it has been decoded
  std::int64_t frames = 0;    // of the files, once they are whole
  std::string title, artist;  // of the recording's tags
};
std::string to_text(const StemsAbout&);
StemsAbout stems_about_from_text(std::string_view);

// A folder that is being filled. One thread at a time.
class StemsFolder {
 public:
  StemsFolder(StemsFolder&&) noexcept;
  StemsFolder& operator=(StemsFolder&&) noexcept;
  ~StemsFolder();  // without StemsCache::keep() nothing is left behind

  int stem(separate::Stem) const;  // descriptors to read and write, this object's
  int about() const;

 private:
  friend class StemsCache;
  StemsFolder() = default;
  void leave();
  std::string id_;
  std::filesystem::path path_;
  int folder_ = -1;  // its descriptor: the lock that says somebody is at work
  std::vector<int> files_;
};

// A file that is being made of stems, likewise.
class StemsFile {
 public:
  StemsFile(StemsFile&&) noexcept;
  StemsFile& operator=(StemsFile&&) noexcept;
  ~StemsFile();
  int fd() const { return fd_; }

 private:
  friend class StemsCache;
  StemsFile() = default;
  std::filesystem::path path_;  // empty once it has its name
  int fd_ = -1;
};

class StemsCache {
 public:
  // In the library's folder. `limit`: bytes of all that is kept.
  explicit StemsCache(store::Store&, std::int64_t limit = kStemsLimit);

  static std::string id_of(std::string_view blob, std::string_view model, std::string_view version);
  static bool valid_id(std::string_view id);  // 32 lower-case hex digits

  std::int64_t limit() const { return limit_; }
  // Of a whole folder; whether or not there.
  std::filesystem::path path(const std::string& id, const std::string& file) const;
  bool has(const std::string& id) const;
  // Opens a stem to read, whole or as far as it is made. not_found.
  struct Opened {
    int fd = -1;  // the caller's
    bool whole = false;
  };
  Result<Opened> open_stem(const std::string& id, separate::Stem) const;
  // What is known so far; nothing where nothing has begun.
  std::optional<StemsAbout> about(const std::string& id) const;
  // Frames of all four stems that can be read now.
  std::int64_t ready_frames(const std::string& id) const;

  Result<StemsFolder> begin(const std::string& id);
  // Syncs, and gives it its name in place of what had it; conflict where another took it over. The
  // bytes that it takes.
  Result<std::int64_t> keep(StemsFolder&&);
  // A file made of stems that are there, such as without-drums.mp3. not_found without them.
  Result<StemsFile> begin_file(const std::string& id);
  Result<std::int64_t> keep_file(const std::string& id, const std::string& name, StemsFile&&);

  Result<void> drop(const std::string& id);
  // Drops what was not asked for longest until the rest fits; `stays` is not touched. How many
  // went.
  Result<int> make_room(const std::string& stays);
  // What dead processes left.
  void sweep();

 private:
  store::Store& store_;
  std::filesystem::path folder_;
  std::int64_t limit_;
};

// Where the samples of one of our files begin and how many bytes of them there are now.
struct StemBytes {
  std::int64_t first = 0, count = 0;
  int rate = 0;
};
Result<StemBytes> stem_bytes(int fd);

}  // namespace tutti::jobs
