// Seconds of audio per second of user CPU for the eight-voice pad, on one core, as JSON.
//
//   bench_pad [--seconds 60] [--block 256] [--rate 48000] [--synth pad]
//
// The patch is that of the peers: eight held notes a fourth apart from A1, three saws each 7 cents
// apart, a four-pole low-pass swept around 900 Hz, a slow swell, panned; then dry, through the hall
// and through the plate. It is the registered synthesiser as everybody plays it. Best of five.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "engine/instruments/synth.h"
#include "engine/registry/effects.h"

namespace {

using namespace tutti;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

struct Options {
  double seconds = 60, rate = 48000;
  int block = 256;
  std::string synth = "pad";
};

struct Measured {
  double realtime = 0, rms = 0;
};

// `effect` null: dry.
Measured measure(const Options& o, const instruments::SynthInfo& info,
                 const param::EffectInfo* effect) {
  const auto synth = info.make();
  Arena arena;
  synth->prepare(o.rate, o.block, arena);
  for (const param::Preset& preset : info.presets) {
    if (preset.name != "Drift") continue;
    for (const param::PresetValue& v : preset.values) {
      for (std::size_t i = 0; i < info.parameters.size(); ++i) {
        if (info.parameters[i].id == v.id) synth->set(static_cast<int>(i), v.value, 0);
      }
    }
  }
  std::unique_ptr<param::Effect> reverb;
  if (effect != nullptr) {
    reverb = effect->make();
    reverb->prepare(o.rate, o.block, arena);
  }
  std::vector<float> left(static_cast<std::size_t>(o.block)), right(left);
  const auto blocks = static_cast<int>(o.seconds * o.rate / o.block);
  double best = 1e30, energy = 0;
  for (int pass = 0; pass < 5; ++pass) {
    synth->reset(7);
    if (reverb) reverb->reset();
    for (int i = 0; i < 8; ++i) synth->event(0x90, static_cast<std::uint8_t>(33 + 5 * i), 100);
    energy = 0;
    const double start = user_seconds();
    for (int b = 0; b < blocks; ++b) {
      const dsp::Block block{left.data(), right.data(), o.block};
      synth->process(block);
      if (reverb) reverb->process(block);
      energy += static_cast<double>(left[0]) * left[0] + static_cast<double>(right[0]) * right[0];
    }
    best = std::min(best, user_seconds() - start);
  }
  return {blocks * o.block / o.rate / best, std::sqrt(energy / (2 * blocks))};
}

}  // namespace

int main(int count, char** words) {
  Options o;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string word = words[i];
    if (word == "--seconds")
      o.seconds = std::atof(words[i + 1]);
    else if (word == "--rate")
      o.rate = std::atof(words[i + 1]);
    else if (word == "--block")
      o.block = std::clamp(std::atoi(words[i + 1]), 1, dsp::kMaxBlock);
    else if (word == "--synth")
      o.synth = words[i + 1];
  }
  const instruments::SynthInfo* info = instruments::find_synth(o.synth);
  if (info == nullptr) {
    std::fprintf(stderr, "There is no synthesiser \"%s\".\n", o.synth.c_str());
    return 2;
  }
  const Measured dry = measure(o, *info, nullptr);
  const Measured hall = measure(o, *info, registry::find_effect("reverb-hall"));
  const Measured plate = measure(o, *info, registry::find_effect("reverb-plate"));
  std::printf(
      "{\"synth\": \"%s\", \"voices\": 8, \"realtime\": %.1f, \"dry\": %.1f, \"hall\": %.1f, "
      "\"plate\": %.1f, \"rms\": %.4f}\n",
      o.synth.c_str(), plate.realtime, dry.realtime, hall.realtime, plate.realtime, dry.rms);
}
