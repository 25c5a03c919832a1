#include "native/files/archive.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "native/files/atomic_write.h"

namespace tutti::files {
namespace {

namespace fs = std::filesystem;

struct Discard {
  void operator()(zip_t* archive) const { ::zip_discard(archive); }
  void operator()(zip_file_t* file) const { ::zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Entry = std::unique_ptr<zip_file_t, Discard>;

Error damaged(const std::string& path, const std::string& what) {
  return {Code::bad_input, "\"" + path + "\" is damaged: " + what + ".",
          "Copy or export it again; a damaged download often ends early."};
}

// "project.tutti", or a plain name in audio/.
bool wanted(std::string_view name) {
  if (name == "project.tutti") return true;
  if (!name.starts_with("audio/")) return false;
  name.remove_prefix(6);
  return !name.empty() && name.size() < 200 && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<void> unpack(zip_t* archive, zip_uint64_t index, const std::string& to,
                    const std::string& shown, std::uint64_t& budget) {
  const Entry entry(::zip_fopen_index(archive, index, 0));
  if (!entry) return damaged(shown, "a file in it cannot be read");
  const int fd = ::open(to.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Error{Code::io, "\"" + to + "\" could not be made.", "Check the disk of TMPDIR."};
  }
  std::vector<std::byte> buffer(1 << 18);
  Result<void> done;
  for (;;) {
    const auto got = ::zip_fread(entry.get(), buffer.data(), buffer.size());
    if (got == 0) break;
    if (got < 0) {
      done = damaged(shown, "a file in it cannot be read to its end");
      break;
    }
    if (static_cast<std::uint64_t>(got) > budget) {
      done = Error{Code::too_large, "\"" + shown + "\" holds more than can be unpacked.",
                   "Unpack it by hand and mix the project inside."};
      break;
    }
    budget -= static_cast<std::uint64_t>(got);
    done = write_all(fd, std::span(buffer).first(static_cast<std::size_t>(got)));
    if (!done) break;
  }
  ::close(fd);
  return done;
}

}  // namespace

bool is_archive(std::span<const std::byte> head) {
  return head.size() >= 4 && std::memcmp(head.data(), "PK\x03\x04", 4) == 0;
}

Unpacked::Unpacked(Unpacked&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}

Unpacked::~Unpacked() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

Result<Unpacked> Unpacked::open(const std::string& path, std::uint64_t limit) {
  int code = 0;
  const Archive archive(::zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive) return damaged(path, "it is no complete zip archive");
  const char* chosen = std::getenv("TMPDIR");
  std::string folder =
      std::string(chosen != nullptr && *chosen != 0 ? chosen : "/var/tmp") + "/tutti-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return Error{Code::io, "No folder for unpacking could be made.",
                 "Set TMPDIR to a folder on a disk with room."};
  }
  Unpacked out(folder);
  std::error_code ignored;
  fs::create_directory(out.audio_folder(), ignored);
  bool project = false;
  const auto count = ::zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    const char* name = ::zip_get_name(archive.get(), index, 0);
    if (name == nullptr || !wanted(name)) continue;
    const std::string to = folder + "/" + name;
    if (fs::exists(to, ignored)) continue;  // a name that stands there twice
    project = project || std::strcmp(name, "project.tutti") == 0;
    if (auto ok = unpack(archive.get(), index, to, path, limit); !ok) return ok.error();
  }
  if (!project) return damaged(path, "there is no project.tutti in it");
  return out;
}

Result<void> write_archive(const std::string& path, std::string_view project_text,
                           const std::vector<ArchivedRecording>& recordings) {
  const Error failed{Code::io, "\"" + path + "\" could not be written.",
                     "Check that there is room on the disk and that you may write there."};
  // libzip writes to a temporary name beside it and renames at the end.
  int code = 0;
  Archive archive(::zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive) return failed;
  auto* text = ::zip_source_buffer(archive.get(), project_text.data(), project_text.size(), 0);
  if (text == nullptr ||
      ::zip_file_add(archive.get(), "project.tutti", text, ZIP_FL_ENC_UTF_8) < 0) {
    ::zip_source_free(text);
    return failed;
  }
  for (const auto& recording : recordings) {
    auto* source = ::zip_source_file(archive.get(), recording.path.c_str(), 0, -1);
    const std::string name =
        "audio/" + recording.sha256 + fs::path(recording.path).extension().string();
    const auto index = source == nullptr
                           ? -1
                           : ::zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      ::zip_source_free(source);
      return failed;
    }
    ::zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  if (::zip_close(archive.get()) != 0) return failed;
  (void)archive.release();  // closed
  return {};
}

}  // namespace tutti::files
