#include "cli/progress_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tutti::cli {
namespace {

bool terminal_speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    const std::string_view text(value);
    return text.find("UTF-8") != std::string_view::npos ||
           text.find("utf8") != std::string_view::npos;
  }
  return false;
}

int terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string time_left(double seconds) {
  const auto whole = static_cast<long>(std::ceil(std::max(seconds, 0.0)));
  char text[40];
  if (whole < 90) {
    std::snprintf(text, sizeof text, "%ld s", whole);
  } else if (whole < 5400) {
    std::snprintf(text, sizeof text, "%ld:%02ld min", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld:%02ld h", whole / 3600, whole / 60 % 60);
  }
  return text;
}

std::string bar_text(double fraction, std::string_view sentence, double elapsed, int width,
                     bool utf8) {
  fraction = std::clamp(fraction, 0.0, 1.0);
  char tail[64];
  std::snprintf(tail, sizeof tail, " %3.0f %%", std::floor(fraction * 100));
  std::string end = tail;
  if (fraction > 0.02 && elapsed > 1)
    end += "  " + time_left(elapsed / fraction - elapsed) + " left";
  const int room = width - static_cast<int>(sentence.size()) - static_cast<int>(end.size()) - 4;
  std::string line(sentence);
  if (room >= 8) {
    const int cells = std::min(room, 30);
    const int full = static_cast<int>(std::floor(fraction * cells));
    line += "  ";
    for (int i = 0; i < cells; ++i) line += utf8 ? (i < full ? "█" : "░") : (i < full ? "#" : ".");
  }
  return line + end;
}

ProgressBar::ProgressBar(bool wanted)
    : wanted_(wanted && ::isatty(STDERR_FILENO) != 0),
      utf8_(terminal_speaks_utf8()),
      started_(Clock::now()),
      last_(started_) {}

void ProgressBar::show(double fraction, std::string_view sentence) {
  if (!wanted_) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  if (elapsed < 0.3 || (drawn_ && now - last_ < std::chrono::milliseconds(50))) return;
  last_ = now;
  drawn_ = true;
  const std::string text = bar_text(fraction, sentence, elapsed, terminal_width(), utf8_);
  std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (!wanted_) return;
  const std::lock_guard lock(mutex_);
  if (!drawn_) return;
  drawn_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace tutti::cli
