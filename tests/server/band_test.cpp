// Band sessions: one song, one clock, many players. Time is turned by the tests except where whole
// servers and sockets are asked.
#include "server/rooms/band.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <gtest/gtest.h>
#include <thread>

#include "engine/base/json.h"
#include "server/store/practice_table.h"
#include "tests/server/house.h"

namespace tutti::rooms {
namespace {

class Player : public Member {
 public:
  void send(std::shared_ptr<const std::string> message) override {
    heard.push_back(*parse_json(*message));
  }
  void dismiss(std::string_view reason) override { dismissed = reason; }
  const json::value* last(std::string_view type) const {
    for (auto it = heard.rbegin(); it != heard.rend(); ++it)
      if (it->at("type") == json::string_view(type)) return &*it;
    return nullptr;
  }
  int count(std::string_view type) const {
    return static_cast<int>(std::count_if(heard.begin(), heard.end(), [&](const json::value& v) {
      return v.at("type") == json::string_view(type);
    }));
  }
  std::vector<json::value> heard;
  std::string dismissed;
};

struct Stage {
  Stage() : bands(api::band_writer(), [this] { return now; }) {
    EXPECT_TRUE(bands.create({"b", "hash", "song", "stems", "Rehearsal", false}));
  }
  std::uint64_t join(std::shared_ptr<Player> player, const std::string& person,
                     const std::string& hash = {}) {
    auto seat = bands.join("b", {person + "'s", person, hash}, std::move(player));
    EXPECT_TRUE(seat);
    return seat ? *seat : 0;
  }
  static BandChange play(double position) {
    BandChange change;
    change.playing = true;
    change.position = position;
    return change;
  }
  double now = 1'000'000;
  Bands bands;
};

BandTransport transport_of(const json::value& state) {
  BandTransport transport;
  transport.playing = state.at("playing").as_bool();
  (void)json_get(json_find(state, "position"), transport.position);
  (void)json_get(json_find(state, "server_time"), transport.server_time);
  (void)json_get(json_find(state, "speed"), transport.speed);
  if (const json::value* loop = json_find(state, "loop"); loop && loop->is_object()) {
    transport.loop.emplace();
    (void)json_get(json_find(*loop, "start"), transport.loop->start);
    (void)json_get(json_find(*loop, "end"), transport.loop->end);
  }
  return transport;
}

TEST(Band, PositionsFollowFromTheClockAlone) {
  BandTransport t{true, 10, 5000, 0.5, 0, BandLoop{8, 12}, ""};
  EXPECT_EQ(band_position(t, 4000), 10);  // announced, not begun
  EXPECT_DOUBLE_EQ(band_position(t, 7000), 11);
  EXPECT_DOUBLE_EQ(band_position(t, 9000), 8);  // its end is its beginning
  EXPECT_DOUBLE_EQ(band_position(t, 10'000), 8.5);
  EXPECT_NEAR(band_position(t, 5000 + 3'600'000.0), 8 + std::fmod(10 + 1800 - 12, 4), 1e-9);
  t.position = 20;  // behind the loop: on to the song's end
  EXPECT_DOUBLE_EQ(band_position(t, 7000), 21);
  t.playing = false;
  EXPECT_EQ(band_position(t, 9e9), 20);
}

TEST(Band, StartsAreAnnouncedAheadAndLatecomersKnowThePlace) {
  Stage stage;
  auto host = std::make_shared<Player>(), guest = std::make_shared<Player>();
  const auto seat = stage.join(host, "ann", "hash");
  stage.join(guest, "bob");
  ASSERT_TRUE(stage.bands.change("b", seat, Stage::play(30)));
  for (const auto& player : {host, guest}) {
    const json::value* state = player->last("state");
    ASSERT_TRUE(state);
    const auto transport = transport_of(*state);
    EXPECT_TRUE(transport.playing);
    EXPECT_GE(transport.server_time, stage.now + kBandLead);
    EXPECT_EQ(band_position(transport, transport.server_time), 30);
  }
  stage.now += 10'300;
  auto late = std::make_shared<Player>();
  stage.join(late, "cid");
  const json::value* hello = late->last("hello");
  ASSERT_TRUE(hello);
  EXPECT_NEAR(band_position(transport_of(hello->at("state")), stage.now), 40, 1e-9);
  EXPECT_EQ(hello->at("members").as_array().size(), 3u);
  EXPECT_EQ(hello->at("you"), "m3");
}

// A change while it plays continues from where the song will stand when it is heard.
TEST(Band, ChangesOfSpeedLeaveNoStep) {
  Stage stage;
  auto host = std::make_shared<Player>();
  const auto seat = stage.join(host, "ann", "hash");
  ASSERT_TRUE(stage.bands.change("b", seat, Stage::play(0)));
  BandTransport before = transport_of(*host->last("state"));
  for (const double speed : {0.5, 1.5, 0.85, 2.0, 0.25}) {
    stage.now += 1234;
    BandChange change;
    change.speed = speed;
    ASSERT_TRUE(stage.bands.change("b", seat, change));
    const BandTransport after = transport_of(*host->last("state"));
    EXPECT_EQ(after.speed, speed);
    EXPECT_GT(after.server_time, stage.now);
    EXPECT_NEAR(band_position(after, after.server_time), band_position(before, after.server_time),
                1e-9);
    before = after;
  }
}

TEST(Band, OnlyTheHostSteersUntilItIsOpen) {
  Stage stage;
  auto host = std::make_shared<Player>(), guest = std::make_shared<Player>();
  const auto first = stage.join(host, "ann", "hash"), second = stage.join(guest, "bob", "guess");
  auto refused = stage.bands.change("b", second, Stage::play(1));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(Bands::may_not(refused.error()));
  EXPECT_FALSE(stage.bands.set_open("b", second, true));
  EXPECT_FALSE(stage.bands.end("b", second));
  ASSERT_TRUE(stage.bands.set_open("b", first, true));
  EXPECT_EQ(guest->last("members")->at("open"), true);
  EXPECT_TRUE(stage.bands.change("b", second, Stage::play(1)));
  EXPECT_EQ(host->last("state")->at("by"), "m2");
  EXPECT_FALSE(stage.bands.end("b", second));
  ASSERT_TRUE(stage.bands.end("b", first));
  EXPECT_FALSE(guest->dismissed.empty());
  EXPECT_TRUE(guest->last("end"));
  EXPECT_FALSE(stage.bands.view("b"));
}

TEST(Band, WaitsForAHostWhoseLineBroke) {
  Stage stage;
  auto host = std::make_shared<Player>(), guest = std::make_shared<Player>();
  const auto seat = stage.join(host, "ann", "hash");
  stage.join(guest, "bob");
  ASSERT_TRUE(stage.bands.change("b", seat, Stage::play(5)));
  stage.now += kBandLead + 2000;
  stage.bands.leave("b", seat);
  const auto stopped = transport_of(*guest->last("state"));
  EXPECT_FALSE(stopped.playing);
  EXPECT_NEAR(stopped.position, 7, 1e-9);
  EXPECT_EQ(guest->last("members")->at("waiting"), true);
  stage.now += 60'000;
  auto again = std::make_shared<Player>();
  const auto back = stage.join(again, "ann", "hash");
  EXPECT_EQ(again->last("hello")->at("you"), "m1");
  EXPECT_EQ(guest->last("members")->at("waiting"), false);
  EXPECT_EQ(guest->last("members")->at("members").as_array().size(), 2u);
  BandChange on;
  on.playing = true;
  ASSERT_TRUE(stage.bands.change("b", back, on));
  EXPECT_NEAR(transport_of(*guest->last("state")).position, 7, 1e-9);
  // The line that came back in a second window replaces the first.
  auto third = std::make_shared<Player>();
  stage.join(third, "ann", "hash");
  EXPECT_FALSE(again->dismissed.empty());
  stage.bands.leave("b", back);  // the old line's end changes nothing
  EXPECT_EQ(stage.bands.view("b")->waiting, false);
}

TEST(Band, EndsWhenNobodyComesBack) {
  Stage stage;
  auto host = std::make_shared<Player>();
  const auto seat = stage.join(host, "ann", "hash");
  stage.now += 10.0 * static_cast<double>(kBandRests);
  EXPECT_TRUE(stage.bands.view("b"));
  stage.bands.leave("b", seat);
  stage.now += static_cast<double>(kBandRests) - 1;
  EXPECT_TRUE(stage.bands.view("b"));
  stage.now += 2;
  EXPECT_FALSE(stage.bands.view("b"));
}

TEST(Band, TakesAsManyAsItSaysAndRefusesNonsense) {
  Stage stage;
  std::vector<std::shared_ptr<Player>> players;
  std::vector<std::uint64_t> seats;
  for (int i = 0; i < kMostBandMembers; ++i)
    seats.push_back(stage.join(players.emplace_back(std::make_shared<Player>()),
                               "p" + std::to_string(i), i == 0 ? "hash" : ""));
  auto full = stage.bands.join("b", {"x", "x", ""}, std::make_shared<Player>());
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::too_large);
  stage.bands.leave("b", seats[5]);
  EXPECT_TRUE(stage.bands.join("b", {"x", "x", ""}, std::make_shared<Player>()));
  for (const double bad : {-1.0, 1e9, std::nan("")}) {
    BandChange change;
    change.position = bad;
    EXPECT_FALSE(stage.bands.change("b", seats[0], change));
    change = {};
    change.speed = bad;
    EXPECT_FALSE(stage.bands.change("b", seats[0], change));
  }
  BandChange change;
  change.loop.emplace(BandLoop{5, 5});
  EXPECT_FALSE(stage.bands.change("b", seats[0], change));
  EXPECT_FALSE(stage.bands.status("b", seats[0], {std::nullopt, 1e9, std::nullopt}));
  EXPECT_FALSE(stage.bands.change("nobody", seats[0], Stage::play(0)));
  // A slow line moves the moment at which all begin, within a bound.
  ASSERT_TRUE(stage.bands.status("b", seats[1], {true, 2.0, 400.0}));
  ASSERT_TRUE(stage.bands.change("b", seats[0], Stage::play(0)));
  EXPECT_EQ(transport_of(*players[2]->last("state")).server_time, stage.now + 900);
  ASSERT_TRUE(stage.bands.status("b", seats[1], {std::nullopt, std::nullopt, 50'000.0}));
  ASSERT_TRUE(stage.bands.change("b", seats[0], Stage::play(0)));
  EXPECT_EQ(transport_of(*players[2]->last("state")).server_time, stage.now + kMostBandLead);
}

// --- Whole, over sockets -------------------------------------------------------------------------

double own_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// What a page does: asks for the server's clock some times and trusts the quickest answer.
struct Musician {
  Musician(int port, const std::string& path, double clock_error) : error(clock_error) {
    socket = test::WebSocket::open(port, path);
    if (!socket) return;
    hello = socket->read("hello");
    double best = 1e9;
    for (int i = 0; i < 12; ++i) {
      const double sent = clock();
      socket->send("{\"type\":\"ping\",\"t\":" + std::to_string(sent) + "}");
      const auto pong = socket->read("pong");
      if (!pong) return;
      const double came = clock();
      double server = 0;
      (void)json_get(json_find(*pong, "server_time"), server);
      if (came - sent < best) best = came - sent, offset = server - (sent + came) / 2;
    }
  }
  double clock() const { return own_ms() + error; }
  double server_time(double at) const { return at + offset; }
  std::unique_ptr<test::WebSocket> socket;
  std::optional<json::value> hello;
  double error = 0;   // of this musician's own clock
  double offset = 0;  // as it worked it out
};

TEST(Band, MusiciansWithWrongClocksStandAtTheSamePlace) {
  test::House house;
  // The stems only have to be known of.
  store::StemsRow row;
  row.id = std::string(32, 'a');
  row.state = "queued";
  store::JobRow job;
  job.kind = "separate";
  job.same = "s";
  job.request = "{}";
  job.state = "queued";
  row.job = house.store->add_job(job)->id;
  ASSERT_TRUE(store::PracticeTable(*house.store).put_stems(row));
  const auto made = test::post_json(house.port(), "/api/band",
                                    "{\"song\":\"x\",\"stems\":\"" + row.id + "\",\"open\":false}");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id(made.json().at("id").as_string().c_str());
  const std::string secret(made.json().at("secret").as_string().c_str());
  EXPECT_EQ(id.size(), 22u);
  EXPECT_EQ(secret.size(), 22u);
  EXPECT_EQ(std::string(made.json().at("link").as_string().c_str()), "/?band=" + id + "#practice");
  std::deque<Musician> band;
  band.emplace_back(house.port(), "/ws/band/" + id + "?name=Ann&person=a&secret=" + secret, 0);
  band.emplace_back(house.port(), "/ws/band/" + id + "?name=Bob&person=b", 5'000'000);
  band.emplace_back(house.port(), "/ws/band/" + id + "?name=Cid&person=c", -777.7);
  for (const Musician& musician : band) ASSERT_TRUE(musician.hello);
  band[0].socket->send("{\"type\":\"state\",\"playing\":true,\"position\":12,\"speed\":0.85}");
  std::vector<double> positions;
  const double moment = own_ms() + 2000;
  for (Musician& musician : band) {
    const auto state = musician.socket->read("state");
    ASSERT_TRUE(state);
    const double there = musician.server_time(moment + musician.error);
    positions.push_back(band_position(transport_of(*state), there));
  }
  // Half of what the page may be off by: the rest is for its sound card.
  for (const double position : positions) EXPECT_NEAR(position, positions[0], 0.025);
  const auto info = test::request(house.port(), "GET", "/api/band/" + id);
  EXPECT_EQ(info.json().at("members"), 3);
  EXPECT_EQ(info.body.find(secret), std::string::npos);
  // A guest is refused in words; nonsense too; and the line stays.
  band[1].socket->send("{\"type\":\"state\",\"playing\":false}");
  auto refusal = band[1].socket->read("error");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->at("code"), "refused");
  band[1].socket->send("{\"type\":\"dance\"}");
  EXPECT_TRUE(band[1].socket->read("error"));
  band[0].socket->send("{\"type\":\"end\"}");
  EXPECT_TRUE(band[2].socket->read("end"));
  int status = 0;
  EXPECT_FALSE(test::WebSocket::open(house.port(), "/ws/band/" + id, &status));
  EXPECT_EQ(status, 404);
}

TEST(Band, FloodsAreNotHeard) {
  test::House house;
  ASSERT_TRUE(house.bands->create({"flood", "h", "s", "t", "n", true}));
  auto loud = test::WebSocket::open(house.port(), "/ws/band/flood?person=a");
  ASSERT_TRUE(loud && loud->read("hello"));
  for (int i = 0; i < 400; ++i)
    if (!loud->send("{\"type\":\"state\",\"position\":" + std::to_string(i) + "}")) break;
  EXPECT_TRUE(loud->read("error"));
  while (loud->read()) {
  }
  EXPECT_EQ(loud->close_code(), 1008);
}

}  // namespace
}  // namespace tutti::rooms
