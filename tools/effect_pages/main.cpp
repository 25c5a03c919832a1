// effect_pages FOLDER writes a page and a picture for every effect; --check FOLDER only compares
// and fails where one is stale, missing or left over.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "engine/registry/effects.h"
#include "tools/effect_pages/measure.h"
#include "tools/effect_pages/page.h"

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** words) {
  const bool check = count == 3 && std::string(words[1]) == "--check";
  if (!check && count != 2) {
    std::fprintf(stderr, "usage: effect_pages [--check] FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = words[count - 1];
  std::map<std::string, std::string> pages;
  for (const auto* info : tutti::registry::effects()) {
    const auto plot = tutti::pages::measure(*info);
    if (plot) pages[std::string(info->id) + ".svg"] = tutti::pages::to_svg(*plot);
    pages[std::string(info->id) + ".md"] = tutti::pages::effect_page(*info, plot.has_value());
  }
  pages["README.md"] = tutti::pages::list_page(tutti::registry::effects());

  int stale = 0;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (pages.contains(entry.path().filename().string())) continue;
    ++stale;
    if (check)
      std::printf("left over: %s\n", entry.path().c_str());
    else
      std::filesystem::remove(entry.path());
  }
  for (const auto& [name, text] : pages) {
    if (read(folder / name) == text) continue;
    ++stale;
    if (check)
      std::printf("stale: %s\n", (folder / name).c_str());
    else
      std::ofstream(folder / name, std::ios::binary) << text;
  }
  if (check && stale > 0) std::printf("Run ./dev docs and commit what it writes.\n");
  return check && stale > 0 ? 1 : 0;
}
