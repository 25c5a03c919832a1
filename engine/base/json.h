// JSON text in and out, with the same bits on every build.
//
// Reading is Boost.JSON's parser with limits and correctly rounded numbers (its own rounding may be
// off in the last place). Writing gives the shortest decimal that reads back as the same double, as
// JavaScript prints it. Values are boost::json values; use the accessors that cannot throw
// (if_object, if_string, …). No exceptions, no globals; thread-safe.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace tutti {

namespace json = boost::json;

struct JsonLimits {
  std::size_t max_bytes = 64u << 20;
  std::size_t max_depth = 32;
};

// Errors: bad_input with the place of the fault, too_large.
Result<json::value> parse_json(std::string_view text, const JsonLimits& = {});

// One line, keys in the object's order. Numbers that JSON cannot say (NaN, infinity) become null.
std::string write_json(const json::value&);
// The same over several lines, two spaces a level.
std::string write_json_pretty(const json::value&);

// For writers of large documents: the same text, piece by piece, at the end of `out`.
void append_json(std::string& out, const json::value&);
void append_json_string(std::string& out, std::string_view utf8);  // bad UTF-8 becomes U+FFFD
void append_json_number(std::string& out, double);
void append_json_number(std::string& out, std::int64_t);

// Correctly rounded double of a JSON number's text (digits, optional fraction and exponent).
double json_number(std::string_view text);

// A member, or nullptr where `v` is no object or has no such key.
const json::value* json_find(const json::value& v, std::string_view key);
// The number as a double (integers too), or nothing.
bool json_get(const json::value* v, double& out);

}  // namespace tutti
