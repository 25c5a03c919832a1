#include "engine/separate/instant.h"

#include <algorithm>

#include "engine/separate/stft.h"

namespace tutti::separate {
namespace {

constexpr double kSegmentSeconds = 20, kOverlapSeconds = 1.5;
constexpr int kAtOnce = BandSplit::kFramesAtOnce;

// What a segment needs beside the network's own scratch.
struct InstantWorkspace final : Workspace {
  InstantWorkspace(const BandSplit& net, int frames)
      : stft(net.shape().window),
        scratch(net, frames),
        x(static_cast<std::size_t>(frames) * static_cast<std::size_t>(net.shape().state())),
        mixture(kAtOnce * static_cast<std::size_t>(net.shape().spectra())),
        stems(kStems * mixture.size()) {}

  std::size_t bytes() const {
    return stft.bytes() + scratch.bytes() +
           sizeof(float) * (x.size() + mixture.size() + stems.size());
  }

  // Spectra of frames first … first + count - 1 of a segment, into `mixture`.
  void analyse(StereoIn segment, std::int64_t first, int count, const BandSplitShape& shape) {
    for (int t = 0; t < count; ++t) {
      float* const own = mixture.data() + static_cast<long>(t) * shape.spectra();
      for (int c = 0; c < kChannels; ++c)
        stft.forward(segment[static_cast<std::size_t>(c)], first + t, own + 2 * c * shape.plane(),
                     own + (2 * c + 1) * shape.plane());
    }
  }

  Stft stft;
  BandSplit::Scratch scratch;
  nn::AlignedVector<float> x;               // [frames][bands][width]
  nn::AlignedVector<float> mixture, stems;  // spectra of kAtOnce frames; padding stays 0
};

int frames_of(const BandSplitShape& shape, std::int64_t samples) {
  return static_cast<int>((samples + shape.hop - 1) / shape.hop) + 1;
}

}  // namespace

Result<std::unique_ptr<Instant>> Instant::load(std::span<const std::byte> weights,
                                               nn::Precision precision,
                                               const NetworkKernels& kernels) {
  const auto file = nn::Safetensors::read(weights);
  if (!file) return file.error();
  auto network = BandSplit::load(*file, precision, kernels);
  if (!network) return network.error();
  std::unique_ptr<Instant> instant(new Instant);
  instant->network_ = std::make_shared<const BandSplit>(std::move(*network));
  instant->version_ = file->metadata("version");
  const auto hash = file->metadata("hash");
  const auto digits = hash.substr(hash.find(':') + 1).substr(0, 12);
  if (!digits.empty()) (instant->version_ += instant->version_.empty() ? "" : "-") += digits;
  if (instant->version_.empty()) instant->version_ = "unnamed";
  if (precision == nn::Precision::bf16) instant->version_ += "-bf16";
  const auto& shape = instant->network_->shape();
  instant->hops_ = static_cast<std::int64_t>(kSegmentSeconds * shape.rate / shape.hop);
  return instant;
}

std::int64_t Instant::segment() const {
  return hops_ * network_->shape().hop;
}

std::int64_t Instant::overlap() const {
  const auto& shape = network_->shape();
  return static_cast<std::int64_t>(kOverlapSeconds * shape.rate / shape.hop) * shape.hop;
}

float Instant::weight(std::int64_t at, std::int64_t frames) const {
  const std::int64_t from_edge = std::min(at, frames - 1 - at) + 1;
  return from_edge >= overlap() ? 1.0f
                                : static_cast<float>(from_edge) / static_cast<float>(overlap());
}

std::size_t Instant::workspace_bytes() const {
  // Made and measured: what the parts take is theirs to know.
  return InstantWorkspace(*network_, frames_of(network_->shape(), segment())).bytes();
}

std::unique_ptr<Workspace> Instant::make_workspace() const {
  return std::make_unique<InstantWorkspace>(*network_, frames_of(network_->shape(), segment()));
}

Result<void> Instant::separate(StereoIn mixture, StemsOut stems, Workspace& workspace,
                               const SongLevel&) const {
  auto& w = static_cast<InstantWorkspace&>(workspace);
  const auto& shape = network_->shape();
  const auto length = static_cast<std::int64_t>(mixture[0].size());
  if (length < 1 || length > segment())
    return Error{Code::wrong_usage, "A segment for the separator has a wrong length.",
                 "Give it between 1 and segment() frames."};
  const int frames = frames_of(shape, length);
  for (int t = 0; t < frames; t += kAtOnce) {
    const int count = std::min(kAtOnce, frames - t);
    w.analyse(mixture, t, count, shape);
    network_->split(w.mixture.data(), count, w.x.data() + static_cast<long>(t) * shape.state(),
                    w.scratch);
  }
  network_->run(w.x.data(), frames, false, w.scratch);
  for (auto& stem : stems)
    for (auto& channel : stem) std::fill(channel.begin(), channel.end(), 0.0f);
  float* spectra[kStems];
  for (std::size_t s = 0; s < kStems; ++s) spectra[s] = w.stems.data() + s * w.mixture.size();
  for (int t = 0; t < frames; t += kAtOnce) {
    const int count = std::min(kAtOnce, frames - t);
    w.analyse(mixture, t, count, shape);
    network_->estimate(w.x.data() + static_cast<long>(t) * shape.state(), w.mixture.data(), count,
                       spectra, w.scratch);
    for (std::size_t s = 0; s < kStems; ++s) {
      for (int i = 0; i < count; ++i) {
        const float* const own = spectra[s] + static_cast<long>(i) * shape.spectra();
        for (std::size_t c = 0; c < kChannels; ++c)
          w.stft.add_inverse(own + 2 * c * static_cast<std::size_t>(shape.plane()),
                             own + (2 * c + 1) * static_cast<std::size_t>(shape.plane()),
                             stems[s][c], t + i);
      }
    }
  }
  return {};
}

}  // namespace tutti::separate
