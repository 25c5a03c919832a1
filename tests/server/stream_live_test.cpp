// Listening for real: what comes over the wire is what the engine plays from the control log, and
// what is saved afterwards is the same.
#include <arpa/inet.h>
#include <cmath>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/json.h"
#include "native/files/audio_reader.h"
#include "server/jobs/stream_materials.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::post_json;
using test::request;
using test::WebSocket;

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

// Interleaved 16-bit samples of an audio message.
std::vector<std::int16_t> samples(const boost::json::value& message) {
  const std::string text = words(message.at("data"));
  std::vector<unsigned char> bytes(text.size());
  std::size_t count = 0;
  EXPECT_EQ(sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &count,
                              nullptr, sodium_base64_VARIANT_ORIGINAL),
            0);
  std::vector<std::int16_t> values(count / 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<std::int16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
  return values;
}

// The first bytes of an endless answer.
std::string beginning(int port, const std::string& target, std::size_t wanted) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string ask = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    (void)!::send(fd, ask.data(), ask.size(), MSG_NOSIGNAL);
    char part[4096];
    ssize_t count;
    while (got.size() < wanted && (count = ::recv(fd, part, sizeof part, 0)) > 0)
      got.append(part, static_cast<std::size_t>(count));
  }
  ::close(fd);
  return got;
}

TEST(StreamLive, SendsWhatTheLogSaysAndSavesTheSame) {
  const auto materials = jobs::find_materials().materials;
  House house({}, [materials] { return materials; });
  test::Program worker({"worker", "--quiet", "--data", (house.scratch / "library").string()});
  auto socket = WebSocket::open(house.port(), "/ws/stream");
  ASSERT_TRUE(socket);
  const auto hello = socket->read();
  ASSERT_TRUE(hello);
  EXPECT_EQ(words(hello->at("type")), "hello");
  EXPECT_EQ(words(hello->at("channel")), "ambient");
  EXPECT_EQ(words(hello->at("name")), "Ambient");
  EXPECT_EQ(words(hello->at("seed")), "7");
  EXPECT_EQ(hello->at("rate").as_int64(), 48000);

  std::vector<std::int16_t> heard;
  std::int64_t first = -1, end = 0;
  bool told = false, asked = false, bar = false, state = false, pong = false;
  // Two and a half seconds, with a change in the middle.
  while (end - std::max<std::int64_t>(0, first) < 120'000 || !told || !pong) {
    const auto message = socket->read();
    ASSERT_TRUE(message);
    const std::string type = words(message->at("type"));
    if (type == "audio") {
      const std::int64_t frame = message->at("frame").as_int64();
      if (first < 0) first = end = frame;
      ASSERT_EQ(frame, end);  // without a gap
      const auto part = samples(*message);
      ASSERT_EQ(static_cast<std::int64_t>(part.size()), 2 * message->at("frames").as_int64());
      heard.insert(heard.end(), part.begin(), part.end());
      end += static_cast<std::int64_t>(part.size()) / 2;
    }
    bar |= type == "bar";
    state |= type == "state";
    if (type == "pong") {
      pong = true;
      EXPECT_EQ(message->at("t").to_number<double>(), 12.5);
      EXPECT_GT(message->at("server_time").to_number<double>(), 1.7e12);
    }
    if (type == "control") {
      told = true;
      EXPECT_EQ(message->at("settings").at("intensity").to_number<double>(), 0.9);
      EXPECT_EQ(message->at("changed").as_array().size(), 2u);
    }
    if (!asked && end - first > 40'000) {
      asked = true;
      ASSERT_TRUE(socket->send(R"({"type":"control","intensity":0.9,"key":"E"})"));
      ASSERT_TRUE(socket->send(R"({"type":"ping","t":12.5})"));
    }
  }
  EXPECT_TRUE(bar);
  EXPECT_TRUE(state);
  socket.reset();

  const auto text = request(house.port(), "GET", "/api/channels/ambient/log").body;
  const auto log = stream::read_log(text);
  ASSERT_TRUE(log) << text;
  EXPECT_EQ(log->entries.size(), 1u);
  auto channel = stream::Channel(materials, *log);
  std::vector<float> left(static_cast<std::size_t>(end)), right(left.size());
  channel.render(left.data(), right.data(), static_cast<int>(end));
  double most = 0;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(first) + i / 2;
    const float exact = i % 2 ? right[at] : left[at];
    most = std::max(most, std::fabs(heard[i] - 32768.0 * static_cast<double>(exact)));
  }
  EXPECT_LE(most, 1.5);  // steps of 16 bits: rounding and its dither

  // Saved: the same again, from the log.
  const double from = 0.25;
  const auto started = post_json(house.port(), "/api/channels/ambient/save",
                                 R"({"form":"wav","from":0.25,"to":)" +
                                     std::to_string(static_cast<double>(end) / 48000) + "}");
  ASSERT_EQ(started.status, 202) << started.body;
  auto follow = WebSocket::open(house.port(), "/ws/jobs/" + words(started.json().at("id")));
  boost::json::value last;
  while (auto news = follow->read()) last = *news;
  ASSERT_EQ(words(last.at("state")), "succeeded") << write_json(last);
  const auto file = request(house.port(), "GET", words(last.at("result").at("url")));
  auto decoded = files::decode(files::AudioSource::bytes(std::as_bytes(std::span(file.body))));
  ASSERT_TRUE(decoded);
  const auto offset = static_cast<std::size_t>(from * 48000);
  const auto& saved = decoded->audio.channels[0];
  ASSERT_NEAR(static_cast<double>(saved.size()), static_cast<double>(left.size() - offset), 1);
  for (std::size_t i = 0; i < std::min(saved.size(), left.size() - offset); ++i)
    ASSERT_EQ(saved[i], left[offset + i]) << i;
}

TEST(StreamLive, SaysWhatIsWrongAndGoesOn) {
  House house;
  auto socket = WebSocket::open(house.port(), "/ws/stream?latency=low");
  ASSERT_TRUE(socket);
  ASSERT_TRUE(socket->read("hello"));
  for (const char* wrong :
       {"nonsense", "[]", "{}", R"({"type":"dance"})", R"({"type":"control","bpm":1})",
        R"({"type":"control","bmp":80})", R"({"type":"control","key":"H"})",
        R"({"type":"control","seed":"x"})"}) {
    ASSERT_TRUE(socket->send(wrong));
    const auto error = socket->read("error");
    ASSERT_TRUE(error) << wrong;
    EXPECT_EQ(words(error->at("code")), "bad_input") << write_json(*error);
    EXPECT_FALSE(words(error->at("next")).empty());
  }
  ASSERT_TRUE(socket->send(R"({"type":"control","bpm":90})"));
  const auto told = socket->read("control");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at("settings").at("bpm").to_number<double>(), 90);
  EXPECT_GE(told->at("bar_frame").as_int64(), told->at("frame").as_int64());
}

TEST(StreamLive, TellsEverybodyAndNobodyElse) {
  House house;
  const auto made =
      post_json(house.port(), "/api/channels", R"({"name":"Mine","visibility":"link"})").json();
  const std::string id = words(made.at("id")), secret = words(made.at("secret"));
  auto owner = WebSocket::open(house.port(), "/ws/stream?channel=" + id + "&secret=" + secret);
  auto guest = WebSocket::open(house.port(), "/ws/stream?channel=" + id);
  ASSERT_TRUE(owner && guest);
  ASSERT_TRUE(guest->read("hello") && owner->read("hello"));
  ASSERT_TRUE(guest->send(R"({"type":"control","bpm":99})"));
  EXPECT_EQ(words(guest->read("error")->at("code")), "refused");
  ASSERT_TRUE(owner->send(R"({"type":"control","bpm":101})"));
  EXPECT_EQ(guest->read("control")->at("settings").at("bpm").to_number<double>(), 101);
  EXPECT_EQ(request(house.port(), "DELETE", "/api/channels/" + id + "?secret=" + secret).status,
            204);
  EXPECT_TRUE(guest->read("gone"));
  while (owner->read()) {
  }
  EXPECT_EQ(owner->close_code(), 1000);
}

TEST(StreamLive, PlaysInAnyPlayer) {
  House house;
  const std::string ogg = beginning(house.port(), "/stream/ambient.ogg", 6000);
  EXPECT_NE(ogg.find("audio/ogg"), std::string::npos);
  EXPECT_NE(ogg.find("OggS"), std::string::npos);
  EXPECT_NE(ogg.find("OpusHead"), std::string::npos);
  EXPECT_NE(ogg.find("no-store"), std::string::npos);
  const std::string mp3 = beginning(house.port(), "/stream/ambient.mp3", 6000);
  EXPECT_NE(mp3.find("audio/mpeg"), std::string::npos);
  const auto playlist = request(house.port(), "GET", "/stream/ambient.m3u8");
  EXPECT_EQ(playlist.status, 200);
  EXPECT_EQ(playlist.headers.at("content-type"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(playlist.body.rfind("#EXTM3U", 0), 0u);
  // The segments that a private channel's playlist names can be fetched as they stand.
  const auto made =
      post_json(house.port(), "/api/channels", R"({"name":"Mine","visibility":"private"})").json();
  const std::string address = "/stream/" + words(made.at("id")) + ".m3u8";
  const std::string secret = "?secret=" + words(made.at("secret"));
  EXPECT_EQ(request(house.port(), "GET", address).status, 403);
  std::string line;
  while (line.empty()) {
    const auto list = request(house.port(), "GET", address + secret);
    ASSERT_EQ(list.status, 200);
    std::istringstream lines(list.body);
    for (std::string one; std::getline(lines, one);)
      if (!one.empty() && one[0] != '#') line = one;
    if (line.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_NE(line.find(secret), std::string::npos);
  const auto segment = request(house.port(), "GET", line[0] == '/' ? line : "/stream/" + line);
  EXPECT_EQ(segment.status, 200) << line;
  EXPECT_EQ(segment.body.rfind("ID3", 0), 0u);
}

// Floods leave one entry a message's time in the log and a server that goes on.
TEST(StreamLive, StandsAFloodOfControls) {
  House house;
  auto flood = WebSocket::open(house.port(), "/ws/stream?format=json");
  auto calm = WebSocket::open(house.port(), "/ws/stream?format=json");
  ASSERT_TRUE(flood && calm);
  for (int i = 0; i < 2000; ++i)
    if (!flood->send(R"({"type":"control","intensity":0.)" + std::to_string(i % 10) + "}")) break;
  const auto refused = flood->read("error");
  ASSERT_TRUE(refused);
  EXPECT_EQ(words(refused->at("code")), "too_many");
  ASSERT_TRUE(calm->send(R"({"type":"control","brightness":0.125})"));
  for (;;) {
    const auto told = calm->read("control");
    ASSERT_TRUE(told);
    if (told->at("settings").at("brightness").to_number<double>() == 0.125) break;
  }
  const auto log = request(house.port(), "GET", "/api/channels/ambient/log").json();
  EXPECT_LT(log.at("entries").as_array().size(), 200u);
}

// A channel goes on after a restart where it stood, with what was asked of it.
TEST(StreamLive, GoesOnAfterARestart) {
  test::Scratch scratch;
  const std::string library = (scratch / "library").string();
  std::int64_t end = 0;
  std::string before;
  {
    test::RunningServer server(library);
    ASSERT_GT(server.port, 0);
    auto socket = WebSocket::open(server.port, "/ws/stream");
    ASSERT_TRUE(socket);
    ASSERT_TRUE(socket->send(R"({"type":"control","bpm":111,"seed":"5"})"));
    ASSERT_TRUE(socket->read("control"));
    for (int i = 0; i < 5; ++i) {
      const auto audio = socket->read("audio");
      ASSERT_TRUE(audio);
      end = audio->at("frame").as_int64() + audio->at("frames").as_int64();
    }
    before = request(server.port, "GET", "/api/channels/ambient/log").body;
    server.program->kill(SIGTERM);
    server.program->wait();
  }
  test::RunningServer server(library);
  ASSERT_GT(server.port, 0);
  EXPECT_EQ(request(server.port, "GET", "/api/channels/ambient/log").body, before);
  const auto status = request(server.port, "GET", "/api/status").json();
  EXPECT_EQ(status.at("bpm").to_number<double>(), 111);
  EXPECT_EQ(words(status.at("seed")), "5");
  EXPECT_GE(status.at("frame").as_int64(), end);
  EXPECT_NE(request(server.port, "GET", "/metrics").body.find("tutti_stream_listeners 0"),
            std::string::npos);
}

}  // namespace
}  // namespace tutti
