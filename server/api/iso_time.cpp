#include "server/api/iso_time.h"

#include <cstdio>

namespace tutti::api {

// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
std::string iso_time(std::int64_t milliseconds) {
  const std::int64_t day_length = 86'400'000;
  std::int64_t days = milliseconds / day_length;
  std::int64_t rest = milliseconds % day_length;
  if (rest < 0) rest += day_length, --days;
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * of_year + 2) / 153;
  const int day = static_cast<int>(of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
                static_cast<int>(rest / 3'600'000), static_cast<int>(rest / 60'000 % 60),
                static_cast<int>(rest / 1000 % 60), static_cast<int>(rest % 1000));
  return text;
}

std::optional<std::int64_t> read_iso_time(std::string_view text) {
  const auto digits = [&](std::size_t count, int& value) {
    if (text.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text[i] < '0' || text[i] > '9') return false;
      value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return true;
  };
  const auto sign = [&](char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  };
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!(digits(4, year) && sign('-') && digits(2, month) && sign('-') && digits(2, day)))
    return std::nullopt;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::int64_t y = year - (month <= 2);
  const std::int64_t of_era = y % 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t days =
      y / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  char back[40];
  std::snprintf(back, sizeof back, "%04d-%02d-%02d", year, month, day);
  if (iso_time(days * 86'400'000).substr(0, 10) != back) return std::nullopt;  // 30 February
  if (text.empty()) return days * 86'400'000;
  if (!(sign('T') || sign(' ')) || !digits(2, hour) || !sign(':') || !digits(2, minute))
    return std::nullopt;
  std::int64_t part = 0;
  if (sign(':')) {
    if (!digits(2, second)) return std::nullopt;
    if (sign('.')) {
      int scale = 100, digit = 0, count = 0;
      for (; digits(1, digit); scale /= 10, ++count) part += digit * scale;
      if (count == 0 || count > 9) return std::nullopt;
    }
  }
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::int64_t offset = 0;
  if (!sign('Z')) {
    const int way = sign('+') ? 1 : sign('-') ? -1 : 0;
    int hours = 0, minutes = 0;
    if (way == 0 || !digits(2, hours)) return std::nullopt;
    sign(':');
    if (!digits(2, minutes) || hours > 18 || minutes > 59) return std::nullopt;
    offset = way * (hours * 60 + minutes);
  }
  if (!text.empty()) return std::nullopt;
  return ((days * 24 + hour) * 60 + minute - offset) * 60'000 + second * 1000 + part;
}

}  // namespace tutti::api
