#include "engine/nn/gru.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "tests/nn/weights.h"

namespace tutti::nn {
namespace {

using tests::noise;

constexpr int kIn = 48, kHidden = 64, kRows = 23;

std::vector<std::byte> weights() {
  SafetensorsWriter file;
  const auto add = [&](const std::string& name, std::vector<std::size_t> shape,
                       std::uint64_t seed) {
    std::size_t count = 1;
    for (const std::size_t side : shape) count *= side;
    file.add("gru." + name, Type::f32, std::move(shape), tests::bytes_of(noise(count, seed, 0.2)));
  };
  add("w_ih", {3 * kHidden, kIn}, 1);
  add("w_hh", {3 * kHidden, kHidden}, 2);
  add("b_ih", {3 * kHidden}, 3);
  add("b_hh", {3 * kHidden}, 4);
  return file.bytes();
}

struct Case {
  const char* name;
  RecurrentKernels kernels;
};
std::vector<Case> cases() {
  std::vector<Case> all = {{"generic", {&kGemmGeneric, &kGruGeneric}}};
#if defined(__x86_64__)
  if (has_fma()) all.push_back({"fma", {&kGemmFma, &kGruFma}});
  if (has_fma() && isa() == Isa::avx512) all.push_back({"fma512", {&kGemmFma512, &kGruFma512}});
#endif
  return all;
}

std::vector<float> step(const Gru& gru, const RecurrentKernels& k, const std::vector<float>& x,
                        const std::vector<float>& h, int first, int rows) {
  AlignedVector<float> gates(static_cast<std::size_t>(rows * gru.gates()));
  AlignedVector<std::byte> scratch(gru.scratch_bytes());
  std::vector<float> out(static_cast<std::size_t>(rows * kHidden));
  gru.inputs(k, x.data() + first * kIn, kIn, rows, gates.data(), scratch.data());
  gru.step(k, gates.data(), gru.gates(), h.data() + first * kHidden, kHidden, rows, out.data(),
           kHidden);
  return out;
}

TEST(Gru, IsTheFormula) {
  const auto bytes = weights();
  const auto file = Safetensors::read(bytes);
  ASSERT_TRUE(file);
  const auto gru = Gru::load(*file, "gru", kIn, kHidden);
  ASSERT_TRUE(gru);
  const auto x = noise(kRows * kIn, 5, 2), h = noise(kRows * kHidden, 6, 0.3);
  const auto tensor = [&](const char* name) { return file->find(name)->floats(); };
  const auto w_ih = tensor("gru.w_ih"), w_hh = tensor("gru.w_hh"), b_ih = tensor("gru.b_ih"),
             b_hh = tensor("gru.b_hh");
  const auto gate = [&](const std::vector<float>& w, const std::vector<float>& b, const float* v,
                        int n, int row) {
    double sum = b[static_cast<std::size_t>(row)];
    for (int k = 0; k < n; ++k)
      sum += static_cast<double>(w[static_cast<std::size_t>(row * n + k)]) * v[k];
    return sum;
  };
  for (const auto& each : cases()) {
    const auto out = step(*gru, each.kernels, x, h, 0, kRows);
    for (int r = 0; r < kRows; ++r) {
      for (int u = 0; u < kHidden; ++u) {
        double a[3], b[3];
        for (int g = 0; g < 3; ++g) {
          a[g] = gate(w_ih, b_ih, x.data() + r * kIn, kIn, g * kHidden + u);
          b[g] = gate(w_hh, b_hh, h.data() + r * kHidden, kHidden, g * kHidden + u);
        }
        const double reset = 1 / (1 + std::exp(-(a[0] + b[0])));
        const double update = 1 / (1 + std::exp(-(a[1] + b[1])));
        const double candidate = std::tanh(a[2] + reset * b[2]);
        const auto at = static_cast<std::size_t>(r * kHidden + u);
        ASSERT_NEAR(out[at], (1 - update) * candidate + update * static_cast<double>(h[at]), 3e-6)
            << each.name << " row " << r << " unit " << u;
      }
    }
  }
}

TEST(Gru, RowsDoNotDependOnTheirNumber) {
  const auto bytes = weights();
  const auto file = Safetensors::read(bytes);
  ASSERT_TRUE(file);
  const auto gru = Gru::load(*file, "gru", kIn, kHidden);
  ASSERT_TRUE(gru);
  const auto x = noise(kRows * kIn, 7), h = noise(kRows * kHidden, 8);
  for (const auto& each : cases()) {
    const auto all = step(*gru, each.kernels, x, h, 0, kRows);
    for (int r = 0; r < kRows; ++r) {
      const auto one = step(*gru, each.kernels, x, h, r, 1);
      ASSERT_EQ(std::vector<float>(all.begin() + r * kHidden, all.begin() + (r + 1) * kHidden), one)
          << each.name << " row " << r;
    }
  }
}

TEST(Gru, HyperbolicTangentAndNormAreWithinWhatIsStated) {
  for (const auto& each : cases()) {
    std::vector<float> x;
    for (int i = -32000; i < 32000; ++i) x.push_back(static_cast<float>(i) * 0.001f);
    x[0] = -1e30f, x[1] = 1e30f;
    auto y = x;
    each.kernels.gru->tanh(y.data(), static_cast<int>(y.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(y[i], std::tanh(static_cast<double>(x[i])), 3e-7) << each.name << " " << x[i];
    const auto rows = noise(3 * 48, 9), gain = noise(48, 10), bias = noise(48, 11);
    std::vector<float> out(3 * 48);
    each.kernels.gru->layer_norm(rows.data(), 48, 3, gain.data(), bias.data(), 48, out.data(), 48);
    for (std::size_t r = 0; r < 3; ++r) {
      double mean = 0, variance = 0;
      for (std::size_t i = 0; i < 48; ++i) mean += rows[r * 48 + i] / 48.0;
      for (std::size_t i = 0; i < 48; ++i)
        variance += (rows[r * 48 + i] - mean) * (rows[r * 48 + i] - mean) / 48;
      for (std::size_t i = 0; i < 48; ++i)
        ASSERT_NEAR(out[r * 48 + i],
                    (rows[r * 48 + i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i],
                    3e-6);
    }
  }
}

TEST(Gru, HalfPrecisionStaysNear) {
  if (!has_bf16()) GTEST_SKIP() << "this machine has no AVX-512 BF16";
  const auto bytes = weights();
  const auto file = Safetensors::read(bytes);
  ASSERT_TRUE(file);
  const auto gru = Gru::load(*file, "gru", kIn, kHidden);
  const auto half = Gru::load(*file, "gru", kIn, kHidden, Precision::bf16);
  ASSERT_TRUE(gru);
  ASSERT_TRUE(half);
  EXPECT_LT(half->bytes(), gru->bytes() * 6 / 10);
  const auto x = noise(kRows * kIn, 12), h = noise(kRows * kHidden, 13, 0.3);
  const auto exact = step(*gru, {}, x, h, 0, kRows), near = step(*half, {}, x, h, 0, kRows);
  for (std::size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(near[i], exact[i], 0.03);
}

TEST(Gru, RefusesOtherShapes) {
  const auto bytes = weights();
  const auto file = Safetensors::read(bytes);
  ASSERT_TRUE(file);
  EXPECT_FALSE(Gru::load(*file, "gru", kIn, kHidden + 16));
  EXPECT_FALSE(Gru::load(*file, "gru", kIn + 1, kHidden));
  EXPECT_FALSE(Gru::load(*file, "lstm", kIn, kHidden));
}

}  // namespace
}  // namespace tutti::nn
