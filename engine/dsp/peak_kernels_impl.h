// Bodies of peak_kernels.h, compiled once per instruction set: included by peak_kernels_*.cpp only.
//
// Everything sits in an unnamed namespace, so that code for one instruction set can never be linked
// in for another.
#include <cstdint>

#include "engine/dsp/fast_math.h"
#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp::peak_kernels {
namespace {

using V = fast::Register;
using I = fast::Whole<V>;
constexpr int kLanes = sizeof(V) / sizeof(float);

using fast::absolute;
using fast::larger;
using fast::load;
using fast::store;

// Half of the taps of each phase, as sums and differences of a tap and its mirror image: phases 1
// and 3 (2 and 3 in the annex) are one phase forwards and backwards, so that
// max(|forwards|, |backwards|) = |even part| + |odd part|.
struct Mirrored {
  float even[6], odd[6];
};
constexpr Mirrored mirrored(const float (&taps)[12]) {
  Mirrored m{};
  for (int k = 0; k < 6; ++k) {
    m.even[k] = (taps[k] + taps[11 - k]) / 2;
    m.odd[k] = (taps[k] - taps[11 - k]) / 2;
  }
  return m;
}
// The annex's phases 0 and 1; the other two are these backwards.
constexpr Mirrored kAnnex0 =
    mirrored({0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f,
              -0.0594482421875f, 0.1373291015625f, 0.9721679687500f, -0.1022949218750f,
              0.0476074218750f, -0.0266113281250f, 0.0148925781250f, -0.0083007812500f});
constexpr Mirrored kAnnex1 =
    mirrored({-0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f,
              -0.1665039062500f, 0.4650878906250f, 0.7797851562500f, -0.2003173828125f,
              0.1015625000000f, -0.0582275390625f, 0.0330810546875f, -0.0189208984375f});
// sinc(m / 4) under a Hann window of 49 points, m = -24 … 24; phase 0 is the sample itself.
constexpr Mirrored kSinc1 = mirrored(
    {-0.000167441976f, 0.00489598314f, -0.0185260059f, 0.0462650535f, -0.103456726f, 0.288683356f,
     0.896465151f, -0.161458527f, 0.0691584697f, -0.0301077483f, 0.010359955f, -0.00163172616f});
constexpr float kSinc2[6] = {-0.000986013305f, 0.0103589786f, -0.0337036036f,
                             0.0801389094f,    -0.181129655f, 0.625773626f};

struct Folded {
  V sum[6], difference[6];
};
#define TUTTI_INLINE __attribute__((always_inline)) inline

TUTTI_INLINE Folded fold(const float* in) {
  Folded f;
  for (int k = 0; k < 6; ++k) {
    const auto late = load<V>(in - k), early = load<V>(in - 11 + k);
    f.sum[k] = late + early;
    f.difference[k] = late - early;
  }
  return f;
}
TUTTI_INLINE V of_pair(const Folded& f, const Mirrored& m) {
  V even = f.sum[0] * m.even[0], odd = f.difference[0] * m.odd[0];
  for (int k = 1; k < 6; ++k) {
    even += f.sum[k] * m.even[k];
    odd += f.difference[k] * m.odd[k];
  }
  return absolute(even) + absolute(odd);
}
TUTTI_INLINE V of_sinc(const Folded& f) {
  V middle = f.sum[0] * kSinc2[0];
  for (int k = 1; k < 6; ++k) middle += f.sum[k] * kSinc2[k];
  return larger(of_pair(f, kSinc1), absolute(middle));
}

// All ones in the lanes below `count`.
TUTTI_INLINE I below(int count) {
  constexpr std::int32_t kLane[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return load<I>(kLane) < count;
}

void highest(const float* in, int frames, float& between, float& sample) noexcept {
  V points = {}, samples = {};
  for (int i = 0; i < frames; i += kLanes) {
    V p = of_sinc(fold(in + i)), x = absolute(load<V>(in + i));
    if (frames - i < kLanes) {
      const I inside = below(frames - i);
      p = inside ? p : V{};
      x = inside ? x : V{};
    }
    points = larger(p, points);
    samples = larger(x, samples);
  }
  for (int i = 0; i < kLanes; ++i) {
    if (points[i] > between) between = points[i];
    if (samples[i] > sample) sample = samples[i];
  }
}

float loudest(const float* x, int frames) noexcept {
  // Of positive numbers the bits are ordered as the values are, with infinity and NaN above all.
  I most = {};
  for (int i = 0; i < frames; i += kLanes) {
    I level = load<I>(x + i) & 0x7fffffff;
    if (frames - i < kLanes) level = below(frames - i) ? level : I{};
    most = level > most ? level : most;
  }
  std::int32_t highest_bits = 0;
  for (int i = 0; i < kLanes; ++i) highest_bits = most[i] > highest_bits ? most[i] : highest_bits;
  return fast::bits<float>(highest_bits);
}

float lowest(const float* x, int frames) noexcept {
  V least = V{} + 1.0f;
  for (int i = 0; i < frames; i += kLanes) {
    V v = load<V>(x + i);
    if (frames - i < kLanes) v = below(frames - i) ? v : least;
    least = fast::smaller(v, least);
  }
  float most = 1;
  for (int i = 0; i < kLanes; ++i) most = least[i] < most ? least[i] : most;
  return most;
}

void peaks(const float* in, float* out, int frames) noexcept {
  for (int i = 0; i < frames; i += kLanes) {
    const Folded f = fold(in + i);
    const V annex = larger(of_pair(f, kAnnex0), of_pair(f, kAnnex1));
    const V sinc = larger(of_sinc(f), absolute(load<V>(in + i - 6)));
    store(out + i, larger(annex, sinc));
  }
}

void higher(const float* a, const float* b, float* out, int frames) noexcept {
  for (int i = 0; i < frames; i += kLanes) store(out + i, larger(load<V>(a + i), load<V>(b + i)));
}

void highest_of_four(const float* in, int a, int b, int c, float* out, int frames) noexcept {
  for (int i = 0; i < frames; i += kLanes) {
    store(out + i, larger(larger(load<V>(in + i), load<V>(in + i - a)),
                          larger(load<V>(in + i - b), load<V>(in + i - c))));
  }
}

typedef float f32x4 __attribute__((vector_size(16)));

void group(const float* x, float* groups, int count) noexcept {
  int k = 0;
  for (; k + 4 <= count; k += 4) {
    // Four groups: pairs, then pairs of pairs, in four lanes.
    const auto a = load<f32x4>(x + 4 * k), b = load<f32x4>(x + 4 * k + 4),
               c = load<f32x4>(x + 4 * k + 8), d = load<f32x4>(x + 4 * k + 12);
    const f32x4 ab = larger(__builtin_shufflevector(a, b, 0, 2, 4, 6),
                            __builtin_shufflevector(a, b, 1, 3, 5, 7));
    const f32x4 cd = larger(__builtin_shufflevector(c, d, 0, 2, 4, 6),
                            __builtin_shufflevector(c, d, 1, 3, 5, 7));
    store(groups + k, larger(__builtin_shufflevector(ab, cd, 0, 2, 4, 6),
                             __builtin_shufflevector(ab, cd, 1, 3, 5, 7)));
  }
  for (; k < count; ++k) {
    const float *p = x + 4 * k, a = p[0] > p[1] ? p[0] : p[1], b = p[2] > p[3] ? p[2] : p[3];
    groups[k] = a > b ? a : b;
  }
}

#if defined(__AVX512F__)
#define TUTTI_QUADS(a, b, c, d) \
  a, b, c, d, 4 + a, 4 + b, 4 + c, 4 + d, 8 + a, 8 + b, 8 + c, 8 + d, 12 + a, 12 + b, 12 + c, 12 + d
#define TUTTI_EACH_FOUR_TIMES 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3
#elif defined(__AVX2__)
#define TUTTI_QUADS(a, b, c, d) a, b, c, d, 4 + a, 4 + b, 4 + c, 4 + d
#define TUTTI_EACH_FOUR_TIMES 0, 0, 0, 0, 1, 1, 1, 1
#else
#define TUTTI_QUADS(a, b, c, d) a, b, c, d
#define TUTTI_EACH_FOUR_TIMES 0, 0, 0, 0
#endif

void hold(float* x, const float* held, int count) noexcept {
  constexpr int kQuads = kLanes / 4;
  int k = 0;
  for (; k + kQuads <= count; k += kQuads) {
    const V v = load<V>(x + 4 * k);
    const V few = load<V>(held + k);
    const V spread = __builtin_shufflevector(few, few, TUTTI_EACH_FOUR_TIMES);
    const V two = larger(v, __builtin_shufflevector(v, v, TUTTI_QUADS(0, 0, 1, 2)));
    const V four = larger(two, __builtin_shufflevector(two, two, TUTTI_QUADS(0, 1, 0, 1)));
    store(x + 4 * k, larger(four, spread));
  }
  for (; k < count; ++k) {
    float most = held[k];
    for (int j = 0; j < 4; ++j) {
      most = x[4 * k + j] > most ? x[4 * k + j] : most;
      x[4 * k + j] = most;
    }
  }
}

void excess(float* x, float target, int frames) noexcept {
  for (int i = 0; i < frames; i += kLanes) {
    const auto p = load<V>(x + i);
    store(x + i, p > target ? 1.0f - target / p : V{});
  }
}

void whole(const float* x, double* out, int frames) noexcept {
  for (int i = 0; i < frames; ++i)
    out[i] = static_cast<std::int32_t>(x[i] * 67108864.0f) + (x[i] > 0.0f ? 1 : 0);
}

void gains(const double* reduction, double scale, float* gain, int frames) noexcept {
  for (int i = 0; i < frames; ++i) gain[i] = static_cast<float>(1.0 - reduction[i] * scale);
}

void apply(const float* in, const float* gain, const float* bound, float* out,
           int frames) noexcept {
  for (int i = 0; i < frames; i += kLanes) {
    const auto b = load<V>(bound + i);
    const V y = load<V>(in + i) * load<V>(gain + i);
    store(out + i, fast::smaller(fast::larger(y, -b), b));
  }
}

constexpr Table kTable = {highest, loudest, lowest, peaks, higher, highest_of_four,
                          group,   hold,    excess, whole, gains,  apply};

}  // namespace
}  // namespace tutti::dsp::peak_kernels
