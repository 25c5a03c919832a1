#include "cli/help.h"

#include "engine/base/suggest.h"

namespace tutti::cli {
namespace {

// The deepest command that the arguments name.
const CLI::App& chosen_command(const CLI::App& root) {
  const CLI::App* at = &root;
  for (;;) {
    const auto chosen = at->get_subcommands();
    if (chosen.empty()) return *at;
    at = chosen.front();
  }
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string full_name(const CLI::App& command) {
  std::string name = command.get_name();
  for (const auto* up = command.get_parent(); up != nullptr; up = up->get_parent())
    name = up->get_name() + " " + name;
  return name;
}

// The word that no command and no option took.
std::string stray_word(const CLI::App& root, const CLI::App& command, const CLI::ParseError& error,
                       const std::vector<std::string>& arguments) {
  if (&command == &root) {
    for (const auto& argument : arguments)
      if (argument.empty() || argument[0] != '-') return argument;
  }
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return {};
  // CLI11 lists the words behind a colon and gives them in no other way once parsing has ended.
  const std::string text = error.what();
  const auto colon = text.find(": ");
  if (colon == std::string::npos) return {};
  return text.substr(colon + 2, text.find(' ', colon + 2) - colon - 2);
}

}  // namespace

void style_help(CLI::App& root) {
  auto formatter = std::make_shared<CLI::Formatter>();
  formatter->column_width(32);
  formatter->label("REQUIRED", "");
  formatter->label("Positionals", "Arguments");
  formatter->label("SUBCOMMAND", "COMMAND");
  formatter->label("Subcommands", "Commands");
  formatter->label("TEXT", "");
  root.formatter(formatter);
}

std::vector<const CLI::App*> visible_commands(const CLI::App& root) {
  std::vector<const CLI::App*> visible;
  for (const auto* command : root.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) visible.push_back(command);
  return visible;
}

std::string explain(const CLI::App& root, const CLI::ParseError& error,
                    const std::vector<std::string>& arguments) {
  const CLI::App& command = chosen_command(root);
  const std::string stray = stray_word(root, command, error, arguments);
  std::string text;
  std::string near;
  if (&command == &root && !stray.empty()) {
    text = "There is no command \"" + stray + "\".";
    std::vector<std::string> names;
    for (const auto* known : visible_commands(root)) names.push_back(known->get_name());
    near = suggestion(stray, names);
  } else if (!stray.empty()) {
    if (stray[0] == '-' && stray.size() > 1) {
      text = "There is no option \"" + stray + "\".";
      near = suggestion(stray, option_names(command));
    } else {
      text = "\"" + stray + "\" is one argument too many.";
    }
  } else {
    text = error.what();
    if (!text.empty() && text.back() != '.') text += '.';
  }
  text = "tutti: " + text;
  if (!near.empty()) text += "\nDid you mean \"" + near + "\"?";
  return text + "\nSee: " + full_name(command) + " --help";
}

}  // namespace tutti::cli
