#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "cli/command.h"
#include "cli/progress_bar.h"
#include "native/files/atomic_write.h"

namespace tutti::cli {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void on_signal(int) {
  interrupts = interrupts + 1;
  // The first one lets the work end by itself; somebody who insists is not kept waiting.
  if (interrupts > 1) ::_exit(kInterrupted);
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // no SA_RESTART: a wait for a silent pipe ends
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup stays nohup
  }
}

}  // namespace

class Session::Bar : public ProgressBar {
 public:
  using ProgressBar::ProgressBar;
};

int exit_code(Code code) {
  switch (code) {
    case Code::bad_input:
    case Code::not_found:
    case Code::too_large:
    case Code::unsupported:
      return kBadInput;
    case Code::wrong_usage:
      return kWrongUsage;
    case Code::missing_part:
      return kMissingPart;
    case Code::cancelled:
      return kInterrupted;
    case Code::conflict:
    case Code::io:
    case Code::internal:
      return kFailed;
  }
  return kFailed;
}

Session::Session() = default;
Session::~Session() = default;

void Session::on_run(CLI::App* command, std::function<int()> work) {
  command->add_flag("-q,--quiet", quiet_, "Say nothing but warnings and errors");
  command->callback([this, work = std::move(work)] { work_ = work; });
}

void Session::add_json_option(CLI::App* command) {
  command->add_flag("--json", json_, "Answer with JSON on standard output");
}

int Session::run() {
  if (!work_) return kDone;
  catch_signals();
  bar_ = std::make_unique<Bar>(!quiet_ && !json_);
  const int code = work_();
  bar_->clear();
  return interrupted() && code != kDone ? static_cast<int>(kInterrupted) : code;
}

bool Session::colour() {
  const char* none = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (none == nullptr || *none == 0) && ::isatty(STDERR_FILENO) != 0 &&
         (term == nullptr || std::string_view(term) != "dumb");
}

bool Session::interrupted() {
  return interrupts > 0;
}

Progress Session::progress() {
  return [this](double fraction, std::string_view sentence) {
    if (bar_) bar_->show(fraction, sentence);
    return !interrupted();
  };
}

void Session::say(std::string_view sentence) {
  if (quiet_) return;
  if (bar_) bar_->clear();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

void Session::warn(std::string_view sentence) {
  if (bar_) bar_->clear();
  std::fprintf(stderr, "%s%.*s\n", colour() ? "\x1b[33mWarning:\x1b[0m " : "Warning: ",
               static_cast<int>(sentence.size()), sentence.data());
}

void Session::warn(const std::vector<std::string>& sentences) {
  constexpr std::size_t kShown = 8;  // a broken file may give thousands
  for (std::size_t i = 0; i < sentences.size() && i < kShown; ++i) warn(sentences[i]);
  if (sentences.size() > kShown)
    warn("… and " + std::to_string(sentences.size() - kShown) + " more of the kind.");
}

bool Session::print(std::string_view text) {
  if (bar_) bar_->clear();
  return files::write_all(STDOUT_FILENO, std::as_bytes(std::span(text.data(), text.size()))).ok();
}

bool Session::print(const json::value& value) {
  return print(write_json(value) + "\n");
}

int Session::fail(const Error& error) {
  if (bar_) bar_->clear();
  if (json_) {
    const json::value line = {
        {"error",
         {{"code", name_of(error.code)}, {"message", error.message}, {"next", error.next}}}};
    std::fprintf(stderr, "%s\n", write_json(line).c_str());
  } else {
    std::fprintf(stderr, "%s%s\n%s\n",
                 colour() ? "\x1b[31mtutti:\x1b[0m " : "tutti: ", error.message.c_str(),
                 error.next.c_str());
  }
  return exit_code(error.code);
}

Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [whole, from, to](double fraction, std::string_view sentence) {
    return whole(from + (to - from) * fraction, sentence);
  };
}

}  // namespace tutti::cli
