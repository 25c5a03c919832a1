#include <algorithm>
#include <cstring>

#include "engine/separate/instant.h"
#include "engine/separate/stft.h"

namespace tutti::separate {

struct LiveInstant::State {
  explicit State(std::shared_ptr<const BandSplit> net)
      : network(std::move(net)),
        stft(network->shape().window),
        scratch(*network, 1),
        memory(*network),
        x(static_cast<std::size_t>(network->shape().state())),
        mixture(static_cast<std::size_t>(network->shape().spectra())),
        stems(kStems * mixture.size()),
        frame(static_cast<std::size_t>(network->shape().window)) {
    for (auto& channel : heard) channel.resize(static_cast<std::size_t>(network->shape().window));
    for (auto& stem : made) {
      for (auto& channel : stem) {
        channel.ready.resize(static_cast<std::size_t>(network->shape().hop));
        channel.tail.resize(channel.ready.size());
      }
    }
  }

  void hop() noexcept;

  struct Out {
    std::vector<float> ready;  // the hop that is being handed out
    std::vector<float> tail;   // what the last frame adds to the next hop
  };
  std::shared_ptr<const BandSplit> network;
  Stft stft;
  BandSplit::Scratch scratch;
  BandSplit::State memory;
  nn::AlignedVector<float> x, mixture, stems;  // of one frame
  std::vector<float> frame;
  std::array<std::vector<float>, kChannels> heard;  // the last hop, and the one being filled
  std::array<std::array<Out, kChannels>, kStems> made;
  int filled = 0;  // frames of the present hop
};

// The frame that ends with what was heard last.
void LiveInstant::State::hop() noexcept {
  const auto& shape = network->shape();
  const long plane = shape.plane();
  for (std::size_t c = 0; c < kChannels; ++c) {
    float* const own = mixture.data() + 2 * static_cast<long>(c) * plane;
    stft.forward(heard[c].data(), own, own + plane);
    std::memmove(heard[c].data(), heard[c].data() + shape.hop,
                 static_cast<std::size_t>(shape.hop) * sizeof(float));
  }
  float* spectra[kStems];
  for (std::size_t s = 0; s < kStems; ++s) spectra[s] = stems.data() + s * mixture.size();
  network->split(mixture.data(), 1, x.data(), scratch);
  network->advance(x.data(), memory, scratch);
  network->estimate(x.data(), mixture.data(), 1, spectra, scratch);
  for (std::size_t s = 0; s < kStems; ++s) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      const float* const own = spectra[s] + 2 * static_cast<long>(c) * plane;
      Out& out = made[s][c];
      stft.inverse(own, own + plane, frame.data());
      for (std::size_t i = 0; i < out.ready.size(); ++i) out.ready[i] = out.tail[i] + frame[i];
      std::copy_n(frame.data() + out.ready.size(), out.tail.size(), out.tail.data());
    }
  }
}

LiveInstant::LiveInstant(std::shared_ptr<const BandSplit> network)
    : state_(std::make_unique<State>(std::move(network))) {}
LiveInstant::~LiveInstant() = default;
LiveInstant::LiveInstant(LiveInstant&&) noexcept = default;
LiveInstant& LiveInstant::operator=(LiveInstant&&) noexcept = default;

int LiveInstant::latency() const {
  return state_->network->shape().window;
}

void LiveInstant::reset() noexcept {
  State& s = *state_;
  s.memory.reset();
  s.filled = 0;
  for (auto& channel : s.heard) std::fill(channel.begin(), channel.end(), 0.0f);
  for (auto& stem : s.made) {
    for (auto& channel : stem) {
      std::fill(channel.ready.begin(), channel.ready.end(), 0.0f);
      std::fill(channel.tail.begin(), channel.tail.end(), 0.0f);
    }
  }
}

void LiveInstant::process(StereoIn mixture, StemsOut stems) noexcept {
  State& s = *state_;
  const int hop = s.network->shape().hop;
  const std::size_t frames = mixture[0].size();
  for (std::size_t at = 0; at < frames;) {
    const std::size_t count = std::min(frames - at, static_cast<std::size_t>(hop - s.filled));
    const auto place = static_cast<std::size_t>(s.filled);
    // All of the input before any output: they may be the same memory.
    for (std::size_t c = 0; c < kChannels; ++c)
      std::copy_n(mixture[c].data() + at, count,
                  s.heard[c].data() + static_cast<std::size_t>(hop) + place);
    for (std::size_t i = 0; i < kStems; ++i)
      for (std::size_t c = 0; c < kChannels; ++c)
        std::copy_n(s.made[i][c].ready.data() + place, count, stems[i][c].data() + at);
    s.filled += static_cast<int>(count);
    at += count;
    if (s.filled == hop) {
      s.hop();
      s.filled = 0;
    }
  }
}

}  // namespace tutti::separate
