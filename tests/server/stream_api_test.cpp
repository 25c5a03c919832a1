// The routes of the Stream room over a real connection: what they answer, how they refuse, who may
// do what.
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "engine/compose/settings.h"
#include "server/store/channel_row.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::HttpReply;
using test::post_json;
using test::request;
using test::WebSocket;

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

void expect_problem(const HttpReply& reply, int status, const std::string& code) {
  EXPECT_EQ(reply.status, status) << reply.body;
  const auto problem = reply.json();
  ASSERT_TRUE(problem.is_object()) << reply.body;
  EXPECT_EQ(words(problem.at("code")), code) << reply.body;
  EXPECT_FALSE(problem.at("detail").as_string().empty());
  EXPECT_FALSE(problem.at("next").as_string().empty());
  for (const char c : words(problem.at("detail"))) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

HttpReply put_json(int port, const std::string& target, const std::string& body) {
  return request(port, "PUT", target, body, {{"Content-Type", "application/json"}});
}

struct Made {
  std::string id, secret;
};

class Stream : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { house = new House; }
  static void TearDownTestSuite() {
    delete house;
    house = nullptr;
  }
  static int port() { return house->port(); }
  static Made channel(const std::string& visibility, const std::string& more = {}) {
    const auto made = post_json(port(), "/api/channels",
                                R"({"name":"N","visibility":")" + visibility + "\"" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    if (made.status != 201) return {};
    return {words(made.json().at("id")), words(made.json().at("secret"))};
  }
  static House* house;
};
House* Stream::house = nullptr;

TEST_F(Stream, TellsTheTableOfSettings) {
  const auto reply = request(port(), "GET", "/api/stream/settings");
  ASSERT_EQ(reply.status, 200);
  const auto list = reply.json().at("settings").as_array();
  const auto table = compose::setting_table();
  ASSERT_EQ(list.size(), table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(words(list[i].at("id")), table[i].id);
    EXPECT_EQ(list[i].at("min").to_number<double>(), table[i].min);
    EXPECT_EQ(list[i].at("max").to_number<double>(), table[i].max);
    EXPECT_EQ(list[i].at("default").to_number<double>(), table[i].initial);
    EXPECT_EQ(list[i].at("choices").as_array().size(), table[i].choices.size());
  }
}

TEST_F(Stream, ControlsThePublicChannel) {
  const auto before = request(port(), "GET", "/api/status");
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_EQ(words(before.json().at("channel")), "ambient");
  EXPECT_EQ(words(before.json().at("seed")), "7");
  EXPECT_FALSE(before.json().at("playing").as_bool());
  const auto applied =
      post_json(port(), "/api/control", R"({"key":"Bb","bpm":92,"intensity":0.7,"pad_on":true})");
  ASSERT_EQ(applied.status, 200) << applied.body;
  const auto settings = applied.json().at("settings");
  EXPECT_EQ(settings.at("key").to_number<double>(), 10);
  EXPECT_EQ(settings.at("bpm").to_number<double>(), 92);
  EXPECT_EQ(settings.at("intensity").to_number<double>(), 0.7);
  EXPECT_GE(applied.json().at("bar_frame").as_int64(), applied.json().at("frame").as_int64());
  const auto after = request(port(), "GET", "/api/status?channel=ambient").json();
  EXPECT_EQ(words(after.at("key")).substr(0, 2), "Bb");
  EXPECT_EQ(after.at("bpm").to_number<double>(), 92);
  const auto log = request(port(), "GET", "/api/channels/ambient/log").json();
  EXPECT_EQ(log.at("entries").as_array().size(), 1u);
}

TEST_F(Stream, RefusesWrongControlsByField) {
  struct Case {
    const char* body;
    const char* field;
    const char* says;  // somewhere in detail or next
  };
  const Case cases[] = {
      {R"({"bpm":39})", "bpm", "40"},
      {R"({"bpm":180.5})", "bpm", "180"},
      {R"({"intensity":-0.1})", "intensity", "0 to 1"},
      {R"({"intensity":"loud"})", "intensity", ""},
      {R"({"intensity":1e999})", "", ""},
      {R"({"key":12})", "key", "11"},
      {R"({"key":1.5})", "key", "whole"},
      {R"({"key":"H"})", "key", ""},
      {R"({"key":"A minor"})", "key", "mode"},
      {R"({"mode":"doriann"})", "mode", "dorian"},
      {R"({"style":"ambiant"})", "style", "ambient"},
      {R"({"pad_on":2})", "pad_on", ""},
      {R"({"pad_on":[]})", "pad_on", "true"},
      {R"({"intensty":0.5})", "intensty", "intensity"},
      {R"({"seed":"seven"})", "seed", "digits"},
      {R"({"seed":-1})", "seed", ""},
      {R"({"seed":"18446744073709551616"})", "seed", "2^64"},
      {R"({"seed":1.5})", "seed", ""},
      {R"([])", "", ""},
      {R"({"bpm")", "", ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.body);
    const auto reply = post_json(port(), "/api/control", one.body);
    expect_problem(reply, 400, "bad_input");
    if (*one.field) {
      EXPECT_EQ(words(reply.json().at("field")), one.field);
    }
    EXPECT_NE((words(reply.json().at("detail")) + words(reply.json().at("next"))).find(one.says),
              std::string::npos)
        << reply.body;
  }
  expect_problem(post_json(port(), "/api/control", R"({"channel":"none","bpm":80})"), 404,
                 "not_found");
}

TEST_F(Stream, RefusesWrongChannelsAndSaves) {
  struct Case {
    const char* target;
    const char* body;
    int status;
    const char* field;
  };
  const Case cases[] = {
      {"/api/channels", R"({"visibility":"public"})", 400, "name"},
      {"/api/channels", R"({"name":"","visibility":"public"})", 400, "name"},
      {"/api/channels", R"({"name":"  ","visibility":"public"})", 400, "name"},
      {"/api/channels", R"({"name":"x","visibility":"secret"})", 400, "visibility"},
      {"/api/channels", R"({"name":"x","visibility":"link","seed":"x"})", 400, "seed"},
      {"/api/channels", R"({"name":"x","visibility":"link","settings":{"bpm":1}})", 400, "bpm"},
      {"/api/channels", R"({"name":"x","visibility":"link","from":"none"})", 404, "from"},
      {"/api/channels/ambient/save", R"({"form":"tape","seconds":1})", 400, "form"},
      {"/api/channels/ambient/save", R"({"form":"flac"})", 400, "seconds"},
      {"/api/channels/ambient/save", R"({"form":"flac","seconds":1,"from":1})", 400, "seconds"},
      {"/api/channels/ambient/save", R"({"form":"flac","seconds":1e6})", 400, "seconds"},
      {"/api/channels/ambient/save", R"({"form":"flac","seconds":10})", 400,
       "seconds"},  // nothing yet
      {"/api/compose", R"({"form":"flac"})", 400, "minutes"},
      {"/api/compose", R"({"minutes":1})", 400, "form"},
      {"/api/compose", R"({"form":"flac","minutes":361})", 400, "minutes"},
      {"/api/compose", R"({"form":"stems","minutes":61})", 413, "minutes"},
      {"/api/compose", R"({"form":"flac","minutes":1,"bmp":80})", 400, "bmp"},
      {"/api/compose", R"({"form":"flac","minutes":1,"log":{}})", 400, "log"},
      {"/api/compose", R"({"form":"flac","minutes":1,"log":{},"bpm":80})", 400, "log"},
      {"/api/channels/ambient/control", R"({"bpm":0})", 400, "bpm"}};
  for (const Case& one : cases) {
    SCOPED_TRACE(std::string(one.target) + " " + one.body);
    const auto reply = post_json(port(), one.target, one.body);
    EXPECT_EQ(reply.status, one.status) << reply.body;
    ASSERT_TRUE(reply.json().is_object());
    EXPECT_EQ(words(reply.json().at("field")), one.field) << reply.body;
  }
  EXPECT_EQ(
      post_json(port(), "/api/channels", R"({"name":")" + std::string(81, 'x') + "\"}").status,
      400);
}

TEST_F(Stream, LetsOnlyThoseDoWhatTheyMay) {
  const Made link = channel("link"), closed = channel("private"),
             open = channel("public", R"(,"open":true)");
  EXPECT_EQ(link.id.size(), 22u);
  EXPECT_NE(link.secret, closed.secret);
  const auto status = [](const std::string& target) {
    return request(port(), "GET", target).status;
  };
  const auto control = [](const Made& one, const std::string& secret) {
    return post_json(port(), "/api/channels/" + one.id + "/control",
                     R"({"bpm":80,"secret":")" + secret + "\"}")
        .status;
  };
  // Listening.
  EXPECT_EQ(status("/api/channels/" + link.id), 200);
  EXPECT_EQ(status("/api/channels/" + closed.id), 403);
  EXPECT_EQ(status("/api/channels/" + closed.id + "?secret=" + link.secret), 403);
  EXPECT_EQ(status("/api/channels/" + closed.id + "?secret=" + closed.secret), 200);
  for (const char* ending : {".ogg", ".mp3", ".m3u8", "/0.mp3"})
    EXPECT_EQ(status("/stream/" + closed.id + ending), 403) << ending;
  EXPECT_EQ(status("/api/channels/" + closed.id + "/log"), 403);
  EXPECT_EQ(status("/api/status?channel=" + closed.id), 403);
  EXPECT_EQ(
      post_json(port(), "/api/channels/" + closed.id + "/save", R"({"form":"midi","seconds":1})")
          .status,
      403);
  int refused = 0;
  EXPECT_FALSE(WebSocket::open(port(), "/ws/stream?channel=" + closed.id, &refused));
  EXPECT_EQ(refused, 403);
  EXPECT_FALSE(WebSocket::open(port(), "/ws/stream?channel=none", &refused));
  EXPECT_EQ(refused, 404);
  EXPECT_FALSE(WebSocket::open(port(), "/ws/stream?format=midi", &refused));
  EXPECT_EQ(refused, 400);
  EXPECT_FALSE(WebSocket::open(port(), "/ws/stream?latency=none", &refused));
  EXPECT_EQ(refused, 400);
  // Changing.
  EXPECT_EQ(control(link, ""), 403);
  EXPECT_EQ(control(link, closed.secret), 403);
  EXPECT_EQ(control(link, link.secret), 200);
  EXPECT_EQ(control(open, ""), 200);
  EXPECT_EQ(control(closed, ""), 403);
  EXPECT_EQ(control(closed, closed.secret), 200);
  // Listed: public ones only, never with a secret.
  const std::string list = request(port(), "GET", "/api/channels").body;
  EXPECT_NE(list.find(open.id), std::string::npos);
  EXPECT_EQ(list.find(link.id), std::string::npos);
  EXPECT_EQ(list.find(closed.id), std::string::npos);
  EXPECT_EQ(list.find("secret"), std::string::npos);
  // Neither is it kept as it is.
  EXPECT_NE(house->store->channel(link.id)->secret, link.secret);
  // Deleting.
  EXPECT_EQ(request(port(), "DELETE", "/api/channels/" + open.id).status, 403);
  EXPECT_EQ(request(port(), "DELETE", "/api/channels/ambient?secret=x").status, 403);
  EXPECT_EQ(request(port(), "DELETE", "/api/channels/" + open.id + "?secret=" + open.secret).status,
            204);
  EXPECT_EQ(status("/api/channels/" + open.id), 404);
  EXPECT_EQ(request(port(), "DELETE", "/api/channels/" + open.id + "?secret=" + open.secret).status,
            404);
}

TEST_F(Stream, MakesAChannelFromAnother) {
  const Made first = channel("link", R"(,"seed":"123","settings":{"bpm":100,"style":"night"})");
  ASSERT_EQ(post_json(port(), "/api/channels/" + first.id + "/control",
                      R"({"key":"E","secret":")" + first.secret + "\"}")
                .status,
            200);
  const Made second =
      channel("link", R"(,"from":")" + first.id + R"(","settings":{"intensity":0.9})");
  const auto log = request(port(), "GET", "/api/channels/" + second.id + "/log").json();
  EXPECT_EQ(words(log.at("seed")), "123");
  EXPECT_EQ(log.at("start").at("key").to_number<double>(), 4);
  EXPECT_EQ(log.at("start").at("bpm").to_number<double>(), 100);
  EXPECT_EQ(log.at("start").at("style").to_number<double>(), 5);
  EXPECT_EQ(log.at("start").at("intensity").to_number<double>(), 0.9);
  EXPECT_TRUE(log.at("entries").as_array().empty());
  // A variation: the same settings, another seed.
  const Made third = channel("link", R"(,"from":")" + first.id + R"(","seed":"124")");
  EXPECT_EQ(words(request(port(), "GET", "/api/channels/" + third.id).json().at("seed")), "124");
}

TEST_F(Stream, KeepsWhatListenersThink) {
  const Made made = channel("link");
  const std::string target = "/api/channels/" + made.id;
  const std::string ada = "listener-ada", bob = "listener-bob";
  EXPECT_EQ(
      put_json(port(), target + "/rating", R"({"listener":")" + ada + R"(","rating":1})").status,
      200);
  EXPECT_EQ(
      put_json(port(), target + "/rating", R"({"listener":")" + bob + R"(","rating":-1})").status,
      200);
  EXPECT_EQ(put_json(port(), target + "/favourite", R"({"listener":")" + ada + "\"}").status, 200);
  auto info = request(port(), "GET", target + "?listener=" + ada).json();
  EXPECT_EQ(info.at("rating").as_int64(), 1);
  EXPECT_TRUE(info.at("favourite").as_bool());
  EXPECT_EQ(info.at("likes").as_int64(), 1);
  EXPECT_EQ(info.at("dislikes").as_int64(), 1);
  // A favourite is listed to who has it.
  EXPECT_NE(request(port(), "GET", "/api/channels?listener=" + ada).body.find(made.id),
            std::string::npos);
  EXPECT_EQ(request(port(), "GET", "/api/channels?listener=" + bob).body.find(made.id),
            std::string::npos);
  EXPECT_EQ(request(port(), "DELETE", target + "/favourite?listener=" + ada).status, 204);
  EXPECT_EQ(
      put_json(port(), target + "/rating", R"({"listener":")" + ada + R"(","rating":0})").status,
      200);
  info = request(port(), "GET", target + "?listener=" + ada).json();
  EXPECT_EQ(info.at("rating").as_int64(), 0);
  EXPECT_FALSE(info.at("favourite").as_bool());
  for (const char* body :
       {R"({"listener":"short","rating":1})", R"({"listener":"listener-x","rating":2})",
        R"({"listener":"listener-x","rating":0.5})", R"({"rating":1})"})
    EXPECT_EQ(put_json(port(), target + "/rating", body).status, 400) << body;
  expect_problem(
      put_json(port(), "/api/channels/none/rating", R"({"listener":"listener-x","rating":1})"), 404,
      "not_found");
}

TEST_F(Stream, KeepsSettingsUnderNames) {
  const auto save = [](const std::string& listener, const std::string& name,
                       const std::string& settings) {
    return put_json(port(), "/api/stream/presets",
                    R"({"listener":")" + listener + R"(","name":")" + name + R"(","settings":)" +
                        settings + "}");
  };
  const auto saved = save("listener-eve", "Rain", R"({"bpm":60,"key":"D","seed":"9"})");
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(saved.json().at("settings").at("key").to_number<double>(), 2);
  const auto again = save("listener-eve", "Rain", R"({"bpm":66})");
  EXPECT_EQ(words(again.json().at("id")), words(saved.json().at("id")));
  EXPECT_EQ(save("listener-eve", "Bad", R"({"bpm":1})").status, 400);
  auto list = request(port(), "GET", "/api/stream/presets?listener=listener-eve").json();
  ASSERT_EQ(list.at("presets").as_array().size(), 1u);
  EXPECT_EQ(list.at("presets").at(0).at("settings").at("bpm").to_number<double>(), 66);
  EXPECT_TRUE(request(port(), "GET", "/api/stream/presets?listener=somebody-else")
                  .json()
                  .at("presets")
                  .as_array()
                  .empty());
  EXPECT_EQ(request(port(), "GET", "/api/stream/presets").status, 400);
  const std::string id = words(saved.json().at("id"));
  EXPECT_EQ(
      request(port(), "DELETE", "/api/stream/presets/" + id + "?listener=somebody-else").status,
      404);
  EXPECT_EQ(
      request(port(), "DELETE", "/api/stream/presets/" + id + "?listener=listener-eve").status,
      204);
  for (int i = 0; i < store::kMostPresets; ++i)
    ASSERT_EQ(save("listener-mad", "p" + std::to_string(i), "{}").status, 200);
  EXPECT_EQ(save("listener-mad", "one more", "{}").status, 413);
  EXPECT_EQ(save("listener-mad", "p0", R"({"bpm":70})").status, 200);  // written over
}

TEST_F(Stream, TakesOnlySoManyControlsASecond) {
  const Made made = channel("link");
  int taken = 0, refused = 0;
  HttpReply last;
  for (int i = 0; i < 400 && refused == 0; ++i) {
    const auto reply = post_json(
        port(), "/api/channels/" + made.id + "/control",
        R"({"intensity":0.)" + std::to_string(1 + i % 9) + R"(,"secret":")" + made.secret + "\"}");
    taken += reply.status == 200;
    refused += reply.status == 429;
    if (reply.status == 429) last = reply;
  }
  // Slow machines send fewer than that; then nothing is to be refused either.
  if (refused > 0) {
    expect_problem(last, 429, "too_many");
    EXPECT_GE(taken, 50);
  } else {
    EXPECT_EQ(taken, 400);
  }
  // Others are not disturbed.
  EXPECT_EQ(post_json(port(), "/api/control", R"({"bpm":71})").status, 200);
}

TEST_F(Stream, KnowsItsAddressesByTheirEndings) {
  api::Call call;
  const auto path = [&](const char* target) -> std::string {
    call = {};
    const auto match = api::match(house->table, "GET", target, call);
    return match.route ? match.route->path : "";
  };
  EXPECT_EQ(path("/stream/abc.ogg"), "/stream/{channel}.ogg");
  EXPECT_EQ(call.part("channel"), "abc");
  EXPECT_EQ(path("/stream/abc.mp3?secret=x"), "/stream/{channel}.mp3");
  EXPECT_EQ(path("/stream/abc.m3u8"), "/stream/{channel}.m3u8");
  EXPECT_EQ(path("/stream/abc/12.mp3"), "/stream/{channel}/{number}.mp3");
  EXPECT_EQ(call.part("channel"), "abc");
  EXPECT_EQ(call.part("number"), "12");
  EXPECT_EQ(path("/stream/%61bc.ogg"), "/stream/{channel}.ogg");
  for (const char* none : {"/stream/.ogg", "/stream/abc", "/stream/abc.wav", "/stream/a.b.ogg",
                           "/stream/abc.oggx", "/stream/abc/.mp3", "/stream/abc/1.ogg", "/stream/"})
    EXPECT_EQ(path(none), "") << none;
  EXPECT_EQ(request(port(), "GET", "/stream/ambient/x.mp3").status, 404);
  EXPECT_EQ(request(port(), "GET", "/stream/ambient/-1.mp3").status, 404);
  EXPECT_EQ(request(port(), "GET", "/stream/none.ogg").status, 404);
}

TEST_F(Stream, IsInTheHealth) {
  const std::string health = request(port(), "GET", "/health/detailed").body;
  EXPECT_NE(health.find("\"streams\""), std::string::npos);
}

}  // namespace
}  // namespace tutti
