// A recorded curve: near what was played, thin, durable, and heard by everybody.
#include <cmath>
#include <gtest/gtest.h>

#include "engine/project/files.h"
#include "engine/project/song.h"
#include "engine/project/thin.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::track;
using test::WebSocket;

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

// A project with one track, "10.a".
std::string project_with_track(House& house) {
  const std::string id = house.project();
  const auto reply = test::post_json(house.port(), "/api/projects/" + id + "/ops",
                                     R"({"batch":"t","ops":[)" + track(10) + "]}");
  EXPECT_EQ(reply.status, 200);
  return id;
}

project::Lane lane_of(House& house, const std::string& id, const char* track = "10.a") {
  project::Lane lane;
  EXPECT_TRUE(house.rooms->read(id, [&](const project::Document& document) {
    const auto all = project::lanes(document, *project::stamp_from_text(track));
    if (!all.empty()) lane = all.front();
  }));
  return lane;
}

std::string start(const std::string& id, const std::string& more) {
  return R"({"type":"start","project":")" + id + R"(",)" + more + "}";
}

TEST(Automation, RecordsAMoveWithinItsError) {
  House house;
  const std::string id = project_with_track(house);
  auto page = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(page->read("welcome"));
  auto socket = WebSocket::open(house.port(), "/ws/automation");
  ASSERT_TRUE(socket->send(start(id, R"("track":"10.a","target":"gain_db","error":0.25)")));
  const auto started = socket->read("started");
  ASSERT_TRUE(started);
  EXPECT_EQ(words(started->at("unit")), "dB");
  EXPECT_EQ(started->at("error").to_number<double>(), 0.25);
  // Twenty seconds at 30 points a second, ten points a message.
  std::vector<project::TimedValue> sent;
  for (int message = 0; message < 60; ++message) {
    std::string points;
    for (int i = 0; i < 10; ++i) {
      const double at = (message * 10 + i) / 30.0;
      const double value = -12 + 10 * std::sin(at * 0.7) + (at > 8 ? 3 : 0);
      sent.push_back({at, value});
      points += (points.empty() ? "" : ",") + std::string("{\"time_seconds\":") +
                std::to_string(at) + ",\"value\":" + std::to_string(value) + "}";
    }
    ASSERT_TRUE(socket->send(R"({"type":"points","points":[)" + points + "]}"));
  }
  // While it is still going on, everybody hears it, and it is on the disk.
  const auto saved = socket->read("saved");
  ASSERT_TRUE(saved);
  EXPECT_GE(house.store->project(id)->revision, saved->at("revision").as_int64());
  EXPECT_TRUE(page->read("ops"));
  ASSERT_TRUE(socket->send(R"({"type":"stop"})"));
  const auto stopped = [&] {
    for (;;) {
      auto message = socket->read();
      if (!message || words(message->at("type")) == "stopped") return message;
    }
  }();
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->at("received").as_int64(), 600);
  const auto lane = lane_of(house, id);
  EXPECT_EQ(lane.target, "gain_db");
  EXPECT_EQ(static_cast<std::int64_t>(lane.points.size()), stopped->at("kept").as_int64());
  EXPECT_LT(lane.points.size(), 80u);
  std::vector<project::TimedValue> kept;
  const score::TempoMap map;
  for (const auto& point : lane.points) kept.push_back({map.seconds(point.at), point.value});
  // 120 a minute: a tick is 33 µs, in which this hand moves less than 0.004 dB (but for the jump).
  for (const auto& point : sent) {
    if (std::fabs(point.at - 8) > 0.05) {
      EXPECT_NEAR(project::value_on(kept, point.at), point.value, 0.25 + 0.004) << point.at;
    }
  }
  // Another reader of the library finds the same.
  rooms::Rooms fresh(*house.store);
  std::size_t there = 0;
  ASSERT_TRUE(fresh.read(id, [&](const project::Document& document) {
    there = project::lanes(document, lane.track).at(0).points.size();
  }));
  EXPECT_EQ(there, lane.points.size());
}

TEST(Automation, TakesTheTimeOfTheTransport) {
  House house;
  const std::string id = project_with_track(house);
  auto socket = WebSocket::open(house.port(), "/ws/automation");
  ASSERT_TRUE(socket->send(start(id, R"("track":"10.a","target":"pan")")));
  ASSERT_TRUE(socket->read("started"));
  ASSERT_TRUE(socket->send(R"({"type":"points","points":[{"value":0.5}]})"));
  EXPECT_TRUE(socket->read("error"));  // it stands still
  auto transport = WebSocket::open(house.port(), "/ws/transport?project=" + id);
  ASSERT_TRUE(transport->send(R"({"command":"play"})"));
  while (!transport->read()->at("playing").as_bool()) {
  }
  for (int i = 1; i <= 4; ++i) {
    house.clock = i * 1'000'000'000ll;
    ASSERT_TRUE(socket->send(R"({"type":"points","points":[{"value":)" +
                             std::to_string(i % 2 ? 0.5 : -0.5) + "}]}"));
    // The answer says that the point has been taken before the clock goes on.
    if (i > 1) {
      ASSERT_TRUE(socket->read("saved"));
    }
    if (i == 1) {
      ASSERT_TRUE(socket->send(R"({"type":"dance"})"));
      ASSERT_TRUE(socket->read("error"));
    }
  }
  ASSERT_TRUE(socket->send(R"({"type":"stop"})"));
  ASSERT_TRUE(socket->read("stopped"));
  const auto lane = lane_of(house, id);
  ASSERT_EQ(lane.points.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(lane.points[i].at.value, static_cast<std::int64_t>(i + 1) * 2 * kTicksPerQuarter);
}

TEST(Automation, ALostConnectionKeepsWhatWasRecorded) {
  House house;
  const std::string id = project_with_track(house);
  auto page = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(page->read("welcome"));
  auto socket = WebSocket::open(house.port(), "/ws/automation");
  ASSERT_TRUE(socket->send(start(id, R"("target":"gain_db")")));  // the master's
  ASSERT_TRUE(socket->read("started"));
  ASSERT_TRUE(page->read("ops"));  // the lane
  ASSERT_TRUE(socket->send(
      R"({"type":"points","points":[{"at":0,"value":-6},{"at":100,"value":-3},{"at":200,"value":-9}]})"));
  socket.reset();
  const auto told = page->read("ops");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at("ops").as_array().size(), 3u);
  const auto lane = lane_of(house, id, "0.0");
  ASSERT_EQ(lane.points.size(), 3u);
  EXPECT_EQ(lane.points[2].value, -9);
}

TEST(Automation, RecordingAgainReplacesWhatWasThere) {
  House house;
  const std::string id = project_with_track(house);
  auto socket = WebSocket::open(house.port(), "/ws/automation");
  const auto record = [&](const std::string& points) {
    EXPECT_TRUE(socket->send(start(id, R"("track":"10.a","target":"gain_db")")));
    EXPECT_TRUE(socket->read("started"));
    EXPECT_TRUE(socket->send(R"({"type":"points","points":[)" + points + "]}"));
    EXPECT_TRUE(socket->send(R"({"type":"stop"})"));
    auto message = socket->read();
    while (message && words(message->at("type")) != "stopped") message = socket->read();
    EXPECT_TRUE(message);
  };
  record(
      R"({"at":0,"value":0},{"at":1000,"value":-6},{"at":2000,"value":0},{"at":3000,"value":-6})");
  ASSERT_EQ(lane_of(house, id).points.size(), 4u);
  // From 500 to 2500 it is written anew; what lies outside stays. A jump back begins a new pass.
  record(
      R"({"at":500,"value":-20},{"at":2500,"value":-20},{"at":100,"value":-1},{"at":120,"value":-1})");
  const auto lane = lane_of(house, id);
  std::vector<std::int64_t> times;
  for (const auto& point : lane.points) times.push_back(point.at.value);
  EXPECT_EQ(times, (std::vector<std::int64_t>{0, 100, 120, 500, 2500, 3000}));
  // Switches jump and hold, and only changes are kept.
  EXPECT_TRUE(socket->send(start(id, R"("track":"10.a","target":"mute")")));
  EXPECT_TRUE(socket->read("started"));
  EXPECT_TRUE(socket->send(
      R"({"type":"points","points":[{"at":0,"value":0},{"at":10,"value":0},{"at":20,"value":1},{"at":30,"value":1}]})"));
  EXPECT_TRUE(socket->send(R"({"type":"stop"})"));
  const auto stopped = socket->read("stopped");
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->at("kept").as_int64(), 2);
}

TEST(Automation, SaysWhatIsWrongAndGoesOn) {
  House house;
  const std::string id = project_with_track(house);
  auto socket = WebSocket::open(house.port(), "/ws/automation");
  const auto wrong = [&](const std::string& message) {
    EXPECT_TRUE(socket->send(message));
    auto error = socket->read();
    EXPECT_TRUE(error && words(error->at("type")) == "error") << message;
    return error ? words(error->at("message")) + " " + words(error->at("next")) : "";
  };
  wrong("x");
  wrong(R"({"type":"points","points":[]})");
  wrong(R"({"type":"stop"})");
  wrong(R"({"type":"start"})");
  wrong(start("none", R"("target":"gain_db")"));
  wrong(start(id, R"("track":"99.f","target":"gain_db")"));
  wrong(start(id, R"("track":"x","target":"gain_db")"));
  wrong(start(id, R"("track":"10.a","target":"loudness")"));
  wrong(start(id, R"("track":"10.a","target":"device:99.f:mix")"));
  wrong(start(id, R"("track":"10.a","target":"gain_db","error":-1)"));
  ASSERT_TRUE(socket->send(start(id, R"("track":"10.a","target":"gain_db")")));
  ASSERT_TRUE(socket->read("started"));
  const std::string range = wrong(R"({"type":"points","points":[{"at":0,"value":40}]})");
  EXPECT_NE(range.find("-120 to 24 dB"), std::string::npos) << range;
  wrong(R"({"type":"points","points":[{"at":-1,"value":0}]})");
  wrong(R"({"type":"points","points":[{"at":0,"value":1e999}]})");
  wrong(R"({"type":"points","points":[{"at":0,"value":"loud"}]})");
  ASSERT_TRUE(socket->send(R"({"type":"points","points":[{"at":0,"value":1}]})"));
  ASSERT_TRUE(socket->send(R"({"type":"stop"})"));
  EXPECT_EQ(socket->read("stopped")->at("kept").as_int64(), 1);
  // A lane that is deleted under the hand ends the recording with words.
  ASSERT_TRUE(socket->send(start(id, R"("track":"10.a","target":"pan")")));
  const auto lane = words(socket->read("started")->at("lane"));
  ASSERT_EQ(test::post_json(house.port(), "/api/projects/" + id + "/ops",
                            R"({"batch":"r","ops":[{"at":"999.b","op":"remove","id":")" + lane +
                                R"(","set":{"removed":true}}]})")
                .status,
            200);
  ASSERT_TRUE(
      socket->send(R"({"type":"points","points":[{"at":0,"value":1},{"at":99999,"value":0}]})"));
  EXPECT_EQ(words(socket->read("error")->at("code")), "not_found");
}

}  // namespace
}  // namespace tutti
