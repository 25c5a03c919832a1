// bench_separate_htdemucs [SECONDS] [THREADS]: speed of the products that HTDemucs is made of, a
// core; then of a whole network of the public model's size (pseudo-random weights), segment by
// segment on threads that share the weights, in float32 and in bf16; and the memory that it took.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "engine/base/cpu.h"
#include "engine/nn/attention.h"
#include "engine/separate/htdemucs.h"
#include "tests/support/htdemucs_weights.h"

namespace {

using namespace tutti;
using namespace tutti::separate;

double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<float> noise(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(tests::HtDemucsWeights::noise("bench", i));
  return values;
}

struct Set {
  const char* name;
  const nn::GemmKernels* gemm;
  const nn::NormKernels* norms;
  nn::Precision precision;
};
std::vector<Set> sets() {
  using enum nn::Precision;
  std::vector<Set> all{{"generic", &nn::kGemmGeneric, &nn::kNormsGeneric, f32}};
#if defined(__x86_64__) && !defined(TUTTI_BASE_ISA)
  if (has_fma()) all.push_back({"AVX2 FMA", &nn::kGemmFma, &nn::kNormsFma, f32});
  if (has_fma() && isa() == Isa::avx512)
    all.push_back({"AVX-512", &nn::kGemmFma512, &nn::kNormsFma512, f32});
  if (has_bf16()) all.push_back({"bf16", &nn::gemm_bf16_kernels(), &nn::kNormsFma512, bf16});
#endif
  return all;
}

// Best of several runs, in GFLOP/s of this thread's own time.
template <class Run>
double speed(double operations, Run run) {
  double best = 0;
  for (int i = 0; i < 5; ++i) {
    const double start = thread_seconds();
    int times = 0;
    do {
      run();
      ++times;
    } while (thread_seconds() - start < 0.03);
    best = std::max(best, operations * times / (thread_seconds() - start) / 1e9);
  }
  return best;
}

struct Aligned {
  explicit Aligned(std::size_t bytes) : memory(bytes + 64) {}
  std::byte* get() {
    void* at = memory.data();
    std::size_t room = memory.size();
    return static_cast<std::byte*>(std::align(64, room - 64, at, room));
  }
  std::vector<std::byte> memory;
};

// A row of the spectrogram (336 frames) through a product of `runs` runs of `depth`.
double product(int rows, int out, int depth, int runs, long stride, nn::After after,
               const Set& set) {
  const int in = runs * depth;
  const auto weights = noise(static_cast<std::size_t>(out) * static_cast<std::size_t>(in));
  const auto x = noise(static_cast<std::size_t>(rows * stride + in + depth));
  std::vector<float> y(static_cast<std::size_t>(rows) * static_cast<std::size_t>(nn::padded(out)));
  const auto matrix = nn::GemmMatrix::pack(weights, {}, out, in, set.precision);
  Aligned scratch(matrix.scratch_bytes(after));
  std::vector<nn::GemmInput> inputs;
  for (int r = 0; r < runs; ++r) inputs.push_back({x.data() + r * depth, r * depth, depth});
  return speed(2.0 * rows * out * in, [&] {
    nn::gemm(matrix, inputs, stride, rows, y.data(), nn::padded(out), after, scratch.get(),
             *set.gemm);
  });
}

double attention(const Set& set) {
  const int tokens = 1344, heads = 2, each = 64, wide = heads * each;
  const auto x = noise(static_cast<std::size_t>(tokens * 3 * wide));
  std::vector<float> out(static_cast<std::size_t>(tokens * wide));
  Aligned scratch(nn::attend_scratch_bytes(tokens, each));
  return speed(4.0 * tokens * tokens * wide, [&] {
    nn::attend({x.data(), 3 * wide, tokens}, {x.data() + wide, 3 * wide, tokens},
               {x.data() + 2 * wide, 3 * wide, tokens}, heads, each, out.data(), wide,
               set.precision, scratch.get(), *set.gemm, *set.norms);
  });
}

void layers() {
  using enum nn::After;
  std::printf("GFLOP/s a core%35s", "");
  for (const Set& set : sets()) std::printf("%10s", set.name);
  std::printf("\n");
  const auto row = [](const char* name, auto&& of) {
    std::printf("%-49s", name);
    for (const Set& set : sets()) std::printf("%10.0f", of(set));
    std::printf("\n");
  };
  row("conv 8 stride 4, 48 to 96, GELU",
      [](const Set& s) { return product(336, 96, 48, 8, 48, gelu, s); });
  row("conv 8 stride 4, 192 to 384, GELU",
      [](const Set& s) { return product(336, 384, 192, 8, 192, gelu, s); });
  row("1x1, 48 to 2 x 48, GLU", [](const Set& s) { return product(336, 96, 48, 1, 48, glu, s); });
  row("3x3, 48 to 2 x 48, GLU", [](const Set& s) { return product(336, 96, 144, 3, 48, glu, s); });
  row("3x3, 384 to 2 x 384, GLU",
      [](const Set& s) { return product(336, 768, 1152, 3, 384, glu, s); });
  row("transposed, 96 to 48, a phase",
      [](const Set& s) { return product(336, 48, 96, 2, 96, gelu_add, s); });
  row("residual, dilated 3, 96 to 12",
      [](const Set& s) { return product(336, 12, 96, 3, 96, nothing, s); });
  row("residual, 12 to 2 x 96",
      [](const Set& s) { return product(336, 192, 12, 1, 16, nothing, s); });
  row("linear 512 to 2048, GELU",
      [](const Set& s) { return product(2688, 2048, 512, 1, 512, gelu, s); });
  row("linear 2048 to 512, added",
      [](const Set& s) { return product(2688, 512, 2048, 1, 2048, add, s); });
  row("attention, 1344 tokens, heads of 64", attention);
}

long peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::atol(line.c_str() + 6) / 1024;
  return 0;
}

void whole(const std::vector<std::byte>& weights, HtDemucs::Numbers numbers, double song,
           int threads) {
  const auto model = HtDemucs::load(weights, {.numbers = numbers});
  if (!model) return;
  const auto stride = (*model)->segment() - (*model)->overlap();
  const auto segments = (static_cast<std::int64_t>(song * (*model)->rate()) + stride - 1) / stride;
  const auto frames = static_cast<std::size_t>((*model)->segment());
  const auto mixture = noise(2 * frames);
  std::atomic<std::int64_t> next{0};
  std::atomic<double> work{0};
  const double start = wall_seconds();
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&] {
        const double own = thread_seconds();
        const auto workspace = (*model)->make_workspace();
        std::vector<float> out(8 * frames);
        StemsOut stems;
        for (std::size_t s = 0; s < 8; ++s)
          stems[s / 2][s % 2] = std::span(out).subspan(s * frames, frames);
        while (next++ < segments)
          if (!(*model)->separate(
                  {std::span(mixture).first(frames), std::span(mixture).last(frames)}, stems,
                  *workspace))
            std::abort();
        work += thread_seconds() - own;
      });
  }
  const double took = wall_seconds() - start;
  std::printf(
      "%s: %.0f s of song in %lld segments on %d threads: %.1f s of wall time, %.1f s CPU, "
      "%.2f s CPU a segment; weights %.0f MB, workspace %.0f MB a thread, peak %ld MB\n",
      (*model)->uses_bf16() ? "bf16" : "float32", song, static_cast<long long>(segments), threads,
      took, work.load(), work.load() / static_cast<double>(segments),
      static_cast<double>((*model)->weight_bytes()) / 1e6,
      static_cast<double>((*model)->workspace_bytes()) / 1e6, peak_megabytes());
}

}  // namespace

int main(int argc, char** argv) {
  const double song = argc > 1 ? std::atof(argv[1]) : 180;
  const int threads = argc > 2 ? std::atoi(argv[2]) : 2;
  layers();
  // The file itself (168 MB in float32) counts in the peak too.
  const auto weights = tests::HtDemucsWeights::make({});
  if (has_bf16()) whole(weights, HtDemucs::Numbers::bf16, song, threads);
  whole(weights, HtDemucs::Numbers::f32, song, threads);
}
