// One line on stderr that shows how far a piece of work is and how long it will still take.
//
// Drawn only on a terminal, first after 0.3 s (short work stays silent), at most twenty times a
// second. Any thread.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace tutti::cli {

class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  void show(double fraction, std::string_view sentence);
  void clear();  // wipes the line if one is drawn

 private:
  using Clock = std::chrono::steady_clock;
  bool wanted_;
  bool utf8_;
  bool drawn_ = false;
  Clock::time_point started_;
  Clock::time_point last_;
  std::mutex mutex_;
};

// "12 s", "3:05 min", "1:02 h": a time left, rounded as people say it.
std::string time_left(double seconds);

// The line itself, `width` columns at most.
std::string bar_text(double fraction, std::string_view sentence, double elapsed, int width,
                     bool utf8);

}  // namespace tutti::cli
