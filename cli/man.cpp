// `tutti man` (hidden): the manual page, made from the help of the commands themselves.
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"

namespace tutti::cli {
namespace {

// Text for roff: backslashes doubled, hyphens kept as typed, no line taken for a request.
std::string roff(std::string_view text) {
  std::string result;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
    line_start = c == '\n';
  }
  return result;
}

// "-o,--output" as manual pages write it.
std::string spaced(const std::string& names) {
  std::string result;
  for (const char c : names) result += c == ',' ? std::string(", ") : std::string(1, c);
  return result;
}

std::string options_of(const CLI::App& command) {
  std::string text;
  for (const auto* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    const bool value = option->get_items_expected_max() > 0 && !option->get_positional();
    std::string kind = value ? option->get_type_name() : "";
    if (value && kind.empty()) kind = "VALUE";
    text += ".TP\n.B " + roff(spaced(option->get_name(false, true))) +
            (value ? " \\fI" + roff(kind) + "\\fR" : "") + "\n" + roff(option->get_description()) +
            "\n";
  }
  return text;
}

std::string page(const CLI::App& root) {
  std::string text = ".TH TUTTI 1 \"\" \"tutti " TUTTI_VERSION "\" \"User Commands\"\n";
  text += ".SH NAME\ntutti \\- from a hum to a song\n";
  text += ".SH SYNOPSIS\n.B tutti\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIFILES\\fR]\n";
  text +=
      ".SH DESCRIPTION\nTutti turns hummed, sung or whistled tunes into notes, notes into sound, "
      "and opens its studio in the browser. Data goes to standard output, talk to standard error; "
      "\"\\-\" as a file is standard input or output.\n";
  text += ".SH COMMANDS\n";
  for (const auto* command : visible_commands(root)) {
    text += ".SS tutti " + roff(command->get_name());
    for (const auto* option :
         command->get_options([](const CLI::Option* o) { return o->get_positional(); }))
      text += " " + roff(option->get_name(true));
    text += "\n" + roff(command->get_description()) + ".\n" + options_of(*command);
    const std::string footer = command->get_footer();
    if (!footer.empty()) text += ".PP\n.nf\n" + roff(footer) + "\n.fi\n";
  }
  text += ".SH EXIT STATUS\n";
  for (const char* line :
       {"0\ndone", "1\nfailed", "2\nwrong usage", "3\nbad input file",
        "4\na part is missing; the message says how to get it", "130\ninterrupted"})
    text += std::string(".TP\n.B ") + line + "\n";
  text +=
      ".SH ENVIRONMENT\n.TP\n.B TUTTI_SOUNDFONT\nA SoundFont, or a folder of them, that goes "
      "before the "
      "installed ones.\n.TP\n.B NO_COLOR\nIf set, no colours.\n";
  return text;
}

}  // namespace

void add_man(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("man", "The manual page, for man(1)");
  command->group("");
  session.on_run(command,
                 [&root, &session] { return session.print(page(root)) ? kDone : kFailed; });
}

}  // namespace tutti::cli
