// The loops of networks against plain sums in double precision, and bit for bit between widths.
#include "engine/nn/kernels.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "engine/nn/linear.h"
#include "tests/nn/weights.h"

namespace tutti::nn {
namespace {

std::vector<const Kernels*> every() {
  std::vector<const Kernels*> all{&kKernelsGeneric};
#if defined(__x86_64__)
  if (isa() != Isa::base) all.push_back(&kKernelsAvx2);
  if (isa() == Isa::avx512) all.push_back(&kKernelsAvx512);
#endif
  return all;
}

TEST(Kernels, MultiplyAsInDoublePrecision) {
  const struct {
    std::size_t out, in;
  } kShapes[] = {{1, 1}, {16, 7}, {77, 128}, {384, 128}, {128, 512}, {33, 3}, {200, 48}};
  for (const auto [out, in] : kShapes) {
    for (const Type type : {Type::f32, Type::f16, Type::i8}) {
      SafetensorsWriter writer;
      tests::add_linear(writer, "m", out, in, type, 7);
      const auto bytes = writer.bytes();
      const auto file = Safetensors::read(bytes);
      ASSERT_TRUE(file);
      const auto linear = Linear::load(*file, "m", static_cast<int>(out), static_cast<int>(in));
      ASSERT_TRUE(linear) << linear.error().message;
      const auto weight = file->find("m.weight")->floats(), bias = file->find("m.bias")->floats();
      const auto* scale = file->find("m.scale");
      const auto stride = static_cast<std::size_t>(padded(static_cast<int>(out)));
      for (const std::size_t rows : {1u, 3u, 4u, 6u, 8u}) {
        const auto x = tests::noise(rows * in, rows);
        std::vector<float> first;
        for (const Kernels* kernels : every()) {
          std::vector<float> y(rows * stride, 99);
          linear->apply(*kernels, x.data(), static_cast<int>(rows), y.data());
          for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t o = 0; o < stride; ++o) {
              double sum = 0, size = 0;
              for (std::size_t k = 0; o < out && k < in; ++k) {
                const double part = static_cast<double>(x[r * in + k]) * weight[o * in + k] *
                                    (scale != nullptr ? scale->at(o) : 1);
                sum += part;
                size += std::fabs(part);
              }
              ASSERT_NEAR(y[r * stride + o], o < out ? sum + bias[o] : 0, 1e-6 * (size + 1));
            }
          }
          if (first.empty()) first = y;
          ASSERT_EQ(y, first) << out << " x " << in << ", " << rows << " rows";
          auto wide = *linear;
          wide.widen();
          wide.apply(*kernels, x.data(), static_cast<int>(rows), y.data());
          ASSERT_EQ(y, first) << out << " x " << in << ", widened";
        }
      }
    }
  }
}

TEST(Kernels, NormaliseAsInDoublePrecision) {
  for (const int n : {16, 128, 512}) {
    const auto size = static_cast<std::size_t>(n);
    const auto x = tests::noise(size, 1, 3), gain = tests::noise(size, 2),
               bias = tests::noise(size, 3);
    double mean = 0, variance = 0;
    for (const float v : x) mean += v / n;
    for (const float v : x) variance += (v - mean) * (v - mean) / n;
    std::vector<float> first;
    for (const Kernels* kernels : every()) {
      std::vector<float> y(size);
      kernels->layer_norm(x.data(), gain.data(), bias.data(), n, y.data());
      for (std::size_t i = 0; i < size; ++i)
        EXPECT_NEAR(y[i], (x[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i], 2e-6);
      if (first.empty()) first = y;
      EXPECT_EQ(y, first);
    }
  }
}

TEST(Kernels, BendAsInDoublePrecision) {
  std::vector<float> x;
  for (int i = -1600; i < 1600; ++i) x.push_back(static_cast<float>(i) / 100);
  x.insert(x.end(),
           {1e3f, -1e3f, 1e9f, -1e9f, 0, -0.0f, 1e-30f, -1e-30f, 40, -40, 100, -100, 5, 6, 7, 8});
  std::vector<float> first;
  for (const Kernels* kernels : every()) {
    auto y = x;
    kernels->gelu(y.data(), static_cast<int>(y.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double v = x[i];
      const double wanted =
          0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v)));
      EXPECT_NEAR(y[i], wanted, 1e-6 * (1 + std::fabs(wanted))) << v;
    }
    if (first.empty()) first = y;
    EXPECT_EQ(y, first);
  }
}

TEST(Kernels, SoftmaxIsAShareOfTheWhole) {
  for (const int n : {1, 2, 15, 16, 17, 100, 257}) {
    auto x = tests::noise(static_cast<std::size_t>(padded(n)), static_cast<std::uint64_t>(n), 8);
    if (n > 2) x[1] = -1e9f;
    double sum = 0, largest = -1e30;
    for (int i = 0; i < n; ++i) largest = std::max<double>(largest, x[static_cast<std::size_t>(i)]);
    for (int i = 0; i < n; ++i) sum += std::exp(x[static_cast<std::size_t>(i)] - largest);
    std::vector<float> first;
    for (const Kernels* kernels : every()) {
      auto y = x;
      kernels->softmax(y.data(), n);
      for (int i = 0; i < padded(n); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double wanted = i < n ? std::exp(x[at] - largest) / sum : 0;
        // The difference from the largest is itself rounded: 2^-24 of it.
        EXPECT_NEAR(y[at], wanted, (1e-6 + 1.2e-7 * (largest - x[at])) * wanted + 1e-30);
      }
      if (first.empty()) first = y;
      EXPECT_EQ(y, first);
    }
  }
}

TEST(Kernels, AttendAsInDoublePrecision) {
  constexpr int kHeads = 3, kEach = 32, kCapacity = 64, kWidth = kHeads * kEach;
  const auto query = tests::noise(kWidth, 1, 0.5), keys = tests::noise(kWidth * kCapacity, 2),
             values = tests::noise(kWidth * kCapacity, 3);
  for (const int count : {1, 2, 16, 31, 64}) {
    std::vector<float> first;
    for (const Kernels* kernels : every()) {
      std::vector<float> weights(kCapacity), out(kWidth);
      kernels->attend({kHeads, kEach, kCapacity, count, query.data(), keys.data(), values.data(),
                       weights.data(), out.data()});
      for (int h = 0; h < kHeads; ++h) {
        std::vector<double> w(static_cast<std::size_t>(count));
        double sum = 0;
        for (int j = 0; j < count; ++j) {
          double dot = 0;
          for (int d = h * kEach; d < (h + 1) * kEach; ++d)
            dot += static_cast<double>(query[static_cast<std::size_t>(d)]) *
                   keys[static_cast<std::size_t>(d * kCapacity + j)];
          sum += w[static_cast<std::size_t>(j)] = std::exp(dot);
        }
        for (int d = h * kEach; d < (h + 1) * kEach; ++d) {
          double wanted = 0;
          for (int j = 0; j < count; ++j)
            wanted += w[static_cast<std::size_t>(j)] / sum *
                      values[static_cast<std::size_t>(j * kWidth + d)];
          EXPECT_NEAR(out[static_cast<std::size_t>(d)], wanted, 1e-5);
        }
      }
      if (first.empty()) first = out;
      EXPECT_EQ(out, first);
    }
  }
}

}  // namespace
}  // namespace tutti::nn
