#include "server/net/reply.h"

#include <ctime>

namespace tutti::net {
namespace {

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Answer";
  }
}

// filename*= of RFC 6266, with a plain twin for old clients.
std::string disposition(std::string_view name) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string plain, coded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    plain += letter || c == ' ' ? c : '_';
    if (letter) {
      coded += c;
    } else {
      coded += '%';
      coded += digits[byte >> 4];
      coded += digits[byte & 15];
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + coded;
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday],
                parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

// The page may run its own scripts and WebAssembly and talk to its own server, nothing else; it is
// isolated from other sites, which is what shared memory asks for.
constexpr std::string_view kSafety =
    "Content-Security-Policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src "
    "'self' blob:; "
    "connect-src 'self' ws: wss: blob: data:; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data: blob:; "
    "media-src 'self' blob: data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Permissions-Policy: microphone=(self), midi=(self), camera=(), geolocation=()\r\n";

}  // namespace

std::string header_text(const Reply& reply, std::int64_t length, bool keep_alive) {
  std::string text =
      "HTTP/1.1 " + std::to_string(reply.status) + " " + reason_of(reply.status) + "\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text += name;
    text += ": ";
    // A line end inside a value would let its maker write headers.
    for (const char c : value)
      if (c != '\r' && c != '\n') text += c;
    text += "\r\n";
  };
  add("Date", http_date());
  add("Server", "Tutti");
  if (reply.status != 304 && reply.status != 204) {
    add("Content-Type", reply.type);
    if (length >= 0) add("Content-Length", std::to_string(length));
  }
  add("Content-Encoding", reply.encoding);
  if (reply.vary_encoding) add("Vary", "Accept-Encoding");
  add("Content-Range", reply.content_range);
  if (reply.ranges) add("Accept-Ranges", "bytes");
  add("ETag", reply.etag);
  add("Location", reply.location);
  add("Allow", reply.allow);
  if (reply.retry_after > 0) add("Retry-After", std::to_string(reply.retry_after));
  if (reply.status == 426) add("Upgrade", "websocket");
  if (!reply.file_name.empty()) add("Content-Disposition", disposition(reply.file_name));
  add("Cache-Control", reply.status >= 400                   ? "no-store"
                       : reply.caching == Caching::forever   ? "public, max-age=31536000, immutable"
                       : reply.caching == Caching::ask_again ? "no-cache"
                                                             : "no-store");
  add("Connection", keep_alive ? "keep-alive" : reply.status == 426 ? "upgrade, close" : "close");
  text += kSafety;
  text += "\r\n";
  return text;
}

bool matches_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    while (!header.empty() && (header.front() == ' ' || header.front() == ','))
      header.remove_prefix(1);
    std::string_view one = header.substr(0, header.find(','));
    header.remove_prefix(one.size());
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || (!one.empty() && one == etag)) return true;
  }
  return false;
}

}  // namespace tutti::net
