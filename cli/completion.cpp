// `tutti completion`: what the shells need to finish commands and options at the Tab key, made from
// the commands themselves.
#include <string>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"

namespace tutti::cli {
namespace {

// "'" inside single quotes of a shell.
std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

struct Word {
  std::string name;  // with its dashes
  std::string description;
  bool takes_value = false;
};

std::vector<Word> options_of(const CLI::App& command) {
  std::vector<Word> words;
  for (const auto* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // not for people
    const bool value = option->get_items_expected_max() > 0;
    for (const auto& name : option->get_lnames())
      words.push_back({"--" + name, option->get_description(), value});
    for (const auto& name : option->get_snames())
      words.push_back({"-" + name, option->get_description(), value});
  }
  return words;
}

std::string bash_script(const CLI::App& root) {
  std::string names, cases;
  for (const auto* command : visible_commands(root)) {
    names += command->get_name() + " ";
    std::string words, values;
    for (const auto& word : options_of(*command)) {
      words += word.name + " ";
      if (word.takes_value) values += (values.empty() ? "" : "|") + word.name;
    }
    cases += "    " + command->get_name() + ")\n";
    if (!values.empty())
      cases += "      case $before in " + values +
               ") COMPREPLY=($(compgen -f -- \"$word\")); return ;; esac\n";
    cases += "      options=" + shell_quoted(words) + " ;;\n";
  }
  return "# bash completion for tutti: source it, or put it into\n"
         "# ~/.local/share/bash-completion/completions/tutti\n"
         "_tutti() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=''\n"
         "  compopt -o filenames 2>/dev/null\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W " +
         shell_quoted(names + "--help --version") +
         " -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  case $word in\n"
         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -F _tutti tutti\n";
}

// Brackets and colons mean something in zsh's option lists.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_script(const CLI::App& root) {
  std::string names, cases;
  for (const auto* command : visible_commands(root)) {
    names +=
        "    " +
        shell_quoted(zsh_text(command->get_name()) + ":" + zsh_text(command->get_description())) +
        "\n";
    cases += "    " + command->get_name() + ") _arguments";
    for (const auto& word : options_of(*command)) {
      cases += " \\\n      " + shell_quoted(word.name + "[" + zsh_text(word.description) + "]" +
                                            (word.takes_value ? ":value:_files" : ""));
    }
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return "#compdef tutti\n"
         "# zsh completion for tutti: put it as _tutti into a folder of $fpath\n"
         "_tutti() {\n"
         "  local -a commands=(\n" +
         names +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _tutti ]; then _tutti \"$@\"; else compdef _tutti tutti; fi\n";
}

std::string fish_script(const CLI::App& root) {
  std::string text =
      "# fish completion for tutti: put it into ~/.config/fish/completions/tutti.fish\n"
      "complete -c tutti -n __fish_use_subcommand -f -l help -d 'Print this help message and "
      "exit'\n"
      "complete -c tutti -n __fish_use_subcommand -f -l version -d 'Print the version and end'\n";
  for (const auto* command : visible_commands(root)) {
    const std::string name = command->get_name();
    text += "complete -c tutti -n __fish_use_subcommand -f -a " + name + " -d " +
            shell_quoted(command->get_description()) + "\n";
    for (const auto& word : options_of(*command)) {
      const bool is_long = word.name.substr(0, 2) == "--";
      text += "complete -c tutti -n '__fish_seen_subcommand_from " + name + "' -" +
              (is_long ? "l " : "s ") + word.name.substr(is_long ? 2 : 1) +
              (word.takes_value ? " -r" : "") + " -d " + shell_quoted(word.description) + "\n";
    }
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("completion", "Completion at the Tab key for bash, zsh or fish");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required();
  command->footer(
      "Examples:\n"
      "  source <(tutti completion bash)\n"
      "  tutti completion zsh > ~/.zfunc/_tutti\n"
      "  tutti completion fish > ~/.config/fish/completions/tutti.fish");
  session.on_run(command, [&root, &session, shell] {
    std::string script;
    if (*shell == "bash") script = bash_script(root);
    if (*shell == "zsh") script = zsh_script(root);
    if (*shell == "fish") script = fish_script(root);
    if (script.empty()) {
      return session.fail({Code::wrong_usage, "There is no completion for \"" + *shell + "\".",
                           "Choose bash, zsh or fish."});
    }
    return session.print(script) ? static_cast<int>(kDone) : static_cast<int>(kFailed);
  });
}

}  // namespace tutti::cli
