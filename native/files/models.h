// Where the learned models' weights are, and their bytes.
//
// A model is one safetensors file named after its task, such as "melody" (engine/compose/
// melody_model.h). Looked for, in this order: the folder named by TUTTI_MODELS, the person's own
// (user_models_folder(), where `tutti models fetch` writes), ../share/tutti/models and models
// beside the program, then the models folder of the source tree that the program was built from.
// Thread-safe; reads the disk at each call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::files {

inline constexpr std::string_view kMelodyModel = "melody";

// Path of the model's weights. missing_part, naming the folders that were searched, where there is
// none; wrong_usage if `name` is not lower-case letters, digits, "-" and "_".
Result<std::string> find_model(std::string_view name);

// Where fetched models go: the folder named by TUTTI_MODELS, else $XDG_DATA_HOME/tutti/models, else
// ~/.local/share/tutti/models; empty where there is no home. It need not exist.
std::string user_models_folder();

struct ModelFile {
  std::string path;
  std::string sha256;  // of all bytes, 64 hex digits
  std::vector<std::byte> bytes;
};

// The weights, whole. As find_model, and io or too_large (over 256 MB) where they cannot be read.
Result<ModelFile> read_model(std::string_view name);

}  // namespace tutti::files
