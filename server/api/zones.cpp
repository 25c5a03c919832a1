#include "server/api/zones.h"

#include <algorithm>
#include <date/tz.h>
#include <exception>

#include "engine/base/suggest.h"

namespace tutti::api {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Instant = date::sys_time<Milliseconds>;

bool is_utc(const std::string& zone) {
  return zone == "UTC" || zone == "Etc/UTC";
}

std::int64_t day_of(std::int64_t local_seconds) {
  return local_seconds >= 0 ? local_seconds / 86400 : -((-local_seconds + 86399) / 86400);
}

std::int64_t seconds_of(std::int64_t time) {
  return time >= 0 ? time / 1000 : -((-time + 999) / 1000);
}

// The library tells what it cannot do by exceptions; here they become errors.
template <class Work>
auto with_zone(const std::string& zone, Work work) -> decltype(work(nullptr)) {
  if (is_utc(zone)) return work(nullptr);
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found = std::find_if(zones.begin(), zones.end(),
                                    [&](const auto& one) { return one.name() == zone; });
    if (found != zones.end()) return work(&*found);
    std::vector<std::string> names;
    for (const auto& one : zones) names.push_back(one.name());
    const std::string near = zone.size() <= 60 ? suggestion(zone, names) : std::string();
    return Error{Code::bad_input,
                 "There is no time zone \"" + zone.substr(0, 60) + "\"" +
                     (near.empty() ? "." : "; did you mean " + near + "?"),
                 "Give a name of the IANA database, such as Europe/Berlin or UTC."};
  } catch (const std::exception&) {
    return Error{Code::missing_part, "This system's rules of time zones cannot be read.",
                 "Install the package tzdata, or use the zone UTC."};
  }
}

std::int64_t offset_at(const date::time_zone* zone, std::int64_t time) {
  if (!zone) return 0;
  return zone->get_info(Instant(Milliseconds(time))).offset.count();
}

}  // namespace

Result<void> check_zone(const std::string& zone) {
  return with_zone(zone, [](const date::time_zone*) { return Result<void>(); });
}

Result<practice::Moment> moment_in(const std::string& zone, std::int64_t time) {
  return with_zone(zone, [&](const date::time_zone* rules) -> Result<practice::Moment> {
    const std::int64_t offset = offset_at(rules, time);
    return practice::Moment{time, day_of(seconds_of(time) + offset), offset};
  });
}

Result<std::vector<DatePart>> dates_between(const std::string& zone, std::int64_t from,
                                            std::int64_t to) {
  return with_zone(zone, [&](const date::time_zone* rules) -> Result<std::vector<DatePart>> {
    std::vector<DatePart> parts;
    std::int64_t at = from;
    do {
      DatePart part;
      part.from = at;
      part.offset = offset_at(rules, at);
      part.day = day_of(seconds_of(at) + part.offset);
      std::int64_t next = 0;
      if (rules) {
        // Where a clock is put forward over midnight, the new date begins at that moment.
        const date::local_time<Milliseconds> midnight{date::days(part.day + 1)};
        next = rules->to_sys(midnight, date::choose::earliest).time_since_epoch().count();
      } else {
        next = (part.day + 1) * 86'400'000;
      }
      part.to = next > at ? std::min(next, to) : to;
      part.to = std::max(part.to, at);
      parts.push_back(part);
      at = part.to;
    } while (at < to && parts.size() < 400);
    return parts;
  });
}

}  // namespace tutti::api
