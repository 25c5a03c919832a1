// A few seconds of a band made by arithmetic, as the bytes of a WAV file: kick and hats, a bass
// line, a chord at the sides and a wavering voice in the middle.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tutti::test {

inline std::vector<std::byte> wav_bytes(const std::vector<std::int16_t>& stereo, int rate) {
  const auto data = static_cast<std::uint32_t>(stereo.size() * 2);
  const auto hz = static_cast<std::uint32_t>(rate);
  const std::uint32_t numbers[] = {0x46464952, 36 + data, 0x45564157, 0x20746d66, 16,  0x00020001,
                                   hz,         hz * 4,    0x00100004, 0x61746164, data};
  std::vector<std::byte> bytes(sizeof numbers + data);
  std::memcpy(bytes.data(), numbers, sizeof numbers);
  if (data > 0) std::memcpy(bytes.data() + sizeof numbers, stereo.data(), data);
  return bytes;
}

inline std::vector<std::int16_t> song_samples(double seconds, int rate = 44100, int tune = 0) {
  const auto frames = static_cast<std::size_t>(seconds * rate);
  std::vector<std::int16_t> stereo(2 * frames);
  std::uint32_t noise = 12345;
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / rate, beat = std::fmod(t, 0.5);
    noise = noise * 1664525 + 1013904223;
    const double hiss = static_cast<double>(noise >> 8) / 8388608.0 - 1;
    const double kick = 0.35 * std::exp(-beat * 18) * std::sin(2 * M_PI * 60 * beat);
    const double hat = 0.1 * std::exp(-std::fmod(t, 0.25) * 60) * hiss;
    const int step = static_cast<int>(t / 0.5) % 4;
    const double root = 55 * std::pow(2, (step * 2 + tune) / 12.0);
    const double bass = 0.2 * std::sin(2 * M_PI * root * t);
    const double voice =
        0.15 * std::sin(2 * M_PI * 440 * t + 3 * std::sin(2 * M_PI * 5 * t)) * (step != 3);
    double left = kick + hat + bass + voice, right = left;
    left += 0.08 * std::sin(2 * M_PI * root * 4 * t) + 0.05 * std::sin(2 * M_PI * root * 5.04 * t);
    right += 0.08 * std::sin(2 * M_PI * root * 6 * t) + 0.05 * std::sin(2 * M_PI * root * 8 * t);
    stereo[2 * i] = static_cast<std::int16_t>(32767 * std::clamp(left, -1.0, 1.0));
    stereo[2 * i + 1] = static_cast<std::int16_t>(32767 * std::clamp(right, -1.0, 1.0));
  }
  return stereo;
}

inline std::vector<std::byte> song_wav(double seconds, int rate = 44100, int tune = 0) {
  return wav_bytes(song_samples(seconds, rate, tune), rate);
}

}  // namespace tutti::test
