// A hummed melody made by arithmetic: harmonics with a little vibrato, as the bytes of a WAV file.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tutti::test {

// Half a second a note, 16 kHz, 16 bit, mono.
inline std::vector<std::byte> hum_wav(const std::vector<int>& keys) {
  constexpr int kRate = 16000;
  std::vector<std::int16_t> samples;
  double phase = 0;
  for (const int key : keys) {
    const int length = kRate / 2;
    for (int i = 0; i < length; ++i) {
      const double t = static_cast<double>(i) / kRate;
      const double hz = 440 * std::pow(2, (key - 69 + 0.1 * std::sin(2 * M_PI * 5.5 * t)) / 12.0);
      phase += 2 * M_PI * hz / kRate;
      const double level = std::min({1.0, t / 0.03, (0.46 - t) / 0.05});
      double sum = 0;
      for (int harmonic = 1; harmonic <= 6; ++harmonic)
        sum += std::sin(harmonic * phase) / harmonic;
      samples.push_back(static_cast<std::int16_t>(8000 * std::max(0.0, level) * sum));
    }
  }
  const auto data = static_cast<std::uint32_t>(samples.size() * 2);
  const std::uint32_t numbers[] = {0x46464952, 36 + data, 0x45564157, 0x20746d66, 16,  0x00010001,
                                   kRate,      kRate * 2, 0x00100002, 0x61746164, data};
  std::vector<std::byte> bytes(sizeof numbers + data);
  std::memcpy(bytes.data(), numbers, sizeof numbers);
  std::memcpy(bytes.data() + sizeof numbers, samples.data(), data);
  return bytes;
}

}  // namespace tutti::test
