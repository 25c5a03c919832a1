// Models that are fetched rather than shipped: their official addresses, and the way from there to
// a file that files::find_model finds.
//
// fetch(): each checkpoint is downloaded (or taken from a mirror or a file), compared with its
// SHA-256, read as data (checkpoint.h), written as safetensors in 16 bits into
// files::user_models_folder(), loaded once by `check`, and only then given its name; the checkpoint
// is deleted. Of a model of several files those that are here already are not fetched again, unless
// `from` is given. What goes wrong leaves no half file, but for the part of a download that broke,
// which the next call goes on from. Blocking; codes of download.h and checkpoint.h.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::models {

struct PublicFile {
  std::string model;          // by find_model's names: "htdemucs_ft_drums"
  std::string file;           // at the address: "f7e0c4bc-ba3fe64a.th"
  std::string sha256_prefix;  // as the name of the file has it
};
struct PublicModel {
  std::string id, title, licence, address;  // the address ends with "/"
  std::vector<PublicFile> files;
  double megabytes = 0;  // to be downloaded, about
};

// htdemucs and htdemucs_ft.
const std::vector<PublicModel>& public_models();
// wrong_usage naming the choices.
Result<const PublicModel*> public_model(std::string_view id);

// Loads the converted weights as they will be used; an error keeps them from being installed.
using Check = std::function<Result<void>(std::span<const std::byte> safetensors)>;

struct FetchOptions {
  std::string from;  // a mirror's folder (or file, if the model has one), a folder or a file here
  Check check;
};
// The paths that were written.
Result<std::vector<std::string>> fetch(const PublicModel&, const FetchOptions&,
                                       const Progress& = {});

// Paths of the model's files in the user's own folder.
std::vector<std::string> own_files(const PublicModel&);
// Deletes them, and parts of downloads; answers what is gone. not_found where there was nothing.
Result<std::vector<std::string>> remove(const PublicModel&);

}  // namespace tutti::models
