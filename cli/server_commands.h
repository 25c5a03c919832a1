// The server's subcommands: `tutti serve`, `tutti worker` and `tutti openapi`.
//
// Each add_… function hangs one subcommand on the program's CLI11 app. When the person chooses it,
// its callback runs the command to its end and stores the exit code (0 done, 1 failed, 2 wrong
// usage, 4 missing part, 130 interrupted). Call them from main before parsing.
#pragma once

namespace CLI {
class App;
}

namespace tutti::cli {

void add_serve(CLI::App& app, int& exit_code);
void add_worker(CLI::App& app, int& exit_code);
void add_openapi(CLI::App& app, int& exit_code);

}  // namespace tutti::cli
