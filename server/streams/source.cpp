#include "server/streams/source.h"

#include <mutex>
#include <utility>

#include "server/streams/inside.h"

namespace tutti::streams {
namespace {

class ChannelSource final : public Source {
 public:
  ChannelSource(stream::Materials materials, stream::ControlLog log, std::int64_t frame)
      : channel_(frame > 0 ? stream::Channel::at(std::move(materials), std::move(log), frame)
                           : stream::Channel(std::move(materials), std::move(log))) {}
  std::int64_t frame() const override { return channel_.frame(); }
  std::int64_t next_bar() const override { return channel_.next_bar(); }
  const stream::PlayedBar& bar() const override { return channel_.bar(); }
  const stream::ControlLog& log() const override { return channel_.log(); }
  stream::LogEntry control(std::span<const stream::Change> changes,
                           std::optional<std::uint64_t> seed) override {
    return channel_.control(changes, seed);
  }
  void render(float* left, float* right, int frames) override {
    channel_.render(left, right, frames);
  }
  std::vector<stream::PlayedBar> take_bars() override { return channel_.take_bars(); }

 private:
  stream::Channel channel_;
};

}  // namespace

MakeSource channel_source(std::function<stream::Materials()> materials) {
  struct Shared {
    std::once_flag once;
    stream::Materials materials;
  };
  return [shared = std::make_shared<Shared>(), materials = std::move(materials)](
             stream::ControlLog log, std::int64_t frame) -> std::unique_ptr<Source> {
    std::call_once(shared->once, [&] {
      if (materials) shared->materials = materials();
    });
    return std::make_unique<ChannelSource>(shared->materials, std::move(log), frame);
  };
}

namespace {

Inside machine(const Options& options) {
  Inside inside;
  inside.make_source = channel_source(options.materials);
  return inside;
}

}  // namespace

// The server's own: apart from streams.cpp, so that tests with a source of theirs do without the
// engine's channel.
Streams::Streams(Options options, Keeper& keeper) : Streams(options, keeper, machine(options)) {}

}  // namespace tutti::streams
