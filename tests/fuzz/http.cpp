// What strangers send over HTTP, as far as it is read by our own code: the request's target, Host,
// Origin and Range, If-None-Match, Accept-Encoding, multipart bodies cut anywhere, chains of
// effects and the Studio's messages. Boost.Beast's own parser reads the request line and header in
// front of them, with the server's limits.
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/base/json.h"
#include "server/api/chain_text.h"
#include "server/api/describe_json.h"
#include "server/api/multipart.h"
#include "server/api/routes.h"
#include "server/api/studio_types.h"
#include "server/net/gate.h"
#include "server/net/range.h"
#include "server/net/reply.h"
#include "server/net/static_files.h"

namespace {

namespace http = boost::beast::http;

void require(bool fine) {
  if (!fine) std::abort();
}

struct Form {
  std::string log;
  bool good = false;
};

Form parse_form(const std::string& boundary, std::string_view body, std::size_t piece) {
  Form form;
  int open = 0;
  tutti::api::MultipartParser parser(
      boundary, {[&](const tutti::api::PartHeader& part) -> tutti::Result<void> {
                   require(++open == 1);
                   require(!part.name.empty());
                   require(part.file_name.find('/') == std::string::npos);
                   form.log += "[" + part.name + "|" + part.file_name + "]";
                   return {};
                 },
                 [&](std::span<const std::byte> bytes) -> tutti::Result<void> {
                   require(open == 1);
                   form.log.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                   return {};
                 },
                 [&]() -> tutti::Result<void> {
                   require(--open == 0);
                   return {};
                 }});
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const std::string_view part = body.substr(at, piece);
    if (!parser.feed(std::as_bytes(std::span(part.data(), part.size())))) return form;
  }
  form.good = parser.finish().ok();
  return form;
}

const tutti::api::Table& table() {
  static const tutti::api::Table made = tutti::api::make_table({});
  return made;
}

void check_target(const std::string& method, const std::string& target) {
  tutti::api::Call call;
  const auto match = tutti::api::match(table(), method, target, call);
  if (match.found == tutti::api::Found::yes) require(match.route || match.socket);
  for (const auto& [name, value] : call.path) {
    require(value.find('/') == std::string::npos && value != ".." && !value.empty() &&
            value.size() <= 200);
    for (const char c : value) require(static_cast<unsigned char>(c) >= 0x20);
  }
  (void)call.asked_number("since", 0);
  if (const auto path = tutti::api::decoded_path(target)) {
    require(path->front() == '/' && path->find("/../") == std::string::npos);
    static tutti::net::StaticFiles nothing{std::filesystem::path()};
    (void)nothing.find(*path, "br");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The whole input as a request.
  http::request_parser<http::buffer_body> parser;
  parser.header_limit(16 << 10);
  parser.body_limit(boost::none);
  boost::system::error_code code;
  const std::size_t used = parser.put(boost::asio::buffer(text.data(), text.size()), code);
  if (parser.is_header_done()) {
    const auto& request = parser.get();
    check_target(std::string(request.method_string()), std::string(request.target()));
    const std::string host(request[http::field::host]);
    tutti::net::Gate gate;
    if (gate.host_allowed(host)) require(!tutti::net::host_name(host).empty());
    (void)gate.origin_allowed(request[http::field::origin], host, request["Sec-Fetch-Site"]);
    const auto range = tutti::net::read_range(request[http::field::range], 1000);
    require(range.first >= 0 && range.length >= 0 && range.first + range.length <= 1000);
    (void)tutti::net::matches_etag(request[http::field::if_none_match], "\"abc\"");
    (void)tutti::net::accepts(request[http::field::accept_encoding], "br");
    if (const auto boundary = tutti::api::multipart_boundary(request[http::field::content_type])) {
      const std::string_view body = text.substr(std::min(used, text.size()));
      const Form whole = parse_form(*boundary, body, body.size() + 1);
      const Form bytewise = parse_form(*boundary, body, 1);
      require(whole.good == bytewise.good);
      if (whole.good) require(whole.log == bytewise.log);
    }
  }
  // And as a bare target and a bare form, which needs no luck with the line in front.
  check_target("GET", std::string(text.substr(0, 300)));
  (void)tutti::api::multipart_boundary(text.substr(0, 200));
  const Form whole = parse_form("b", text, text.size() + 1);
  if (auto chain = tutti::registry::parse_chain(text)) {
    // What is understood is told to the worker in words that it understands.
    for (auto& effect : *chain) effect.impulse.clear();
    const std::string told = tutti::api::exact_chain_text(*chain);
    const auto again = tutti::registry::parse_chain(told);
    require(again.ok() && tutti::api::exact_chain_text(*again) == told);
  }
  if (auto json = tutti::parse_json(text)) {
    tutti::api::BadField wrong;
    (void)tutti::api::from_json<tutti::api::NewMixdown>(*json, wrong);
    (void)tutti::api::from_json<tutti::api::TransportOrder>(*json, wrong);
    (void)tutti::api::from_json<tutti::api::AutomationStart>(*json, wrong);
    (void)tutti::api::from_json<tutti::api::AutomationPoints>(*json, wrong);
  }
  const Form cut = parse_form("b", text, 7);
  require(whole.good == cut.good);
  if (whole.good) require(whole.log == cut.log);
  return 0;
}
