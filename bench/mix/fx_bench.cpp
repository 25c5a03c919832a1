// Seconds of audio per second of user CPU for a chain of effects, on one core.
//
//   bench_fx CHAIN [--seconds 60] [--block 1024] [--rate 48000] [--mono] [--tracks N] [--json]
//
// The input (pink-ish noise, tones, a pulse every half second) is made before the clock starts and
// copied fresh for each block, so that gains do not pile up. Best of five passes. With --tracks N,
// N copies of the first effect run side by side through EffectInfo::process_many, as the graph
// does.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/registry/chain.h"
#include "engine/registry/rack.h"

namespace {

using namespace tutti;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

// A second of music-like sound, played over and over.
std::vector<float> material(double rate, int channel) {
  const auto frames = static_cast<std::size_t>(rate);
  std::vector<float> out(frames);
  std::uint32_t seed = 12345u + static_cast<std::uint32_t>(channel);
  double low = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double white = static_cast<double>(seed >> 8) / 8388608.0 - 1;
    low += 0.05 * (white - low);
    const double t = static_cast<double>(i) / rate;
    out[i] = static_cast<float>(0.3 * low + 0.05 * white + 0.2 * math::sin(math::kTwoPi * 220 * t) +
                                0.1 * math::sin(math::kTwoPi * (330.0 + channel) * t) +
                                (i % (frames / 2) < 16 ? 0.4 : 0.0));
  }
  return out;
}

struct Options {
  std::string chain;
  double seconds = 60, rate = 48000;
  int block = 1024, tracks = 1;
  bool mono = false, json = false;
};

bool parse(int count, char** words, Options& o) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto value = [&] { return i + 1 < count ? std::atof(words[++i]) : 0.0; };
    if (word == "--seconds")
      o.seconds = value();
    else if (word == "--rate")
      o.rate = value();
    else if (word == "--block")
      o.block = static_cast<int>(value());
    else if (word == "--tracks")
      o.tracks = static_cast<int>(value());
    else if (word == "--mono")
      o.mono = true;
    else if (word == "--json")
      o.json = true;
    else if (o.chain.empty())
      o.chain = word;
    else
      return false;
  }
  return !o.chain.empty() && o.block >= 1 && o.block <= dsp::kMaxBlock && o.tracks >= 1;
}

}  // namespace

int main(int count, char** words) {
  Options o;
  if (!parse(count, words, o)) {
    std::fprintf(stderr,
                 "usage: bench_fx CHAIN [--seconds S] [--block N] [--rate R] [--mono] [--tracks N] "
                 "[--json]\n");
    return 2;
  }
  const auto chain = registry::parse_chain(o.chain);
  if (!chain) {
    std::fprintf(stderr, "%s %s\n", chain.error().message.c_str(), chain.error().next.c_str());
    return 2;
  }
  const std::vector<float> source[2] = {material(o.rate, 0), material(o.rate, 1)};
  std::vector<registry::Rack> racks;
  for (int i = 0; i < o.tracks; ++i) racks.emplace_back(*chain).prepare(o.rate, o.block);
  if (o.mono && !racks[0].mono()) {
    std::fprintf(stderr, "one of these effects needs stereo\n");
    return 2;
  }
  const auto block = static_cast<std::size_t>(o.block);
  std::vector<std::vector<float>> left(racks.size(), std::vector<float>(block + 64)), right = left;
  std::vector<param::Effect*> effects;
  std::vector<dsp::Block> blocks;
  for (std::size_t i = 0; i < racks.size(); ++i) {
    blocks.push_back({left[i].data(), o.mono ? nullptr : right[i].data(), o.block});
  }
  const std::size_t room = source[0].size() - block;
  const auto passes = static_cast<int>(o.seconds * o.rate / o.block);
  double best = 1e30;
  float sum = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double start = user_seconds();
    std::size_t at = 0;
    for (int pass = 0; pass < passes; ++pass) {
      for (std::size_t i = 0; i < racks.size(); ++i) {
        std::memcpy(left[i].data(), source[0].data() + at, block * sizeof(float));
        if (!o.mono) std::memcpy(right[i].data(), source[1].data() + at, block * sizeof(float));
      }
      for (std::size_t slot = 0; slot < racks[0].size(); ++slot) {
        const auto* info = (*chain)[slot].info;
        effects.clear();
        for (auto& rack : racks) effects.push_back(&rack.effect(slot));
        if (info->process_many != nullptr && effects.size() > 1) {
          info->process_many(effects.data(), blocks.data(), static_cast<int>(effects.size()));
        } else {
          for (std::size_t i = 0; i < effects.size(); ++i) effects[i]->process(blocks[i]);
        }
      }
      sum += left[0][0];
      at = (at + block) % room;
    }
    best = std::min(best, user_seconds() - start);
  }
  const double speed = static_cast<double>(passes) * o.block / o.rate / best;
  if (o.json) {
    std::printf("{\"chain\":\"%s\",\"tracks\":%d,\"realtime\":%.1f}\n", o.chain.c_str(), o.tracks,
                speed);
  } else {
    std::printf("%-60s %8.0f x real time%s\n", o.chain.c_str(), speed, sum == 12345.f ? "!" : "");
  }
  return 0;
}
