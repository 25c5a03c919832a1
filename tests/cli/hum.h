// A synthesised hum, and what it holds.
#pragma once

#include <cmath>
#include <vector>

#include "engine/base/random.h"
#include "native/files/audio_buffer.h"

namespace tutti::test {

struct Hummed {
  double start, duration;
  int key;
};

// The beginning of "Alle meine Entchen" in C, 120 quarter notes a minute.
inline std::vector<Hummed> little_tune() {
  std::vector<Hummed> notes;
  double at = 0.5;
  for (const int key : {60, 62, 64, 65}) {
    notes.push_back({at, 0.42, key});
    at += 0.5;
  }
  for (const int key : {67, 67}) {
    notes.push_back({at, 0.9, key});
    at += 1;
  }
  return notes;
}

// A voice-like tone: eight harmonics falling off, vibrato of 5.5 Hz, breath noise at 40 dB below.
inline files::AudioBuffer hum(const std::vector<Hummed>& notes, int rate, double seconds) {
  files::AudioBuffer audio;
  audio.rate = rate;
  audio.channels.assign(1, std::vector<float>(static_cast<std::size_t>(seconds * rate)));
  Random random(17);
  for (auto& sample : audio.channels[0]) sample = static_cast<float>(0.0008 * random.normal());
  for (const auto& note : notes) {
    double phase = 0;
    const auto first = static_cast<std::size_t>(note.start * rate);
    const auto count = static_cast<std::size_t>(note.duration * rate);
    for (std::size_t i = 0; i < count; ++i) {
      const double t = static_cast<double>(i) / rate;
      const double vibrato = 0.15 * std::sin(2 * M_PI * 5.5 * t) * std::min(1.0, t / 0.2);
      phase += 2 * M_PI * 440 * std::exp2((note.key - 69 + vibrato) / 12) / rate;
      const double fade = std::min({1.0, t / 0.03, (note.duration - t) / 0.05});
      double sample = 0;
      for (int h = 1; h <= 8; ++h) sample += std::sin(h * phase) / (h * h);
      audio.channels[0][first + i] += static_cast<float>(0.3 * fade * sample);
    }
  }
  return audio;
}

}  // namespace tutti::test
