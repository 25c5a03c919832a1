#include "engine/practice/streak.h"

#include <algorithm>
#include <cmath>

namespace tutti::practice {
namespace {

constexpr std::int64_t kHalfDay = 12 * 3600;

// Whether the later of two dates goes on from the earlier one.
bool follows(std::int64_t day, std::int64_t offset, const PracticeDay& earlier) {
  if (day <= earlier.day + 1) return true;
  return day == earlier.day + 2 && offset - earlier.offset >= kHalfDay;
}

// One of each day, by day; days that count only.
std::vector<PracticeDay> counted(std::span<const PracticeDay> days) {
  std::vector<PracticeDay> sorted(days.begin(), days.end());
  std::erase_if(sorted, [](const PracticeDay& day) { return !std::isfinite(day.seconds); });
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const PracticeDay& a, const PracticeDay& b) { return a.day < b.day; });
  std::vector<PracticeDay> merged;
  for (const PracticeDay& day : sorted) {
    if (merged.empty() || merged.back().day != day.day) {
      merged.push_back(day);
      continue;
    }
    PracticeDay& same = merged.back();
    same.seconds += day.seconds;
    if (day.first < same.first) same.first = day.first, same.offset = day.offset;
    same.last = std::max(same.last, day.last);
  }
  return merged;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

}  // namespace

Streak streak_of(std::span<const PracticeDay> days, const Moment& now) {
  Streak streak;
  for (std::size_t k = 0; k < streak.week.size(); ++k)
    streak.week[k].day = now.day - 6 + static_cast<std::int64_t>(k);
  for (std::size_t k = 0; k < streak.calendar.size(); ++k)
    streak.calendar[k].day = now.day - kCalendarDays + 1 + static_cast<std::int64_t>(k);
  for (std::size_t k = 0; k < streak.weeks.size(); ++k)
    streak.weeks[k].monday = monday_of(now.day) - 7 * (kWeeks - 1 - static_cast<std::int64_t>(k));

  int run = 0;
  const auto all = counted(days);
  const PracticeDay* before = nullptr;
  std::int64_t since = 0;
  for (const PracticeDay& day : all) {
    streak.total_seconds += std::max(0.0, day.seconds);
    if (day.day > now.day + 1) continue;
    // Where the person is now it may still be yesterday: tomorrow's minutes are shown today.
    const std::int64_t shown = std::min(day.day, now.day);
    if (now.day - shown < 7)
      streak.week[static_cast<std::size_t>(6 - (now.day - shown))].seconds += day.seconds;
    if (now.day - shown < kCalendarDays)
      streak.calendar[static_cast<std::size_t>(kCalendarDays - 1 - (now.day - shown))].seconds +=
          day.seconds;
    const bool counts = day.seconds >= kLeastSeconds;
    const std::int64_t week = floor_div(shown - streak.weeks[0].monday, 7);
    if (week >= 0 && week < kWeeks) {
      WeekFigures& figures = streak.weeks[static_cast<std::size_t>(week)];
      figures.seconds += day.seconds;
      figures.days += counts;
      figures.best = std::max(figures.best, day.seconds);
    }
    if (!counts) continue;
    if (before && follows(day.day, day.offset, *before)) {
      ++run;
    } else {
      run = 1;
      since = day.day;
    }
    streak.longest = std::max(streak.longest, run);
    before = &day;
  }
  if (before && follows(now.day, now.offset, *before)) {
    streak.days = run;
    streak.since = since;
    streak.today = before->day >= now.day;
  }
  return streak;
}

std::vector<PracticeDay> streak_days(std::span<const PracticeDay> days) {
  std::vector<PracticeDay> reached;
  std::size_t run = 0;
  const auto all = counted(days);
  const PracticeDay* before = nullptr;
  for (const PracticeDay& day : all) {
    if (day.seconds < kLeastSeconds) continue;
    run = before && follows(day.day, day.offset, *before) ? run + 1 : 1;
    if (run > reached.size()) reached.push_back(day);
    before = &day;
  }
  return reached;
}

std::string date_of(std::int64_t day) {
  const std::int64_t z = day + 719468;
  const std::int64_t era = floor_div(z, 146097);
  const std::int64_t of_era = z - era * 146097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t date = of_year - (153 * shifted + 2) / 5 + 1;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2);
  const auto padded = [](std::int64_t value, std::size_t width) {
    std::string text = std::to_string(value < 0 ? -value : value);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return value < 0 ? "-" + text : text;
  };
  return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(date, 2);
}

bool day_of(const std::string& date, std::int64_t& day) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return false;
  std::int64_t parts[3] = {};
  const std::size_t from[] = {0, 5, 8}, to[] = {4, 7, 10};
  for (int k = 0; k < 3; ++k)
    for (std::size_t i = from[k]; i < to[k]; ++i) {
      if (date[i] < '0' || date[i] > '9') return false;
      parts[k] = parts[k] * 10 + (date[i] - '0');
    }
  const auto [year, month, in_month] = parts;
  if (month < 1 || month > 12 || in_month < 1 || in_month > 31) return false;
  const std::int64_t y = year - (month <= 2);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + in_month - 1;
  const std::int64_t of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
  day = era * 146097 + of_era - 719468;
  return date_of(day) == date;  // no 30 February
}

std::int64_t monday_of(std::int64_t day) {
  return day - (((day + 3) % 7) + 7) % 7;  // day 0 was a Thursday
}

}  // namespace tutti::practice
