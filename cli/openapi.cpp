// `tutti openapi`: the server's interface as a document.
#include "server/api/openapi.h"

#include <memory>

#include "cli/server_commands.h"
#include "engine/base/json.h"

namespace tutti::cli {

void add_openapi(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("openapi", "Print the server's interface as OpenAPI 3.1");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "As a page to read (docs/api.md)");
  command->footer(
      "Examples:\n"
      "  tutti openapi > openapi.json\n"
      "  tutti openapi --markdown > docs/api.md");
  session.on_run(command, [&session, markdown]() -> int {
    const api::Table table = api::make_table({});
    const bool read = session.print(*markdown ? api::openapi_markdown(table)
                                              : write_json_pretty(api::openapi(table)) + "\n");
    return read ? kDone : kFailed;
  });
}

}  // namespace tutti::cli
