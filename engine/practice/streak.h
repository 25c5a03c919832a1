// Days practised in a row, the last week, the calendar, and weeks compared.
//
// A date counts when at least kLeastSeconds were played on it, where the person was. Today not yet
// practised does not break the streak: it ends only when a whole date went by. Travel is fair:
// going west shows the same date twice, which counts once; going east over the date line takes a
// date away, and a date of which less than half was there does not break the streak. A clock that
// was wrong cannot make a streak: dates after tomorrow are left out of everything but the total.
// Pure.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "engine/practice/history.h"

namespace tutti::practice {

inline constexpr double kLeastSeconds = 60;
inline constexpr int kCalendarDays = 84;  // 12 weeks
inline constexpr int kWeeks = 12;

struct DaySeconds {
  std::int64_t day = 0;
  double seconds = 0;
};

// A week of the calendar, from Monday.
struct WeekFigures {
  std::int64_t monday = 0;
  double seconds = 0;
  int days = 0;     // practised
  double best = 0;  // s of its best day
};

struct Streak {
  int days = 0;            // up to today or yesterday
  bool today = false;      // practised today
  int longest = 0;         // ever
  std::int64_t since = 0;  // first day of the present streak; 0 where there is none
  double total_seconds = 0;
  std::array<DaySeconds, 7> week{};                  // the last seven days, oldest first
  std::array<DaySeconds, kCalendarDays> calendar{};  // the last twelve weeks, oldest first
  std::array<WeekFigures, kWeeks> weeks{};           // oldest first, the present one last
};

Streak streak_of(std::span<const PracticeDay> days, const Moment& now);

// The days on which the longest streak so far reached each length: element k is the day on which it
// became k + 1. In order of time.
std::vector<PracticeDay> streak_days(std::span<const PracticeDay> days);

// "2026-11-21" (proleptic Gregorian calendar; Hinnant, "chrono-compatible low-level date
// algorithms"), and back: nothing where it is no date.
std::string date_of(std::int64_t day);
bool day_of(const std::string& date, std::int64_t& day);
std::int64_t monday_of(std::int64_t day);

}  // namespace tutti::practice
