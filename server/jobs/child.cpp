// The parent's side of a confined child, and what the child runs from fork to _exit.
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "engine/base/json.h"
#include "server/jobs/confine.h"
#include "server/jobs/request.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLongestLine = 64 << 10;

void tell(int fd, const json::object& line) {
  std::string text = write_json(line) + "\n";
  const char* at = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const ssize_t count = ::write(fd, at, left);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(121);
    at += count;
    left -= static_cast<std::size_t>(count);
  }
}

[[noreturn]] void run_child(const ChildWork& work, const Limits& limits, int pipe, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(122);  // it died before the line above
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  const auto fail = [pipe](const Error& error, bool memory = false) {
    tell(pipe, {{"error", error_to_text(error)}, {"memory", memory}});
    _exit(0);
  };
  try {
    if (work.prepare) {
      if (auto done = work.prepare(); !done) fail(done.error());
    }
    std::vector<int> keep = work.keep;
    keep.push_back(pipe);
    confine_this_process(limits, keep);
    double told = -1;
    std::string said;
    const Progress progress = [&](double fraction, std::string_view sentence) {
      if (fraction >= told + 0.005 || sentence != said) {
        told = fraction;
        said = sentence;
        tell(pipe, {{"progress", fraction}, {"sentence", said}});
      }
      return true;
    };
    auto result = work.work(progress);
    if (!result) fail(result.error());
    tell(pipe, {{"done", *result}});
  } catch (const std::bad_alloc&) {
    fail({Code::too_large, "This needs more memory than one piece of work may take.",
          "Send a shorter or smaller file."},
         true);
  } catch (const std::exception& exception) {
    fail({Code::internal, std::string("The work stopped: ") + exception.what() + ".",
          "Please report this with the file."});
  }
  _exit(0);
}

}  // namespace

Result<Child> Child::start(const ChildWork& work, const Limits& limits) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Error{Code::io, std::string("No pipe can be made: ") + std::strerror(errno) + ".",
                 "Raise the limit of open files."};
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    const int number = errno;
    close(ends[0]);
    close(ends[1]);
    return Error{Code::io, std::string("No process can be started: ") + std::strerror(number) + ".",
                 "Raise the limit of processes or free some memory."};
  }
  if (pid == 0) {
    close(ends[0]);
    run_child(work, limits, ends[1], parent);
  }
  setpgid(pid, pid);  // on both sides, whoever comes first
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Child(pid, ends[0]);
}

Child::Child(Child&& other) noexcept {
  *this = std::move(other);
}
Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pipe_, other.pipe_);
  std::swap(partial_, other.partial_);
  std::swap(news_, other.news_);
  std::swap(told_, other.told_);
  return *this;
}

Child::~Child() {
  kill();
  if (pipe_ >= 0) close(pipe_);
}

void Child::kill() {
  if (pid_ <= 0 || news_.ended) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  int status = 0;
  rusage used{};
  while (wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  news_.ended = true;
  news_.result = Error{Code::cancelled, "Stopped.", "Start it again when you want it."};
}

// The child may be in a stranger's hands: nothing it says is trusted beyond its form.
void Child::take_line(const std::string& line) {
  auto parsed = parse_json(line);
  if (!parsed || told_) return;
  double fraction = 0;
  if (json_get(json_find(*parsed, "progress"), fraction) && std::isfinite(fraction)) {
    news_.progress = std::max(news_.progress, std::min(1.0, std::max(0.0, fraction)));
    if (const json::value* said = json_find(*parsed, "sentence"); said && said->if_string())
      news_.sentence.assign(said->if_string()->data(),
                            std::min<std::size_t>(200, said->if_string()->size()));
  } else if (const json::value* done = json_find(*parsed, "done"); done && done->if_string()) {
    news_.result = std::string(done->if_string()->data(), done->if_string()->size());
    told_ = true;
  } else if (const json::value* error = json_find(*parsed, "error"); error && error->if_string()) {
    news_.result = error_from_text({error->if_string()->data(), error->if_string()->size()});
    const json::value* memory = json_find(*parsed, "memory");
    news_.short_of_memory = memory && memory->if_bool() && *memory->if_bool();
    told_ = true;
  }
}

void Child::reap(int status, double cpu_seconds) {
  news_.ended = true;
  news_.cpu_seconds = cpu_seconds;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && told_) return;
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  news_.short_of_memory = signal == SIGKILL;  // nobody else but the system sends it
  if (signal == SIGXCPU || signal == SIGKILL)
    news_.result = Error{Code::too_large,
                         "This took more computing time or memory than one piece of work may.",
                         "Send a shorter or smaller file."};
  else if (signal == SIGXFSZ)
    news_.result = Error{Code::too_large, "The result grew larger than allowed.",
                         "Ask for a shorter piece or a compressed format."};
  else if (signal != 0)
    news_.result = Error{Code::bad_input, "The file made its decoder fail.",
                         "The file is damaged or not what its name says; open it in another "
                         "program and save it anew."};
  else
    news_.result =
        Error{Code::internal,
              "The work ended without an answer (code " +
                  std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1) + ").",
              "Look into the server's log; the sandbox may be impossible on this system."};
}

ChildNews Child::news() {
  if (news_.ended) return news_;
  char part[4096];
  bool closed = false;
  for (;;) {
    const ssize_t count = ::read(pipe_, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) closed = true;
    if (count <= 0) break;
    partial_.append(part, static_cast<std::size_t>(count));
    std::size_t end;
    while ((end = partial_.find('\n')) != std::string::npos) {
      take_line(partial_.substr(0, end));
      partial_.erase(0, end + 1);
    }
    if (partial_.size() > kLongestLine) partial_.clear();
  }
  int status = 0;
  rusage used{};
  // A child that closed the pipe is about to end; one that only closed it and lives on is stopped.
  if (closed) {
    pollfd none{-1, 0, 0};
    for (int i = 0; i < 100; ++i) {
      if (wait4(pid_, &status, WNOHANG, &used) == pid_) {
        reap(status, static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec));
        return news_;
      }
      poll(&none, 0, 10);
    }
    kill();
    news_.result = Error{Code::internal, "The work fell silent and was stopped.",
                         "Please report this with the file."};
  }
  return news_;
}

}  // namespace tutti::jobs
