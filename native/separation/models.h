// Which separators there are, whether their weights are here, and one of them ready to work.
//
// instant    the band-split network that comes with Tutti
// classical  no weights: harmonic-percussive, centre and pitch; baseline and fallback
// htdemucs   Hybrid Transformer Demucs, public weights, fetched by `tutti models fetch htdemucs`
// htdemucs_ft  four of them, each fine-tuned for one stem: four times the work
//
// Weights are found by native/files/models.h (htdemucs.safetensors; htdemucs_ft_drums.safetensors …
// for the bag). Reads the disk at each call; thread-safe. A separator is built once, is const and
// may be shared by threads; building it reads all its weights, so that a process which will be
// locked down builds it before.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/separate/separator.h"

namespace tutti::separation {

struct SeparatorInfo {
  std::string id;
  std::string name;     // "HTDemucs (fine-tuned)"
  std::string quality;  // a sentence for a person who chooses
  bool installed = false;
  std::string version;     // of the weights that are there, empty where none are: for cache keys
  std::string how_to_get;  // a sentence, empty where it is installed
};

// Best quality last: classical, instant, htdemucs, htdemucs_ft.
std::vector<SeparatorInfo> separators();
// wrong_usage naming the choices where there is none of that name.
Result<SeparatorInfo> separator_info(std::string_view id);

// missing_part with how to get the weights, bad_input for a broken file, wrong_usage for an unknown
// name.
Result<std::unique_ptr<separate::Separator>> make_separator(std::string_view id);

}  // namespace tutti::separation
