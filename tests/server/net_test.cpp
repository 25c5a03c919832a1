// The parts of the listening server that are plain functions.
#include <fstream>
#include <gtest/gtest.h>

#include "server/api/iso_time.h"
#include "server/api/routes.h"
#include "server/net/gate.h"
#include "server/net/log.h"
#include "server/net/range.h"
#include "server/net/reply.h"
#include "server/net/static_files.h"
#include "tests/server/scratch.h"

namespace tutti::net {
namespace {

TEST(Gate, KnowsItsOwnNames) {
  Gate home;
  for (const char* host :
       {"127.0.0.1:8420", "localhost", "LOCALHOST:1", "[::1]:8420", "127.9.9.9", "tutti.localhost"})
    EXPECT_TRUE(home.host_allowed(host)) << host;
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example", "192.168.1.5",
                           "localhost:x", "[::1", "a b", "localhost@evil", "0x7f.1", "127.1"})
    EXPECT_FALSE(home.host_allowed(host)) << host;
  Gate open;
  open.loopback = false;
  open.hosts = {"studio.local"};
  EXPECT_TRUE(open.host_allowed("192.168.1.5:8420"));
  EXPECT_TRUE(open.host_allowed("Studio.local"));
  EXPECT_FALSE(open.host_allowed("rebound.example"));
}

TEST(Gate, LetsOnlyItsOwnPageWrite) {
  Gate gate;
  gate.origins = {"https://studio.example"};
  EXPECT_TRUE(gate.origin_allowed("", "localhost:8420", ""));
  EXPECT_TRUE(gate.origin_allowed("http://localhost:8420", "localhost:8420", "same-origin"));
  EXPECT_TRUE(gate.origin_allowed("https://studio.example", "localhost:8420", "cross-site"));
  EXPECT_FALSE(gate.origin_allowed("http://localhost:8421", "localhost:8420", ""));
  EXPECT_FALSE(gate.origin_allowed("http://evil.example", "localhost:8420", ""));
  EXPECT_FALSE(gate.origin_allowed("null", "localhost:8420", ""));
  EXPECT_FALSE(gate.origin_allowed("", "localhost:8420", "cross-site"));
}

TEST(Log, KeepsNoSecret) {
  EXPECT_EQ(without_secret("/stream/a.ogg?secret=abc"), "/stream/a.ogg?secret=...");
  EXPECT_EQ(without_secret("/x?a=1&secret=abc&b=2"), "/x?a=1&secret=...&b=2");
  EXPECT_EQ(without_secret("/x?secret=&secret=q"), "/x?secret=...&secret=...");
  EXPECT_EQ(without_secret("/secret=abc?mysecret=1&b"), "/secret=abc?mysecret=1&b");
  EXPECT_EQ(without_secret("/api/streak?person=ann&zone=UTC"), "/api/streak?person=...&zone=UTC");
  EXPECT_EQ(without_secret("/x?listener=ann"), "/x?listener=...");
  EXPECT_EQ(without_secret("/x"), "/x");
  EXPECT_EQ(without_secret("/x?"), "/x?");
}

TEST(Range, FollowsTheStandard) {
  struct Case {
    const char* header;
    Range::Kind kind;
    std::int64_t first, length;
  };
  const Case cases[] = {{"bytes=0-0", Range::Kind::part, 0, 1},
                        {"bytes=2-5", Range::Kind::part, 2, 4},
                        {"bytes=5-", Range::Kind::part, 5, 5},
                        {"bytes=-3", Range::Kind::part, 7, 3},
                        {"bytes=-30", Range::Kind::part, 0, 10},
                        {"bytes=8-99", Range::Kind::part, 8, 2},
                        {"bytes=10-", Range::Kind::impossible, 0, 0},
                        {"bytes=-0", Range::Kind::impossible, 0, 0},
                        {"bytes=5-2", Range::Kind::whole, 0, 10},
                        {"bytes=0-1,3-4", Range::Kind::whole, 0, 10},
                        {"bytes=a-b", Range::Kind::whole, 0, 10},
                        {"items=0-1", Range::Kind::whole, 0, 10},
                        {"bytes=-", Range::Kind::whole, 0, 10},
                        {"bytes=99999999999999999999-", Range::Kind::whole, 0, 10}};
  for (const Case& one : cases) {
    const Range range = read_range(one.header, 10);
    EXPECT_EQ(range.kind, one.kind) << one.header;
    if (one.kind != Range::Kind::impossible) {
      EXPECT_EQ(range.first, one.first) << one.header;
      EXPECT_EQ(range.length, one.length) << one.header;
    }
  }
}

TEST(Reply, MatchesEtags) {
  EXPECT_TRUE(matches_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("\"b\", \"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("*", "\"a\""));
  EXPECT_FALSE(matches_etag("", "\"a\""));
  EXPECT_FALSE(matches_etag("\"ab\"", "\"a\""));
}

TEST(Reply, NeverLetsAValueEndItsLine) {
  Reply reply;
  reply.location = "/x\r\nSet-Cookie: evil=1";
  reply.file_name = "a\"\r\nb.wav";
  const std::string text = header_text(reply, 0, true);
  EXPECT_EQ(text.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_NE(text.find("filename*=UTF-8''a%22%0D%0Ab.wav"), std::string::npos);
}

TEST(StaticFiles, GivesTheFolderAndNothingElse) {
  test::Scratch scratch;
  std::filesystem::create_directories(scratch / "page/assets");
  std::ofstream(scratch / "page/index.html") << "<p>page";
  std::ofstream(scratch / "page/assets/index-Ab12Cd34.js") << "script";
  std::ofstream(scratch / "page/assets/index-Ab12Cd34.js.br") << "brotli";
  std::ofstream(scratch / "page/.hidden") << "secret";
  std::ofstream(scratch / "outside") << "secret";
  std::filesystem::create_symlink(scratch / "outside", scratch / "page/link");
  StaticFiles files(scratch / "page");
  EXPECT_EQ(files.find("/", "")->type, "text/html; charset=utf-8");
  auto script = files.find("/assets/index-Ab12Cd34.js", "gzip, br");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->encoding, "br");
  EXPECT_EQ(script->type, "text/javascript; charset=utf-8");
  EXPECT_TRUE(script->immutable);
  EXPECT_EQ(files.find("/assets/index-Ab12Cd34.js", "br;q=0, gzip")->encoding, "");
  for (const char* path : {"/.hidden", "/link", "/../outside", "/assets", "/assets/", "/none",
                           "outside", "/page/../../outside"})
    EXPECT_FALSE(files.find(path, "")) << path;
  // Read again when it changes.
  std::ofstream(scratch / "page/index.html") << "<p>another page";
  EXPECT_EQ(files.find("/", "")->bytes->size(), 15u);
}

TEST(Router, FindsRoutesAndRefusesOddTargets) {
  const api::Table table = api::make_table({});
  const auto find = [&](const char* method, const char* target) {
    api::Call call;
    return api::match(table, method, target, call).found;
  };
  api::Call call;
  EXPECT_EQ(api::match(table, "GET", "/api/projects/a%20b?since=3&since=4", call).found,
            api::Found::yes);
  EXPECT_EQ(call.part("id"), "a b");
  EXPECT_EQ(*call.asked_number("since", 0), 3);
  EXPECT_EQ(find("HEAD", "/health"), api::Found::yes);
  EXPECT_EQ(find("PATCH", "/health"), api::Found::other_method);
  for (const char* target :
       {"/api/projects/", "/api/projects/a/b", "/api/projects/..", "/api/projects/%2e%2e/ops",
        "/api/projects/a%2fb", "/api/projects/%", "/api/projects/%zz", "/api/projects/a%00",
        "api/projects", "", "*", "http://x/health", "/health/", "//health", "/api/projects/a%5cb"})
    EXPECT_EQ(find("GET", target), api::Found::no_such_path) << target;
}

TEST(IsoTime, WritesDates) {
  EXPECT_EQ(api::iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(api::iso_time(951782400123), "2000-02-29T00:00:00.123Z");
  EXPECT_EQ(api::iso_time(1795248930007), "2026-11-21T08:15:30.007Z");
}

}  // namespace
}  // namespace tutti::net
