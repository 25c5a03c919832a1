// HTDemucs on small networks of pseudo-random weights, held to the plain reference.
#include "engine/separate/htdemucs.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "htdemucs_reference.h"
#include "tests/support/allocation_count.h"
#include "tests/support/htdemucs_weights.h"

namespace tutti::separate {
namespace {

using tests::HtDemucsShape;
using tests::HtDemucsWeights;

constexpr std::size_t kFrames = 2010;  // not a multiple of any stride

const HtDemucsShape kSmall{.channels = 8, .bottom = 0, .depth = 2, .layers = 3, .frequencies = 128};
const HtDemucsShape kBottom{
    .channels = 16, .bottom = 48, .depth = 2, .layers = 2, .frequencies = 128};

std::vector<std::byte> weights_of(const HtDemucsShape& shape, const char* heads = "2",
                                  std::size_t segment = kFrames) {
  return HtDemucsWeights::make(
      shape, {{"heads", heads}, {"segment", std::to_string(segment)}, {"version", "test"}});
}

std::array<std::vector<float>, 2> music(std::size_t frames) {
  std::array<std::vector<float>, 2> song{std::vector<float>(frames), std::vector<float>(frames)};
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i);
    song[0][i] = static_cast<float>(0.3 * std::sin(t * 0.11) +
                                    0.05 * HtDemucsWeights::noise("left", i) + 0.02);
    song[1][i] = static_cast<float>(0.2 * std::sin(t * 0.037 + 0.4) +
                                    0.1 * HtDemucsWeights::noise("right", i));
  }
  return song;
}

struct Stems {
  explicit Stems(std::size_t frames) {
    for (auto& stem : data)
      for (auto& channel : stem) channel.assign(frames, 0.0f);
  }
  StemsOut out() {
    StemsOut spans;
    for (std::size_t s = 0; s < kStems; ++s)
      for (std::size_t c = 0; c < kChannels; ++c) spans[s][c] = data[s][c];
    return spans;
  }
  std::array<std::array<std::vector<float>, kChannels>, kStems> data;
};

Stems separated(const HtDemucs& model, const std::array<std::vector<float>, 2>& song,
                const SongLevel& level = {}) {
  Stems stems(song[0].size());
  const auto workspace = model.make_workspace();
  const auto done = model.separate({song[0], song[1]}, stems.out(), *workspace, level);
  EXPECT_TRUE(done.ok());
  return stems;
}

// Of all stems together, in dB.
double snr(const std::vector<std::vector<double>>& reference, const Stems& stems) {
  double signal = 0, noise = 0;
  for (std::size_t s = 0; s < kStems; ++s)
    for (std::size_t c = 0; c < kChannels; ++c)
      for (std::size_t i = 0; i < stems.data[s][c].size(); ++i) {
        const double expected = reference[s * 2 + c][i];
        const double difference = static_cast<double>(stems.data[s][c][i]) - expected;
        signal += expected * expected;
        noise += difference * difference;
      }
  return 10 * std::log10(signal / (noise + 1e-300));
}

std::vector<std::vector<double>> plainly(const std::vector<std::byte>& weights,
                                         const std::array<std::vector<float>, 2>& song) {
  const auto file = nn::Safetensors::read(weights);
  const std::vector<tests::plain::Array> mixture{{song[0].begin(), song[0].end()},
                                                 {song[1].begin(), song[1].end()}};
  return tests::plain::separate(mixture, *file, 256, 2);
}

struct Set {
  const char* name;
  const nn::GemmKernels* gemm;
  const nn::NormKernels* norms;
};
std::vector<Set> kernel_sets() {
  std::vector<Set> sets{{"generic", &nn::kGemmGeneric, &nn::kNormsGeneric}};
#if defined(__x86_64__) && !defined(TUTTI_BASE_ISA)
  if (has_fma()) sets.push_back({"fma", &nn::kGemmFma, &nn::kNormsFma});
  if (has_fma() && isa() == Isa::avx512)
    sets.push_back({"fma512", &nn::kGemmFma512, &nn::kNormsFma512});
#endif
  return sets;
}

TEST(HtDemucs, AgreesWithThePlainReferenceOnEveryMachine) {
  const auto song = music(kFrames);
  for (const auto& shape : {kSmall, kBottom}) {
    const auto weights = weights_of(shape);
    const auto reference = plainly(weights, song);
    for (const Set& set : kernel_sets()) {
      const auto model = HtDemucs::load(
          weights, {.numbers = HtDemucs::Numbers::f32, .gemm = set.gemm, .norms = set.norms});
      ASSERT_TRUE(model.ok()) << model.error().message;
      EXPECT_GT(snr(reference, separated(**model, song)), 100.0) << set.name;
    }
  }
}

TEST(HtDemucs, WorksWithoutResidualBranchesWhereTheWeightsHaveNone) {
  HtDemucsShape shape = kSmall;
  shape.encoder_residual = false;
  const auto song = music(kFrames);
  const auto weights = weights_of(shape);
  const auto model = HtDemucs::load(weights, {.numbers = HtDemucs::Numbers::f32});
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_GT(snr(plainly(weights, song), separated(**model, song)), 100.0);
}

TEST(HtDemucs, InBf16StaysWithin50dB) {
  if (!has_bf16()) GTEST_SKIP() << "this processor has no AVX-512 BF16";
  const auto song = music(kFrames);
  const auto weights = weights_of(kBottom);
  const auto model = HtDemucs::load(weights);
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE((*model)->uses_bf16());
  EXPECT_NE((*model)->version(), "test");  // another version: the cache must tell them apart
  const auto whole = HtDemucs::load(weights, {.numbers = HtDemucs::Numbers::f32});
  EXPECT_FALSE((*whole)->uses_bf16());
  EXPECT_EQ((*whole)->version(), "test");
  EXPECT_LT((*model)->weight_bytes(), (*whole)->weight_bytes());
  const double ratio = snr(plainly(weights, song), separated(**model, song));
  EXPECT_GT(ratio, 50.0);
  EXPECT_LT(ratio, 100.0);  // it is bf16
}

TEST(HtDemucs, HearsAShortSegmentInTheMiddleOfSilence) {
  const auto weights = weights_of(kSmall);
  const auto model = HtDemucs::load(weights);
  const auto song = music(701);
  std::array<std::vector<float>, 2> padded{std::vector<float>(kFrames),
                                           std::vector<float>(kFrames)};
  const std::size_t before = (kFrames - 701) / 2;
  for (std::size_t c = 0; c < 2; ++c)
    std::copy(song[c].begin(), song[c].end(), padded[c].begin() + static_cast<long>(before));
  const Stems own = separated(**model, song), whole = separated(**model, padded);
  for (std::size_t s = 0; s < kStems; ++s)
    for (std::size_t c = 0; c < kChannels; ++c)
      for (std::size_t i = 0; i < 701; ++i)
        ASSERT_EQ(own.data[s][c][i], whole.data[s][c][before + i]);
}

TEST(HtDemucs, NormsTheSongByItsLevel) {
  const auto model = HtDemucs::load(weights_of(kSmall), {.numbers = HtDemucs::Numbers::f32});
  auto song = music(kFrames);
  const Stems plain = separated(**model, song);
  for (auto& channel : song)
    for (float& v : channel) v = v * 0.25f + 0.125f;
  const Stems level = separated(**model, song, {0.125f, 0.25f});
  for (std::size_t s = 0; s < kStems; ++s)
    for (std::size_t i = 0; i < kFrames; ++i)
      ASSERT_NEAR(level.data[s][0][i], plain.data[s][0][i] * 0.25f + 0.125f, 1e-5f);
}

TEST(HtDemucs, GivesTheSameEveryTimeAndAllocatesNothingWhileItRuns) {
  const auto model = HtDemucs::load(weights_of(kBottom));
  const auto song = music(kFrames), other = music(kFrames / 2);
  const auto workspace = (*model)->make_workspace();
  Stems first(kFrames), second(kFrames), between(kFrames / 2);
  const auto first_out = first.out(), second_out = second.out(), between_out = between.out();
  const StereoIn in{song[0], song[1]}, short_in{other[0], other[1]};
  const long before = tests::allocations();
  const bool done = (*model)->separate(in, first_out, *workspace).ok() &&
                    (*model)->separate(short_in, between_out, *workspace).ok() &&
                    (*model)->separate(in, second_out, *workspace).ok();
  EXPECT_EQ(tests::allocations(), before);
  EXPECT_TRUE(done);
  EXPECT_EQ(first.data, second.data);
}

TEST(HtDemucs, SegmentsAndWeightsAreThoseOfTheAuthors) {
  const auto model = HtDemucs::load(weights_of(kSmall, "2", 343980));
  ASSERT_TRUE(model.ok());
  EXPECT_EQ((*model)->segment(), 343980);
  EXPECT_EQ((*model)->segment() - (*model)->overlap(), 257985);  // int(0.75 * 343980)
  EXPECT_TRUE((*model)->needs_level());
  EXPECT_FLOAT_EQ((*model)->weight(0, 343980), 1.0f / 171990);
  EXPECT_FLOAT_EQ((*model)->weight(171989, 343980), 1.0f);
  EXPECT_FLOAT_EQ((*model)->weight(171990, 343980), 1.0f);
  EXPECT_FLOAT_EQ((*model)->weight(343979, 343980), 1.0f / 171990);
}

TEST(HtDemucs, ABagTakesEachStemFromItsOwnNetwork) {
  const auto song = music(kFrames);
  std::vector<std::unique_ptr<HtDemucs>> networks;
  std::vector<Stems> alone;
  for (std::size_t layers = 0; layers < kStems; ++layers) {
    HtDemucsShape shape = kSmall;  // the same architecture apart from the depth of the transformer
    shape.layers = layers;
    shape.bottom = 16;
    auto model = HtDemucs::load(weights_of(shape));
    if (layers == 0) {
      EXPECT_FALSE(model.ok());  // no transformer at all: no such network
      shape.layers = 4;
      model = HtDemucs::load(weights_of(shape));
    }
    ASSERT_TRUE(model.ok()) << model.error().message;
    alone.push_back(separated(**model, song));
    networks.push_back(std::move(*model));
  }
  auto bag = make_htdemucs_bag(std::move(networks));
  ASSERT_TRUE(bag.ok()) << bag.error().message;
  EXPECT_EQ((*bag)->name(), "htdemucs_ft");
  Stems stems(kFrames);
  const auto workspace = (*bag)->make_workspace();
  ASSERT_TRUE((*bag)->separate({song[0], song[1]}, stems.out(), *workspace).ok());
  for (std::size_t s = 0; s < kStems; ++s) {
    EXPECT_EQ(stems.data[s], alone[s].data[s]);
    EXPECT_NE(stems.data[s], alone[(s + 1) % kStems].data[s]);
  }
  EXPECT_FALSE(make_htdemucs_bag({}).ok());
}

TEST(HtDemucs, SaysWhatIsWrongWithWeights) {
  EXPECT_FALSE(HtDemucs::load(std::span<const std::byte>{}).ok());
  // Another network's file: nothing of what is needed.
  nn::SafetensorsWriter other;
  const float one = 1;
  other.add("fc.weight", nn::Type::f32, {1}, std::as_bytes(std::span(&one, 1)));
  const auto bytes = other.bytes();
  const auto refused = HtDemucs::load(bytes);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::bad_input);
  EXPECT_FALSE(refused.error().next.empty());
  // Heads that do not divide the width.
  EXPECT_FALSE(HtDemucs::load(weights_of(kSmall, "5")).ok());
  // A segment shorter than its windows.
  EXPECT_FALSE(HtDemucs::load(weights_of(kSmall, "2", 100)).ok());
  // One tensor renamed.
  auto broken = weights_of(kSmall);
  const std::string name = "tdecoder.1.rewrite.bias";
  const auto* const text = reinterpret_cast<const char*>(broken.data());
  const auto at = std::string_view(text, broken.size()).find(name);
  ASSERT_NE(at, std::string_view::npos);
  broken[at] = std::byte{'x'};
  const auto missing = HtDemucs::load(broken);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find(name), std::string::npos) << missing.error().message;
}

TEST(HtDemucs, RefusesSegmentsThatItCannotHear) {
  const auto model = HtDemucs::load(weights_of(kSmall));
  const auto workspace = (*model)->make_workspace();
  const auto song = music(kFrames + 1);
  Stems stems(kFrames + 1);
  const auto refused = (*model)->separate({song[0], song[1]}, stems.out(), *workspace);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::wrong_usage);
  EXPECT_FALSE((*model)->separate({}, Stems(0).out(), *workspace).ok());
}

TEST(HtDemucs, SilenceGivesNumbersNotNaN) {
  const auto model = HtDemucs::load(weights_of(kSmall));
  const std::array<std::vector<float>, 2> song{std::vector<float>(kFrames),
                                               std::vector<float>(kFrames)};
  const Stems stems = separated(**model, song);
  for (const auto& stem : stems.data)
    for (const auto& channel : stem)
      for (const float v : channel) ASSERT_TRUE(std::isfinite(v));
}

}  // namespace
}  // namespace tutti::separate
