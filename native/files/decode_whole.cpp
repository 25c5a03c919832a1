#include <algorithm>

#include "native/files/audio_reader.h"

namespace tutti::files {
namespace {

constexpr int kStep = 1 << 14;

// As much as the header promises, but never more than the bytes make likely: a claim of hours must
// not take memory before the sound is there.
std::size_t likely_frames(const AudioInfo& info, std::uint64_t most) {
  const double claimed = info.seconds * info.rate + kStep;
  const double likely =
      std::min({claimed, static_cast<double>(most), static_cast<double>(info.bytes) * 16});
  return static_cast<std::size_t>(std::max(likely, 0.0));
}

}  // namespace

Result<Decoded> decode(const AudioSource& source, const DecodeOptions& options,
                       const Progress& progress) {
  auto reader = AudioReader::open(source, options.limits);
  if (!reader) return reader.error();
  const AudioInfo& info = reader->info();
  const auto channels = static_cast<std::size_t>(info.channels);
  const std::size_t kept = options.mono ? 1 : channels;
  const std::uint64_t most = options.limits.samples / kept;

  Decoded decoded;
  decoded.info = info;
  decoded.audio.rate = info.rate;
  decoded.audio.channels.resize(kept);
  for (auto& channel : decoded.audio.channels) channel.reserve(likely_frames(info, most));

  std::vector<std::vector<float>> block(channels, std::vector<float>(kStep));
  std::vector<float*> pointers;
  for (auto& channel : block) pointers.push_back(channel.data());
  for (;;) {
    auto got = reader->read(pointers.data(), kStep);
    if (!got) return got.error();
    if (*got == 0) break;
    if (reader->position() > most) {
      return Error{Code::too_large,
                   "\"" + source.name() + "\" holds too much sound to keep in memory.",
                   "Cut the part you need, or export it as stereo at 48000 Hz."};
    }
    if (options.mono && channels > 1) {
      auto& mono = decoded.audio.channels[0];
      for (int i = 0; i < *got; ++i) {
        double sum = 0;
        for (const auto& channel : block)
          sum += static_cast<double>(channel[static_cast<std::size_t>(i)]);
        mono.push_back(static_cast<float>(sum / static_cast<double>(channels)));
      }
    } else {
      for (std::size_t c = 0; c < kept; ++c)
        decoded.audio.channels[c].insert(decoded.audio.channels[c].end(), block[c].begin(),
                                         block[c].begin() + *got);
    }
    if (progress && !progress(reader->fraction(), "Reading the recording"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  decoded.warnings = reader->warnings();
  return decoded;
}

}  // namespace tutti::files
