// Controls as JSON: every setting of compose::setting_table() by its id, and the seed.
//
// One truth: names, ranges and choices come from the table, for reading, for the JSON Schema and
// for the list that clients draw their knobs from. Numbers, or names where a setting has choices
// ("key":"Bb"), or true and false for switches. Pure; thread-safe.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/stream/log.h"
#include "server/api/stream_types.h"

namespace tutti::api {

inline constexpr std::int64_t kSmallBody = 1'000'000;  // bytes: controls, channels, wishes

struct Control {
  std::vector<stream::Change> changes;  // in the order of the table
  std::optional<std::uint64_t> seed;
};

// `others`: fields that belong to the request itself. bad_input with the field, naming the range or
// the nearest name.
Result<Control> control_of(const boost::json::object&,
                           std::initializer_list<std::string_view> others = {});
// A seed in digits; bad_input with the field "seed".
Result<std::uint64_t> seed_of(std::string_view text);

boost::json::object settings_json(const compose::Settings&);
StreamSettingTable setting_list();

// The schema of a control, put into the components as StreamControl.
boost::json::value control_schema(boost::json::object& schemas);
// The same fields and those of `more` as a type of its own.
boost::json::value control_schema(boost::json::object& schemas, const char* name,
                                  const boost::json::object& more,
                                  std::initializer_list<const char*> required = {});

}  // namespace tutti::api
