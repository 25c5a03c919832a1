#include "server/jobs/supervisor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "server/store/clock.h"

extern char** environ;

namespace tutti::jobs {
namespace {

constexpr std::int64_t kShortestPause = 50, kLongestPause = 500;

struct Slot {
  std::string name;
  pid_t pid = -1;
  int process = -1;  // pidfd
  int input = -1;    // our end of its standard input
  std::int64_t started = 0;
  std::int64_t next_start = 0;
  std::int64_t pause = kShortestPause;
};

}  // namespace

struct Supervisor::State {
  store::Store& store;
  SupervisorOptions options;
  int wake = -1;
  std::atomic<bool> stopping{false};
  mutable std::mutex mutex;  // guards slots' pid and input against nudge() and workers()
  std::vector<Slot> slots;
  std::uint64_t count = 0;
  std::thread thread;

  State(store::Store& s, SupervisorOptions o) : store(s), options(std::move(o)) {}

  void log(const std::string& sentence) {
    if (options.log) options.log(sentence);
  }

  void start(Slot& slot) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    const std::string name = "serve-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    std::vector<std::string> words = options.command;
    words.insert(words.end(), {"--name", name});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // Ctrl-C at the terminal reaches the server alone, which then tells its workers.
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    sigaddset(&standard, SIGINT);
    sigaddset(&standard, SIGTERM);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = -1;
    const int code =
        posix_spawn(&pid, words[0].c_str(), &actions, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    const std::int64_t now = store::boot_milliseconds();
    if (code != 0) {
      ::close(ends[1]);
      log(std::string("A worker cannot be started: ") + std::strerror(code));
      slot.next_start = now + 5000;
      return;
    }
    std::lock_guard lock(mutex);
    slot.name = name;
    slot.pid = pid;
    slot.process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    slot.input = ends[1];
    slot.started = now;
  }

  void ended(Slot& slot, int status) {
    const std::int64_t now = store::boot_milliseconds();
    std::string name;
    {
      std::lock_guard lock(mutex);
      ::close(slot.process);
      ::close(slot.input);
      slot.pid = slot.process = slot.input = -1;
      name = slot.name;
    }
    if (auto done = store.release_jobs(name); !done) log(done.error().message);
    if (stopping) return;
    slot.pause =
        now - slot.started > 10'000 ? kShortestPause : std::min(kLongestPause, slot.pause * 2);
    slot.next_start = now + slot.pause;
    log("A worker ended (" +
        (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "code " + std::to_string(WEXITSTATUS(status))) +
        "); its job goes back to the queue.");
    nudge_all();
  }

  void nudge_all() {
    std::lock_guard lock(mutex);
    const char byte = 1;
    for (const Slot& slot : slots)
      if (slot.input >= 0) (void)!::write(slot.input, &byte, 1);
  }

  void loop() {
    while (!stopping) {
      const std::int64_t now = store::boot_milliseconds();
      std::int64_t wait = 60'000;
      for (Slot& slot : slots) {
        if (slot.pid < 0 && slot.next_start <= now) start(slot);
        if (slot.pid < 0) wait = std::min(wait, std::max<std::int64_t>(1, slot.next_start - now));
      }
      std::vector<pollfd> fds{{wake, POLLIN, 0}};
      for (const Slot& slot : slots) fds.push_back({slot.process, POLLIN, 0});
      poll(fds.data(), fds.size(), static_cast<int>(wait));
      reap(WNOHANG);
    }
    // Asked first; whoever does not leave in time is ended, which costs no job.
    for (const Slot& slot : slots)
      if (slot.pid > 0) ::kill(slot.pid, SIGTERM);
    const std::int64_t until = store::boot_milliseconds() + 5000;
    while (std::any_of(slots.begin(), slots.end(), [](const Slot& s) { return s.pid > 0; })) {
      const std::int64_t left = until - store::boot_milliseconds();
      if (left <= 0) {
        for (const Slot& slot : slots)
          if (slot.pid > 0) ::kill(slot.pid, SIGKILL);
        reap(0);
        break;
      }
      std::vector<pollfd> fds;
      for (const Slot& slot : slots) fds.push_back({slot.process, POLLIN, 0});
      poll(fds.data(), fds.size(), static_cast<int>(left));
      reap(WNOHANG);
    }
  }

  void reap(int flags) {
    for (Slot& slot : slots) {
      int status = 0;
      if (slot.pid > 0 && waitpid(slot.pid, &status, flags) == slot.pid) ended(slot, status);
    }
  }
};

Supervisor::Supervisor(store::Store& store, SupervisorOptions options)
    : state_(std::make_unique<State>(store, std::move(options))) {
  state_->wake = eventfd(0, EFD_CLOEXEC);
  state_->slots.resize(static_cast<std::size_t>(std::max(0, state_->options.workers)));
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

Supervisor::~Supervisor() {
  state_->stopping = true;
  const std::uint64_t one = 1;
  (void)!::write(state_->wake, &one, sizeof one);
  state_->thread.join();
  ::close(state_->wake);
}

void Supervisor::nudge() {
  state_->nudge_all();
}

std::vector<int> Supervisor::workers() const {
  std::lock_guard lock(state_->mutex);
  std::vector<int> alive;
  for (const Slot& slot : state_->slots)
    if (slot.pid > 0) alive.push_back(slot.pid);
  return alive;
}

}  // namespace tutti::jobs
