// Measures raw sound (interleaved stereo floats at 48 kHz, by pipe) as EBU R 128 asks.
#include "engine/dsp/loudness.h"

#include <cstdio>
#include <vector>

#include "engine/base/math.h"
#include "engine/dsp/true_peak.h"

int main() {
  constexpr int kBlock = 1024;
  tutti::dsp::LoudnessMeter meter(48000, 2);
  tutti::dsp::TruePeakMeter peaks[2];
  std::vector<float> pairs(2 * kBlock), left(kBlock), right(kBlock);
  for (;;) {
    const auto frames =
        static_cast<int>(std::fread(pairs.data(), 2 * sizeof(float), kBlock, stdin));
    if (frames == 0) break;
    for (int i = 0; i < frames; ++i) {
      left[i] = pairs[2 * i];
      right[i] = pairs[2 * i + 1];
    }
    meter.add(left.data(), right.data(), frames);
    peaks[0].add(left.data(), frames);
    peaks[1].add(right.data(), frames);
  }
  const float highest = peaks[0].peak() > peaks[1].peak() ? peaks[0].peak() : peaks[1].peak();
  std::printf("%.1f LUFS, range %.1f LU, %.1f dBTP\n", meter.integrated(), meter.range(),
              tutti::math::gain_to_db(static_cast<double>(highest)));
}
