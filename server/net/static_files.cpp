#include "server/net/static_files.h"

#include <fstream>
#include <system_error>

namespace tutti::net {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargestFile = 64u << 20;

// FNV-1a, 64 bit: an ETag must differ between contents, not withstand forgers.
std::string etag_of(const std::vector<std::byte>& bytes, std::string_view encoding) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const std::byte byte : bytes)
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3ull;
  char text[48];
  std::snprintf(text, sizeof text, "\"%016llx-%llx%s\"", static_cast<unsigned long long>(hash),
                static_cast<unsigned long long>(bytes.size()),
                encoding.empty()   ? ""
                : encoding == "br" ? "-b"
                                   : "-g");
  return text;
}

// Vite writes what may be kept for ever into assets/ with a hash in the name: index-B3x9aQ2k.js.
bool hashed(std::string_view path) {
  if (!path.starts_with("/assets/")) return false;
  const std::size_t dot = path.rfind('.'), dash = path.rfind('-', dot);
  return dot != std::string_view::npos && dash != std::string_view::npos && dot - dash > 8;
}

}  // namespace

std::string media_type_of(std::string_view name) {
  const std::string_view ending = name.substr(std::min(name.size(), name.rfind('.')));
  static constexpr std::pair<std::string_view, const char*> known[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".wav", "audio/wav"},
      {".mid", "audio/midi"},
      {".sf2", "audio/x-soundfont"}};
  for (const auto& [suffix, type] : known)
    if (ending == suffix) return type;
  return "application/octet-stream";
}

bool accepts(std::string_view header, std::string_view encoding) {
  while (!header.empty()) {
    std::string_view item = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), item.size() + 1));
    const std::string_view parameters = item.substr(std::min(item.size(), item.find(';')));
    item = item.substr(0, item.find(';'));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (item != encoding) continue;
    const std::size_t q = parameters.find("q=");
    if (q == std::string_view::npos) return true;
    return parameters.substr(q + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

StaticFiles::StaticFiles(fs::path folder) {
  std::error_code code;
  if (!folder.empty()) folder_ = fs::canonical(folder, code);
  if (code) folder_.clear();
}

std::shared_ptr<const StaticFile> StaticFiles::read(const fs::path& path,
                                                    const std::string& encoding,
                                                    std::string_view name) {
  std::error_code code;
  const fs::path real = fs::canonical(path, code);
  if (code || real.string().rfind(folder_.string() + "/", 0) != 0) return nullptr;
  const fs::file_status status = fs::status(real, code);
  if (code || !fs::is_regular_file(status)) return nullptr;
  const auto size = fs::file_size(real, code);
  const auto time = fs::last_write_time(real, code);
  if (code || size > kLargestFile) return nullptr;
  std::lock_guard lock(mutex_);
  Kept& kept = kept_[real.string()];
  if (kept.file && kept.size == size && kept.time == time) return kept.file;
  std::ifstream stream(real, std::ios::binary);
  auto bytes = std::make_shared<std::vector<std::byte>>(size);
  stream.read(reinterpret_cast<char*>(bytes->data()), static_cast<std::streamsize>(size));
  if (!stream || static_cast<std::uintmax_t>(stream.gcount()) != size) return nullptr;
  auto file = std::make_shared<StaticFile>();
  file->etag = etag_of(*bytes, encoding);
  file->bytes = std::move(bytes);
  file->type = media_type_of(name);
  file->encoding = encoding;
  file->immutable = hashed(name);
  kept = {time, size, file};
  return file;
}

std::shared_ptr<const StaticFile> StaticFiles::find(std::string_view path,
                                                    std::string_view accept_encoding) {
  if (folder_.empty() || path.empty() || path[0] != '/') return nullptr;
  std::string name(path);
  if (name.back() == '/') name += "index.html";
  // Hidden files, and anything that would step out, are not there. (The path came decoded.)
  if (name.find("/.") != std::string::npos || name.find('\0') != std::string::npos ||
      name.find('\\') != std::string::npos)
    return nullptr;
  const fs::path file = folder_ / name.substr(1);
  std::error_code code;
  if (!fs::is_regular_file(file, code)) return nullptr;
  bool twins = false;
  for (const auto& [encoding, ending] :
       {std::pair<std::string, const char*>{"br", ".br"}, {"gzip", ".gz"}}) {
    fs::path twin = file;
    twin += ending;
    if (!fs::is_regular_file(twin, code)) continue;
    twins = true;
    if (!accepts(accept_encoding, encoding)) continue;
    // A twin older than its file was made of another one.
    if (fs::last_write_time(twin, code) < fs::last_write_time(file, code)) continue;
    if (auto found = read(twin, encoding, name)) {
      auto varied = std::make_shared<StaticFile>(*found);
      varied->varies = true;
      return varied;
    }
  }
  auto plain = read(file, "", name);
  if (!plain || !twins) return plain;
  auto varied = std::make_shared<StaticFile>(*plain);
  varied->varies = true;
  return varied;
}

}  // namespace tutti::net
