// SoundFonts made by the tests: one instrument from generators and a waveform, as a struct or
// bytes.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/instruments/generators.h"
#include "engine/instruments/sampler.h"
#include "engine/instruments/soundfont.h"

namespace tutti::tests {

namespace gen = instruments::gen;
using instruments::Generator;

inline Generator g(int kind, int amount) {
  return {static_cast<std::uint16_t>(kind), static_cast<std::int16_t>(amount)};
}
inline Generator range(int kind, int low, int high) {
  return g(kind, low | high << 8);
}

// Builds zone by zone; every add_* answers the index of the new thing.
class FontMaker {
 public:
  int sample(std::vector<std::int16_t> wave, std::uint32_t loop_start, std::uint32_t loop_end,
             int root = 69, std::uint32_t rate = 48000, int correction = 0) {
    instruments::SampleHeader s;
    s.name = "sample " + std::to_string(font.samples.size());
    s.start = static_cast<std::uint32_t>(frames.size());
    s.end = s.start + static_cast<std::uint32_t>(wave.size());
    s.loop_start = s.start + loop_start;
    s.loop_end = s.start + loop_end;
    s.rate = rate;
    s.original_key = static_cast<std::uint8_t>(root);
    s.correction = static_cast<std::int8_t>(correction);
    frames.insert(frames.end(), wave.begin(), wave.end());
    frames.insert(frames.end(), 46, 0);
    font.samples.push_back(s);
    return static_cast<int>(font.samples.size()) - 1;
  }
  // A sine of whole periods, looped over all of it: `period` frames each.
  int sine(int period = 100, int periods = 20, int root = 69, std::uint32_t rate = 48000,
           double level = 0.5) {
    std::vector<std::int16_t> wave;
    for (int i = 0; i < period * periods; ++i) {
      wave.push_back(static_cast<std::int16_t>(
          std::lround(32767 * level * std::sin(6.283185307179586 * i / period))));
    }
    return sample(wave, static_cast<std::uint32_t>(period),
                  static_cast<std::uint32_t>(period * (periods - 1)), root, rate);
  }
  instruments::Zone zone(int target, const std::vector<Generator>& generators,
                         const std::vector<instruments::Modulator>& modulators = {}) {
    instruments::Zone z;
    z.target = target;
    z.first_generator = static_cast<std::uint32_t>(font.generators.size());
    z.generator_count = static_cast<std::uint32_t>(generators.size());
    z.first_modulator = static_cast<std::uint32_t>(font.modulators.size());
    z.modulator_count = static_cast<std::uint32_t>(modulators.size());
    font.generators.insert(font.generators.end(), generators.begin(), generators.end());
    font.modulators.insert(font.modulators.end(), modulators.begin(), modulators.end());
    return z;
  }
  int instrument(std::vector<instruments::Zone> zones) {
    font.instruments.push_back(
        {"instrument " + std::to_string(font.instruments.size()), std::move(zones)});
    return static_cast<int>(font.instruments.size()) - 1;
  }
  void preset(int bank, int program, std::vector<instruments::Zone> zones) {
    font.presets.push_back(
        {"preset " + std::to_string(font.presets.size()), {bank, program}, std::move(zones)});
  }
  // One looped sample played by one zone: the shortest way to an instrument.
  void simple(int bank, int program, int sample_index, std::vector<Generator> generators = {}) {
    generators.push_back(g(gen::sample_modes, 1));
    const int i = instrument({zone(sample_index, generators)});
    preset(bank, program, {zone(i, {})});
  }
  std::vector<std::byte> bytes() {
    font.name = "Test font";
    font.frames = frames;
    return *instruments::write_soundfont(font);
  }
  std::shared_ptr<const instruments::SoundBank> bank() {
    auto bank = std::make_shared<instruments::SoundBank>();
    bank->add(std::make_shared<const instruments::SoundFont>(*instruments::read_soundfont(bytes())),
              true);
    return bank;
  }

  instruments::SoundFont font;
  std::vector<std::int16_t> frames;
};

// What a sampler makes: two channels.
struct Take {
  std::vector<float> left, right;
  double rms(std::size_t from, std::size_t to) const {
    double sum = 0;
    for (std::size_t i = from; i < to; ++i)
      sum +=
          0.5 * (static_cast<double>(left[i]) * left[i] + static_cast<double>(right[i]) * right[i]);
    return std::sqrt(sum / static_cast<double>(to - from));
  }
};

// Frequency by the phase advance of two Hann-windowed projections at a guess, refined three times.
inline double measured_hz(const std::vector<float>& x, std::size_t from, std::size_t count,
                          double rate, double guess) {
  const std::size_t half = count / 2;
  double hz = guess;
  for (int round = 0; round < 4; ++round) {
    double phase[2];
    for (std::size_t part = 0; part < 2; ++part) {
      double re = 0, im = 0;
      for (std::size_t i = 0; i < half; ++i) {
        const double w = 0.5 - 0.5 * std::cos(6.283185307179586 * static_cast<double>(i) /
                                              static_cast<double>(half));
        const double a = 6.283185307179586 * hz * static_cast<double>(part * half + i) / rate;
        re += w * x[from + part * half + i] * std::cos(a);
        im -= w * x[from + part * half + i] * std::sin(a);
      }
      phase[part] = std::atan2(im, re);
    }
    double turn = phase[1] - phase[0];
    while (turn > 3.141592653589793) turn -= 6.283185307179586;
    while (turn < -3.141592653589793) turn += 6.283185307179586;
    hz += turn / 6.283185307179586 * rate / static_cast<double>(half);
  }
  return hz;
}
inline double cents(double hz, double reference) {
  return 1200 * std::log2(hz / reference);
}
inline double db(double gain) {
  return 20 * std::log10(gain);
}

struct Message {
  int frame, status, data1, data2;
};

// Plays messages (sorted by frame) through a sampler, in blocks of `block` frames (or as given).
inline Take play(instruments::Sampler& sampler, const std::vector<Message>& messages, int frames,
                 int block = 512) {
  Take take;
  take.left.resize(static_cast<std::size_t>(frames));
  take.right.resize(static_cast<std::size_t>(frames));
  std::size_t next = 0;
  for (int at = 0; at < frames;) {
    while (next < messages.size() && messages[next].frame <= at) {
      const Message& m = messages[next++];
      sampler.event(static_cast<std::uint8_t>(m.status), static_cast<std::uint8_t>(m.data1),
                    static_cast<std::uint8_t>(m.data2));
    }
    int n = std::min(block, frames - at);
    if (next < messages.size()) n = std::min(n, messages[next].frame - at);
    sampler.process({take.left.data() + at, take.right.data() + at, n});
    at += n;
  }
  return take;
}

inline instruments::Sampler sampler_for(FontMaker& maker, double rate = 48000) {
  instruments::Sampler sampler;
  Arena arena;
  sampler.prepare(rate, 4096, arena);
  sampler.set_bank(maker.bank());
  return sampler;
}

}  // namespace tutti::tests
