// The routes of the Practice room's history over a real connection: what is kept, counted, refused
// and given out.
#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "server/api/iso_time.h"
#include "server/store/clock.h"
#include "server/store/practice_table.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::HttpReply;
using test::post_json;
using test::request;

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

HttpReply put_json(int port, const std::string& target, const std::string& body) {
  return request(port, "PUT", target, body, {{"Content-Type", "application/json"}});
}

void expect_problem(const HttpReply& reply, int status, const std::string& code,
                    const std::string& field, const std::string& says = {}) {
  EXPECT_EQ(reply.status, status) << reply.body;
  const auto problem = reply.json();
  ASSERT_TRUE(problem.is_object()) << reply.body;
  EXPECT_EQ(words(problem.at("code")), code) << reply.body;
  EXPECT_FALSE(problem.at("next").as_string().empty());
  if (!field.empty()) {
    ASSERT_TRUE(problem.as_object().contains("field")) << reply.body;
    EXPECT_EQ(words(problem.at("field")), field) << reply.body;
  }
  EXPECT_NE(reply.body.find(says), std::string::npos) << reply.body;
}

class PracticeApi : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { house = new House; }
  static void TearDownTestSuite() {
    delete house;
    house = nullptr;
  }
  static int port() { return house->port(); }

  // A person of this test's own, with a song.
  PracticeApi() {
    static int number = 0;
    person = "person-" + std::to_string(++number);
    store::SongRow row;
    row.person = person;
    row.blob = std::string(64, 'a');
    row.title = "Tune, \"live\"";
    row.artist = "=Band";
    row.duration = 180;
    song = store::PracticeTable(*house->store).add_song(row)->id;
  }

  // Days ago, at noon UTC of that day; kept within the past.
  static std::string noon(int days_ago) {
    const std::int64_t now = store::wall_milliseconds();
    const std::int64_t day = now / 86'400'000 - days_ago;
    return api::iso_time(std::min(day * 86'400'000 + 43'200'000, now - 3'600'000));
  }
  std::string session(const std::string& id, const std::string& started, double seconds,
                      const std::string& loops = "[]", const std::string& more = {}) const {
    return "{\"person\":\"" + person + "\",\"song\":\"" + song + "\",\"id\":\"" + id +
           "\",\"started\":\"" + started + "\",\"seconds\":" + std::to_string(seconds) +
           ",\"zone\":\"UTC\",\"speed\":0,\"loops\":" + loops + more + "}";
  }
  boost::json::value get(const std::string& target) const {
    const auto reply = request(
        port(), "GET",
        target + (target.find('?') == std::string::npos ? "?person=" : "&person=") + person);
    EXPECT_EQ(reply.status, 200) << target << reply.body;
    return reply.json();
  }

  static House* house;
  std::string person, song;
};
House* PracticeApi::house = nullptr;

TEST_F(PracticeApi, ListsRenamesAndRemovesSongs) {
  const auto songs = get("/api/songs").at("songs").as_array();
  ASSERT_EQ(songs.size(), 1u);
  EXPECT_EQ(words(songs[0].at("id")), song);
  EXPECT_EQ(songs[0].at("duration").to_number<double>(), 180);
  const auto renamed = put_json(port(), "/api/songs/" + song, R"({"title":"New","artist":""})");
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  EXPECT_EQ(words(request(port(), "GET", "/api/songs/" + song).json().at("title")), "New");
  expect_problem(put_json(port(), "/api/songs/" + song, R"({"title":"  ","artist":""})"), 400,
                 "bad_input", "title");
  expect_problem(request(port(), "GET", "/api/songs"), 400, "bad_input", "person");
  EXPECT_EQ(request(port(), "DELETE", "/api/songs/" + song).status, 204);
  EXPECT_EQ(request(port(), "DELETE", "/api/songs/" + song).status, 404);
  EXPECT_TRUE(get("/api/songs").at("songs").as_array().empty());
}

TEST_F(PracticeApi, KeepsLoopsAndSettings) {
  const std::string target = "/api/songs/" + song + "/practice?person=" + person;
  EXPECT_TRUE(request(port(), "GET", target).json().at("loops").as_array().empty());
  const auto saved = put_json(
      port(), target,
      R"({"loops":[{"id":"l1","name":"Solo","start":64,"end":72,"passes":9,"clean":4,"best_speed":0.8}],)"
      R"("instrument":"bass","speed":0.85,"pitch":-2,"tuning":442,)"
      R"("ladder":{"on":true,"start":0.6,"end":1,"step":0.05,"passes":3},"page":{"zoom":3}})");
  ASSERT_EQ(saved.status, 200) << saved.body;
  const auto kept = request(port(), "GET", target).json();
  EXPECT_EQ(kept, saved.json());
  EXPECT_EQ(words(kept.at("instrument")), "bass");
  EXPECT_EQ(kept.at("loops").as_array()[0].at("end").to_number<double>(), 72);
  // Another person's are their own.
  EXPECT_TRUE(request(port(), "GET", "/api/songs/" + song + "/practice?person=else")
                  .json()
                  .at("loops")
                  .as_array()
                  .empty());

  struct Case {
    const char* body;
    const char* field;
  };
  for (
      const Case& wrong : {
          Case{R"({"loops":[{"id":"a","name":"","start":9,"end":9}]})", "loops[0].end"},
          {R"({"loops":[{"id":"a","name":"","start":1,"end":2},{"id":"a","name":"","start":3,"end":4}]})",
           "loops[1].id"},
          {R"({"loops":[],"instrument":"tuba"})", "instrument"},
          {R"({"loops":[],"speed":3})", "speed"},
          {R"({"loops":[],"ladder":{"on":true,"start":0.9,"end":0.6,"step":0.05,"passes":3}})",
           "ladder"},
          {R"({"loops":{}})", "loops"},
          {R"({"speed":1})", "loops"},
      })
    expect_problem(put_json(port(), target, wrong.body), 400, "bad_input", wrong.field);
  expect_problem(
      put_json(port(), target, R"({"loops":[],"page":{"x":")" + std::string(120'000, 'x') + "\"}}"),
      413, "too_large", "page");
  EXPECT_EQ(put_json(port(), "/api/songs/none/practice?person=p", R"({"loops":[]})").status, 404);

  const std::string settings = "/api/practice/settings?person=" + person;
  EXPECT_EQ(request(port(), "GET", settings).body, "{}");
  EXPECT_EQ(put_json(port(), settings, R"({"minutes_a_day":30,"zone":"Asia/Tokyo"})").status, 200);
  EXPECT_EQ(words(request(port(), "GET", settings).json().at("zone")), "Asia/Tokyo");
  expect_problem(put_json(port(), settings, R"({"zone":"Asia/Tokio"})"), 400, "bad_input", "zone",
                 "Asia/Tokyo");
  expect_problem(put_json(port(), settings, R"({"minutes_a_day":1})"), 400, "bad_input",
                 "minutes_a_day");
}

TEST_F(PracticeApi, CountsSessionsOnceAndStreaks) {
  for (int ago = 4; ago >= 1; --ago)
    for (int again = 0; again < 2; ++again) {
      const auto saved =
          post_json(port(), "/api/sessions", session("d" + std::to_string(ago), noon(ago), 300));
      ASSERT_EQ(saved.status, 200) << saved.body;
      EXPECT_EQ(words(saved.json().at("state")), again ? "unchanged" : "added");
    }
  auto streak = get("/api/streak?zone=UTC");
  EXPECT_EQ(streak.at("days").as_int64(), 4);
  EXPECT_FALSE(streak.at("today").as_bool());
  EXPECT_EQ(streak.at("week").as_array().size(), 7u);
  EXPECT_EQ(streak.at("calendar").as_array().size(), 84u);
  EXPECT_EQ(streak.at("weeks").as_array().size(), 12u);
  EXPECT_EQ(streak.at("total_seconds").to_number<double>(), 1200);
  // A sitting that goes on: told with more seconds, then late with fewer.
  EXPECT_EQ(
      words(post_json(port(), "/api/sessions", session("d1", noon(1), 900)).json().at("state")),
      "replaced");
  EXPECT_EQ(
      words(post_json(port(), "/api/sessions", session("d1", noon(1), 600)).json().at("state")),
      "unchanged");
  streak = get("/api/streak?zone=UTC");
  EXPECT_EQ(streak.at("total_seconds").to_number<double>(), 1800);
  const auto sessions = get("/api/sessions").at("sessions").as_array();
  ASSERT_EQ(sessions.size(), 4u);
  EXPECT_EQ(words(sessions[0].at("id")), "d1");
  EXPECT_EQ(words(sessions[0].at("title")), "Tune, \"live\"");
  EXPECT_EQ(get("/api/sessions?from=" + noon(2).substr(0, 10)).at("sessions").as_array().size(),
            2u);
  EXPECT_EQ(get("/api/songs").at("songs").as_array()[0].at("seconds").to_number<double>(), 1800);
  // What was practised outlives the song, and may still come in by its title.
  EXPECT_EQ(request(port(), "DELETE", "/api/songs/" + song).status, 204);
  expect_problem(post_json(port(), "/api/sessions", session("late", noon(1), 60)), 404, "not_found",
                 "song");
  EXPECT_EQ(
      post_json(port(), "/api/sessions", session("late", noon(1), 60, "[]", R"(,"title":"Gone")"))
          .status,
      200);
  EXPECT_EQ(get("/api/streak").at("days").as_int64(), 4);
}

TEST_F(PracticeApi, CountsDatesWhereItWas) {
  // Ten minutes before and twenty after midnight in Tokyo.
  auto body = session("m", "2026-03-10T14:50:00Z", 1800);
  body.replace(body.find("\"UTC\""), 5, "\"Asia/Tokyo\"");
  ASSERT_EQ(post_json(port(), "/api/sessions", body).status, 200);
  const auto days = get("/api/practice/export").at("days").as_array();
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(words(days[0].at("date")), "2026-03-10");
  EXPECT_NEAR(days[0].at("seconds").to_number<double>(), 600, 1e-6);
  EXPECT_EQ(words(days[1].at("date")), "2026-03-11");
  EXPECT_NEAR(days[1].at("seconds").to_number<double>(), 1200, 1e-6);
}

TEST_F(PracticeApi, RefusesWrongSessionsByField) {
  const auto with = [&](const std::string& from, const std::string& to) {
    auto body = session("x", noon(1), 60);
    body.replace(body.find(from), from.size(), to);
    return body;
  };
  const std::string started = noon(1);
  expect_problem(post_json(port(), "/api/sessions", with(started, "yesterday")), 400, "bad_input",
                 "started", "ISO 8601");
  expect_problem(post_json(port(), "/api/sessions", with(started, "2099-01-01T00:00:00Z")), 400,
                 "bad_input", "started", "future");
  expect_problem(post_json(port(), "/api/sessions", with("UTC", "Europe/Berln")), 400, "bad_input",
                 "zone", "Europe/Berlin");
  expect_problem(post_json(port(), "/api/sessions", with("\"seconds\":60", "\"seconds\":-60")), 400,
                 "bad_input", "seconds");
  expect_problem(
      post_json(port(), "/api/sessions", with("\"seconds\":60", "\"seconds\":1e9 ,\"y\":0")), 400,
      "bad_input", "seconds");
  expect_problem(post_json(port(), "/api/sessions", with(person, "")), 400, "bad_input", "person");
  const std::string loop = R"([{"id":"a","start":0,"end":4,"passes":3,"clean":4,"speed":0.7}])";
  expect_problem(post_json(port(), "/api/sessions", session("x", started, 60, loop)), 400,
                 "bad_input", "loops[0].clean");
  expect_problem(post_json(port(), "/api/sessions",
                           session("x", started, 60, "[]", R"(,"ended":"2001-01-01T00:00:00Z")")),
                 400, "bad_input", "ended");
  std::string many = "[";
  for (int i = 0; i < 501; ++i)
    many += std::string(i ? "," : "") +
            R"({"id":"a","start":0,"end":4,"passes":1,"clean":0,"speed":0})";
  expect_problem(post_json(port(), "/api/sessions", session("x", started, 60, many + "]")), 413,
                 "too_large", "loops");
  expect_problem(request(port(), "GET", "/api/sessions?person=p&limit=0"), 400, "bad_input",
                 "limit");
  expect_problem(request(port(), "GET", "/api/streak?person=p&zone=Mars"), 400, "bad_input",
                 "zone");
  EXPECT_TRUE(get("/api/sessions").at("sessions").as_array().empty());
}

TEST_F(PracticeApi, PutsAClockRightThatRunsAhead) {
  const auto ahead = api::iso_time(store::wall_milliseconds() + 5 * 3'600'000);
  ASSERT_EQ(post_json(port(), "/api/sessions", session("x", ahead, 600)).status, 200);
  const auto kept = get("/api/sessions").at("sessions").as_array();
  ASSERT_EQ(kept.size(), 1u);
  const auto started = api::read_iso_time(words(kept[0].at("started")));
  ASSERT_TRUE(started);
  EXPECT_LE(*started + 600'000, store::wall_milliseconds());
}

TEST_F(PracticeApi, EarnsAchievementsForGood) {
  const std::string loop =
      R"([{"id":"a","start":0,"end":4,"passes":30,"clean":27,"speed":1.0,"slowest":0.6}])";
  ASSERT_EQ(post_json(port(), "/api/sessions", session("x", noon(1), 4000, loop)).status, 200);
  const auto find = [&](const std::string& id) -> boost::json::value {
    const auto all = get("/api/achievements");
    for (const auto& one : all.at("achievements").as_array())
      if (words(one.at("id")) == id) return one;
    return nullptr;
  };
  for (const char* id : {"first_song", "first_clean", "ladder", "hours_1"}) {
    EXPECT_FALSE(words(find(id).at("earned")).empty()) << id;
    EXPECT_EQ(find(id).at("progress").to_number<double>(), 1) << id;
  }
  EXPECT_TRUE(words(find("streak_7").at("earned")).empty());
  EXPECT_NEAR(find("streak_7").at("progress").to_number<double>(), 1.0 / 7, 1e-9);
  const auto earned = store::PracticeTable(*house->store).earned(person);
  ASSERT_TRUE(earned);
  EXPECT_EQ(earned->size(), 4u);
}

TEST_F(PracticeApi, CoachesFromLoopsAndHistory) {
  auto goal = get("/api/coach?zone=UTC");
  EXPECT_EQ(words(goal.at("song")), song);
  EXPECT_FALSE(goal.at("reasons").as_array().empty());
  // A hard passage that was found in the bass, and bars to name it by.
  store::PracticeTable table(*house->store);
  const std::string blob(64, 'a');
  std::string downbeats = "[0";
  for (int bar = 1; bar < 90; ++bar) downbeats += "," + std::to_string(bar * 2);
  ASSERT_TRUE(table.save_analysis(blob, "song", "1", "{\"downbeats\":" + downbeats + "]}"));
  ASSERT_TRUE(table.save_analysis(
      blob, "difficulty:bass", "1",
      R"([{"start":64,"end":72,"firstBar":33,"lastBar":36,"score":0.8,"reasons":["11 notes a second"],"causes":["density"]}])"));
  const std::string target = "/api/songs/" + song + "/practice?person=" + person;
  ASSERT_EQ(put_json(port(), target, R"({"loops":[],"instrument":"bass"})").status, 200);
  goal = get("/api/coach");
  EXPECT_EQ(words(goal.at("title")), "Bars 33–36 at 60 %");
  EXPECT_EQ(goal.at("start").to_number<double>(), 64);
  EXPECT_NE(write_json(goal).find("11 notes a second"), std::string::npos);
  EXPECT_EQ(get("/api/coach?song=" + song), goal);
  EXPECT_EQ(request(port(), "GET", "/api/coach?person=p&song=none").status, 404);
  const auto nobody = request(port(), "GET", "/api/coach?person=nobody");
  EXPECT_EQ(nobody.status, 200);
  EXPECT_EQ(words(nobody.json().at("song")), "");
  ASSERT_TRUE(table.remove_analyses(blob));
}

TEST_F(PracticeApi, GivesEverythingOut) {
  const std::string loop = R"([{"id":"a","start":0,"end":4,"passes":3,"clean":2,"speed":0.7}])";
  ASSERT_EQ(post_json(port(), "/api/sessions", session("x", noon(1), 90, loop)).status, 200);
  const std::string target = "/api/songs/" + song + "/practice?person=" + person;
  ASSERT_EQ(
      put_json(port(), target, R"({"loops":[{"id":"a","name":"A","start":0,"end":4}]})").status,
      200);
  const auto whole = get("/api/practice/export?form=json");
  EXPECT_EQ(whole.at("songs").as_array().size(), 1u);
  EXPECT_EQ(whole.at("songs").as_array()[0].at("practice").at("loops").as_array().size(), 1u);
  EXPECT_EQ(whole.at("sessions").as_array()[0].at("work").as_array().size(), 1u);
  const std::string base = "/api/practice/export?form=csv&person=" + person;
  const auto songs = request(port(), "GET", base + "&table=songs");
  EXPECT_EQ(songs.status, 200);
  EXPECT_NE(songs.headers.at("content-type").find("text/csv"), std::string::npos);
  EXPECT_NE(songs.headers.at("content-disposition").find("songs.csv"), std::string::npos);
  // Quoted as RFC 4180 asks; no formula for a spreadsheet.
  EXPECT_NE(songs.body.find("\"Tune, \"\"live\"\"\",'=Band,180"), std::string::npos) << songs.body;
  for (const char* table : {"loops", "sessions", "passes", "days"}) {
    const auto text = request(port(), "GET", base + "&table=" + table).body;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  }
  const auto zip = request(port(), "GET", base);
  EXPECT_EQ(zip.status, 200);
  EXPECT_EQ(zip.body.substr(0, 4), std::string("PK\x03\x04", 4));
  EXPECT_NE(zip.body.find("achievements.csv"), std::string::npos);
  expect_problem(request(port(), "GET", base + "&table=secrets"), 400, "bad_input", "table");
  expect_problem(request(port(), "GET", "/api/practice/export?person=p&form=xml"), 400, "bad_input",
                 "form");
}

}  // namespace
}  // namespace tutti
