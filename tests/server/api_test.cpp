// Every route over a real connection: what it answers, how it refuses, and what each answer
// carries.
#include <fstream>
#include <gtest/gtest.h>
#include <set>

#include "engine/base/json.h"
#include "native/files/sha256.h"
#include "server/api/openapi.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::exchange;
using test::House;
using test::HttpReply;
using test::post_json;
using test::request;
using test::track;

void expect_problem(const HttpReply& reply, int status, const std::string& code) {
  EXPECT_EQ(reply.status, status) << reply.body;
  EXPECT_EQ(reply.headers.count("content-type") ? reply.headers.at("content-type") : "",
            "application/problem+json");
  const auto problem = reply.json();
  ASSERT_TRUE(problem.is_object()) << reply.body;
  EXPECT_EQ(problem.at("status").as_int64(), status);
  EXPECT_EQ(problem.at("code").as_string(), code) << reply.body;
  EXPECT_FALSE(problem.at("detail").as_string().empty());
  EXPECT_FALSE(problem.at("next").as_string().empty());
}

class Api : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { house = new House; }
  static void TearDownTestSuite() {
    delete house;
    house = nullptr;
  }
  static int port() { return house->port(); }
  static House* house;
};
House* Api::house = nullptr;

TEST_F(Api, Projects) {
  const auto made = post_json(port(), "/api/projects", R"({"title":"Hüm"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id(made.json().at("id").as_string().c_str());
  EXPECT_EQ(made.json().at("title").as_string(), "Hüm");
  const auto saved = post_json(port(), "/api/projects/" + id + "/ops",
                               R"({"batch":"b","ops":[)" + track(5) + "]}");
  ASSERT_EQ(saved.status, 200) << saved.body;
  const auto revision = saved.json().at("revision").as_int64();
  EXPECT_EQ(revision, made.json().at("revision").as_int64() + 1);
  // Sent again: the same answer, nothing new.
  const auto again = post_json(port(), "/api/projects/" + id + "/ops",
                               R"({"batch":"b","ops":[)" + track(5) + "]}");
  EXPECT_EQ(again.json().at("revision").as_int64(), revision);
  const auto whole = request(port(), "GET", "/api/projects/" + id);
  EXPECT_EQ(whole.status, 200);
  EXPECT_NE(write_json(whole.json().at("document")).find("T5"), std::string::npos);
  const auto since =
      request(port(), "GET", "/api/projects/" + id + "/ops?since=" + std::to_string(revision - 1));
  EXPECT_EQ(since.json().at("ops").as_array().size(), 1u);
  const auto renamed = post_json(
      port(), "/api/projects/" + id + "/ops",
      R"({"batch":"c","ops":[{"at":"9007199254740990.b","op":"set","id":"0.0","set":{"title":"Later"}}]})");
  expect_problem(renamed, 400, "bad_input");  // a clock from the far future
  ASSERT_EQ(
      post_json(
          port(), "/api/projects/" + id + "/ops",
          R"({"batch":"d","ops":[{"at":"50.b","op":"set","id":"0.0","set":{"title":"Later"}}]})")
          .status,
      200);
  EXPECT_NE(request(port(), "GET", "/api/projects").body.find("\"Later\""), std::string::npos);
  EXPECT_EQ(request(port(), "DELETE", "/api/projects/" + id).status, 204);
  expect_problem(request(port(), "GET", "/api/projects/" + id), 404, "not_found");
  expect_problem(request(port(), "DELETE", "/api/projects/" + id), 404, "not_found");
}

TEST_F(Api, RefusesWrongBodiesByField) {
  const std::string id = house->project();
  struct Case {
    std::string target, body, field;
  };
  const Case cases[] = {
      {"/api/projects", "{}", "title"},
      {"/api/projects", R"({"title":""})", "title"},
      {"/api/projects", R"({"title":7})", "title"},
      {"/api/projects", R"({"title":")" + std::string(300, 'x') + "\"}", "title"},
      {"/api/projects", "[]", ""},
      {"/api/projects", "{\"title\"", ""},
      {"/api/projects", "", ""},
      {"/api/projects", std::string(100'000, '['), ""},
      {"/api/projects/" + id + "/ops", R"({"ops":[]})", "batch"},
      {"/api/projects/" + id + "/ops", R"({"batch":"x","ops":{}})", "ops"},
      {"/api/projects/" + id + "/ops", R"({"batch":"x","ops":[]})", "ops"},
      {"/api/projects/" + id + "/ops", R"({"batch":"x","ops":[{"at":"1"}]})", ""},
      {"/api/jobs", R"({"kind":"dance"})", "kind"},
      {"/api/jobs", R"({"kind":"transcribe"})", "blob"},
      {"/api/jobs", R"({"kind":"transcribe","blob":"short"})", "blob"},
      {"/api/jobs", R"({"kind":"render","project":"p"})", "settings.format"},
      {"/api/jobs", R"({"kind":"render","project":"p","settings":{"rate":1}})", "settings.rate"},
      {"/run", R"({"tracks":[{"notes":[{"pitch":"H9","start":0,"duration":1}]}]})", ""}};
  for (const Case& one : cases) {
    const auto reply = post_json(port(), one.target, one.body);
    SCOPED_TRACE(one.target + " " + one.body.substr(0, 60));
    expect_problem(reply, 400, "bad_input");
    if (!one.field.empty()) {
      EXPECT_EQ(reply.json().at("field").as_string(), one.field);
    }
  }
  expect_problem(
      request(port(), "POST", "/api/projects", "title=x", {{"Content-Type", "text/plain"}}), 415,
      "unsupported");
  expect_problem(request(port(), "GET", "/api/projects/" + id + "/ops?since=minus"), 400,
                 "bad_input");
}

TEST_F(Api, KeepsBytesAndGivesParts) {
  std::string bytes;
  for (int i = 0; i < 700'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  const std::string hash = files::sha256(std::as_bytes(std::span(bytes))).hex();
  const auto sent = request(port(), "POST", "/api/blobs", bytes);
  ASSERT_EQ(sent.status, 201) << sent.body;
  EXPECT_EQ(sent.json().at("sha256").as_string(), hash);
  EXPECT_EQ(sent.json().at("size").as_int64(), 700'000);
  EXPECT_EQ(request(port(), "PUT", "/api/blobs/" + hash, bytes).status, 201);
  expect_problem(request(port(), "PUT", "/api/blobs/" + std::string(64, 'a'), bytes), 400,
                 "bad_input");
  const auto whole = request(port(), "GET", "/api/blobs/" + hash);
  EXPECT_EQ(whole.body, bytes);
  EXPECT_NE(whole.headers.at("cache-control").find("immutable"), std::string::npos);
  const auto part =
      request(port(), "GET", "/api/blobs/" + hash, "", {{"Range", "bytes=300000-300009"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, bytes.substr(300'000, 10));
  EXPECT_EQ(part.headers.at("content-range"), "bytes 300000-300009/700000");
  EXPECT_EQ(request(port(), "GET", "/api/blobs/" + hash, "", {{"Range", "bytes=800000-"}}).status,
            416);
  EXPECT_EQ(
      request(port(), "GET", "/api/blobs/" + hash, "", {{"If-None-Match", "\"" + hash + "\""}})
          .status,
      304);
  const auto head = request(port(), "HEAD", "/api/blobs/" + hash);
  EXPECT_EQ(head.headers.at("content-length"), "700000");
  EXPECT_EQ(head.body, "");
  expect_problem(request(port(), "GET", "/api/blobs/" + std::string(64, 'b')), 404, "not_found");
  expect_problem(request(port(), "GET", "/api/blobs/nonsense"), 404, "not_found");
  // The same bytes as a chunked body, cut oddly.
  std::string chunked =
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: "
      "chunked\r\n\r\n";
  for (std::size_t at = 0; at < bytes.size(); at += 69'999) {
    char size[16];
    const std::string piece = bytes.substr(at, 69'999);
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    chunked += size + piece + "\r\n";
  }
  EXPECT_NE(exchange(port(), {chunked + "0\r\n\r\n"}).find(hash), std::string::npos);
}

TEST_F(Api, RefusesWhatIsTooLargeBeforeItComes) {
  for (const char* target : {"/api/blobs", "/hum2melody"}) {
    const std::string head = std::string("POST ") + target +
                             " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000000\r\n\r\n";
    const std::string reply = exchange(port(), {head, std::string(100'000, 'x')});
    EXPECT_EQ(reply.rfind("HTTP/1.1 413 ", 0), 0u) << reply.substr(0, 100);
    EXPECT_NE(reply.find("too_large"), std::string::npos);
    EXPECT_NE(reply.find("Connection: close"), std::string::npos);
  }
  const std::string many(40'000, 'h');
  EXPECT_EQ(exchange(port(), {"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + many + "\r\n\r\n"})
                .rfind("HTTP/1.1 431 ", 0),
            0u);
  expect_problem(request(port(), "GET", "/" + std::string(10'000, 'p')), 404, "not_found");
}

TEST_F(Api, AnswersIllFormedRequestsAndSmugglersWithACloseAndNothingElse) {
  const char* cases[] = {
      "nonsense\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: "
      "6\r\n\r\nhello",
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\nGET /",
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"};
  for (const char* bytes : cases) {
    const std::string reply = exchange(port(), {bytes});
    SCOPED_TRACE(bytes);
    EXPECT_TRUE(reply.empty() || reply.rfind("HTTP/1.1 400", 0) == 0 ||
                reply.rfind("HTTP/1.1 505", 0) == 0)
        << reply.substr(0, 200);
    const std::size_t answer = reply.find("Server: Tutti");  // one at most
    EXPECT_TRUE(answer == std::string::npos ||
                reply.find("Server: Tutti", answer + 1) == std::string::npos);
  }
  // No Host at all.
  EXPECT_EQ(exchange(port(), {"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"})
                .rfind("HTTP/1.1 421 ", 0),
            0u);
}

TEST_F(Api, RefusesOtherNamesAndOtherSitesPages) {
  expect_problem(request(port(), "GET", "/health", "", {{"Host", "rebound.example"}}), 421,
                 "refused");
  const std::string body = R"({"title":"x"})";
  for (const auto& origin : {"http://evil.example", "null", "http://127.0.0.1:1"})
    expect_problem(request(port(), "POST", "/api/projects", body,
                           {{"Origin", origin}, {"Content-Type", "application/json"}}),
                   403, "refused");
  expect_problem(request(port(), "POST", "/api/blobs", "x", {{"Sec-Fetch-Site", "cross-site"}}),
                 403, "refused");
  EXPECT_EQ(request(port(), "POST", "/api/projects", body,
                    {{"Origin", "http://127.0.0.1:" + std::to_string(port())},
                     {"Content-Type", "application/json"}})
                .status,
            201);
}

TEST_F(Api, EveryAnswerCarriesTheSafetyHeaders) {
  const std::string id = house->project();
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/health"},
                                                        {"GET", "/docs"},
                                                        {"GET", "/nothing"},
                                                        {"PATCH", "/health"},
                                                        {"GET", "/api/projects/" + id},
                                                        {"POST", "/api/blobs"},
                                                        {"GET", "/ws/projects/" + id}}) {
    const auto reply = request(port(), method, target);
    SCOPED_TRACE(method + " " + target);
    for (const char* name :
         {"content-security-policy", "cross-origin-opener-policy", "cross-origin-embedder-policy",
          "cross-origin-resource-policy", "x-content-type-options", "referrer-policy"})
      EXPECT_EQ(reply.headers.count(name), 1u) << name;
    EXPECT_EQ(reply.headers.at("cross-origin-embedder-policy"), "require-corp");
    EXPECT_NE(
        reply.headers.at("content-security-policy").find("script-src 'self' 'wasm-unsafe-eval'"),
        std::string::npos);
  }
}

TEST_F(Api, DescribesEveryRoute) {
  const auto described = request(port(), "GET", "/api/openapi.json").json();
  std::set<std::string> ids;
  for (const auto& [path, methods] : described.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object()) {
      EXPECT_TRUE(ids.insert(std::string(operation.at("operationId").as_string().c_str())).second);
      EXPECT_TRUE(operation.at("responses").is_object());
    }
  EXPECT_EQ(ids.size(), house->table.routes.size() + house->table.sockets.size());
  for (const auto& route : house->table.routes) EXPECT_TRUE(ids.count(route.id)) << route.path;
  for (const auto& socket : house->table.sockets) EXPECT_TRUE(ids.count(socket.id)) << socket.path;
  // Every reference leads somewhere.
  const std::string text = write_json(described);
  for (std::size_t at = text.find("#/components/schemas/"); at != std::string::npos;
       at = text.find("#/components/schemas/", at + 1)) {
    const std::string name = text.substr(at + 21, text.find('"', at) - at - 21);
    EXPECT_TRUE(described.at("components").at("schemas").as_object().contains(name)) << name;
  }
  const std::string page = api::openapi_markdown(house->table);
  std::ifstream written(TUTTI_SOURCE "/docs/api.md");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(written), {}), page)
      << "docs/api.md is old: tutti openapi --markdown > docs/api.md";
  for (const auto& route : house->table.routes)
    EXPECT_NE(page.find("`" + route.path + "`"), std::string::npos);
}

// Whatever the route, a wrong method and a body nobody asked for are refused, not misread.
TEST_F(Api, EveryRouteRefusesOtherMethods) {
  for (const auto& route : house->table.routes) {
    std::string path = route.path;
    for (std::size_t open; (open = path.find('{')) != std::string::npos;)
      path.replace(open, path.find('}') - open + 1, "x");
    const auto reply = request(port(), "PATCH", path);
    SCOPED_TRACE(path);
    expect_problem(reply, 405, "wrong_usage");
    EXPECT_NE(reply.headers.at("allow").find(std::string(api::name_of(route.method))),
              std::string::npos);
  }
}

TEST_F(Api, Jobs) {
  expect_problem(post_json(port(), "/api/jobs",
                           R"({"kind":"transcribe","blob":")" + std::string(64, 'c') + "\"}"),
                 404, "not_found");
  const std::string hash(
      request(port(), "POST", "/api/blobs", "not music").json().at("sha256").as_string().c_str());
  const auto started =
      post_json(port(), "/api/jobs", R"({"kind":"transcribe","blob":")" + hash + "\"}");
  ASSERT_EQ(started.status, 202) << started.body;
  const std::string id(started.json().at("id").as_string().c_str());
  EXPECT_EQ(started.json().at("state").as_string(), "queued");
  expect_problem(request(port(), "GET", "/api/jobs/" + id + "/result"), 409, "conflict");
  EXPECT_EQ(request(port(), "DELETE", "/api/jobs/" + id).json().at("state").as_string(),
            "cancelled");
  EXPECT_EQ(request(port(), "GET", "/api/jobs/" + id).json().at("state").as_string(), "cancelled");
  expect_problem(request(port(), "GET", "/api/jobs/" + id + "/result"), 409, "cancelled");
  expect_problem(request(port(), "GET", "/api/jobs/none"), 404, "not_found");
}

TEST_F(Api, ServerPages) {
  EXPECT_EQ(request(port(), "GET", "/health").json().at("status").as_string(), "ok");
  const auto detailed = request(port(), "GET", "/health/detailed?full=1").json();
  EXPECT_GE(detailed.at("checks").as_array().size(), 5u);
  const std::string metrics = request(port(), "GET", "/metrics").body;
  EXPECT_NE(metrics.find("tutti_http_requests_total{"), std::string::npos);
  EXPECT_NE(metrics.find("route=\"/health\""), std::string::npos);
  EXPECT_NE(request(port(), "GET", "/docs").body.find("/docs/reader.js"), std::string::npos);
  EXPECT_EQ(request(port(), "GET", "/docs/reader.js").headers.at("content-type"),
            "text/javascript; charset=utf-8");
  expect_problem(request(port(), "GET", "/"), 501, "missing_part");
  const auto run = post_json(port(), "/run",
                             R"({"tracks":[{"notes":[{"pitch":"C4","start":0.5,"duration":1}]}]})");
  ASSERT_EQ(run.status, 200) << run.body;
  EXPECT_EQ(run.json().at("tracks").at(0).at("notes").at(0).at("pitch").to_number<double>(), 60);
  EXPECT_EQ(run.json().at("metadata").at("timeSignature").as_string(), "4/4");
}

TEST_F(Api, SeveralRequestsOnOneConnection) {
  const std::string one = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::string reply = exchange(port(), {one + one + last});
  std::size_t count = 0;
  for (std::size_t at = reply.find("HTTP/1.1 200"); at != std::string::npos;
       at = reply.find("HTTP/1.1 200", at + 1))
    ++count;
  EXPECT_EQ(count, 3u);
}

TEST(ApiPage, ServesTheBuiltPage) {
  test::Scratch page;
  std::filesystem::create_directories(page / "assets");
  std::ofstream(page / "index.html") << "<p>page";
  std::ofstream(page / "assets/a-12345678.js") << "x";
  net::ServerOptions options;
  options.page = page.path();
  House house(options);
  EXPECT_EQ(request(house.port(), "GET", "/").body, "<p>page");
  EXPECT_EQ(request(house.port(), "GET", "/some/room", "", {{"Accept", "text/html"}}).body,
            "<p>page");
  EXPECT_EQ(request(house.port(), "GET", "/some/room").status, 404);
  const auto asset = request(house.port(), "GET", "/assets/a-12345678.js");
  EXPECT_EQ(asset.headers.at("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(request(house.port(), "GET", "/assets/a-12345678.js", "",
                    {{"If-None-Match", asset.headers.at("etag")}})
                .status,
            304);
  for (const char* target :
       {"/../house", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../x", "/assets/%2e%2e/index.html"})
    EXPECT_EQ(request(house.port(), "GET", target).status, 404) << target;
}

TEST(ApiSlow, WhoSendsTooSlowlyIsTurnedAway) {
  net::ServerOptions options;
  options.timeouts.first_byte = options.timeouts.header = options.timeouts.body_pause =
      std::chrono::milliseconds(150);
  House house(options);
  // Connects and says nothing.
  EXPECT_EQ(exchange(house.port(), {}), "");
  // A header that drips: each byte is in time, the whole is not.
  std::vector<std::string> drips{"GET /health HTTP/1.1\r\nHost: localhost\r\n"};
  for (int i = 0; i < 100; ++i) drips.push_back("X");
  EXPECT_EQ(exchange(house.port(), drips, 20).rfind("HTTP/1.1 408 ", 0), 0u);
  // A body that stops, and one that drips.
  const std::string head =
      "POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
  EXPECT_EQ(exchange(house.port(), {head, "half"}).rfind("HTTP/1.1 408 ", 0), 0u);
  std::vector<std::string> slow{head};
  for (int i = 0; i < 900; ++i) slow.push_back("y");
  EXPECT_EQ(exchange(house.port(), slow, 20).rfind("HTTP/1.1 408 ", 0), 0u);
  EXPECT_TRUE(std::filesystem::is_empty(house.scratch / "library/blobs/tmp"));
}

TEST(ApiStop, LetsAnswersFinishAndEnds) {
  auto house = std::make_unique<House>();
  const int port = house->port();
  std::thread late([&] {
    EXPECT_EQ(request(port, "POST", "/api/blobs", std::string(20'000'000, 'z')).status, 201);
  });
  while (house->metrics.text().find("tutti_http_received_bytes_total 0\n") != std::string::npos)
    std::this_thread::yield();
  house.reset();
  late.join();
  EXPECT_EQ(request(port, "GET", "/health").status, 0);
}

}  // namespace
}  // namespace tutti
