// Where the server's library lies.
#pragma once

#include <filesystem>
#include <string>

namespace tutti::cli {

// `given`, else $XDG_DATA_HOME/tutti, else ~/.local/share/tutti.
std::filesystem::path data_folder(const std::string& given);

}  // namespace tutti::cli
