// Reading the plain text tables that reference annotations come in. Internal to evaluate*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::analysis {

// Rows of numbers separated by tabs, spaces, commas or semicolons; empty lines and # comments are
// skipped, and so is a first line of column names. Errors name the line.
Result<std::vector<std::vector<double>>> read_table(std::string_view text, std::size_t min_columns);

// A decimal number in the C locale, the whole of `text`; correct to the last bit or so for the up
// to 17 digits that annotations carry. False when it is not a number.
bool read_number(std::string_view text, double& value);

double harmonic_mean(double precision, double recall);

}  // namespace tutti::analysis
