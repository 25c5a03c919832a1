#include "engine/base/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"

namespace tutti {
namespace {

using boost::system::error_code;
using View = json::string_view;

// What Boost's own parser does with tokens, except that doubles are rounded correctly.
struct Handler {
  static constexpr std::size_t max_object_size = std::size_t{1} << 24;
  static constexpr std::size_t max_array_size = std::size_t{1} << 24;
  static constexpr std::size_t max_key_size = std::size_t{1} << 16;
  static constexpr std::size_t max_string_size = std::size_t{1} << 28;

  json::value_stack stack;
  std::string number;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) { return stack.push_object(n), true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) { return stack.push_array(n), true; }
  bool on_key_part(View s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_key(View s, std::size_t, error_code&) { return stack.push_key(s), true; }
  bool on_string_part(View s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_string(View s, std::size_t, error_code&) { return stack.push_string(s), true; }
  bool on_number_part(View s, error_code&) {
    number.append(s.data(), s.size());
    return true;
  }
  bool on_int64(std::int64_t i, View, error_code&) {
    number.clear();
    return stack.push_int64(i), true;
  }
  bool on_uint64(std::uint64_t u, View, error_code&) {
    number.clear();
    return stack.push_uint64(u), true;
  }
  bool on_double(double, View s, error_code& ec) {
    number.append(s.data(), s.size());
    const double d = json_number(number);
    number.clear();
    if (!std::isfinite(d)) {
      ec = json::error::exponent_overflow;
      return false;
    }
    return stack.push_double(d), true;
  }
  bool on_bool(bool b, error_code&) { return stack.push_bool(b), true; }
  bool on_null(error_code&) { return stack.push_null(), true; }
  bool on_comment_part(View, error_code&) { return true; }
  bool on_comment(View, error_code&) { return true; }
};

std::string place(std::string_view text, std::size_t at) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < at && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

constexpr char kHex[] = "0123456789abcdef";

void append_indent(std::string& out, int depth) {
  out += '\n';
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
}

// depth < 0: one line.
void append_value(std::string& out, const json::value& v, int depth) {
  const int inner = depth < 0 ? -1 : depth + 1;
  switch (v.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += *v.if_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      append_json_number(out, *v.if_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(*v.if_uint64());
      break;
    case json::kind::double_:
      append_json_number(out, *v.if_double());
      break;
    case json::kind::string:
      append_json_string(out, {v.if_string()->data(), v.if_string()->size()});
      break;
    case json::kind::array: {
      const auto& array = *v.if_array();
      out += '[';
      for (std::size_t i = 0; i < array.size(); ++i) {
        if (i != 0) out += ',';
        if (inner >= 0) append_indent(out, inner);
        append_value(out, array[i], inner);
      }
      if (inner >= 0 && !array.empty()) append_indent(out, depth);
      out += ']';
      break;
    }
    case json::kind::object: {
      const auto& object = *v.if_object();
      out += '{';
      bool first = true;
      for (const auto& member : object) {
        if (!std::exchange(first, false)) out += ',';
        if (inner >= 0) append_indent(out, inner);
        append_json_string(out, {member.key().data(), member.key().size()});
        out += inner >= 0 ? ": " : ":";
        append_value(out, member.value(), inner);
      }
      if (inner >= 0 && !object.empty()) append_indent(out, depth);
      out += '}';
      break;
    }
  }
}

}  // namespace

Result<json::value> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error{Code::too_large,
                 "This text has " + std::to_string(text.size() >> 20) + " MB; at most " +
                     std::to_string(limits.max_bytes >> 20) + " MB can be read.",
                 "Split it into smaller projects."};
  }
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::basic_parser<Handler> parser(options);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  std::size_t rest = used;
  while (!ec && rest < text.size() &&
         (text[rest] == ' ' || text[rest] == '\t' || text[rest] == '\n' || text[rest] == '\r')) {
    ++rest;
  }
  if (ec || rest < text.size()) {
    return Error{Code::bad_input,
                 "This is not valid JSON: it goes wrong at " + place(text, rest) + ".",
                 "Check that the file is whole and of the right kind."};
  }
  return parser.handler().stack.release();
}

void append_json(std::string& out, const json::value& v) {
  append_value(out, v, -1);
}

std::string write_json(const json::value& v) {
  std::string out;
  append_value(out, v, -1);
  return out;
}

std::string write_json_pretty(const json::value& v) {
  std::string out;
  append_value(out, v, 0);
  out += '\n';
  return out;
}

void append_json_string(std::string& out, std::string_view s) {
  out += '"';
  std::size_t plain = 0;  // start of what can be copied as it is
  std::size_t i = 0;
  const auto flush = [&] { out.append(s, plain, i - plain); };
  while (i < s.size()) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    const std::size_t length = c < 0x80 ? 0 : utf8_length(s.substr(i));
    if (length > 0) {
      i += length;
      continue;
    }
    flush();
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c < 0x80) {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += "\xEF\xBF\xBD";
        }
    }
    plain = ++i;
  }
  flush();
  out += '"';
}

const json::value* json_find(const json::value& v, std::string_view key) {
  const auto* object = v.if_object();
  return object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
}

bool json_get(const json::value* v, double& out) {
  if (v == nullptr) return false;
  if (const auto* d = v->if_double()) return out = *d, true;
  if (const auto* i = v->if_int64()) return out = static_cast<double>(*i), true;
  if (const auto* u = v->if_uint64()) return out = static_cast<double>(*u), true;
  return false;
}

}  // namespace tutti
