// The feed of one form: what a newcomer hears, and what it must not hear.
#include "server/streams/hub.h"

#include <gtest/gtest.h>

namespace tutti::streams {
namespace {

class Words final : public Host {
 public:
  std::string hello(Form, Latency, std::int64_t) override { return "{}"; }
  void listeners_changed() override {}
  void add_skipped(std::int64_t) override {}
};

Item sound(std::int64_t frame) {
  return {Kind::sound, frame, 960, std::make_shared<const std::string>(std::to_string(frame))};
}

// The sender was about to serve a listener that just left; who came instead begins anew, from a
// little earlier. The old piece would be heard twice.
TEST(Hub, KeepsWhatWasMeantForTheListenerBeforeFromTheNext) {
  SteadyClock clock;
  Hub hub(std::make_shared<Words>(), clock, Form::pcm16, Latency::low, 0);
  std::vector<std::string> heard;
  hub.listeners(1);
  const std::uint64_t before = hub.wanted_since();
  hub.publish(sound(0), before);
  hub.listeners(-1);
  hub.listeners(1);
  const std::uint64_t token =
      hub.subscribe([&](const Piece& piece) { heard.push_back(*piece.bytes); });
  EXPECT_NE(hub.wanted_since(), before);
  hub.publish(sound(960), before);
  EXPECT_TRUE(heard.empty());
  EXPECT_EQ(hub.opening().size(), 1u);  // the hello alone: nothing of before
  hub.publish(sound(0), hub.wanted_since());
  hub.publish(sound(960), hub.wanted_since());
  EXPECT_EQ(heard, (std::vector<std::string>{"0", "960"}));
  // A second listener beside the first changes nothing.
  const std::uint64_t now = hub.wanted_since();
  hub.listeners(1);
  hub.publish(sound(1920), now);
  EXPECT_EQ(heard.size(), 3u);
  hub.unsubscribe(token);
}

}  // namespace
}  // namespace tutti::streams
