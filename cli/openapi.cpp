// `tutti openapi`: the server's interface as a document.
#include "server/api/openapi.h"

#include <memory>

#include "cli/server_commands.h"
#include "engine/base/json.h"
#include "server/api/effects_json.h"

namespace tutti::cli {

void add_openapi(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("openapi", "Print the server's interface as OpenAPI 3.1");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "As a page to read (docs/api.md)");
  auto effects = std::make_shared<bool>(false);
  command->add_flag("--effects", *effects, "Instead: all effects as TypeScript, for the page");
  command->footer(
      "Examples:\n"
      "  tutti openapi > openapi.json\n"
      "  tutti openapi --markdown > docs/api.md\n"
      "  tutti openapi --effects > web/contract/effects.ts");
  session.on_run(command, [&session, markdown, effects]() -> int {
    if (*effects) return session.print(api::effects_typescript()) ? kDone : kFailed;
    const api::Table table = api::make_table({});
    const bool read = session.print(*markdown ? api::openapi_markdown(table)
                                              : write_json_pretty(api::openapi(table)) + "\n");
    return read ? kDone : kFailed;
  });
}

}  // namespace tutti::cli
