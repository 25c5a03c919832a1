#include <charconv>

#include "engine/base/json.h"
#include "server/api/routes.h"

namespace tutti::api {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decoding that refuses what no honest client sends: stray signs, control characters.
bool decode(std::string_view text, bool form, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (form && c == '+') {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    out += c;
  }
  return true;
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find_first_of("?#"));
}

// The parts between slashes, decoded; a part that names no place of its own is refused.
bool split(std::string_view path, std::vector<std::string>& parts) {
  if (path.empty() || path[0] != '/') return false;
  path.remove_prefix(1);
  std::string part;
  for (;;) {
    const std::size_t slash = path.find('/');
    if (!decode(path.substr(0, slash), false, part)) return false;
    if (part == "." || part == ".." || part.find('/') != std::string::npos ||
        part.find('\\') != std::string::npos)
      return false;
    parts.push_back(part);
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool fits(std::string_view pattern, const std::vector<std::string>& parts, Call& call) {
  call.path.clear();
  pattern.remove_prefix(1);
  std::size_t index = 0;
  for (;;) {
    const std::size_t slash = pattern.find('/');
    const std::string_view wanted = pattern.substr(0, slash);
    if (index >= parts.size()) return false;
    if (const std::size_t close = wanted.find('}'); close != std::string_view::npos) {
      // {name}, or {name}.ending, where the name itself holds no dot.
      const std::string_view ending = wanted.substr(close + 1);
      std::string_view text = parts[index];
      if (!text.ends_with(ending)) return false;
      text.remove_suffix(ending.size());
      if (text.empty() || text.size() > 200) return false;
      if (!ending.empty() && text.find('.') != std::string_view::npos) return false;
      call.path[std::string(wanted.substr(1, close - 1))] = text;
    } else if (wanted != parts[index]) {
      return false;
    }
    ++index;
    if (slash == std::string_view::npos) return index == parts.size();
    pattern.remove_prefix(slash + 1);
  }
}

bool read_query(std::string_view target, Call& call) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return true;
  std::string_view query = target.substr(mark + 1);
  query = query.substr(0, query.find('#'));
  std::string name, value;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (!decode(pair.substr(0, equals), true, name)) return false;
    if (!decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1),
                true, value))
      return false;
    if (call.query.size() >= 64) return false;
    call.query.emplace(name, value);  // the first of equal names counts
  }
  return true;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
  }
  return "GET";
}

std::string Call::part(std::string_view name) const {
  const auto found = path.find(name);
  return found == path.end() ? std::string() : found->second;
}

std::optional<std::string> Call::asked(std::string_view name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::string Call::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? asked(name).value_or("") : found->second;
}

std::optional<std::int64_t> Call::asked_number(std::string_view name, std::int64_t fallback) const {
  const auto text = asked(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (code != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

std::optional<std::string> decoded_path(std::string_view target) {
  std::vector<std::string> parts;
  if (!split(path_of(target), parts)) return std::nullopt;
  std::string path;
  for (const std::string& part : parts) path += "/" + part;
  return path;
}

Match match(const Table& table, std::string_view method, std::string_view target, Call& call) {
  Match match;
  std::vector<std::string> parts;
  if (!split(path_of(target), parts) || !read_query(target, call)) return match;
  for (const SocketRoute& socket : table.sockets) {
    if (!fits(socket.path, parts, call)) continue;
    match.found = method == "GET" ? Found::yes : Found::other_method;
    match.socket = &socket;
    match.allowed = "GET";
    return match;
  }
  const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (const Route& route : table.routes) {
    if (!fits(route.path, parts, call)) continue;
    if (wanted == name_of(route.method)) {
      match.found = Found::yes;
      match.route = &route;
      call.route = &route;
      return match;
    }
    match.found = Found::other_method;
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(name_of(route.method));
  }
  return match;
}

Answer json_answer(const boost::json::value& value, int status) {
  Answer answer;
  answer.status = status;
  answer.body = write_json(value);
  return answer;
}

Error with_field(Error error, const std::string& field) {
  error.message = field + kFieldMark + error.message;
  return error;
}

Table make_table(const Services& services) {
  Table table;
  add_system_routes(table, services);
  add_project_routes(table, services);
  add_blob_routes(table, services);
  add_job_routes(table, services);
  add_sketch_routes(table, services);
  add_soundfont_routes(table, services);
  add_effect_routes(table, services);
  add_mixdown_routes(table, services);
  add_transport_routes(table, services);
  add_automation_routes(table, services);
  add_stream_routes(table, services);
  add_channel_routes(table, services);
  add_listen_routes(table, services);
  add_compose_routes(table, services);
  add_process_routes(table, services);
  add_stems_routes(table, services);
  add_analysis_routes(table, services);
  add_band_routes(table, services);
  add_practice_routes(table, services);
  add_process_socket(table, services);
  return table;
}

}  // namespace tutti::api
