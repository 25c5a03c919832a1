// bench_separate_instant [SECONDS] [WEIGHTS]: time and memory of the Instant and the classical
// separator on one core, with each set of kernels that this machine has; of the live variant too.
// Without weights a random network of the shipped size is taken.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

#include "engine/base/cpu.h"
#include "engine/separate/classical.h"
#include "engine/separate/instant.h"
#include "tests/separate/networks.h"

namespace {

using namespace tutti;
using namespace tutti::separate;

// Seconds of the processor's time, so that what else runs here does not count.
double now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

std::array<std::vector<float>, kChannels> song(double seconds) {
  const auto frames = static_cast<std::size_t>(seconds * 44100);
  return {separate::tests::sound(frames, 0), separate::tests::sound(frames, 1)};
}

// Seconds of work for the whole song, segment by segment.
double whole(const Separator& separator, double seconds) {
  const auto x = song(seconds);
  const auto frames = static_cast<std::int64_t>(x[0].size());
  const auto workspace = separator.make_workspace();
  std::vector<std::vector<float>> stems(kStems * kChannels);
  double took = 0;
  for (std::int64_t at = 0; at < frames; at += separator.segment() - separator.overlap()) {
    const auto count = static_cast<std::size_t>(std::min(separator.segment(), frames - at));
    StemsOut out;
    for (std::size_t i = 0; i < stems.size(); ++i) {
      stems[i].resize(count);
      out[i / kChannels][i % kChannels] = stems[i];
    }
    const double begin = now();
    const auto result =
        separator.separate({std::span(x[0]).subspan(static_cast<std::size_t>(at), count),
                            std::span(x[1]).subspan(static_cast<std::size_t>(at), count)},
                           out, *workspace);
    took += now() - begin;
    if (!result) std::exit(1);
  }
  return took;
}

void live(const Instant& instant, double seconds) {
  const auto x = song(seconds);
  LiveInstant live(instant.network());
  std::vector<std::vector<float>> stems(kStems * kChannels, std::vector<float>(128));
  StemsOut out;
  for (std::size_t i = 0; i < stems.size(); ++i) out[i / kChannels][i % kChannels] = stems[i];
  double longest = 0;
  const double begin = now();
  for (std::size_t at = 0; at + 128 <= x[0].size(); at += 128) {
    const double block = now();
    live.process({std::span(x[0]).subspan(at, 128), std::span(x[1]).subspan(at, 128)}, out);
    longest = std::max(longest, now() - block);
  }
  const double took = now() - begin;
  std::printf("  live: %.0f times real time, longest block of 128 frames %.2f ms\n", seconds / took,
              1000 * longest);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 60;
  std::vector<std::byte> weights;
  if (argc > 2) {
    std::ifstream file(argv[2], std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    const auto all = std::as_bytes(std::span(bytes));
    weights.assign(all.begin(), all.end());
  } else {
    weights = separate::tests::random_network(separate::tests::full_size(), 1);
  }
  struct Row {
    const char* name;
    bool there;
    nn::Precision precision;
    NetworkKernels kernels;
  };
  std::vector<Row> rows = {{"generic", true, nn::Precision::f32, NetworkKernels::generic()}};
#if defined(__x86_64__)
  rows.push_back({"AVX2 + FMA",
                  has_fma(),
                  nn::Precision::f32,
                  {{&nn::kGemmFma, &nn::kGruFma}, &kSpectrumFma}});
  rows.push_back({"AVX-512 + FMA",
                  has_fma() && isa() == Isa::avx512,
                  nn::Precision::f32,
                  {{&nn::kGemmFma512, &nn::kGruFma512}, &kSpectrumFma512}});
  rows.push_back({"AVX-512 BF16", has_bf16(), nn::Precision::bf16, {}});
#endif
  for (const Row& row : rows) {
    if (!row.there) continue;
    const auto instant = Instant::load(weights, row.precision, row.kernels);
    if (!instant) {
      std::fprintf(stderr, "%s\n", instant.error().message.c_str());
      return 1;
    }
    const double took = whole(**instant, seconds);
    std::printf(
        "%-14s %6.2f s of work for %.0f s of song (%.0f times real time); a song of 3 min: "
        "%.2f s\n",
        row.name, took, seconds, seconds / took, took / seconds * 180);
    std::printf("  weights %.1f MB, a workspace %.1f MB, segment %.1f s\n",
                static_cast<double>((*instant)->network()->bytes()) / 1e6,
                static_cast<double>((*instant)->workspace_bytes()) / 1e6,
                static_cast<double>((*instant)->segment()) / 44100);
    live(**instant, std::min(seconds, 20.0));
  }
  const auto classical = make_classical();
  const double took = whole(*classical, seconds);
  std::printf(
      "%-14s %6.2f s of work for %.0f s of song; a song of 3 min: %.2f s; a workspace %.1f "
      "MB\n",
      "classical", took, seconds, took / seconds * 180,
      static_cast<double>(classical->workspace_bytes()) / 1e6);
}
