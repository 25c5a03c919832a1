// Seconds of audio per second of user CPU for a whole mix, on one core.
//
//   bench_mix plain|full [--tracks 50] [--seconds 60] [--block 1024] [--master] [--rate 48000]
//
// Mono tracks of noise and tones in memory, each with its own volume and pan ("plain") and an
// equaliser of four bells and a compressor ("full"), played by graph::Player. --master adds the
// limiter and the meters of the master, which the tools compared with do not have. The first word
// printed is the figure: best of five passes.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/graph/player.h"
#include "engine/registry/registry.h"

namespace {

using namespace tutti;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

std::vector<float> material(int track, std::size_t frames) {
  std::vector<float> wave(frames);
  std::uint32_t seed = 12345u + static_cast<std::uint32_t>(track) * 977u;
  double phase = 0;
  const double step = 2 * (110.0 + 17 * track) / 48000;
  for (float& x : wave) {
    seed = seed * 1664525u + 1013904223u;
    phase += step;
    if (phase >= 1) phase -= 2;
    x = static_cast<float>(0.2 * phase * (1 - std::fabs(phase)) +
                           0.1 * (static_cast<double>(seed >> 8) / 8388608.0 - 1));
  }
  return wave;
}

std::vector<graph::PlanInsert> chain(std::uint64_t track) {
  graph::PlanInsert eq, compressor;
  eq.id = 1000 + 2 * track;
  eq.kind = "parametric-eq";
  const double bands[4][2] = {{200, 6}, {800, -4}, {3000, 3}, {9000, -6}};
  for (int b = 0; b < 4; ++b) {
    const std::string name = "band" + std::to_string(b + 1) + "_";
    eq.params.push_back({name + "freq", bands[b][0]});
    eq.params.push_back({name + "gain", bands[b][1]});
    eq.params.push_back({name + "q", 1});
  }
  compressor.id = eq.id + 1;
  compressor.kind = "compressor";
  compressor.params = {{"threshold", -20}, {"ratio", 4}};
  return {eq, compressor};
}

}  // namespace

int main(int count, char** words) {
  bool full = false, master = false;
  int tracks = 50, block = 1024;
  double seconds = 60, rate = 48000;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto value = [&] { return i + 1 < count ? std::atof(words[++i]) : 0.0; };
    if (word == "full" || word == "plain")
      full = word == "full";
    else if (word == "--master")
      master = true;
    else if (word == "--tracks")
      tracks = static_cast<int>(value());
    else if (word == "--seconds")
      seconds = value();
    else if (word == "--block")
      block = static_cast<int>(value());
    else if (word == "--rate")
      rate = value();
    else
      return std::fprintf(stderr,
                          "bench_mix plain|full [--tracks N] [--seconds S] [--block N] "
                          "[--rate R] [--master]\n"),
             2;
  }
  graph::Player player(registry::factory());
  if (!player.prepare(rate, block)) return 2;
  const auto frames = static_cast<std::size_t>(seconds * 48000);
  graph::Plan plan;
  for (int t = 0; t < tracks; ++t) {
    graph::PlanNode node;
    node.id = static_cast<std::uint64_t>(t) + 1;
    node.kind = "clip";
    node.resource = "track" + std::to_string(t);
    node.gain = 0.3;
    node.pan = 2.0 * t / std::max(1, tracks - 1) - 1;
    node.pan_law = graph::PanLaw::constant_power;
    if (full) node.inserts = chain(node.id);
    if (!player.add_audio(node.resource, 48000, material(t, frames), {})) return 1;
    plan.nodes.push_back(node);
  }
  const score::TempoMap tempo;
  plan.end = tempo.ticks(seconds);
  if (const auto adopted = player.adopt(plan); !adopted) {
    std::fprintf(stderr, "%s\n", adopted.error().message.c_str());
    return 1;
  }
  player.set_limiter(master);
  player.set_meters(master);
  std::vector<float> left(static_cast<std::size_t>(block)), right(left.size());
  const auto passes = static_cast<int>(seconds * rate / block);
  double best = 1e30, energy = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    player.stop();
    player.seek({});
    player.play();
    const double start = user_seconds();
    for (int pass = 0; pass < passes; ++pass) {
      player.process(left.data(), right.data(), block);
      energy += std::fabs(static_cast<double>(left[0])) + std::fabs(static_cast<double>(right[0]));
    }
    best = std::min(best, user_seconds() - start);
  }
  if (!(energy > 0)) return std::fprintf(stderr, "nothing was heard\n"), 1;
  std::printf("%.1f times real time: %d mono tracks, %s, blocks of %d\n",
              static_cast<double>(passes) * block / rate / best, tracks,
              full ? "volume, pan, 4-band equaliser and compressor" : "volume and pan", block);
  return 0;
}
