// The server's subcommands: `tutti serve`, `tutti worker` and `tutti openapi`.
//
// Each add_… function hangs one subcommand on the program's CLI11 app and hands its work to
// Session::on_run, like every other command.
#pragma once

#include "cli/command.h"

namespace tutti::cli {

void add_serve(CLI::App& app, Session& session);
void add_worker(CLI::App& app, Session& session);
void add_openapi(CLI::App& app, Session& session);

}  // namespace tutti::cli
