// `tutti openapi`: the server's interface as a document.
#include "server/api/openapi.h"

#include <memory>

#include "cli/server_commands.h"
#include "engine/base/json.h"
#include "engine/registry/synth_names.h"
#include "server/api/effects_json.h"

namespace tutti::cli {
namespace {

std::string synths_typescript() {
  std::string out =
      "// Made by `tutti openapi --synths` from the program's registry. Not for editing.\n"
      "export interface SynthName {\n"
      "  readonly id: string;\n"
      "  readonly name: string;\n"
      "  readonly summary: string;\n"
      "}\n\n"
      "export const synths: readonly SynthName[] = [\n";
  for (const auto& synth : registry::synth_names()) {
    out += "  " +
           write_json(
               json::object{{"id", synth.id}, {"name", synth.name}, {"summary", synth.summary}}) +
           ",\n";
  }
  return out + "];\n";
}

}  // namespace

void add_openapi(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("openapi", "Print the server's interface as OpenAPI 3.1");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "As a page to read (docs/api.md)");
  auto effects = std::make_shared<bool>(false);
  command->add_flag("--effects", *effects, "Instead: all effects as TypeScript, for the page");
  auto synths = std::make_shared<bool>(false);
  command->add_flag("--synths", *synths, "Instead: all synthesisers as TypeScript, for the page");
  command->footer(
      "Examples:\n"
      "  tutti openapi > openapi.json\n"
      "  tutti openapi --markdown > docs/api.md\n"
      "  tutti openapi --effects > web/contract/effects.ts\n"
      "  tutti openapi --synths > web/contract/synths.ts");
  session.on_run(command, [&session, markdown, effects, synths]() -> int {
    if (*synths) return session.print(synths_typescript()) ? kDone : kFailed;
    if (*effects) return session.print(api::effects_typescript()) ? kDone : kFailed;
    const api::Table table = api::make_table({});
    const bool read = session.print(*markdown ? api::openapi_markdown(table)
                                              : write_json_pretty(api::openapi(table)) + "\n");
    return read ? kDone : kFailed;
  });
}

}  // namespace tutti::cli
