// Milliseconds since 1970 as people and programs read them: 2026-11-21T08:15:30.123Z.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tutti::api {

std::string iso_time(std::int64_t milliseconds);

// The same back: a date (midnight UTC), or date and time with Z or an offset such as +02:00.
// Nothing where it is none of these, no real date, or not in the years 1970 to 9999.
std::optional<std::int64_t> read_iso_time(std::string_view text);

}  // namespace tutti::api
