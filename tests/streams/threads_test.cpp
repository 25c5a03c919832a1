// Real threads and the real clock: nothing here depends on how fast the machine is.
#include <condition_variable>
#include <thread>

#include "engine/base/random.h"
#include "tests/streams/rig.h"

namespace tutti::streams {
namespace {

// Waits for a thing to happen, however long it takes.
template <class Condition>
void wait_for(Condition condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

Inside machine(int threads = 2) {
  return bench(std::make_shared<SteadyClock>(), threads);
}

void expect_unbroken(const std::vector<Pcm>& messages) {
  ASSERT_FALSE(messages.empty());
  std::int64_t next = messages.front().frame;
  for (const Pcm& message : messages) {
    ASSERT_EQ(message.frame, next);
    next += message.frames;
    for (std::int64_t i = 0; i < message.frames; ++i) {
      ASSERT_EQ(message.samples[static_cast<std::size_t>(2 * i)], (message.frame + i) % 32768);
    }
  }
}

TEST(StreamThreads, AllFormsAtOncePlayUnbroken) {
  Shelf shelf;
  Streams streams({}, shelf, machine());
  std::vector<std::unique_ptr<Ear>> ears;
  for (const Form form : {Form::pcm16, Form::json, Form::opus, Form::ogg, Form::mp3}) {
    for (const Latency latency : {Latency::normal, Latency::low}) {
      ears.push_back(std::make_unique<Ear>(*streams.feed("ambient", form, latency)));
    }
  }
  wait_for([&] { return pcm_of(ears[1]->pieces()).size() > 60; });
  expect_unbroken(pcm_of(ears[0]->pieces()));
  expect_unbroken(pcm_of(ears[1]->pieces()));
  for (const auto& ear : ears) EXPECT_FALSE(ear->bytes().empty());
}

TEST(StreamThreads, ListenersComeAndGoWhileSettingsChange) {
  Shelf shelf;
  for (int i = 0; i < 4; ++i) shelf.logs["c" + std::to_string(i)].seed = 1;
  Streams streams({}, shelf, machine());
  std::vector<std::thread> people;
  for (int person = 0; person < 6; ++person) {
    people.emplace_back([&, person] {
      Random random(static_cast<std::uint64_t>(person));
      for (int turn = 0; turn < 25; ++turn) {
        const std::string channel = "c" + std::to_string(random.below(4));
        const auto form = static_cast<Form>(random.below(5));
        const auto latency = static_cast<Latency>(random.below(2));
        Ear ear(*streams.feed(channel, form, latency));
        if (random.below(3) == 0) {
          EXPECT_TRUE(streams.control(
              channel, {{compose::Setting::key, static_cast<double>(random.below(12))}}));
        }
        EXPECT_TRUE(streams.state(channel));
        EXPECT_TRUE(streams.log(channel));
        if (random.below(8) == 0) (void)streams.playlist(channel);
        EXPECT_LE(streams.states().size(), 4u);
        std::this_thread::sleep_for(std::chrono::milliseconds(random.below(30)));
        if (form == Form::pcm16) {
          const auto messages = pcm_of(ear.pieces());
          if (!messages.empty()) expect_unbroken(messages);
        }
      }
    });
  }
  for (auto& person : people) person.join();
  for (int i = 0; i < 4; ++i) {
    const std::string channel = "c" + std::to_string(i);
    const auto log = streams.log(channel);
    ASSERT_TRUE(log);
    wait_for([&] { return shelf.log(channel) == *log; });  // nothing of it is lost
  }
}

TEST(StreamThreads, SixtyFourChannelsPlayAtOnce) {
  Shelf shelf;
  for (int i = 0; i < 64; ++i) shelf.logs["c" + std::to_string(i)].seed = 1;
  Streams streams({}, shelf, machine());
  std::vector<std::unique_ptr<Ear>> ears;
  for (int i = 0; i < 64; ++i) {
    ears.push_back(std::make_unique<Ear>(*streams.feed("c" + std::to_string(i), Form::pcm16)));
  }
  for (const auto& ear : ears) wait_for([&] { return pcm_of(ear->pieces()).size() > 5; });
  EXPECT_EQ(streams.states().size(), 64u);
  for (const auto& ear : ears) expect_unbroken(pcm_of(ear->pieces()));
}

TEST(StreamThreads, AServerMayEndWhileItPlays) {
  for (int i = 0; i < 20; ++i) {
    Shelf shelf;
    std::shared_ptr<Feed> kept;
    {
      Streams streams({}, shelf, machine());
      kept = *streams.feed("ambient", Form::opus);
      kept->subscribe([](const Piece&) {});
      kept->listeners(1);
      if (i % 2) wait_for([&] { return streams.state("ambient")->frame > 9600; });
    }
    // Whoever holds a feed still may go on asking.
    EXPECT_FALSE(kept->opening().empty());
    kept->listeners(-1);
    kept->listeners(1);
    if (i % 2) {
      EXPECT_GT(shelf.kept("ambient"), 0);
    }
  }
}

TEST(StreamThreads, UnsubscribedIsNotCalledAnyMore) {
  Shelf shelf;
  Streams streams({}, shelf, machine());
  auto feed = *streams.feed("ambient", Form::pcm16, Latency::low);
  feed->listeners(1);
  for (int i = 0; i < 50; ++i) {
    auto alive = std::make_unique<std::atomic<int>>(0);
    const auto token = feed->subscribe([&calls = *alive](const Piece&) { ++calls; });
    if (i % 10 == 0) wait_for([&] { return *alive > 0; });
    feed->unsubscribe(token);
    alive.reset();  // the sanitizers would see a call
  }
  feed->listeners(-1);
}

TEST(Schedule, RunsEachTaskOneThreadAtATimeAndNeverAfterRemoval) {
  SteadyClock clock;
  Schedule schedule(clock, 4);
  std::atomic<int> inside{0}, runs{0}, together{0};
  std::atomic<bool> removed{false};
  auto task = schedule.add([&] {
    if (++inside > 1) ++together;
    EXPECT_FALSE(removed);
    ++runs;
    --inside;
    return clock.now_ns() + 1000;
  });
  std::vector<std::thread> wakers;
  for (int i = 0; i < 3; ++i) {
    wakers.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) schedule.wake(task);
    });
  }
  for (auto& waker : wakers) waker.join();
  wait_for([&] { return runs > 100; });
  schedule.remove(task);
  removed = true;
  schedule.wake(task);
  EXPECT_EQ(together, 0);
}

}  // namespace
}  // namespace tutti::streams
