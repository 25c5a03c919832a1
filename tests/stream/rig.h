// Logs and renders for the tests of channels.
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/stream/channel.h"

namespace tutti::test {

using compose::Setting;

struct Sound {
  std::vector<float> left, right;
};

// 16 kHz and quick bars keep chapters short.
inline stream::ControlLog quick_log(std::uint64_t seed, compose::Style style) {
  stream::ControlLog log;
  log.seed = seed;
  log.rate = 16000;
  log.start.set(Setting::bpm, 180);
  log.start.set(Setting::transition, 0.3);
  log.start.set(Setting::intensity, 0.7);
  log.start.set(Setting::style, static_cast<double>(style));
  return log;
}

// The next frames, in blocks of `most` frames at most (of random sizes if `random` is given).
inline Sound play(stream::Channel& channel, std::int64_t frames, int most,
                  Random* random = nullptr) {
  Sound out;
  out.left.resize(static_cast<std::size_t>(frames));
  out.right.resize(static_cast<std::size_t>(frames));
  for (std::int64_t done = 0; done < frames;) {
    std::int64_t n = random != nullptr
                         ? 1 + static_cast<std::int64_t>(random->below(static_cast<unsigned>(most)))
                         : most;
    n = std::min(n, frames - done);
    channel.render(out.left.data() + done, out.right.data() + done, static_cast<int>(n));
    done += n;
  }
  return out;
}

// The first frame in which they differ, or -1.
inline std::int64_t differs(const Sound& whole, std::int64_t from, const Sound& part) {
  for (std::size_t i = 0; i < part.left.size(); ++i) {
    const auto at = static_cast<std::size_t>(from) + i;
    if (whole.left[at] != part.left[i] || whole.right[at] != part.right[i])
      return static_cast<std::int64_t>(at);
  }
  return -1;
}

}  // namespace tutti::test
