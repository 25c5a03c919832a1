// What endless music is played with, brought from this computer: the SoundFont whose piano it
// takes, and the learned melodist's weights.
//
// Server, workers and command line choose alike, so that what was heard can be made again. Missing
// parts are left out: stream::Materials says what is played then. Blocking; thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/stream/channel.h"

namespace tutti::jobs {

// Names of the materials: equal names, equal sound.
struct MaterialNames {
  std::string soundfont;  // id (native/files/soundfonts.h); empty: none
  std::string model;      // SHA-256 of the weights; empty: none
};

MaterialNames material_names();

struct FoundMaterials {
  stream::Materials materials;
  std::vector<std::string> missing;  // sentences: what is not there, and how to get it
};

// The best SoundFont of this computer (or the one named) and the weights.
FoundMaterials find_materials(const std::string& soundfont = {});

// From bytes: an SF2 or SF3 file of which the grand piano is kept, and the weights as a safetensors
// file. Either may be empty.
Result<stream::Materials> materials_from(std::span<const std::byte> soundfont,
                                         std::span<const std::byte> weights, const Progress& = {});

}  // namespace tutti::jobs
