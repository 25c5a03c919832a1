// How one command of the program `tutti` is made, and what a running command may use.
//
// A command is one file cli/<name>.cpp whose add_<name>() (listed in cli/commands.h) declares the
// subcommand on the CLI11 app and hands its work to Session::on_run. The server's three commands have
// a list of their own, cli/server_commands.h.
//
// Rules of the house: data to stdout, talk to stderr; "-" is standard input or output; --json and
// --quiet mean the same everywhere; exit codes are those of `Exit`. All on the main thread unless
// said otherwise.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json/fwd.hpp>
#include <functional>
#include <string>
#include <string_view>

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

class Session {
 public:
  // The work of `command`, run once after parsing if the command was chosen; answers an Exit.
  void on_run(CLI::App* command, std::function<int()> work);

  // Adds --json to a command that answers with data; json() tells whether it was given.
  void add_json_option(CLI::App* command);
  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  bool colour() const;         // stderr is a terminal and NO_COLOR is not set

  // True once Ctrl-C, SIGTERM or a hang-up arrived. Async-signal-safe to set, any thread may ask.
  // A command that waits in a loop of its own (the server) may take the signals over:
  static bool interrupted();
  static void leave_signals_alone();  // restores the default handling; call before own handlers

  // Draws a bar with the time left on stderr when that is a terminal, draws nothing otherwise;
  // answers false after Ctrl-C. Any thread.
  Progress progress();

  void say(std::string_view sentence);   // a line on stderr, unless --quiet
  void warn(std::string_view sentence);  // "Warning: …" on stderr, always
  // Data: text or JSON with a newline on stdout. False if nobody reads it any more.
  bool print(std::string_view text);
  bool print(const boost::json::value&);
  // Says what went wrong and what to do (one line of JSON on stderr under --json); answers the exit
  // code for it.
  int fail(const Error&);

  // Set by main from the global options.
  void set_quiet(bool quiet) { quiet_ = quiet; }
  void set_json(bool json) { json_ = json; }
  const std::function<int()>& work() const { return work_; }

 private:
  void clear_bar();
  bool json_ = false;
  bool quiet_ = false;
  bool bar_shown_ = false;
  std::function<int()> work_;
};

}  // namespace tutti::cli
