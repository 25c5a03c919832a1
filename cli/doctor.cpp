// `tutti doctor`: what is installed, what is missing and how to get it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "engine/nn/safetensors.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/models.h"
#include "native/files/soundfonts.h"

namespace tutti::cli {
namespace {

enum class State { good, advice, missing };

struct Finding {
  std::string name;
  State state = State::good;
  std::string detail;
  std::string next;  // how to get it, where something is to be got
};

const char* word(State state) {
  switch (state) {
    case State::good:
      return "ok";
    case State::advice:
      return "advice";
    case State::missing:
      return "missing";
  }
  return "";
}

Finding decoders() {
  const auto version = files::decoder_version();
  if (version) return {"Reading recordings", State::good, *version, ""};
  return {"Reading recordings", State::missing, version.error().message, version.error().next};
}

Finding encoders() {
  return {"Writing recordings", State::good, files::encoder_version(), ""};
}

Finding soundfonts() {
  const auto found = files::find_soundfonts();
  if (found.empty()) {
    const auto error = files::choose_soundfont().error();
    return {"Instruments", State::missing, error.message, error.next};
  }
  std::string names;
  for (const auto& font : found) {
    char size[48];
    std::snprintf(size, sizeof size, " (%.0f MB)", static_cast<double>(font.bytes) / 1e6);
    names += (names.empty() ? "" : ", ") + font.id + size;
  }
  if (found.front().bytes < 20'000'000) {
    return {"Instruments", State::advice, names,
            "For richer instruments: sudo apt install fluid-soundfont-gm"};
  }
  return {"Instruments", State::good, names, ""};
}

// Without it the endless music has its melodies by rule.
Finding melody_model() {
  const auto file = files::read_model(files::kMelodyModel);
  if (!file) return {"Melody model", State::advice, file.error().message, file.error().next};
  const auto weights = nn::Safetensors::read(file->bytes);
  if (!weights)
    return {"Melody model", State::advice, weights.error().message, weights.error().next};
  const auto word = [&](const char* key) { return std::string(weights->metadata(key)); };
  return {"Melody model", State::good,
          word("name") + " " + word("version") + ", " + word("licence") + ", SHA-256 " +
              file->sha256.substr(0, 12) + "…, " + file->path,
          ""};
}

bool on_path(const char* program) {
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const std::string folder = rest.substr(0, colon);
    if (!folder.empty() && ::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return false;
}

// What a job is locked into is part of the program (server/jobs/confine.h).
Finding sandbox() {
  return {"Sandbox of the server", State::good, "system-call filters, limits and namespaces", ""};
}

Finding processor() {
  std::string sets = "SSE2";
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) sets += ", AVX2";
  if (__builtin_cpu_supports("avx512f")) sets += ", AVX-512";
#else
  sets = "portable";
#endif
  return {"Processor", State::good,
          std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + " cores, " + sets, ""};
}

Finding disk() {
  const char* home = std::getenv("HOME");
  struct statvfs status{};
  if (::statvfs(home != nullptr ? home : "/", &status) != 0)
    return {"Disk", State::advice, "cannot be asked", "Check that the home folder is there."};
  const double free = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize);
  char text[64];
  std::snprintf(text, sizeof text, "%.1f GB free in the home folder", free / 1e9);
  if (free < 1e9) return {"Disk", State::advice, text, "Free some space: recordings need room."};
  return {"Disk", State::good, text, ""};
}

Finding browser() {
  for (const char* name : {"chromium", "google-chrome", "firefox", "firefox-esr", "microsoft-edge"})
    if (on_path(name)) return {"Browser", State::good, name, ""};
  return {"Browser", State::advice, "none on this computer",
          "Open the studio from another computer, or: sudo apt install chromium"};
}

// The text with the colour of its state, on a terminal that wants colour.
std::string painted(State state) {
  const char* none = std::getenv("NO_COLOR");
  const std::string text = word(state);
  if ((none != nullptr && *none != 0) || ::isatty(STDOUT_FILENO) == 0) return text;
  const char* colour = state == State::good     ? "\x1b[32m"
                       : state == State::advice ? "\x1b[33m"
                                                : "\x1b[31m";
  return colour + text + "\x1b[0m";
}

int doctor_command(Session& session) {
  const Finding findings[] = {decoders(), encoders(),  soundfonts(), melody_model(),
                              sandbox(),  processor(), disk(),       browser()};
  bool missing = false;
  json::array list;
  std::string text;
  for (const auto& finding : findings) {
    missing = missing || finding.state == State::missing;
    list.push_back({{"name", finding.name},
                    {"state", word(finding.state)},
                    {"detail", finding.detail},
                    {"next", finding.next}});
    std::string label = finding.name;
    label.resize(24, ' ');
    text += label + painted(finding.state) + ": " + finding.detail + "\n";
    if (!finding.next.empty()) text += std::string(24, ' ') + finding.next + "\n";
  }
  const bool printed =
      session.json()
          ? session.print(
                {{"version", TUTTI_VERSION}, {"ok", !missing}, {"findings", std::move(list)}})
          : session.print(text);
  if (!printed) return kFailed;
  return missing ? kMissingPart : kDone;
}

}  // namespace

void add_doctor(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("doctor", "What is installed, what is missing and how to get it");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti doctor\n"
      "  tutti doctor --json | jq '.findings[] | select(.state != \"ok\")'\n\n"
      "Ends with 4 when a part that Tutti cannot do without is missing.");
  session.on_run(command, [&session] { return doctor_command(session); });
}

}  // namespace tutti::cli
