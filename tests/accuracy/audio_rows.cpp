// Broken and odd recordings of other projects' suites: each is read or refused with a sentence, by
// the real program in a process of its own, within 2 s and 200 MB.
#include <algorithm>
#include <fcntl.h>
#include <set>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/accuracy/rows.h"

extern char** environ;

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

struct Trial {
  int code = -1;
  double seconds = 0, megabytes = 0;
  std::string said;
};

// The program stands beside this one, at the top of the build folder.
std::string program() {
  std::error_code ignored;
  return (fs::read_symlink("/proc/self/exe", ignored).parent_path() / "tutti").string();
}

Trial try_file(const std::string& path) {
  int talk[2];
  Trial trial;
  if (::pipe2(talk, O_CLOEXEC) != 0) return trial;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, talk[1], 2);
  std::vector<std::string> words = {program(), "convert", path, "-o", "-", "--format", "wav32f"};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const bool spawned = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(talk[1]);
  char buffer[4096];
  for (ssize_t got; (got = ::read(talk[0], buffer, sizeof buffer)) > 0;)
    trial.said.append(buffer, static_cast<std::size_t>(got));
  ::close(talk[0]);
  if (!spawned) return trial;
  int status = 0;
  rusage usage{};
  ::wait4(pid, &status, 0, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  trial.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  trial.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  trial.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return trial;
}

bool is_audio(const fs::path& path) {
  static const std::set<std::string> endings = {".wav", ".flac", ".mp3", ".ogg",  ".opus",
                                                ".m4a", ".mp4",  ".aif", ".aiff", ".webm"};
  return endings.count(path.extension().string()) != 0;
}

void measure(const fs::path& data, Report& report) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(data / "audio_odd", error))
    if (entry.is_regular_file() && is_audio(entry.path())) paths.push_back(entry.path().string());
  if (paths.empty()) {
    report.missing("odd recordings read or refused, share", "there are none in audio_odd");
    return;
  }
  std::sort(paths.begin(), paths.end());
  int good = 0, read = 0;
  double slowest = 0, largest = 0;
  for (const auto& path : paths) {
    const auto trial = try_file(path);
    const bool clear =
        trial.code == 0 || (trial.code == 3 && trial.said.find('\n') != std::string::npos);
    if (clear) ++good;
    if (trial.code == 0) ++read;
    if (!clear)
      report.check(fs::path(path).filename().string(), false,
                   "ended with " + std::to_string(trial.code) + ": " + trial.said);
    slowest = std::max(slowest, trial.seconds);
    largest = std::max(largest, trial.megabytes);
  }
  const auto count = static_cast<double>(paths.size());
  report.figure("odd recordings read or refused, share", good / count, 1);
  report.figure("odd recordings, slowest, s of CPU", slowest, 2, Better::lower);
  report.figure("odd recordings, most memory, MB", largest, 200, Better::lower);
  report.info("odd recordings", count, "files");
  report.info("odd recordings with sound", read, "files");
}

const Registration registered{"odd recordings", measure};

}  // namespace
}  // namespace tutti::accuracy
