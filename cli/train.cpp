// `tutti train`: hands over to tutti-train, which has what only training needs.
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

// Beside this program, else on the PATH; empty where there is none.
std::string trainer() {
  std::error_code error;
  const fs::path own = fs::read_symlink("/proc/self/exe", error);
  std::vector<fs::path> folders;
  if (!error) folders.push_back(own.parent_path());
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    if (colon != 0) folders.emplace_back(rest.substr(0, colon));
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  for (const auto& folder : folders) {
    const std::string file = (folder / "tutti-train").string();
    if (::access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file, error)) return file;
  }
  return {};
}

int train_command(Session& session, std::vector<std::string> arguments) {
  std::string program = trainer();
  if (program.empty()) {
    return session.fail(
        {Code::missing_part, "The program tutti-train, which trains models, is not installed.",
         "Build it: sudo apt install libtorch-dev libopenblas0-pthread, then cmake --preset "
         "release -DTUTTI_TRAIN=ON and ninja tutti-train; training/README.md says more."});
  }
  std::vector<char*> pointers = {program.data()};
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  // It takes this process over: its output, its exit code and Ctrl-C are its own.
  ::execv(program.c_str(), pointers.data());
  return session.fail({Code::io, "\"" + program + "\" could not be started.",
                       "Build it again; training/README.md says how."});
}

}  // namespace

void add_train(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("train", "Train the models anew (needs tutti-train)");
  auto arguments = std::make_shared<std::vector<std::string>>();
  command->prefix_command();
  command->footer(
      "Examples:\n"
      "  tutti train separator --data MUSDB18/train\n"
      "  tutti train separator --help\n\n"
      "Everything behind \"train\" goes to tutti-train, found beside this program or on the PATH.\n"
      "A folder of stems has a folder for each song, with drums.wav, bass.wav, other.wav and\n"
      "vocals.wav in it. training/README.md has the recipes.");
  session.on_run(command,
                 [&session, command] { return train_command(session, command->remaining()); });
}

}  // namespace tutti::cli
