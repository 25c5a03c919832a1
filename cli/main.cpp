// The program `tutti`: one binary, a command for each thing it does.
#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/server_commands.h"

namespace {

int run(int argc, char** argv) {
  using namespace tutti::cli;
  CLI::App app{"Tutti: from a hum to a song.", "tutti"};
  style_help(app);
  app.set_version_flag("--version", "tutti " TUTTI_VERSION, "Print the version and end");
  app.require_subcommand(0, 1);
  app.footer(
      "Examples:\n"
      "  tutti transcribe hum.wav -o melody.mid     notes from a hummed, sung or whistled tune\n"
      "  tutti separate song.mp3 -o stems/          drums, bass, other and vocals of a song\n"
      "  tutti render melody.mid -o melody.flac     sound from notes\n"
      "  tutti stream                               endless music that does what it is told\n"
      "  tutti serve                                open the studio in the browser\n\n"
      "Each command explains itself with --help. \"-\" as a file is standard input or output.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad input file, 4 a part is missing,\n"
      "130 interrupted.");

  Session session;
  add_transcribe(app, session);
  add_analyse(app, session);
  add_separate(app, session);
  add_compose(app, session);
  add_stream(app, session);
  add_render(app, session);
  add_mixdown(app, session);
  add_fx(app, session);
  add_loudness(app, session);
  add_convert(app, session);
  add_info(app, session);
  add_evaluate(app, session);
  add_serve(app, session);
  add_worker(app, session);
  add_openapi(app, session);
  add_models(app, session);
  add_train(app, session);
  add_doctor(app, session);
  add_completion(app, session);
  add_man(app, session);
  add_version(app, session);

  for (auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) command->group("Commands");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help and version
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    std::fprintf(stderr, "%s\n", explain(app, error, arguments).c_str());
    return kWrongUsage;
  }
  if (app.get_subcommands().empty()) {
    session.print(app.help());
    return kDone;
  }
  return session.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of write(), not the end
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tutti: Something went wrong inside: %s.\nPlease report it.\n",
                 error.what());
    return tutti::cli::kFailed;
  }
}
