#include "tests/cli/program.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tutti::test {
namespace {

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

pid_t start(const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& changes, const int (&streams)[3]) {
  std::vector<std::string> words = {TUTTI_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (changes.count(text.substr(0, text.find('='))) == 0) environment.push_back(text);
  }
  for (const auto& [name, value] : changes) environment.push_back(name + "=" + value);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; ++i) ::posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  auto argv = pointers(words), envp = pointers(environment);
  pid_t pid = -1;
  EXPECT_EQ(::posix_spawn(&pid, TUTTI_BINARY, &actions, nullptr, argv.data(), envp.data()), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

json::value Outcome::json() const {
  auto value = parse_json(out);
  EXPECT_TRUE(value.ok()) << out.substr(0, 400) << err;
  return value ? *value : json::value{};
}

Outcome run(std::vector<std::string> arguments, std::string input) {
  return run(Call{std::move(arguments), std::move(input), {}});
}

Outcome run(const Call& call) {
  int in[2], out[2], err[2];
  EXPECT_EQ(::pipe2(in, O_CLOEXEC) | ::pipe2(out, O_CLOEXEC) | ::pipe2(err, O_CLOEXEC), 0);
  const pid_t pid = start(call.arguments, call.environment, {in[0], out[1], err[1]});
  for (int fd : {in[0], out[1], err[1]}) ::close(fd);
  std::signal(SIGPIPE, SIG_IGN);
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);

  Outcome outcome;
  std::size_t sent = 0;
  pollfd polled[] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}, {in[1], POLLOUT, 0}};
  std::string* targets[] = {&outcome.out, &outcome.err};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    if (polled[2].fd >= 0 && sent == call.input.size()) {
      ::close(in[1]);
      polled[2].fd = -1;
    }
    ::poll(polled, 3, -1);
    if (polled[2].fd >= 0 && (polled[2].revents & (POLLOUT | POLLERR))) {
      const ssize_t wrote = ::write(in[1], call.input.data() + sent, call.input.size() - sent);
      sent = wrote > 0 ? sent + static_cast<std::size_t>(wrote) : call.input.size();
    }
    for (int i = 0; i < 2; ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      char buffer[65536];
      const ssize_t got = ::read(polled[i].fd, buffer, sizeof buffer);
      if (got > 0) {
        targets[i]->append(buffer, static_cast<std::size_t>(got));
      } else {
        ::close(polled[i].fd);
        polled[i].fd = -1;
      }
    }
  }
  if (polled[2].fd >= 0) ::close(in[1]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  outcome.code = code_of(status);
  return outcome;
}

Running::Running(const std::vector<std::string>& arguments) {
  int in[2];
  EXPECT_EQ(::pipe2(in, O_CLOEXEC), 0);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  pid_ = start(arguments, {}, {in[0], nowhere, nowhere});
  ::close(in[0]);
  ::close(nowhere);
  input_ = in[1];
}

Running::~Running() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
  }
  ::close(input_);
}

bool Running::wait_until(const std::function<bool()>& done) {
  while (!done()) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_) {
      ended_ = true;
      return false;
    }
    ::poll(nullptr, 0, 2);
  }
  return true;
}

void Running::signal(int number) {
  ::kill(pid_, number);
}

int Running::exit_code() {
  if (!ended_) ::waitpid(pid_, &status_, 0);
  ended_ = true;
  return code_of(status_);
}

std::vector<std::string> Running::open_files() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", ignored))
    names.push_back(std::filesystem::read_symlink(entry, ignored).string());
  return names;
}

char Running::state() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(in, text);
  const auto bracket = text.rfind(')');
  return bracket == std::string::npos || bracket + 2 >= text.size() ? '?' : text[bracket + 2];
}

}  // namespace tutti::test
