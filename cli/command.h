// How one command of the program `tutti` is made, and what a running command may use.
//
// A command is one file cli/<name>.cpp whose add_<name>() (listed in cli/commands.h) declares the
// subcommand on the CLI11 app and hands its work to Session::on_run. The server's three commands
// have a list of their own, cli/server_commands.h.
//
// Rules of the house: data to stdout, talk to stderr; "-" is standard input or output; --json and
// --quiet mean the same everywhere; exit codes are those of `Exit`. All on the main thread unless
// said otherwise.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::cli {

enum Exit : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kBadInput = 3,
  kMissingPart = 4,
  kInterrupted = 130,
};

int exit_code(Code);

// A name that is not known was written on the command line: its usage is wrong, no file is.
inline Error misnamed(Error error) {
  if (error.code == Code::not_found) error.code = Code::wrong_usage;
  return error;
}

class Session {
 public:
  Session();
  ~Session();

  // The work of `command`, run once after parsing if the command was chosen; answers an Exit. Adds
  // --quiet to it.
  void on_run(CLI::App* command, std::function<int()> work);

  // Adds --json to a command that answers with data; json() tells whether it was given.
  void add_json_option(CLI::App* command);
  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  static bool colour();  // stderr is a terminal and NO_COLOR is not set

  // True once Ctrl-C, SIGTERM or a hang-up arrived; a second one ends the program at once. Any
  // thread may ask. The signals are caught only while a command runs that was given to on_run.
  static bool interrupted();

  // A bar with the time left on stderr when that is a terminal, nothing otherwise; answers false
  // after Ctrl-C. The returned function may be called on any thread while the session lives.
  Progress progress();

  void say(std::string_view sentence);   // a line on stderr, unless --quiet
  void warn(std::string_view sentence);  // "Warning: …" on stderr, always
  void warn(const std::vector<std::string>& sentences);
  // Data on stdout: text as it is, or JSON and a newline. False if nobody reads it any more.
  bool print(std::string_view text);
  bool print(const json::value&);
  // Says what went wrong and what to do (one line of JSON on stderr under --json); answers the exit
  // code for it.
  int fail(const Error&);

  // For main: runs the chosen work.
  int run();

 private:
  class Bar;
  std::unique_ptr<Bar> bar_;
  bool json_ = false;
  bool quiet_ = false;
  std::function<int()> work_;
};

// A part of a longer way: fraction 0 … 1 of the part becomes from … to of the whole.
Progress part_of(const Progress& whole, double from, double to);

}  // namespace tutti::cli
