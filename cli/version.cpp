// `tutti version`: what is running, with the libraries behind it.
#include "cli/command.h"
#include "cli/commands.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"

namespace tutti::cli {

void add_version(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("version", "The version, and those of the libraries behind it");
  session.add_json_option(command);
  command->footer("Examples:\n  tutti version\n  tutti version --json");
  session.on_run(command, [&session] {
    const auto decoder = files::decoder_version();
    const std::string decoders = decoder ? *decoder : "not installed";
    if (session.json()) {
      return session.print({{"version", TUTTI_VERSION},
                            {"decoder", decoders},
                            {"encoder", files::encoder_version()},
                            {"compiler", __VERSION__}})
                 ? kDone
                 : kFailed;
    }
    return session.print("tutti " TUTTI_VERSION "\n" + decoders + "\n" + files::encoder_version() +
                         "\n")
               ? kDone
               : kFailed;
  });
}

}  // namespace tutti::cli
