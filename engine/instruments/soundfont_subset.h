// A small SoundFont with only some presets of a large one: what the page loads per instrument.
//
// A preset played from the subset sounds bit for bit as from the whole file: generators, modulators
// and sample frames (with the specification's guard frames around them) are kept as they are. Pure;
// allocates; thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/instruments/soundfont.h"

namespace tutti::instruments {

// Fails with not_found, naming the preset, if one of them is not in `font`; wrong_usage if none is
// asked for. The bytes are a valid SF2 file for any player.
Result<std::vector<std::byte>> subset_soundfont(const SoundFont& font,
                                                std::span<const PresetId> presets);

}  // namespace tutti::instruments
