#include <cstdio>
#include <cstdlib>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/transcribe/hum.h"
#include "tests/wasm/cases.h"
#include "wasm/hum_bytes.h"

namespace tutti::reference {
namespace {

// A voice-like tone: a few harmonics, vibrato, soft ends, breath noise.
std::vector<float> hummed(double rate) {
  struct Sung {
    double start, length, note;
  };
  const Sung tune[] = {{0.3, 0.45, 60},  {0.8, 0.45, 62}, {1.3, 0.45, 64}, {1.8, 0.9, 67},
                       {2.8, 0.2, 65.2}, {3.05, 0.2, 64}, {3.3, 0.95, 60}};
  std::vector<float> samples(static_cast<std::size_t>(rate * 4.6));
  Random random(7);
  for (auto& s : samples) s = static_cast<float>(0.001 * random.normal());
  for (const auto& n : tune) {
    const auto first = static_cast<std::size_t>(n.start * rate);
    const auto frames = static_cast<std::size_t>(n.length * rate);
    double phase = 0;
    for (std::size_t i = 0; i < frames; ++i) {
      const double t = static_cast<double>(i) / rate;
      const double vibrato = 0.25 * math::sin(math::kTwoPi * 5.5 * t);
      phase += math::midi_to_hz(n.note + vibrato) / rate;
      const double edge = std::min({1.0, t / 0.03, (n.length - t) / 0.05});
      double tone = 0;
      for (int h = 1; h <= 6; ++h) tone += math::sin(math::kTwoPi * phase * h) / (h * h);
      samples[first + i] += static_cast<float>(0.25 * edge * tone);
    }
  }
  return samples;
}

void one(const std::filesystem::path& out, const std::string& name, double rate) {
  const auto samples = hummed(rate);
  const auto hum = transcribe::transcribe_hum(samples, rate);
  if (!hum || hum->notes.size() < 5) {
    std::fprintf(stderr, "The test hum gave no notes.\n");
    std::exit(1);
  }
  write_values(out / (name + ".f32"), samples);
  write(out / (name + ".bin"), wasm::encode_hum(*hum));
}

}  // namespace

void hum_case(const std::filesystem::path& out) {
  one(out, "hum", 48000);
  one(out, "hum44", 44100);
}

}  // namespace tutti::reference
