// Live projects and jobs over WebSockets.
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "engine/project/files.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::request;
using test::track;
using test::WebSocket;

std::string message(const std::string& batch, const std::vector<std::string>& ops) {
  std::string list;
  for (const auto& op : ops) list += (list.empty() ? "" : ",") + op;
  return R"({"type":"ops","batch":")" + batch + R"(","ops":[)" + list + "]}";
}

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

TEST(Socket, WelcomesAcknowledgesAndTellsTheOthers) {
  House house;
  const std::string id = house.project();
  auto one = WebSocket::open(house.port(), "/ws/projects/" + id + "?since=0");
  auto two = WebSocket::open(house.port(), "/ws/projects/" + id + "?since=1");
  ASSERT_TRUE(one && two);
  const auto welcome = one->read("welcome");
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->at("ops").as_array().size(), 1u);  // the title
  EXPECT_EQ(two->read("welcome")->at("ops").as_array().size(), 0u);
  ASSERT_TRUE(one->send(message("b1", {track(10), track(11)})));
  const auto ack = one->read("ack");
  EXPECT_EQ(words(ack->at("batch")), "b1");
  EXPECT_EQ(ack->at("revision").as_int64(), 3);
  // Acknowledged means kept: another reader of the library sees it already.
  auto copy = store::Store::open(house.scratch / "library");
  EXPECT_EQ((*copy)->project(id)->revision, 3);
  const auto heard = two->read("ops");
  EXPECT_EQ(heard->at("revision").as_int64(), 3);
  EXPECT_EQ(heard->at("ops").as_array().size(), 2u);
  // Twice: acknowledged alike, told to nobody; the next thing the other hears is the next batch.
  ASSERT_TRUE(one->send(message("b1", {track(10), track(11)})));
  EXPECT_EQ(one->read("ack")->at("revision").as_int64(), 3);
  ASSERT_TRUE(one->send(message("b2", {track(11), track(12)})));
  EXPECT_EQ(one->read("ack")->at("revision").as_int64(), 4);
  const auto next = two->read("ops");
  EXPECT_EQ(next->at("ops").as_array().size(), 1u);
  EXPECT_EQ(words(next->at("ops").at(0).at("at")), "12.a");
  // Edits by HTTP reach everybody.
  ASSERT_EQ(test::post_json(house.port(), "/api/projects/" + id + "/ops",
                            R"({"batch":"h","ops":[)" + track(20) + "]}")
                .status,
            200);
  EXPECT_EQ(one->read("ops")->at("revision").as_int64(), 5);
}

TEST(Socket, SaysWhatIsWrongAndGoesOn) {
  House house;
  const std::string id = house.project();
  auto socket = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(socket->read("welcome"));
  const std::vector<std::string> cases{
      "nonsense",
      "[]",
      R"({"type":"dance"})",
      R"({"type":"ops"})",
      R"({"type":"ops","batch":"x","ops":[{"at":"zero"}]})",
      R"({"type":"me","name":3})",
      message("y", {R"({"at":"9007199254740990.f","op":"add","kind":"track","set":{}})"})};
  for (const std::string& wrong : cases) {
    ASSERT_TRUE(socket->send(wrong));
    const auto error = socket->read("error");
    ASSERT_TRUE(error) << wrong;
    EXPECT_FALSE(error->at("message").as_string().empty());
    EXPECT_FALSE(error->at("next").as_string().empty());
  }
  ASSERT_TRUE(socket->send(message("good", {track(3)})));
  EXPECT_TRUE(socket->read("ack"));
}

TEST(Socket, ShowsWhoIsThere) {
  House house;
  const std::string id = house.project();
  auto one = WebSocket::open(house.port(), "/ws/projects/" + id);
  const std::string me = words(one->read("welcome")->at("you"));
  ASSERT_TRUE(one->send(R"({"type":"me","name":"Ada \"x\"","colour":"#fff","where":{"bar":3}})"));
  auto people = one->read("presence")->at("people").as_array();
  while (people.empty()) people = one->read("presence")->at("people").as_array();
  EXPECT_EQ(words(people.at(0).at("name")), "Ada \"x\"");
  EXPECT_EQ(words(people.at(0).at("id")), me);
  auto two = WebSocket::open(house.port(), "/ws/projects/" + id);
  EXPECT_EQ(two->read("presence")->at("people").as_array().size(), 1u);
  one.reset();
  EXPECT_EQ(two->read("presence")->at("people").as_array().size(), 0u);
}

TEST(Socket, IsRefusedBeforeTheHandshake) {
  House house;
  const std::string id = house.project();
  int status = 0;
  EXPECT_FALSE(WebSocket::open(house.port(), "/ws/projects/none", &status));
  EXPECT_EQ(status, 404);
  EXPECT_FALSE(WebSocket::open(house.port(), "/ws/projects/" + id + "?since=x", &status));
  EXPECT_EQ(status, 400);
  EXPECT_FALSE(WebSocket::open(house.port(), "/ws/jobs/none", &status));
  EXPECT_EQ(status, 404);
  EXPECT_FALSE(WebSocket::open(house.port(), "/ws/projects/" + id, &status,
                               {{"Origin", "http://evil.example"}}));
  EXPECT_EQ(status, 403);
  EXPECT_FALSE(
      WebSocket::open(house.port(), "/ws/projects/" + id, &status, {{"Host", "rebound.example"}}));
  EXPECT_EQ(status, 421);
  EXPECT_EQ(request(house.port(), "GET", "/ws/projects/" + id).status, 426);
}

TEST(Socket, DismissesThePeopleOfADeletedProject) {
  House house;
  const std::string id = house.project();
  auto socket = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(socket->read("welcome"));
  EXPECT_EQ(request(house.port(), "DELETE", "/api/projects/" + id).status, 204);
  while (socket->read()) {
  }
  EXPECT_EQ(socket->close_code(), 1000);
}

TEST(Socket, DropsWhoReadsTooSlowlyAndNobodyElse) {
  net::ServerOptions options;
  options.socket_bytes = 200'000;
  House house(options);
  const std::string id = house.project();
  auto slow = WebSocket::open(house.port(), "/ws/projects/" + id);
  auto good = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(good->read("welcome"));
  const std::string long_name(100'000, 'n');
  bool dropped = false;
  for (int i = 0; i < 400 && !dropped; ++i) {
    ASSERT_EQ(
        test::post_json(house.port(), "/api/projects/" + id + "/ops",
                        R"({"batch":"b)" + std::to_string(i) + R"(","ops":[{"at":")" +
                            std::to_string(i + 5) +
                            R"(.c","op":"set","id":"0.0","set":{"title":")" + long_name + "\"}}]}")
            .status,
        200);
    ASSERT_TRUE(good->read("ops"));  // reads along
    dropped = house.metrics.text().find("tutti_websockets_dropped_total 1") != std::string::npos;
  }
  EXPECT_TRUE(dropped);
  while (slow->read()) {
  }
  // It comes back and gets what it missed.
  auto again = WebSocket::open(house.port(), "/ws/projects/" + id + "?since=1");
  EXPECT_FALSE(again->read("welcome")->at("ops").as_array().empty());
}

TEST(Socket, CompactionKeepsTheDocument) {
  House house;
  const std::string id = house.project();
  auto socket = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(socket->read("welcome"));
  ASSERT_TRUE(socket->send(message("t", {track(10)})));
  ASSERT_TRUE(socket->read("ack"));
  // One fader moved 2,500 times: all but the last are meaningless.
  int counter = 20;
  for (int batch = 0; batch < 25; ++batch) {
    std::vector<std::string> ops;
    for (int i = 0; i < 100; ++i)
      ops.push_back(R"({"at":")" + std::to_string(++counter) +
                    R"(.a","op":"set","id":"10.a","set":{"gain":)" + std::to_string(i) + "}}");
    ASSERT_TRUE(socket->send(message("g" + std::to_string(batch), ops)));
    ASSERT_TRUE(socket->read("ack"));
  }
  const auto whole = request(house.port(), "GET", "/api/projects/" + id).json();
  const auto since = request(house.port(), "GET", "/api/projects/" + id + "/ops?since=0").json();
  EXPECT_EQ(since.at("revision").as_int64(), 2502);
  EXPECT_LT(since.at("ops").as_array().size(), 1500u);
  EXPECT_GT(since.at("ops").as_array().size(), 2u);
  // What is left gives the same document, and a newcomer's rooms read it from snapshot and log.
  auto operations = project::operations_from_json(write_json(since.at("ops")));
  ASSERT_TRUE(operations);
  project::Document rebuilt;
  ASSERT_TRUE(rebuilt.apply(*operations));
  auto kept = project::load_tutti(write_json(whole.at("document")), 0);
  ASSERT_TRUE(kept);
  EXPECT_EQ(rebuilt.canonical(), kept->canonical());
  rooms::Rooms fresh(*house.store);
  EXPECT_EQ(project::load_tutti(fresh.view(id)->document, 0)->canonical(), kept->canonical());
}

TEST(Socket, FollowsAJobToItsEnd) {
  House house;
  const std::string hash =
      words(request(house.port(), "POST", "/api/blobs", "bytes").json().at("sha256"));
  const std::string id = words(
      test::post_json(house.port(), "/api/jobs", R"({"kind":"transcribe","blob":")" + hash + "\"}")
          .json()
          .at("id"));
  auto socket = WebSocket::open(house.port(), "/ws/jobs/" + id);
  ASSERT_TRUE(socket);
  EXPECT_EQ(words(socket->read()->at("state")), "queued");
  ASSERT_TRUE(house.store->lease_job("w", 60'000)->has_value());
  ASSERT_TRUE(*house.store->beat_job(id, "w", 60'000, 0.25, "Listening"));
  for (;;) {
    auto news = socket->read();
    ASSERT_TRUE(news);
    if (words(news->at("state")) == "running" && words(news->at("sentence")) == "Listening") {
      EXPECT_EQ(news->at("progress").as_double(), 0.25);
      break;
    }
  }
  ASSERT_TRUE(*house.store->end_job(
      id, "w", "failed", "", R"({"code":"bad_input","message":"No.","next":"Yes."})", "No."));
  boost::json::value last;
  while (auto news = socket->read()) last = *news;
  EXPECT_EQ(words(last.at("state")), "failed");
  EXPECT_EQ(words(last.at("error").at("next")), "Yes.");
  EXPECT_EQ(socket->close_code(), 1000);
}

}  // namespace
}  // namespace tutti
