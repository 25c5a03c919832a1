// Time of one real forward transform: ours, and FFTW3f where it is installed.
#include <benchmark/benchmark.h>
#include <vector>

#include "engine/base/random.h"
#include "engine/dsp/fft.h"
#ifdef TUTTI_BENCH_FFTW
#include <fftw3.h>
#endif

namespace {

std::vector<float> noise(int size) {
  tutti::Random random(1);
  std::vector<float> x(size);
  for (float& v : x) v = static_cast<float>(random.uniform(-1, 1));
  return x;
}

void ours(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  tutti::dsp::RealFft fft(n);
  const auto x = noise(n);
  std::vector<float> re(fft.bins()), im(fft.bins());
  for (auto _ : state) {
    fft.forward(x.data(), re.data(), im.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(ours)->RangeMultiplier(2)->Range(256, 16384);

void ours_inverse(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  tutti::dsp::RealFft fft(n);
  auto x = noise(n);
  std::vector<float> re(fft.bins()), im(fft.bins());
  fft.forward(x.data(), re.data(), im.data());
  for (auto _ : state) {
    fft.inverse(re.data(), im.data(), x.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(ours_inverse)->RangeMultiplier(2)->Range(1024, 4096);

#ifdef TUTTI_BENCH_FFTW
void fftw(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  float* in = fftwf_alloc_real(n);
  fftwf_complex* out = fftwf_alloc_complex(n / 2 + 1);
  fftwf_plan plan = fftwf_plan_dft_r2c_1d(n, in, out, FFTW_MEASURE);
  const auto x = noise(n);
  for (int i = 0; i < n; ++i) in[i] = x[i];
  for (auto _ : state) {
    fftwf_execute(plan);
    benchmark::ClobberMemory();
  }
  fftwf_destroy_plan(plan);
  fftwf_free(in);
  fftwf_free(out);
}
BENCHMARK(fftw)->RangeMultiplier(2)->Range(256, 16384);
#endif

}  // namespace
