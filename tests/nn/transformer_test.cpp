// The transformer against a plain one in double precision; chunks, rewinding and widths change no
// bit; nothing is allocated on the way.
#include "engine/nn/transformer.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "tests/nn/weights.h"
#include "tests/support/allocations.h"

namespace tutti::nn {
namespace {

constexpr int kWidth = 64, kLayers = 2, kHeads = 2, kHidden = 96, kTokens = 21;
constexpr int kEach = kWidth / kHeads, kHalf = kEach / 2;
using Row = std::vector<double>;

std::vector<std::byte> weights(Type type) {
  SafetensorsWriter writer;
  tests::add_transformer(writer, kWidth, kLayers, kHidden, type);
  return writer.bytes();
}

struct Angles {
  std::vector<float> cosine, sine;
};
Angles angles(int seed) {
  Angles a;
  for (int i = 0; i < kTokens * kHalf; ++i) {
    const double angle = seed + 0.7 * (i / kHalf) / (1 + i % kHalf);
    a.cosine.push_back(static_cast<float>(std::cos(angle)));
    a.sine.push_back(static_cast<float>(std::sin(angle)));
  }
  return a;
}
const Angles kQuery = angles(1), kKey = angles(2);

Turns turns_of(int token) {
  const auto at = token * kHalf;
  return {kQuery.cosine.data() + at, kQuery.sine.data() + at, kKey.cosine.data() + at,
          kKey.sine.data() + at};
}

std::vector<float> run(const Transformer& network, const std::vector<float>& x, int rows,
                       const Kernels& with = kernels()) {
  TransformerState state(network, kTokens);
  auto y = x;
  for (int at = 0; at < kTokens; at += rows) {
    const int now = std::min(rows, kTokens - at);
    std::vector<Turns> turns;
    for (int r = 0; r < now; ++r) turns.push_back(turns_of(at + r));
    network.advance(state, y.data() + at * kWidth, now, turns.data(), with);
  }
  return y;
}

// The plain form, from the file.
struct Plain {
  const Safetensors& file;

  Row linear(const std::string& name, const Row& x, std::size_t out) const {
    const auto* weight = file.find(name + ".weight");
    const auto* scale = file.find(name + ".scale");
    Row y(out);
    for (std::size_t o = 0; o < out; ++o) {
      for (std::size_t k = 0; k < x.size(); ++k) y[o] += x[k] * weight->at(o * x.size() + k);
      if (scale != nullptr) y[o] *= scale->at(o);
      y[o] += file.find(name + ".bias")->at(o);
    }
    return y;
  }
  Row norm(const std::string& name, const Row& x) const {
    double mean = 0, variance = 0;
    for (const double v : x) mean += v / static_cast<double>(x.size());
    for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * file.find(name + ".weight")->at(i) +
             file.find(name + ".bias")->at(i);
    return y;
  }
  static Row turned(const Row& x, const Angles& a, int token) {
    Row y(x.size());
    for (int h = 0; h < kHeads; ++h) {
      for (int i = 0; i < kHalf; ++i) {
        const auto p = static_cast<std::size_t>(h * kEach + i), q = p + kHalf;
        const auto t = static_cast<std::size_t>(token * kHalf + i);
        y[p] = x[p] * a.cosine[t] - x[q] * a.sine[t];
        y[q] = x[q] * a.cosine[t] + x[p] * a.sine[t];
      }
    }
    return y;
  }

  std::vector<Row> run(std::vector<Row> x) const {
    for (int layer = 0; layer < kLayers; ++layer) {
      const std::string name = "blocks." + std::to_string(layer) + ".";
      std::vector<Row> q, k, v;
      for (int t = 0; t < kTokens; ++t) {
        const Row all =
            linear(name + "qkv", norm(name + "norm1", x[static_cast<std::size_t>(t)]), 3 * kWidth);
        q.push_back(turned(Row(all.begin(), all.begin() + kWidth), kQuery, t));
        k.push_back(turned(Row(all.begin() + kWidth, all.begin() + 2 * kWidth), kKey, t));
        v.emplace_back(all.begin() + 2 * kWidth, all.end());
      }
      for (std::size_t t = 0; t < kTokens; ++t) {
        Row mixed(kWidth);
        for (std::size_t h = 0; h < kHeads; ++h) {
          Row weight(t + 1);
          double sum = 0;
          for (std::size_t j = 0; j <= t; ++j) {
            double dot = 0;
            for (std::size_t d = h * kEach; d < (h + 1) * kEach; ++d) dot += q[t][d] * k[j][d];
            sum += weight[j] = std::exp(dot / std::sqrt(kEach));
          }
          for (std::size_t j = 0; j <= t; ++j)
            for (std::size_t d = h * kEach; d < (h + 1) * kEach; ++d)
              mixed[d] += weight[j] / sum * v[j][d];
        }
        const Row out = linear(name + "out", mixed, kWidth);
        for (std::size_t i = 0; i < kWidth; ++i) x[t][i] += out[i];
        Row up = linear(name + "up", norm(name + "norm2", x[t]), kHidden);
        for (double& u : up)
          u = 0.5 * u * (1 + std::tanh(std::sqrt(2 / M_PI) * (u + 0.044715 * u * u * u)));
        const Row down = linear(name + "down", up, kWidth);
        for (std::size_t i = 0; i < kWidth; ++i) x[t][i] += down[i];
      }
    }
    for (Row& row : x) row = norm("norm", row);
    return x;
  }
};

TEST(Transformer, AgreesWithAPlainOneInDoublePrecision) {
  for (const Type type : {Type::f32, Type::f16, Type::i8}) {
    const auto bytes = weights(type);
    const auto file = Safetensors::read(bytes);
    ASSERT_TRUE(file);
    const auto network = Transformer::load(*file, {kWidth, kLayers, kHeads, kHidden});
    ASSERT_TRUE(network) << network.error().message;
    const auto x = tests::noise(kTokens * kWidth, 5);
    std::vector<Row> rows;
    for (int t = 0; t < kTokens; ++t)
      rows.emplace_back(x.begin() + t * kWidth, x.begin() + (t + 1) * kWidth);
    const auto wanted = Plain{*file}.run(rows);
    const auto found = run(*network, x, 1);
    for (std::size_t t = 0; t < kTokens; ++t)
      for (std::size_t i = 0; i < kWidth; ++i)
        EXPECT_NEAR(found[t * kWidth + i], wanted[t][i], 3e-5) << t;
  }
}

TEST(Transformer, GivesTheSameBitsInAnyChunksOnAnyWidth) {
  const auto bytes = weights(Type::i8);
  const auto file = Safetensors::read(bytes);
  const auto network = Transformer::load(*file, {kWidth, kLayers, kHeads, kHidden});
  ASSERT_TRUE(network);
  const auto x = tests::noise(kTokens * kWidth, 6);
  const auto wanted = run(*network, x, 1, kKernelsGeneric);
  for (int rows = 1; rows <= Transformer::kMostRows; ++rows) {
    EXPECT_EQ(run(*network, x, rows, kKernelsGeneric), wanted) << rows;
#if defined(__x86_64__)
    if (isa() != Isa::base) {
      EXPECT_EQ(run(*network, x, rows, kKernelsAvx2), wanted) << rows;
    }
    if (isa() == Isa::avx512) {
      EXPECT_EQ(run(*network, x, rows, kKernelsAvx512), wanted) << rows;
    }
#endif
  }
}

TEST(Transformer, RewindsAndAllocatesNothing) {
  const auto bytes = weights(Type::i8);
  const auto file = Safetensors::read(bytes);
  const auto network = Transformer::load(*file, {kWidth, kLayers, kHeads, kHidden});
  ASSERT_TRUE(network);
  const auto x = tests::noise(kTokens * kWidth, 6);
  TransformerState state(*network, kTokens);
  auto first = x;
  const auto before = tutti::tests::allocations();
  for (int t = 0; t < kTokens; ++t) {
    const Turns turns = turns_of(t);
    network->advance(state, first.data() + t * kWidth, 1, &turns);
  }
  EXPECT_EQ(tutti::tests::allocations(), before);
  EXPECT_EQ(state.count(), kTokens);
  state.rewind(7);
  auto again = x;
  for (int t = 7; t < kTokens; ++t) {
    const Turns turns = turns_of(t);
    network->advance(state, again.data() + t * kWidth, 1, &turns);
  }
  EXPECT_TRUE(std::equal(first.begin() + 7 * kWidth, first.end(), again.begin() + 7 * kWidth));
}

TEST(Transformer, RefusesShapesThatCannotBe) {
  const auto bytes = weights(Type::f32);
  const auto file = Safetensors::read(bytes);
  for (const TransformerShape shape :
       {TransformerShape{kWidth, 0, kHeads, kHidden}, TransformerShape{kWidth, kLayers, 0, kHidden},
        TransformerShape{kWidth, kLayers, 3, kHidden},
        TransformerShape{kWidth, kLayers, 8, kHidden}, TransformerShape{kWidth, 3, kHeads, kHidden},
        TransformerShape{kWidth, kLayers, kHeads, 80},
        TransformerShape{0, kLayers, kHeads, kHidden},
        TransformerShape{2 * kWidth, kLayers, kHeads, kHidden}}) {
    const auto network = Transformer::load(*file, shape);
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().code, Code::bad_input);
  }
}

}  // namespace
}  // namespace tutti::nn
