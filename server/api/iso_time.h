// Milliseconds since 1970 as people and programs read them: 2026-11-21T08:15:30.123Z.
#pragma once

#include <cstdint>
#include <string>

namespace tutti::api {

std::string iso_time(std::int64_t milliseconds);

}  // namespace tutti::api
