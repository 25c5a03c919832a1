// Dates and clocks of places, by their IANA names ("Europe/Berlin"), from the system's own rules.
//
// The rules come with the package tzdata and are kept by the system; the library `date` (Hinnant)
// reads them. Thread-safe; the first call reads the list of zones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/practice/history.h"

namespace tutti::api {

// bad_input with a suggestion where there is no such zone; missing_part where the system has no
// rules at all ("UTC" works even then).
Result<void> check_zone(const std::string& zone);

// What a calendar and a clock there show at that time (ms since 1970, UTC).
Result<practice::Moment> moment_in(const std::string& zone, std::int64_t time);

// A stretch of time cut where a new date begins there.
struct DatePart {
  std::int64_t day = 0;           // days since 1970-01-01
  std::int64_t from = 0, to = 0;  // ms; at least one part, the first may be empty
  std::int64_t offset = 0;        // s ahead of UTC at `from`
};
Result<std::vector<DatePart>> dates_between(const std::string& zone, std::int64_t from,
                                            std::int64_t to);

}  // namespace tutti::api
