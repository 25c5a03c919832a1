// bench_loudness ours|libebur128 FILE: integrated loudness, range and true peak of raw interleaved
// stereo floats at 48 kHz; seconds of audio per second of user CPU, best of five, and what was
// found.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ebur128.h>
#include <sys/resource.h>
#include <vector>

#include "engine/dsp/loudness.h"
#include "engine/dsp/true_peak.h"

namespace {

constexpr int kBlock = 1024;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

struct Found {
  double integrated, range, peak;
};

// Planar sound, as the engine keeps it.
Found ours(const std::vector<float>& left, const std::vector<float>& right) {
  tutti::dsp::LoudnessMeter meter(48000, 2);
  tutti::dsp::TruePeakMeter peaks[2];
  for (std::size_t at = 0; at < left.size(); at += kBlock) {
    const auto n = static_cast<int>(std::min<std::size_t>(kBlock, left.size() - at));
    meter.add(left.data() + at, right.data() + at, n);
    peaks[0].add(left.data() + at, n);
    peaks[1].add(right.data() + at, n);
  }
  return {meter.integrated(), meter.range(), std::max(peaks[0].peak(), peaks[1].peak())};
}

Found theirs(const std::vector<float>& pairs) {
  auto* state = ebur128_init(2, 48000, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  for (std::size_t at = 0; at < pairs.size(); at += 2 * kBlock) {
    const std::size_t n = std::min<std::size_t>(2 * kBlock, pairs.size() - at) / 2;
    ebur128_add_frames_float(state, pairs.data() + at, n);
  }
  Found found{};
  double left = 0, right = 0;
  ebur128_loudness_global(state, &found.integrated);
  ebur128_loudness_range(state, &found.range);
  ebur128_true_peak(state, 0, &left);
  ebur128_true_peak(state, 1, &right);
  found.peak = std::max(left, right);
  ebur128_destroy(&state);
  return found;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: bench_loudness ours|libebur128 FILE\n");
    return 2;
  }
  std::vector<float> pairs;
  if (FILE* file = std::fopen(words[2], "rb")) {
    pairs.resize(2 * 48000 * 600);
    pairs.resize(std::fread(pairs.data(), sizeof(float), pairs.size(), file) / 2 * 2);
    std::fclose(file);
  }
  if (pairs.empty()) return 1;
  std::vector<float> left(pairs.size() / 2), right(left.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] = pairs[2 * i];
    right[i] = pairs[2 * i + 1];
  }
  const bool own = std::strcmp(words[1], "ours") == 0;
  double best = 1e30;
  Found found{};
  for (int pass = 0; pass < 5; ++pass) {
    const double start = user_seconds();
    found = own ? ours(left, right) : theirs(pairs);
    best = std::min(best, user_seconds() - start);
  }
  std::printf("%.1f x real time: %.2f LUFS, range %.2f LU, %.2f dBTP\n",
              static_cast<double>(left.size()) / 48000 / best, found.integrated, found.range,
              20 * std::log10(found.peak));
  return 0;
}
