#include "native/models/store.h"

#include <filesystem>
#include <system_error>

#include "engine/base/suggest.h"
#include "engine/nn/safetensors.h"
#include "native/files/atomic_write.h"
#include "native/files/models.h"
#include "native/files/sha256.h"
#include "native/models/checkpoint.h"
#include "native/models/download.h"

namespace tutti::models {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCheckpoint = 512u << 20;

Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [whole, from, to](double fraction, std::string_view sentence) {
    return whole(from + (to - from) * fraction, sentence);
  };
}

Result<std::string> folder() {
  const std::string folder = files::user_models_folder();
  if (folder.empty()) {
    return Error{Code::io, "There is no home folder for the models.",
                 "Name a folder in TUTTI_MODELS."};
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    return Error{Code::io, "The folder \"" + folder + "\" could not be made.",
                 "Name another folder in TUTTI_MODELS."};
  }
  return folder;
}

bool is_address(const std::string& from) {
  return from.starts_with("http://") || from.starts_with("https://");
}

// A checkpoint's bytes, from the network or from here.
Result<std::vector<std::byte>> checkpoint_bytes(const PublicModel& model, const PublicFile& file,
                                                const std::string& from, const std::string& place,
                                                const Progress& progress) {
  std::string source = from.empty() ? model.address : from;
  const bool names_file = source.ends_with(".th");
  if (names_file && model.files.size() > 1) {
    return Error{Code::wrong_usage,
                 model.id + " consists of " + std::to_string(model.files.size()) + " files.",
                 "Name the folder that has them all after --from."};
  }
  if (is_address(source)) {
    if (!names_file) source += (source.ends_with("/") ? "" : "/") + file.file;
    Download wanted;
    wanted.url = source;
    wanted.path = place + "/" + file.file;
    wanted.sha256_prefix = file.sha256_prefix;
    auto fetched = download(wanted, progress);
    if (!fetched) return fetched.error();
    auto bytes = files::read_file(wanted.path, kMostCheckpoint);
    std::error_code ignored;
    fs::remove(wanted.path, ignored);
    return bytes;
  }
  std::error_code error;
  if (fs::is_directory(source, error)) source += "/" + file.file;
  auto bytes = files::read_file(source, kMostCheckpoint);
  if (!bytes) return bytes.error();
  const std::string hash = files::sha256(*bytes).hex();
  if (!hash.starts_with(file.sha256_prefix)) {
    return Error{Code::bad_input,
                 "\"" + source + "\" is not the file " + file.file + ": its SHA-256 is " +
                     hash.substr(0, 16) + "… and should begin with " + file.sha256_prefix + ".",
                 "Fetch it again, or leave --from away."};
  }
  return bytes;
}

std::string version_of(const PublicFile& file) {
  return file.file.substr(0, file.file.find('-'));
}

// Whether a fetch before this one has brought the file already.
bool is_here(const std::string& path, const std::string& version) {
  const auto bytes = files::read_file(path, kMostCheckpoint);
  if (!bytes) return false;
  const auto weights = nn::Safetensors::read(*bytes);
  if (!weights || weights->metadata("version") != version) return false;
  const auto whole = tensors_whole(*bytes);
  return whole && *whole;
}

}  // namespace

const std::vector<PublicModel>& public_models() {
  static const std::string address = "https://dl.fbaipublicfiles.com/demucs/hybrid_transformer/";
  static const auto file = [](const char* model, const char* signature, const char* checksum) {
    return PublicFile{model, std::string(signature) + "-" + checksum + ".th", checksum};
  };
  static const std::vector<PublicModel> all = {
      {"htdemucs",
       "HTDemucs by Meta (Rouard, Massa, Défossez 2022)",
       "MIT",
       address,
       {file("htdemucs", "955717e8", "8726e21a")},
       84},
      {"htdemucs_ft",
       "HTDemucs by Meta, fine-tuned for each stem",
       "MIT",
       address,
       {file("htdemucs_ft_drums", "f7e0c4bc", "ba3fe64a"),
        file("htdemucs_ft_bass", "d12395a8", "e57c48e6"),
        file("htdemucs_ft_other", "92cfc3b6", "ef3bcb9c"),
        file("htdemucs_ft_vocals", "04573f0d", "f3cf25b2")},
       336}};
  return all;
}

Result<const PublicModel*> public_model(std::string_view id) {
  std::vector<std::string> names;
  for (const auto& model : public_models()) {
    if (model.id == id) return &model;
    names.push_back(model.id);
  }
  const std::string near = suggestion(id, names);
  return Error{Code::wrong_usage, "There is no model \"" + std::string(id) + "\" to be fetched.",
               near.empty() ? "Choose htdemucs or htdemucs_ft." : "Did you mean \"" + near + "\"?"};
}

Result<std::vector<std::string>> fetch(const PublicModel& model, const FetchOptions& options,
                                       const Progress& progress) {
  auto place = folder();
  if (!place) return place.error();
  std::vector<std::string> paths;
  const double share = 1.0 / static_cast<double>(model.files.size());
  for (std::size_t i = 0; i < model.files.size(); ++i) {
    const auto& file = model.files[i];
    const double from = static_cast<double>(i) * share;
    paths.push_back(*place + "/" + file.model + ".safetensors");
    if (options.from.empty() && is_here(paths.back(), version_of(file))) continue;
    auto bytes = checkpoint_bytes(model, file, options.from, *place,
                                  part_of(progress, from, from + 0.9 * share));
    if (!bytes) return bytes.error();
    if (progress && !progress(from + 0.9 * share, "Reading the weights"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
    auto checkpoint = read_checkpoint(*bytes);
    if (!checkpoint) return checkpoint.error();
    bytes->clear();
    bytes->shrink_to_fit();
    const auto converted =
        to_safetensors(*checkpoint, {file.model, file.file.substr(0, file.file.find('-')),
                                     model.licence, model.address + file.file});
    checkpoint->tensors.clear();
    if (options.check) {
      auto checked = options.check(converted);
      if (!checked) return checked.error();
    }
    auto out = files::AtomicFile::create(paths.back());
    if (!out) return out.error();
    auto written = out->write(converted);
    if (!written) return written.error();
    auto committed = out->commit();
    if (!committed) return committed.error();
  }
  if (progress) progress(1, "Done");
  return paths;
}

std::vector<std::string> own_files(const PublicModel& model) {
  std::vector<std::string> found;
  const std::string place = files::user_models_folder();
  for (const auto& file : model.files) {
    for (const std::string& name : {file.model + ".safetensors", file.file + ".part"}) {
      std::error_code error;
      if (!place.empty() && fs::is_regular_file(place + "/" + name, error))
        found.push_back(place + "/" + name);
    }
  }
  return found;
}

Result<std::vector<std::string>> remove(const PublicModel& model) {
  auto found = own_files(model);
  if (found.empty()) {
    return Error{Code::not_found, model.id + " is not in " + files::user_models_folder() + ".",
                 "See what is installed, and where, with: tutti models list"};
  }
  for (const auto& path : found) {
    std::error_code error;
    fs::remove(path, error);
    if (error) {
      return Error{Code::io, "\"" + path + "\" could not be deleted.",
                   "Check that you may write there."};
    }
  }
  return found;
}

}  // namespace tutti::models
