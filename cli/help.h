// How help and wrong usage look, and the mending of mistyped commands.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace tutti::cli {

// Widths, words and order of the help texts of the whole program.
void style_help(CLI::App& root);

// A range check whose bounds stay out of the list of options.
template <class Number>
CLI::Validator within(Number low, Number high) {
  return CLI::Range(low, high).description("");
}

// Commands that a person may see, in the order they were added.
std::vector<const CLI::App*> visible_commands(const CLI::App& root);

// What to say for arguments that could not be parsed: the fault, a suggestion where one is near,
// and where the help is. Two or three lines without a final newline.
std::string explain(const CLI::App& root, const CLI::ParseError& error,
                    const std::vector<std::string>& arguments);

}  // namespace tutti::cli
