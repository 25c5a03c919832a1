// Who may talk to the server: the Host a request names and the Origin of the page that sent it.
//
// A page of another site can make a browser send requests here, and by DNS rebinding even under a
// name of its own; so only names that are known to be ours are answered (ASVS 5.0, 4.4.2). Pure;
// thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tutti::net {

struct Gate {
  bool loopback = true;              // bound to this computer alone
  std::vector<std::string> hosts;    // more names of the server, lower case, without port
  std::vector<std::string> origins;  // more pages that may use it: "https://studio.example"

  // Host as in the header. On loopback: localhost and loopback addresses. Else also every literal
  // address, which no other site can have for its name.
  bool host_allowed(std::string_view host) const;
  // Origin as in the header ("" where there is none), for WebSockets and for what changes anything:
  // the server's own page, a listed one, or no page at all. `site` is Sec-Fetch-Site.
  bool origin_allowed(std::string_view origin, std::string_view host, std::string_view site) const;
};

// "[::1]:8420" -> "::1", "Studio.local:80" -> "studio.local"; empty if ill-formed.
std::string host_name(std::string_view host);

}  // namespace tutti::net
