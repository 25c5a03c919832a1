// Feeds to many listeners: frames whole and in order whatever the sockets do, slow ones moved on,
// silent ones let go, and nobody disturbed by anybody.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <set>

#include "tests/server/fan_house.h"

namespace tutti {
namespace {

using test::FanHouse;
using test::StrictListener;
using test::until;
using test::Wire;

// Bytes that tell which piece they are and whether all of them are there.
std::string pattern(std::uint64_t number, std::size_t size) {
  std::string bytes = std::to_string(number) + ":" + std::to_string(size) + ":";
  std::uint64_t state = number * 0x9e3779b97f4a7c15u + size;
  while (bytes.size() < size) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    bytes += static_cast<char>(state >> 56);
  }
  return bytes;
}

// The number, or nothing if a byte is wrong.
std::optional<std::uint64_t> read_pattern(const std::string& bytes) {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(bytes.c_str(), &end, 10);
  if (*end != ':') return std::nullopt;
  const std::size_t size = std::strtoull(end + 1, nullptr, 10);
  if (bytes != pattern(number, size)) return std::nullopt;
  return number;
}

net::ServerOptions never_skipping() {
  net::ServerOptions options;
  options.timeouts.stream_lag = options.timeouts.answer_lag = std::chrono::hours(1);
  return options;
}

TEST(Feed, OpensAndGoesOnForEverybodyAlike) {
  FanHouse house(never_skipping());
  house.feed->greeting = {{"hello", true}, {std::string("\0\1\2", 3), false}};
  std::vector<std::unique_ptr<StrictListener>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<StrictListener>(house.port()));
    ASSERT_TRUE(all.back()->good());
    EXPECT_EQ(all.back()->next().payload, "first");  // what was said before following
    EXPECT_EQ(all.back()->next().payload, "hello");
    const auto second = all.back()->next();
    EXPECT_EQ(second.kind, 2);
    EXPECT_EQ(second.payload, std::string("\0\1\2", 3));
  }
  EXPECT_EQ(house.feed->present, 20);
  EXPECT_EQ(house.feed->came, 20);
  EXPECT_EQ(house.feed->subscriptions(), 1u);  // one, however many listen
  const std::vector<std::size_t> sizes{0, 1, 125, 126, 1234, 65535, 65536, 200'000};
  std::vector<std::string> said;
  for (std::size_t size : sizes) {
    said.push_back(std::string(size, static_cast<char>('a' + said.size())));
    house.feed->publish(said.back(), said.size() % 2 == 0);
  }
  for (auto& one : all)
    for (std::size_t i = 0; i < said.size(); ++i) {
      const auto frame = one->next();
      EXPECT_EQ(frame.kind, i % 2 == 1 ? 1 : 2);
      EXPECT_EQ(frame.payload, said[i]);
      EXPECT_EQ(one->fault(), "");
    }
  for (auto& one : all) {
    EXPECT_TRUE(one->close_politely());
    EXPECT_EQ(one->next().kind, 8);
    EXPECT_EQ(one->next().kind, 0);
    EXPECT_EQ(one->fault(), "");
  }
  until([&] { return house.feed->present == 0 && house.feed->subscriptions() == 0; });
}

// The case that raw frames under Beast must get right: the system takes a frame in parts, and
// meanwhile pongs and answers want to go out.
TEST(Feed, NeverMixesFramesWhenTheSystemTakesThemByteByByte) {
  FanHouse house(never_skipping());
  constexpr std::uint64_t kPieces = 120;
  StrictListener slow(house.port(), 2048, 1), medium(house.port(), 4096, 700), fast(house.port());
  until([&] { return house.feed->present == 3; });
  std::thread publisher([&] {
    std::mt19937 random(3);
    for (std::uint64_t i = 1; i <= kPieces; ++i) {
      house.feed->publish(pattern(i, i % 7 == 0 ? 30'000 : 50 + random() % 3000), false, false);
      if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  const auto listen = [&](StrictListener& one, int pings) {
    int pongs = 0, echoes = 0, asked = 0;
    std::uint64_t last = 0;
    while (last < kPieces || pongs < asked || echoes < asked) {
      if (asked < pings && last >= static_cast<std::uint64_t>(asked)) {
        ++asked;
        ASSERT_TRUE(one.ping("ping " + std::to_string(asked)));
        ASSERT_TRUE(one.say(std::to_string(asked)));
      }
      const auto frame = one.next();
      ASSERT_EQ(one.fault(), "");
      ASSERT_NE(frame.kind, 0);
      if (frame.kind == 2) {
        const auto number = read_pattern(frame.payload);
        ASSERT_TRUE(number);
        ASSERT_EQ(*number, last + 1);
        last = *number;
      } else if (frame.kind == 10) {
        EXPECT_EQ(frame.payload, "ping " + std::to_string(++pongs));
      } else if (frame.kind == 1 && frame.payload != "first") {
        EXPECT_EQ(frame.payload, "echo " + std::to_string(++echoes));
      }
    }
  };
  std::thread one([&] { listen(slow, 40); }), two([&] { listen(medium, 40); });
  listen(fast, 40);
  publisher.join();
  one.join();
  two.join();
  // Beast closes after it, too, with nothing torn.
  for (StrictListener* listener : {&slow, &medium, &fast}) {
    ASSERT_TRUE(listener->close_politely());
    EXPECT_EQ(listener->next().kind, 8);
    EXPECT_EQ(listener->next().kind, 0);
    EXPECT_EQ(listener->fault(), "");
  }
}

TEST(Feed, ClosesCleanlyInTheMiddleOfATornFrame) {
  FanHouse house;
  StrictListener slow(house.port(), 2048, 64);
  until([&] { return house.feed->present == 1; });
  for (int i = 1; i <= 30; ++i) house.feed->publish(pattern(static_cast<std::uint64_t>(i), 60'000));
  ASSERT_EQ(slow.next().payload, "first");
  ASSERT_TRUE(slow.close_politely());
  for (;;) {
    const auto frame = slow.next();
    ASSERT_EQ(slow.fault(), "");
    if (frame.kind == 2) {
      EXPECT_TRUE(read_pattern(frame.payload));
    }
    if (frame.kind == 8) break;
    ASSERT_NE(frame.kind, 0);
  }
  EXPECT_EQ(slow.next().kind, 0);
  EXPECT_EQ(slow.fault(), "");
  until([&] { return house.feed->present == 0; });
}

TEST(Feed, MovesTheSlowToTheLiveEdgeAndKeepsWhatIsEssential) {
  net::ServerOptions options;
  options.timeouts.stream_lag = std::chrono::milliseconds(50);
  FanHouse house(options);
  StrictListener slow(house.port(), 4096), good(house.port());
  until([&] { return house.feed->present == 2; });
  ASSERT_EQ(good.next().payload, "first");
  std::set<std::uint64_t> essential, plain;
  std::uint64_t published = 0;
  // The slow one does not read at all until the server has had to skip.
  while (published < 1000) {
    const bool word = published % 10 == 9;
    ++published;
    (word ? essential : plain).insert(published);
    house.feed->publish(pattern(published, word ? 100 : 20'000), word, word);
    const auto frame = good.next();
    ASSERT_EQ(frame.kind, word ? 1 : 2);
    ASSERT_EQ(read_pattern(frame.payload), published);
    if (published % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::uint64_t last = 0;
  std::size_t got = 0, words = 0, missed = 0;
  while (last < published) {
    const auto frame = slow.next();
    ASSERT_EQ(slow.fault(), "");
    ASSERT_NE(frame.kind, 0);
    if (frame.payload == "first") continue;
    if (frame.payload.starts_with("skipped ")) {
      missed += static_cast<std::size_t>(std::atoi(frame.payload.c_str() + 8));
      continue;
    }
    const auto number = read_pattern(frame.payload);
    ASSERT_TRUE(number);
    ASSERT_GT(*number, last);  // in order, never again
    last = *number;
    EXPECT_EQ(frame.kind == 1, essential.contains(last));
    (frame.kind == 1 ? words : got) += 1;
  }
  EXPECT_EQ(words, essential.size());     // every one
  EXPECT_GT(missed, 0u);                  // told
  EXPECT_EQ(got + missed, plain.size());  // and told the truth
  until([&] { return house.metric("tutti_stream_skipped_total") == static_cast<double>(missed); });
}

TEST(Feed, LetsGoOfThoseWhoNeverReadAndDisturbsNobody) {
  net::ServerOptions options;
  options.timeouts.stream_stall = std::chrono::milliseconds(300);
  options.timeouts.stream_lag = std::chrono::milliseconds(100);
  options.timeouts.answer_lag = std::chrono::milliseconds(100);
  FanHouse house(options);
  StrictListener good(house.port());
  ASSERT_EQ(good.next().payload, "first");
  until([&] { return house.feed->present == 1; });
  std::vector<std::unique_ptr<StrictListener>> deaf;
  std::vector<std::unique_ptr<Wire>> players;
  for (int i = 0; i < 50; ++i) deaf.push_back(std::make_unique<StrictListener>(house.port(), 2048));
  for (int i = 0; i < 10; ++i) {
    players.push_back(std::make_unique<Wire>(house.port(), 2048));
    players.back()->send("GET /feed.ogg HTTP/1.0\r\nHost: localhost\r\n\r\n");
  }
  until([&] { return house.feed->present == 61; });
  std::uint64_t number = 0;
  while (house.feed->present > 1) {
    house.feed->publish(pattern(++number, 8000));
    EXPECT_EQ(read_pattern(good.next().payload), number);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  until([&] { return house.metric("tutti_stream_dropped_total") == 60; });
}

TEST(Feed, SurvivesThoseWhoLeaveInTheMiddleOfAFrame) {
  FanHouse house(never_skipping());
  StrictListener good(house.port());
  ASSERT_EQ(good.next().payload, "first");
  until([&] { return house.feed->present == 1; });
  std::uint64_t number = 0;
  for (int round = 0; round < 30; ++round) {
    StrictListener hasty(house.port(), 2048, 100);
    until([&] { return house.feed->present == 2; });
    for (int i = 0; i < 8; ++i) house.feed->publish(pattern(++number, 30'000));
    hasty.wire().read(1 + static_cast<std::size_t>(round) * 37);
    if (round % 2) hasty.wire().send("\x81");  // half a frame of its own, too
    hasty.wire().close();
    for (int i = 0; i < 8; ++i)
      EXPECT_EQ(read_pattern(good.next().payload), number - 7 + static_cast<std::uint64_t>(i));
    // Gone is noticed by sending.
    until([&] {
      house.feed->publish(pattern(++number, 10));
      EXPECT_EQ(read_pattern(good.next().payload), number);
      return house.feed->present == 1;
    });
  }
}

TEST(Feed, GivesNewcomersEveryPieceOnce) {
  FanHouse house(never_skipping());
  house.feed->numbered_greeting = true;
  std::atomic<bool> over{false};
  std::thread publisher([&] {
    for (std::uint64_t i = 1; !over; ++i) {
      house.feed->publish(pattern(i, 40));
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  });
  for (int i = 0; i < 100; ++i) {
    StrictListener one(house.port());
    ASSERT_EQ(one.next().payload, "first");
    const auto opening = one.next();
    ASSERT_TRUE(opening.payload.starts_with("opening "));
    std::uint64_t last = static_cast<std::uint64_t>(std::atoll(opening.payload.c_str() + 8));
    for (int k = 0; k < 50; ++k) {
      const auto number = read_pattern(one.next().payload);
      ASSERT_TRUE(number);
      ASSERT_EQ(*number, last + 1);
      last = *number;
    }
  }
  over = true;
  publisher.join();
}

TEST(Feed, IsAnEndlessHttpAnswer) {
  FanHouse house(never_skipping());
  house.feed->greeting = {{"OggS-head", false}};
  for (const std::string version : {"1.0", "1.1"}) {
    Wire player(house.port());
    ASSERT_TRUE(player.send("GET /feed.ogg HTTP/" + version +
                            "\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n"));
    std::string head, byte;
    while (!head.ends_with("\r\n\r\n")) {
      ASSERT_TRUE(player.read_exactly(1, byte));
      head += byte;
    }
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("Content-Type: audio/ogg\r\n"), std::string::npos);
    EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos);
    EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    EXPECT_EQ(head.find("chunked"), std::string::npos);
    std::string body;
    ASSERT_TRUE(player.read_exactly(9, body));
    EXPECT_EQ(body, "OggS-head");
    until([&] { return house.feed->present == 1; });
    std::string all;
    for (std::uint64_t i = 0; i < 50; ++i) {
      all += pattern(i, 1000 * i);
      house.feed->publish(pattern(i, 1000 * i));
    }
    ASSERT_TRUE(player.read_exactly(all.size(), body));
    EXPECT_EQ(body, all);
    player.close();
    until([&] {
      house.feed->publish("page");
      return house.feed->present == 0;
    });
  }
  Wire asker(house.port());
  ASSERT_TRUE(asker.send("HEAD /feed.ogg HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  std::string head;
  for (std::string more; !(more = asker.read(4096)).empty();) head += more;
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(house.feed->came, 2);  // who asks for the head alone is no listener
}

TEST(Feed, SaysItsLastAndLetsEverybodyGo) {
  FanHouse house;
  StrictListener one(house.port());
  Wire player(house.port());
  player.send("GET /feed.ogg HTTP/1.1\r\nHost: localhost\r\n\r\n");
  until([&] { return house.feed->present == 2; });
  house.feed->publish("page", true, true);
  house.feed->publish("gone", true, true, true);
  EXPECT_EQ(one.next().payload, "first");
  EXPECT_EQ(one.next().payload, "page");
  EXPECT_EQ(one.next().payload, "gone");
  const auto close = one.next();
  EXPECT_EQ(close.kind, 8);
  EXPECT_EQ(close.payload.substr(0, 2), std::string("\x03\xe8", 2));  // 1000
  std::string all;
  for (std::string more; !(more = player.read(4096)).empty();) all += more;
  EXPECT_TRUE(all.ends_with("\r\n\r\npagegone"));
  one.close_politely();
  one.wire().close();
  player.close();
  until([&] { return house.feed->present == 0 && house.feed->subscriptions() == 0; });
}

TEST(Feed, RefusesAFloodOfMessagesAndThenTheSender) {
  FanHouse house;
  StrictListener one(house.port()), other(house.port());
  ASSERT_EQ(other.next().payload, "first");
  ASSERT_EQ(one.next().payload, "first");
  int told = 0, echoes = 0;
  for (int i = 0; i < 1000; ++i)
    if (!one.say("x")) break;
  for (;;) {
    const auto frame = one.next();
    ASSERT_EQ(one.fault(), "");
    if (frame.kind == 8) {
      EXPECT_EQ(frame.payload.substr(0, 2), std::string("\x03\xf0", 2));  // 1008
      break;
    }
    ASSERT_NE(frame.kind, 0);
    if (frame.payload.starts_with("echo")) ++echoes;
    if (frame.payload.find("\"too_many\"") != std::string::npos) {
      ++told;
      EXPECT_NE(frame.payload.find("\"error\""), std::string::npos);
    }
  }
  EXPECT_GE(told, 1);
  EXPECT_GE(echoes, 50);
  EXPECT_LT(house.heard, 500);
  EXPECT_EQ(echoes, house.heard);
  // Who keeps to the measure is heard all the while.
  ASSERT_TRUE(other.say("still here"));
  EXPECT_EQ(other.next().payload, "echo still here");
}

std::size_t resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::strtoul(line.c_str() + 6, nullptr, 10);
  return 0;
}

TEST(Feed, TakesAStormOfConnections) {
  FanHouse house;
  StrictListener good(house.port());
  ASSERT_EQ(good.next().payload, "first");
  until([&] { return house.feed->present == 1; });
  std::uint64_t number = 0, last = 0;
  std::size_t before = 0;
  // Some listen for a moment, some leave in the handshake, some never say a word.
  for (int i = 0; i < 3000; ++i) {
    if (i == 1000) before = resident_kilobytes();
    Wire one(house.port());
    ASSERT_TRUE(one.good());
    if (i % 3 == 0)
      one.send(
          "GET /ws/feed HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "Sec-WebSocket-Version: 13\r\n\r\n");
    if (i % 3 == 1) one.send("GET /ws/fe");
    if (i % 10 == 0) {
      house.feed->publish(pattern(++number, 1200));
      ASSERT_EQ(read_pattern(good.next().payload), ++last);
    }
  }
  until([&] {
    house.feed->publish(pattern(++number, 1200));
    EXPECT_EQ(read_pattern(good.next().payload), ++last);
    return house.feed->present == 1 && house.metric("tutti_connections") == 1;
  });
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(resident_kilobytes(), before + 32'000);
#else
  (void)before;
#endif
}

TEST(Feed, ClosesNewcomersWhereThereIsNoMoreRoom) {
  net::ServerOptions options;
  options.most_connections = 10;
  FanHouse house(options);
  std::vector<std::unique_ptr<StrictListener>> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(std::make_unique<StrictListener>(house.port()));
    ASSERT_TRUE(all.back()->good());
    ASSERT_EQ(all.back()->next().payload, "first");
  }
  StrictListener late(house.port());
  EXPECT_FALSE(late.good());
  until([&] { return house.feed->present == 10; });
  house.feed->publish("x");
  for (auto& one : all) EXPECT_EQ(one->next().payload, "x");
}

TEST(Feed, EndsWithTheServerWhateverListenersDo) {
  auto house = std::make_unique<FanHouse>();
  const auto feed = house->feed;
  StrictListener deaf(house->port(), 2048), good(house->port());
  Wire player(house->port(), 2048);
  player.send("GET /feed.ogg HTTP/1.1\r\nHost: localhost\r\n\r\n");
  until([&] { return feed->present == 3; });
  for (std::uint64_t i = 0; i < 40; ++i) feed->publish(pattern(i, 50'000));
  house.reset();
  EXPECT_EQ(feed->subscriptions(), 0u);
  EXPECT_EQ(feed->present, 0);
  feed->publish("nobody");  // and this reaches nothing
}

}  // namespace
}  // namespace tutti
