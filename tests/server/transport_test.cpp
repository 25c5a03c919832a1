// Musical time over hours, and everybody of a session at the same place.
#include "server/rooms/transport.h"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/project/edits.h"
#include "engine/project/song.h"
#include "tests/server/house.h"

namespace tutti::rooms {
namespace {

using test::House;
using test::WebSocket;

constexpr std::int64_t kSecond = 1'000'000'000;

double number(const boost::json::value& message, const char* field) {
  return message.at(field).to_number<double>();
}

// Ten hours of being asked 30 times a second: the answers are those of asking once.
TEST(Transport, DoesNotDriftInTenHours) {
  Transport transport;
  const score::TempoMap map({{Ticks{}, 60e6 / 97.3}, {Ticks{1'000'000}, 60e6 / 141.7}}, {});
  transport.follow(0, map);
  const std::int64_t start = 123'456'789;
  transport.play(start);
  const double first = 1'000'000.0 / kTicksPerQuarter;
  const double first_seconds = first * 60 / 97.3;
  double last = -1;
  for (std::int64_t tick = 0; tick <= 10ll * 3600 * 30; ++tick) {
    const std::int64_t now = start + tick * kSecond / 30;
    const auto state = transport.at(now);
    const double seconds = static_cast<double>(now - start) * 1e-9;
    const double beats = seconds < first_seconds ? seconds * 97.3 / 60
                                                 : first + (seconds - first_seconds) * 141.7 / 60;
    ASSERT_NEAR(state.time_seconds, seconds, 1e-9);
    ASSERT_NEAR(state.beat_position, beats, 1e-6) << seconds;
    ASSERT_GT(state.beat_position, last);
    last = state.beat_position;
  }
  EXPECT_NEAR(transport.at(start + 36'000 * kSecond).bpm, 141.7, 1e-9);
}

RC_GTEST_PROP(Transport, AskingChangesNothingAndCommandsKeepThePlace, ()) {
  Transport asked, quiet;
  std::int64_t now = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
    now += *rc::gen::inRange<std::int64_t>(0, 100 * kSecond);
    for (Transport* t : {&asked, &quiet}) {
      const auto before = t->at(now);
      switch (step) {
        case 0:
          t->play(now);
          break;
        case 1:
          t->stop(now);
          break;
        case 2:
          t->seek_seconds(now, 12.25);
          RC_ASSERT(std::fabs(t->at(now).time_seconds - 12.25) < 1e-9);
          break;
        case 3:
          t->seek_beats(now, 31.7);
          RC_ASSERT(std::fabs(t->at(now).beat_position - 31.7) < 1e-9);
          break;
        default:
          t->follow(now, score::TempoMap({{Ticks{}, 60e6 / (40 + 50 * step)}}, {}));
          RC_ASSERT(std::fabs(t->at(now).beat_position - before.beat_position) < 1e-6);
      }
      if (step < 2) RC_ASSERT(std::fabs(t->at(now).time_seconds - before.time_seconds) < 1e-9);
    }
    for (int i = 0; i < 5; ++i) (void)asked.at(now + i * 1'000'003);
    RC_ASSERT(asked.at(now).time_seconds == quiet.at(now).time_seconds);
    RC_ASSERT(asked.at(now).playing == quiet.at(now).playing);
  }
}

TEST(Transport, IsSharedByASessionAndTold) {
  House house;
  auto one = WebSocket::open(house.port(), "/ws/transport?session=band");
  auto two = WebSocket::open(house.port(), "/ws/transport?session=band");
  auto other = WebSocket::open(house.port(), "/ws/transport");
  ASSERT_TRUE(one && two && other);
  const auto first = one->read();
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->at("playing").as_bool());
  EXPECT_EQ(number(*first, "time_seconds"), 0);
  EXPECT_EQ(number(*first, "bpm"), 120);
  ASSERT_TRUE(one->send(R"({"command":"tempo","bpm":90})"));
  ASSERT_TRUE(one->send(R"({"command":"seek","beat_position":6})"));
  ASSERT_TRUE(one->send(R"({"command":"play"})"));
  auto heard = two->read();
  while (!heard->at("playing").as_bool()) heard = two->read();
  EXPECT_NEAR(number(*heard, "beat_position"), 6, 1e-9);
  EXPECT_NEAR(number(*heard, "time_seconds"), 4, 1e-9);
  EXPECT_NEAR(number(*heard, "bpm"), 90, 1e-9);
  // Five hours later, by the clock that the test turns.
  house.clock = 5 * 3600 * kSecond;
  heard = two->read();
  while (number(*heard, "time_seconds") < 100) heard = two->read();
  EXPECT_NEAR(number(*heard, "time_seconds"), 4 + 5 * 3600, 1e-9);
  EXPECT_NEAR(number(*heard, "beat_position"), 6 + 5 * 3600 * 1.5, 1e-6);
  ASSERT_TRUE(two->send(R"({"command":"stop"})"));
  // What it was told before lies in front of that.
  do heard = one->read();
  while (heard->at("playing").as_bool() || number(*heard, "time_seconds") < 100);
  EXPECT_NEAR(number(*heard, "time_seconds"), 4 + 5 * 3600, 1e-9);
  // The session without a name is another one.
  EXPECT_FALSE(other->read()->at("playing").as_bool());
}

TEST(Transport, TellsThirtyTimesASecond) {
  House house;
  auto socket = WebSocket::open(house.port(), "/ws/transport");
  ASSERT_TRUE(socket->read());
  ASSERT_TRUE(socket->read());
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(socket->read());
  // Only a lower bound can be asked of a machine that may be busy: never faster than stated.
  EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(900));
}

TEST(Transport, FollowsTheTempoOfItsProject) {
  House house;
  const std::string id = house.project();
  auto socket = WebSocket::open(house.port(), "/ws/transport?project=" + id);
  ASSERT_TRUE(socket);
  EXPECT_EQ(number(*socket->read(), "bpm"), 120);
  auto page = WebSocket::open(house.port(), "/ws/projects/" + id);
  ASSERT_TRUE(page->read("welcome"));
  // Somebody edits the tempo in the document.
  ASSERT_TRUE(page->send(
      R"({"type":"ops","batch":"b","ops":[{"at":"50.c","op":"set","id":"0.0","set":{"tempo":1000000}}]})"));
  ASSERT_TRUE(page->read("ack"));
  auto heard = socket->read();
  while (number(*heard, "bpm") != 60) heard = socket->read();
  // And the other way: the command is an edit that everybody hears.
  ASSERT_TRUE(socket->send(R"({"command":"tempo","bpm":75})"));
  const auto told = page->read("ops");
  ASSERT_TRUE(told);
  EXPECT_NEAR(number(told->at("ops").at(0).at("set"), "tempo"), 800'000, 1e-6);
  while (std::fabs(number(*heard, "bpm") - 75) > 1e-9) heard = socket->read();
  // A project that goes takes its transport along.
  ASSERT_EQ(test::request(house.port(), "DELETE", "/api/projects/" + id).status, 204);
  while (socket->read()) {
  }
  EXPECT_EQ(socket->close_code(), 1000);
}

TEST(Transport, SaysWhatIsWrongAndGoesOn) {
  House house;
  int status = 0;
  EXPECT_FALSE(WebSocket::open(house.port(), "/ws/transport?project=none", &status));
  EXPECT_EQ(status, 404);
  auto socket = WebSocket::open(house.port(), "/ws/transport");
  for (const char* wrong :
       {"x", "{}", R"({"command":"dance"})", R"({"command":"seek"})", R"({"command":"tempo"})",
        R"({"command":"tempo","bpm":0})", R"({"command":"seek","time_seconds":-1})",
        R"({"command":"seek","time_seconds":1,"beat_position":1})"}) {
    ASSERT_TRUE(socket->send(wrong));
    auto heard = socket->read();
    while (heard && !heard->as_object().contains("type")) heard = socket->read();
    ASSERT_TRUE(heard) << wrong;
    EXPECT_FALSE(heard->at("message").as_string().empty());
    EXPECT_FALSE(heard->at("next").as_string().empty());
  }
  ASSERT_TRUE(socket->send(R"({"command":"play"})"));
  auto heard = socket->read();
  while (!heard->at("playing").as_bool()) heard = socket->read();
}

}  // namespace
}  // namespace tutti::rooms
