#include "native/files/models.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "native/files/sha256.h"

namespace tutti::files {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 256u << 20;

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != 0 ? value : nullptr;
}

std::string own_folder() {
  if (const char* data = variable("XDG_DATA_HOME")) return std::string(data) + "/tutti/models";
  if (const char* home = variable("HOME")) return std::string(home) + "/.local/share/tutti/models";
  return {};
}

std::vector<fs::path> folders() {
  std::vector<fs::path> found;
  if (const char* chosen = variable("TUTTI_MODELS")) found.emplace_back(chosen);
  if (const std::string own = own_folder(); !own.empty()) found.emplace_back(own);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    found.push_back((program.parent_path() / "../share/tutti/models").lexically_normal());
    found.push_back(program.parent_path() / "models");
  }
  found.emplace_back(TUTTI_SOURCE_MODELS);
  return found;
}

}  // namespace

std::string user_models_folder() {
  const char* chosen = variable("TUTTI_MODELS");
  return chosen != nullptr ? chosen : own_folder();
}

Result<std::string> find_model(std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!plain) {
    return Error{Code::wrong_usage, "\"" + std::string(name) + "\" cannot be the name of a model.",
                 "Use lower-case letters, digits, \"-\" and \"_\"."};
  }
  std::string searched;
  for (const fs::path& folder : folders()) {
    const fs::path path = folder / (std::string(name) + ".safetensors");
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path.string();
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  return Error{Code::missing_part,
               "The model \"" + std::string(name) + "\" was not found in " + searched + ".",
               "Put " + std::string(name) +
                   ".safetensors into one of these folders, or name its folder in TUTTI_MODELS."};
}

Result<ModelFile> read_model(std::string_view name) {
  auto path = find_model(name);
  if (!path) return path.error();
  const Error unreadable{Code::io, "The model " + *path + " could not be read.",
                         "Check that the file is whole and may be read."};
  std::error_code error;
  const auto size = fs::file_size(*path, error);
  if (error) return unreadable;
  if (size > kMostBytes) {
    return Error{Code::too_large, "The model " + *path + " is larger than 256 MB.",
                 "Use the file that came with Tutti."};
  }
  ModelFile model;
  model.bytes.resize(static_cast<std::size_t>(size));
  std::ifstream file(*path, std::ios::binary);
  file.read(reinterpret_cast<char*>(model.bytes.data()), static_cast<std::streamsize>(size));
  if (!file || file.gcount() != static_cast<std::streamsize>(size)) return unreadable;
  model.path = std::move(*path);
  model.sha256 = sha256(model.bytes).hex();
  return model;
}

}  // namespace tutti::files
