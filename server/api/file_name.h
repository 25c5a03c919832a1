// Names for files that are offered for saving.
#pragma once

#include <string>
#include <string_view>

namespace tutti::api {

// A name that every file system takes, made of a title; "tutti" where nothing is left of it.
std::string file_name_of(std::string_view title);
// Without its ending (".wav"), if it has one.
std::string_view without_ending(std::string_view file_name);

}  // namespace tutti::api
