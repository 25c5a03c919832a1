// What a station plays: stream::Channel behind a face that tests can put a metronome under.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/stream/channel.h"

namespace tutti::streams {

// One thread at a time; the verbs mean what they mean in engine/stream/channel.h.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::int64_t frame() const = 0;
  virtual std::int64_t next_bar() const = 0;
  virtual const stream::PlayedBar& bar() const = 0;
  virtual const stream::ControlLog& log() const = 0;
  virtual stream::LogEntry control(std::span<const stream::Change>,
                                   std::optional<std::uint64_t> seed) = 0;
  virtual void render(float* left, float* right, int frames) = 0;
  virtual std::vector<stream::PlayedBar> take_bars() = 0;
};

// A source that goes on at a frame of its log; may take seconds.
using MakeSource = std::function<std::unique_ptr<Source>(stream::ControlLog, std::int64_t frame)>;

// The engine's own. The materials are asked for once, before the first channel plays.
MakeSource channel_source(std::function<stream::Materials()>);

}  // namespace tutti::streams
