// Runs a chain of effects over raw sound: interleaved stereo floats at 48 kHz, in and out by pipe.
//
//   ffmpeg -v error -i in.flac -f f32le -ac 2 -ar 48000 - | ./effects "highpass freq=80,
//   reverb-plate mix=0.2" > out.f32
#include <cstdio>
#include <vector>

#include "engine/registry/chain.h"
#include "engine/registry/rack.h"

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "usage: effects \"EFFECT name=value …, EFFECT …\"\n");
    return 2;
  }
  const auto chain = tutti::registry::parse_chain(words[1]);
  if (!chain) {
    std::fprintf(stderr, "%s %s\n", chain.error().message.c_str(), chain.error().next.c_str());
    return 2;
  }
  constexpr int kBlock = 1024;
  tutti::registry::Rack rack(*chain);
  rack.prepare(48000, kBlock);

  std::vector<float> pairs(2 * kBlock), left(kBlock), right(kBlock);
  for (;;) {
    const auto frames =
        static_cast<int>(std::fread(pairs.data(), 2 * sizeof(float), kBlock, stdin));
    if (frames == 0) return 0;
    for (int i = 0; i < frames; ++i) {
      left[i] = pairs[2 * i];
      right[i] = pairs[2 * i + 1];
    }
    rack.process({left.data(), right.data(), frames});
    for (int i = 0; i < frames; ++i) {
      pairs[2 * i] = left[i];
      pairs[2 * i + 1] = right[i];
    }
    std::fwrite(pairs.data(), 2 * sizeof(float), static_cast<std::size_t>(frames), stdout);
  }
}
