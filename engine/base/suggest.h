// "Did you mean …?": the known word nearest to a mistyped one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tutti {

// Insertions, deletions, changes and swaps of neighbours that turn `a` into `b`
// (Damerau 1964, the restricted form).
int edit_distance(std::string_view a, std::string_view b);

// The nearest of `known` if it is near enough to be meant, else "".
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace tutti
