// Products, norms and attention of every instruction set that this machine has, held to plain sums.
#include "engine/nn/gemm.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "engine/base/cpu.h"
#include "engine/nn/attention.h"
#include "engine/nn/norms.h"

namespace tutti::nn {
namespace {

struct Set {
  const char* name;
  const GemmKernels* gemm;
  const NormKernels* norms;
};
std::vector<Set> sets() {
  std::vector<Set> all{{"generic", &kGemmGeneric, &kNormsGeneric}};
#if defined(__x86_64__) && !defined(TUTTI_BASE_ISA)
  if (has_fma()) all.push_back({"fma", &kGemmFma, &kNormsFma});
  if (has_fma() && isa() == Isa::avx512) all.push_back({"fma512", &kGemmFma512, &kNormsFma512});
  if (has_bf16()) all.push_back({"bf16", &gemm_bf16_kernels(), &kNormsFma512});
#endif
  return all;
}

std::vector<float> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-1, 1);
  std::vector<float> all(count);
  for (float& v : all) v = values(random);
  return all;
}

// 64-byte aligned bytes.
class Scratch {
 public:
  explicit Scratch(std::size_t bytes) : memory_(bytes + 64) {}
  std::byte* get() {
    void* at = memory_.data();
    std::size_t room = memory_.size();
    return static_cast<std::byte*>(std::align(64, room - 64, at, room));
  }

 private:
  std::vector<std::byte> memory_;
};

double gelu(double x) {
  return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
}

struct Case {
  int rows, out;
  long stride;
  std::vector<std::pair<int, int>> runs;  // offset of the run in x, depth; in turn in the matrix
};

// Worst difference over the size of the terms, and whether lanes beyond `out` are as promised.
double worst_error(const Case& c, After after, Precision precision, const Set& set) {
  int in = 0;
  std::size_t reach = 0;
  for (const auto& [offset, depth] : c.runs) {
    in += depth;
    reach = std::max(reach, static_cast<std::size_t>(offset + depth + (c.rows - 1) * c.stride));
  }
  const auto x = noise(reach, 1), weights = noise(static_cast<std::size_t>(c.out * in), 2),
             bias = noise(static_cast<std::size_t>(c.out), 3);
  const auto matrix = GemmMatrix::pack(weights, bias, c.out, in, precision);
  const int y_stride = padded(c.out) + 16;
  const auto start = noise(static_cast<std::size_t>(c.rows * y_stride), 4);
  auto y = start;
  Scratch scratch(matrix.scratch_bytes(after));
  std::vector<GemmInput> runs;
  int at = 0;
  for (const auto& [offset, depth] : c.runs) {
    runs.push_back({x.data() + offset, at, depth});
    at += depth;
  }
  gemm(matrix, runs, c.stride, c.rows, y.data(), y_stride, after, scratch.get(), *set.gemm);
  double worst = 0;
  for (int r = 0; r < c.rows; ++r) {
    std::vector<double> product(static_cast<std::size_t>(c.out)), size(product.size());
    for (std::size_t o = 0; o < product.size(); ++o) {
      product[o] = static_cast<double>(bias[o]);
      size[o] = std::fabs(product[o]) + 1;
      std::size_t k = 0;
      for (const auto& [offset, depth] : c.runs)
        for (int i = 0; i < depth; ++i, ++k) {
          const double term =
              static_cast<double>(weights[o * static_cast<std::size_t>(in) + k]) *
              static_cast<double>(x[static_cast<std::size_t>(offset + i + r * c.stride)]);
          product[o] += term;
          size[o] += std::fabs(term);
        }
    }
    const int written = after == After::glu ? c.out / 2 : c.out;
    for (int o = 0; o < y_stride; ++o) {
      const auto place = static_cast<std::size_t>(r * y_stride + o);
      const double before = static_cast<double>(start[place]);
      double expected = before, scale = 1;
      if (o < written) {
        const double own = product[static_cast<std::size_t>(o)];
        scale = size[static_cast<std::size_t>(o)];
        switch (after) {
          case After::nothing:
            expected = own;
            break;
          case After::add:
            expected = before + own;
            break;
          case After::gelu:
            expected = gelu(own);
            break;
          case After::gelu_add:
            expected = before + gelu(own);
            break;
          case After::glu: {
            const auto gate = static_cast<std::size_t>(o + c.out / 2);
            expected = own / (1 + std::exp(-product[gate]));
            scale += size[gate] * std::fabs(own);
            break;
          }
        }
      } else if (o < padded(c.out) && (after == After::nothing || after == After::gelu)) {
        expected = 0;
      }
      worst = std::max(worst, std::fabs(static_cast<double>(y[place]) - expected) / scale);
    }
  }
  return worst;
}

const Case kCases[] = {
    {1, 1, 2, {{0, 2}}},                        // least
    {7, 6, 48, {{0, 48}}},                      // fewer outputs than lanes
    {100, 96, 48, {{0, 48}}},                   // 1x1
    {97, 40, 64, {{3, 128}}},                   // stride of half a window
    {13, 48, 16, {{0, 6}, {40, 6}, {200, 6}}},  // rows wider than the runs
    {37, 130, 32, {{0, 96}, {1500, 96}}},       // 3 x 2, overlapping
    {5, 16, 1100, {{0, 1100}}},                 // deeper than is multiplied at once
    {29, 224, 20, {{0, 20}, {7, 20}, {9, 20}, {1000, 20}}},
};

TEST(Gemm, GivesTheProductsWhateverFollowsThem) {
  for (const Set& set : sets())
    for (const Case& c : kCases)
      for (const After after :
           {After::nothing, After::add, After::gelu, After::gelu_add, After::glu}) {
        if (after == After::glu && c.out % 2 != 0) continue;
        EXPECT_LT(worst_error(c, after, Precision::f32, set), 1e-6)
            << set.name << ' ' << c.rows << ' ' << c.out << ' ' << static_cast<int>(after);
      }
}

TEST(Gemm, Bf16IsOffByItsMantissaOnly) {
  if (!has_bf16()) GTEST_SKIP() << "this processor has no AVX-512 BF16";
  for (const Case& c : kCases)
    for (const After after :
         {After::nothing, After::add, After::gelu, After::gelu_add, After::glu}) {
      if (after == After::glu && c.out % 2 != 0) continue;
      const double error = worst_error(c, after, Precision::bf16, sets().back());
      EXPECT_LT(error, 1.0 / 128) << c.rows << ' ' << c.out << ' ' << static_cast<int>(after);
      if (c.out > 16) {
        EXPECT_GT(error, 1e-5);  // it is bf16
      }
    }
}

TEST(Gemm, TakesF32ForAnOddDepthAndWhereThereIsNoBf16) {
  const auto weights = noise(15, 5);
  EXPECT_EQ(GemmMatrix::pack(weights, {}, 5, 3, Precision::bf16).precision(), Precision::f32);
  const auto even = GemmMatrix::pack(weights, {}, 7, 2, Precision::bf16);
  EXPECT_EQ(even.precision(), has_bf16() ? Precision::bf16 : Precision::f32);
}

TEST(Gemm, FusedKernelsAgreeToTheBit) {
#if defined(__x86_64__) && !defined(TUTTI_BASE_ISA)
  if (!has_fma() || isa() != Isa::avx512) GTEST_SKIP() << "one kind of fused kernel only";
  const int rows = 50, in = 700, out = 100;
  const auto x = noise(rows * in, 6), weights = noise(out * in, 7), bias = noise(out, 8);
  const auto matrix = GemmMatrix::pack(weights, bias, out, in);
  std::vector<float> a(rows * static_cast<std::size_t>(padded(out))), b(a.size());
  gemm(matrix, x.data(), in, rows, a.data(), padded(out), After::nothing, nullptr, kGemmFma);
  gemm(matrix, x.data(), in, rows, b.data(), padded(out), After::nothing, nullptr, kGemmFma512);
  EXPECT_EQ(a, b);
#else
  GTEST_SKIP() << "no fused kernels here";
#endif
}

TEST(Gemm, Bf16RoundsToTheNearestEven) {
  const float numbers[] = {1.0f,     -1.0f,    1.00390625f, 1.01171875f, 0.0f, 1e30f,
                           -3.3e38f, 1e-30f,   3.14159265f, 65504.0f,    0.1f, -0.3f,
                           7.0f,     1.0e-10f, 255.5f,      1024.4f,     2.5f};
  for (const Set& set : sets()) {
    std::uint16_t got[std::size(numbers)];
    set.gemm->to_bf16(numbers, got, std::size(numbers));
    for (std::size_t i = 0; i < std::size(numbers); ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(numbers[i]);
      const std::uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
      EXPECT_EQ(got[i], rounded) << set.name << ' ' << numbers[i];
    }
  }
}

TEST(Activations, GeluIsTheOneWithTheErrorFunction) {
  std::vector<float> x;
  for (int i = -1200; i <= 1200; ++i) x.push_back(static_cast<float>(i) * 0.01f);
  for (const Set& set : sets()) {
    auto y = x;
    set.gemm->gelu(y.data(), static_cast<long>(y.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(static_cast<double>(y[i]), gelu(static_cast<double>(x[i])), 2e-6)
          << set.name << ' ' << x[i];
  }
}

TEST(Norms, GroupNormInTwoStepsIsGroupNorm) {
  const int rows = 301, channels = 32, width = 48;
  for (const Set& set : sets()) {
    auto x = noise(static_cast<std::size_t>(rows) * width, 9);
    for (float& v : x) v = v * 3 + 5;
    const auto gain = noise(channels, 10), bias = noise(channels, 11);
    double mean = 0, variance = 0;
    Moments moments;
    for (int r = 0; r < rows; ++r) {
      set.norms->moments(x.data() + r * width, channels, moments);
      for (int c = 0; c < channels; ++c) mean += static_cast<double>(x[r * width + c]);
    }
    mean /= rows * channels;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < channels; ++c) {
        const double d = static_cast<double>(x[r * width + c]) - mean;
        variance += d * d;
      }
    variance /= rows * channels;
    std::vector<float> scale(channels), shift(channels);
    norm_scale(moments, rows * channels, gain, bias, scale, shift);
    auto plain = x, curved = x;
    set.norms->scale_shift(plain.data(), width, rows, scale.data(), shift.data(), channels);
    set.norms->scale_shift_gelu(curved.data(), width, rows, scale.data(), shift.data(), channels);
    std::vector<float> added(static_cast<std::size_t>(rows) * 16, 1.0f);
    set.norms->scale_shift_glu_add(x.data(), width, rows, scale.data(), shift.data(), gain.data(),
                                   16, added.data(), 16);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < width; ++c) {
        const auto at = static_cast<std::size_t>(r * width + c);
        if (c >= channels) {
          ASSERT_EQ(plain[at], x[at]);
          continue;
        }
        const auto normed = [&](int channel) {
          const auto own = static_cast<std::size_t>(channel);
          return (static_cast<double>(x[static_cast<std::size_t>(r * width + channel)]) - mean) /
                     std::sqrt(variance + 1e-5) * static_cast<double>(gain[own]) +
                 static_cast<double>(bias[own]);
        };
        ASSERT_NEAR(static_cast<double>(plain[at]), normed(c), 1e-5) << set.name;
        ASSERT_NEAR(static_cast<double>(curved[at]), gelu(normed(c)), 1e-5) << set.name;
        if (c < 16) {
          const double glu = normed(c) / (1 + std::exp(-normed(c + 16)));
          ASSERT_NEAR(static_cast<double>(added[static_cast<std::size_t>(r * 16 + c)]),
                      1 + static_cast<double>(gain[static_cast<std::size_t>(c)]) * glu, 1e-5)
              << set.name;
        }
      }
  }
}

double attention_error(int queries, int keys, int heads, int each, float loud, Precision precision,
                       const Set& set) {
  const int wide = heads * each;
  auto q = noise(static_cast<std::size_t>(queries * wide), 12);
  for (float& v : q) v *= loud;
  const auto memory = noise(static_cast<std::size_t>(keys * 2 * wide), 13);
  std::vector<float> out(static_cast<std::size_t>(queries * wide));
  Scratch scratch(attend_scratch_bytes(keys, each));
  attend({q.data(), wide, queries}, {memory.data(), 2 * wide, keys},
         {memory.data() + wide, 2 * wide, keys}, heads, each, out.data(), wide, precision,
         scratch.get(), *set.gemm, *set.norms);
  double worst = 0;
  std::vector<double> weights(static_cast<std::size_t>(keys));
  for (int t = 0; t < queries; ++t)
    for (int h = 0; h < heads; ++h) {
      double most = -1e300, sum = 0;
      for (int s = 0; s < keys; ++s) {
        double score = 0;
        for (int d = h * each; d < (h + 1) * each; ++d)
          score += static_cast<double>(q[static_cast<std::size_t>(t * wide + d)]) *
                   static_cast<double>(memory[static_cast<std::size_t>(s * 2 * wide + d)]);
        weights[static_cast<std::size_t>(s)] = score;
        most = std::max(most, score);
      }
      for (double& w : weights) sum += w = std::exp(w - most);
      for (int d = h * each; d < (h + 1) * each; ++d) {
        double mixed = 0;
        for (int s = 0; s < keys; ++s)
          mixed += weights[static_cast<std::size_t>(s)] / sum *
                   static_cast<double>(memory[static_cast<std::size_t>(s * 2 * wide + wide + d)]);
        worst = std::max(
            worst,
            std::fabs(mixed - static_cast<double>(out[static_cast<std::size_t>(t * wide + d)])));
      }
    }
  return worst;
}

TEST(Attention, IsSoftmaxOverAllKeysHoweverItIsCut) {
  for (const Set& set : sets()) {
    EXPECT_LT(attention_error(1, 1, 1, 16, 1, Precision::f32, set), 1e-5) << set.name;
    EXPECT_LT(attention_error(100, 385, 2, 16, 1, Precision::f32, set), 1e-5) << set.name;
    // Peaks that come late: what was summed before must be scaled down.
    EXPECT_LT(attention_error(33, 1200, 1, 64, 10, Precision::f32, set), 1e-4) << set.name;
  }
  if (!has_bf16()) return;
  const double error = attention_error(100, 385, 2, 16, 1, Precision::bf16, sets().back());
  EXPECT_LT(error, 0.02);
  EXPECT_GT(error, 1e-6);
}

}  // namespace
}  // namespace tutti::nn
