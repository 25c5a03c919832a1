// Recorded sound in memory: planar float32 at its own rate.
//
// Full scale is ±1; values beyond it are legal and kept. Plain data; not for the audio thread (its
// vectors own memory).
#pragma once

#include <cstddef>
#include <vector>

namespace tutti::files {

struct AudioBuffer {
  int rate = 48000;                          // frames a second, 8000 … 192000
  std::vector<std::vector<float>> channels;  // each as long as the others

  std::size_t frames() const { return channels.empty() ? 0 : channels[0].size(); }
  double seconds() const { return static_cast<double>(frames()) / rate; }
};

// The average of all channels.
inline std::vector<float> mix_to_mono(const AudioBuffer& audio) {
  std::vector<float> mono(audio.frames());
  if (audio.channels.size() == 1) return audio.channels[0];
  for (std::size_t i = 0; i < mono.size(); ++i) {
    double sum = 0;
    for (const auto& channel : audio.channels) sum += static_cast<double>(channel[i]);
    mono[i] = static_cast<float>(sum / static_cast<double>(audio.channels.size()));
  }
  return mono;
}

}  // namespace tutti::files
