// Plays one synthesiser for a test: events at frames, any block sizes.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/instruments/synth.h"

namespace tutti::instruments {
inline void PrintTo(const SynthInfo* info, std::ostream* out) {
  *out << info->id;
}
}  // namespace tutti::instruments

namespace tutti::tests {

struct Sound {
  std::vector<float> left, right;
  friend bool operator==(const Sound&, const Sound&) = default;
  double peak() const {
    double most = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      most = std::max({most, std::fabs(static_cast<double>(left[i])),
                       std::fabs(static_cast<double>(right[i]))});
    }
    return most;
  }
  bool finite() const {
    const auto good = [](float x) { return std::isfinite(x); };
    return std::all_of(left.begin(), left.end(), good) &&
           std::all_of(right.begin(), right.end(), good);
  }
  // Root mean square of both sides over [from, to).
  double rms(std::size_t from = 0, std::size_t to = ~std::size_t{0}) const {
    to = std::min(to, left.size());
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) {
      sum += static_cast<double>(left[i]) * left[i] + static_cast<double>(right[i]) * right[i];
    }
    return std::sqrt(sum / (2.0 * static_cast<double>(to - from)));
  }
};

struct SynthEvent {
  std::size_t at = 0;
  std::uint8_t status = 0, data1 = 0, data2 = 0;
};

class Player {
 public:
  explicit Player(std::string_view id, double sample_rate = 48000, std::uint64_t seed = 1)
      : Player(*instruments::find_synth(id), sample_rate, seed) {}
  explicit Player(const instruments::SynthInfo& which, double sample_rate = 48000,
                  std::uint64_t seed = 1)
      : info(which), synth(which.make()), rate(sample_rate) {
    synth->prepare(rate, dsp::kMaxBlock, arena);
    synth->reset(seed);
  }

  int index(std::string_view id) const {
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
      if (info.parameters[i].id == id) return static_cast<int>(i);
    }
    return -1;
  }
  // Sets what there is; answers whether there is such a parameter.
  bool set(std::string_view id, double value) {
    const int i = index(id);
    if (i >= 0) synth->set(i, value, 0);
    return i >= 0;
  }
  void preset(const param::Preset& preset) {
    for (const auto& v : preset.values) set(v.id, v.value);
  }
  void on(int key, int velocity = 100) {
    synth->event(0x90, static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(velocity));
  }
  void off(int key) { synth->event(0x80, static_cast<std::uint8_t>(key), 0); }
  void control(int number, int value) {
    synth->event(0xb0, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(value));
  }

  // `events` in order of time; frames count from this call.
  Sound play(
      double seconds, const std::vector<SynthEvent>& events = {},
      const std::function<int()>& block = [] { return 256; }) {
    const auto frames = static_cast<std::size_t>(seconds * rate);
    Sound out{std::vector<float>(frames), std::vector<float>(frames)};
    std::size_t next = 0;
    for (std::size_t at = 0; at < frames;) {
      while (next < events.size() && events[next].at <= at) {
        const SynthEvent& e = events[next++];
        synth->event(e.status, e.data1, e.data2);
      }
      std::size_t count = std::min(frames - at, static_cast<std::size_t>(block()));
      if (next < events.size()) count = std::min(count, events[next].at - at);
      synth->process({out.left.data() + at, out.right.data() + at, static_cast<int>(count)});
      at += count;
    }
    return out;
  }

  const instruments::SynthInfo& info;
  std::unique_ptr<instruments::Synth> synth;
  double rate;
  Arena arena;
};

// Everything that is not the note itself out of the way: one oscillator, nothing moves.
inline void plain(Player& p) {
  for (const char* id : {"vibrato", "motion", "swell", "sweep", "detune", "morph", "punch",
                         "breath", "scatter", "octaves", "air", "hammer", "spread"}) {
    p.set(id, 0);
  }
  for (const char* id : {"unison", "singers", "sustain"}) p.set(id, 1);
  p.set("attack", 0.005);
}

// The frequency near `hertz` in `x`, from how far a windowed phase turns between two places.
inline double frequency_of(const std::vector<float>& x, std::size_t from, double hertz,
                           double rate) {
  const auto apart = static_cast<std::size_t>(28 / hertz * rate), length = 2 * apart;
  const auto phase = [&](std::size_t start) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < length && start + i < x.size(); ++i) {
      const double w =
          0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(i) / static_cast<double>(length));
      sum += w * static_cast<double>(x[start + i]) *
             std::polar(1.0, -2 * M_PI * hertz * static_cast<double>(start + i) / rate);
    }
    return sum;
  };
  const double turned = std::arg(phase(from + apart) / phase(from));
  return hertz + turned / (2 * M_PI) * rate / static_cast<double>(apart);
}

inline double cents(double a, double b) {
  return 1200 * std::log2(a / b);
}

// Magnitudes of a whole power of two of frames under a Blackman-Harris window (side lobes -92 dB).
inline std::vector<double> spectrum(const std::vector<float>& x, std::size_t from, std::size_t n) {
  std::vector<std::complex<double>> a(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = 2 * M_PI * static_cast<double>(i) / static_cast<double>(n);
    const double w =
        0.35875 - 0.48829 * std::cos(t) + 0.14128 * std::cos(2 * t) - 0.01168 * std::cos(3 * t);
    a[i] = w * static_cast<double>(x[from + i]);
  }
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(a[i], a[j]);
  }
  for (std::size_t half = 1; half < n; half *= 2) {
    for (std::size_t k = 0; k < half; ++k) {
      const auto w = std::polar(1.0, -M_PI * static_cast<double>(k) / static_cast<double>(half));
      for (std::size_t i = k; i < n; i += 2 * half) {
        const auto odd = a[i + half] * w;
        a[i + half] = a[i] - odd;
        a[i] += odd;
      }
    }
  }
  std::vector<double> out(n / 2);
  for (std::size_t i = 0; i < n / 2; ++i) out[i] = std::abs(a[i]);
  return out;
}

}  // namespace tutti::tests
