#include "server/net/gate.h"

#include <algorithm>
#include <arpa/inet.h>

namespace tutti::net {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_address(const std::string& name, bool& loopback) {
  unsigned char bytes[16];
  if (inet_pton(AF_INET, name.c_str(), bytes) == 1) {
    loopback = bytes[0] == 127;
    return true;
  }
  if (inet_pton(AF_INET6, name.c_str(), bytes) == 1) {
    loopback =
        std::all_of(bytes, bytes + 15, [](unsigned char b) { return b == 0; }) && bytes[15] == 1;
    return true;
  }
  return false;
}

}  // namespace

std::string host_name(std::string_view host) {
  if (host.empty() || host.size() > 300) return {};
  std::string_view name = host, port;
  if (host.front() == '[') {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return {};
    name = host.substr(1, close - 1);
    port = host.substr(close + 1);
  } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    port = host.substr(colon);
  }
  if (!port.empty() && (port.front() != ':' || port.size() > 6 ||
                        port.substr(1).find_first_not_of("0123456789") != std::string_view::npos))
    return {};
  for (const char c : name) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == '_' || c == ':';
    if (!fine) return {};
  }
  std::string out = lower(name);
  if (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

bool Gate::host_allowed(std::string_view host) const {
  const std::string name = host_name(host);
  if (name.empty()) return false;
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  if (std::find(hosts.begin(), hosts.end(), name) != hosts.end()) return true;
  bool own = false;
  return is_address(name, own) && (own || !loopback);
}

bool Gate::origin_allowed(std::string_view origin, std::string_view host,
                          std::string_view site) const {
  if (std::find(origins.begin(), origins.end(), lower(origin)) != origins.end()) return true;
  // Set by browsers alone, and not by scripts.
  if (site == "cross-site" || site == "same-site") return false;
  if (origin.empty()) return true;
  const std::string page = lower(origin);
  return page == "http://" + lower(host) || page == "https://" + lower(host);
}

}  // namespace tutti::net
