// A project and its recordings in one file.
#pragma once

#include <string>

#include "cli/command.h"

namespace tutti::cli {

// Reads any file of notes, writes a .tuttiz with the recordings that are found; names the missing
// ones by their tracks.
Result<void> pack_project(const std::string& input, const std::string& output, Session&);

}  // namespace tutti::cli
