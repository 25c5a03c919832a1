// Which SoundFonts this computer has, and how to get one.
//
// Looked for, in this order: TUTTI_SOUNDFONT (a file or a folder), the person's own folders
// (~/.local/share/sounds/sf2, sf3 and soundfonts), then /usr/local/share and /usr/share
// (sounds/sf2, sounds/sf3, soundfonts). A file reached by several names (Debian's default-GM links)
// is listed once, under its real name. Only names and sizes are read here; engine/instruments reads
// the files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace tutti::files {

struct FoundSoundFont {
  std::string id;    // file name without ending, lower case, spaces as "-": stable in URLs
  std::string path;  // real path
  std::uint64_t bytes = 0;
  bool compressed = false;  // SF3: samples as Ogg Vorbis, see sf3.h
  bool chosen = false;      // by TUTTI_SOUNDFONT
};

// Best first: the chosen ones, then by size (within SF2, then SF3), which in practice is quality.
std::vector<FoundSoundFont> find_soundfonts();

// The one to use: `wanted` as a path or as an id where given, else the best found. missing_part
// with the command that installs one.
Result<FoundSoundFont> choose_soundfont(const std::string& wanted = {});

}  // namespace tutti::files
