#include "server/api/multipart.h"

#include <algorithm>
#include <cctype>

namespace tutti::api {
namespace {

// Each limit is judged by where a thing ends, never by how much happens to have arrived, so that a
// body is taken or refused alike however it is cut.
constexpr std::size_t kMostPreambleBytes = 32768;
constexpr std::size_t kMostHeaderBytes = 8192;
constexpr std::size_t kMostPadding = 64;
constexpr int kMostParts = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes "; name=value" or "; name="value"" off the front of `rest`; false at its end or if
// ill-formed.
bool take_parameter(std::string_view& rest, std::string& name, std::string& value, bool& wrong) {
  rest = trim(rest);
  if (rest.empty()) return false;
  wrong = true;
  if (rest.front() != ';') return false;
  rest.remove_prefix(1);
  rest = trim(rest);
  if (rest.empty()) return wrong = false;  // a trailing semicolon
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos) return false;
  name = lower(trim(rest.substr(0, equals)));
  rest.remove_prefix(equals + 1);
  value.clear();
  if (!rest.empty() && rest.front() == '"') {
    std::size_t i = 1;
    for (;; ++i) {
      if (i >= rest.size()) return false;
      if (rest[i] == '"') break;
      if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
        ++i;
      value += rest[i];
    }
    rest.remove_prefix(i + 1);
  } else {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    value = trim(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  wrong = false;
  return true;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::size_t semicolon = std::min(content_type.find(';'), content_type.size());
  if (lower(trim(content_type.substr(0, semicolon))) != "multipart/form-data") return std::nullopt;
  std::string_view rest = content_type.substr(semicolon);
  std::string name, value;
  std::optional<std::string> boundary;
  bool wrong = false;
  while (take_parameter(rest, name, value, wrong)) {
    if (name != "boundary") continue;
    if (boundary) return std::nullopt;
    boundary = value;
  }
  if (wrong || !boundary || boundary->empty() || boundary->size() > 70 || boundary->back() == ' ')
    return std::nullopt;
  for (const char c : *boundary)
    if (!std::isalnum(static_cast<unsigned char>(c)) &&
        std::string_view("'()+_,-./:=? ").find(c) == std::string_view::npos)
      return std::nullopt;
  return boundary;
}

MultipartParser::MultipartParser(std::string boundary, Listener listener)
    : delimiter_("\r\n--" + boundary), listener_(std::move(listener)) {
  // The first boundary may stand at the very beginning, without a line before it.
  held_ = "\r\n";
}

Result<void> MultipartParser::fail(std::string message) {
  where_ = Where::failed;
  return Error{Code::bad_input, "The form is not well-formed: " + std::move(message) + ".",
               "Send it as multipart/form-data, as a browser or curl -F does."};
}

Result<void> MultipartParser::feed(std::span<const std::byte> bytes) {
  if (where_ == Where::failed) return fail("it went wrong before");
  if (where_ == Where::epilogue) return {};
  held_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (;;) {
    auto more = step();
    if (!more) {
      where_ = Where::failed;
      return more.error();
    }
    if (!*more) return {};
  }
}

Result<bool> MultipartParser::step() {
  switch (where_) {
    case Where::preamble: {
      const std::size_t found = held_.find(delimiter_);
      const bool beyond = found == std::string::npos
                              ? held_.size() >= kMostPreambleBytes + delimiter_.size()
                              : found > kMostPreambleBytes;
      if (beyond) return fail("its first boundary does not come").error();
      if (found == std::string::npos) return false;
      held_.erase(0, found + delimiter_.size());
      where_ = Where::after_boundary;
      return true;
    }
    case Where::after_boundary: {
      if (held_.size() < 2) return false;
      if (held_.compare(0, 2, "--") == 0) {
        held_.clear();
        where_ = Where::epilogue;
        return false;
      }
      // Spaces may pad the line (RFC 2046).
      const std::size_t at = std::min(held_.find_first_not_of(" \t"), held_.size());
      if (at > kMostPadding) return fail("a boundary line does not end").error();
      if (at + 2 > held_.size()) return false;
      if (held_.compare(at, 2, "\r\n") != 0) return fail("a boundary line does not end").error();
      held_.erase(0, at + 2);
      if (++parts_ > kMostParts) return fail("it has more than 16 parts").error();
      where_ = Where::headers;
      return true;
    }
    case Where::headers: {
      const std::size_t end = held_.starts_with("\r\n") ? 0 : held_.find("\r\n\r\n");
      const bool beyond =
          end == std::string::npos ? held_.size() >= kMostHeaderBytes + 4 : end > kMostHeaderBytes;
      if (beyond) return fail("a part's headers are too long").error();
      if (end == std::string::npos) return false;
      if (auto done = read_header(); !done) return done.error();
      where_ = Where::data;
      return true;
    }
    case Where::data: {
      const std::size_t found = held_.find(delimiter_);
      std::size_t ready = found;
      if (found == std::string::npos)
        ready = held_.size() < delimiter_.size() ? 0 : held_.size() - (delimiter_.size() - 1);
      if (ready > 0) {
        if (auto done = listener_.data(std::as_bytes(std::span(held_.data(), ready))); !done)
          return done.error();
      }
      if (found == std::string::npos) {
        held_.erase(0, ready);
        return false;
      }
      held_.erase(0, found + delimiter_.size());
      if (auto done = listener_.end(); !done) return done.error();
      where_ = Where::after_boundary;
      return true;
    }
    case Where::epilogue:
      held_.clear();
      return false;
    case Where::failed:
      return false;
  }
  return false;
}

Result<void> MultipartParser::read_header() {
  PartHeader header;
  bool disposition = false;
  for (;;) {
    const std::size_t end = held_.find("\r\n");
    if (end == std::string::npos) return fail("a part's headers do not end");
    const std::string line = held_.substr(0, end);
    held_.erase(0, end + 2);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0) return fail("a part has a header without a name");
    for (const char c : line)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
        return fail("a part's header holds a control character");
    const std::string name = lower(std::string_view(line).substr(0, colon));
    std::string_view value = trim(std::string_view(line).substr(colon + 1));
    if (name == "content-type") header.type = lower(value);
    if (name != "content-disposition") continue;
    if (disposition) return fail("a part has two Content-Disposition headers");
    disposition = true;
    const std::size_t semicolon = std::min(value.find(';'), value.size());
    if (lower(trim(value.substr(0, semicolon))) != "form-data")
      return fail("a part is not form-data");
    value.remove_prefix(semicolon);
    std::string parameter, text;
    bool wrong = false;
    while (take_parameter(value, parameter, text, wrong)) {
      if (parameter == "name") header.name = text;
      if (parameter == "filename") {
        header.is_file = true;
        // Some senders give a whole path; only its last part is a name.
        header.file_name = text.substr(text.find_last_of("/\\") + 1);
      }
    }
    if (wrong) return fail("a part's Content-Disposition cannot be read");
  }
  if (!disposition || header.name.empty()) return fail("a part has no name");
  return listener_.begin(header);
}

Result<void> MultipartParser::finish() {
  if (where_ == Where::epilogue) return {};
  return fail("it ends before its closing boundary");
}

}  // namespace tutti::api
