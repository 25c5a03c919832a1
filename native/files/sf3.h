// SF3, the SoundFont whose samples are Ogg Vorbis, unpacked in memory to the SF2 it came from.
//
// SF3 is MuseScore's variant of SoundFont 2.04: sample headers with type bit 0x10 give byte
// positions of Ogg streams in the smpl chunk, and loop points relative to the sample's start. The
// result is a plain SF2 with 16-bit samples, the 46 empty points after each that the standard asks
// for, and absolute positions. Memory: about ten times the SF3. Codes: bad_input, too_large,
// cancelled. Thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::files {

bool is_sf3(std::span<const std::byte>);  // a SoundFont with at least one compressed sample
Result<std::vector<std::byte>> sf3_to_sf2(std::span<const std::byte>, const Progress& = {});

}  // namespace tutti::files
