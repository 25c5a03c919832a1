#include "native/files/soundfonts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "native/files/atomic_write.h"

namespace tutti::files {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string id_of(const fs::path& path) {
  std::string id = lower(path.stem().string());
  for (char& c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (!plain) c = '-';
  }
  return id;
}

class Finder {
 public:
  void add_folder(const fs::path& folder, bool chosen) {
    std::error_code ignored;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) add_file(path, chosen);
  }

  void add_file(const fs::path& path, bool chosen) {
    const std::string ending = lower(path.extension().string());
    if (ending != ".sf2" && ending != ".sf3") return;
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error || !fs::is_regular_file(real, error) || !seen_.insert(real.string()).second) return;
    FoundSoundFont font;
    font.path = real.string();
    font.bytes = fs::file_size(real, error);
    if (error) return;
    font.id = id_of(real);
    font.compressed = lower(real.extension().string()) == ".sf3";
    font.chosen = chosen;
    for (int n = 2; ids_.count(font.id) != 0; ++n) font.id = id_of(real) + "-" + std::to_string(n);
    ids_.insert(font.id);
    found.push_back(std::move(font));
  }

  std::vector<FoundSoundFont> found;

 private:
  std::set<std::string> seen_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<FoundSoundFont> find_soundfonts() {
  Finder finder;
  std::error_code ignored;
  if (const char* chosen = std::getenv("TUTTI_SOUNDFONT"); chosen != nullptr && *chosen != 0) {
    if (fs::is_directory(chosen, ignored)) {
      finder.add_folder(chosen, true);
    } else {
      finder.add_file(chosen, true);
    }
  }
  std::vector<fs::path> roots;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != 0) {
    roots.emplace_back(data);
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0) {
    roots.push_back(fs::path(home) / ".local/share");
  }
  roots.emplace_back("/usr/local/share");
  roots.emplace_back("/usr/share");
  for (const auto& root : roots) {
    for (const char* folder : {"sounds/sf2", "sounds/sf3", "soundfonts"})
      finder.add_folder(root / folder, false);
  }
  std::stable_sort(finder.found.begin(), finder.found.end(),
                   [](const FoundSoundFont& a, const FoundSoundFont& b) {
                     if (a.chosen != b.chosen) return a.chosen;
                     if (a.compressed != b.compressed) return !a.compressed;
                     return a.bytes > b.bytes;
                   });
  return std::move(finder.found);
}

Result<FoundSoundFont> choose_soundfont(const std::string& wanted) {
  const Error missing{Code::missing_part, "No SoundFont is installed, so there are no instruments.",
                      "Install one: sudo apt install timgm6mb-soundfont (5 MB) or "
                      "fluid-soundfont-gm (120 MB), or name an .sf2 file."};
  if (wanted.empty()) {
    auto found = find_soundfonts();
    if (found.empty()) return missing;
    return std::move(found.front());
  }
  std::error_code error;
  if (fs::is_regular_file(wanted, error)) {
    FoundSoundFont font;
    font.path = fs::canonical(wanted, error).string();
    if (error) font.path = wanted;
    font.bytes = fs::file_size(wanted, error);
    font.id = id_of(wanted);
    font.compressed = lower(fs::path(wanted).extension().string()) == ".sf3";
    font.chosen = true;
    return font;
  }
  auto found = find_soundfonts();
  for (auto& font : found) {
    if (font.id == lower(wanted)) return std::move(font);
  }
  std::string names;
  for (const auto& font : found) names += (names.empty() ? "" : ", ") + font.id;
  return Error{
      Code::not_found, "There is no SoundFont \"" + wanted + "\".",
      names.empty() ? missing.next : "Give a path to an .sf2 file, or one of: " + names + "."};
}

}  // namespace tutti::files
