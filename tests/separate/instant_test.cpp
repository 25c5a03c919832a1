#include "engine/separate/instant.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "tests/separate/reference.h"
#include "tests/support/allocation_count.h"

namespace tutti::separate {
namespace {

using tests::NetworkSize;
using Song = std::array<std::vector<float>, kChannels>;
using Separated = std::array<Song, kStems>;

Song song(std::size_t frames) {
  return {tests::sound(frames, 0), tests::sound(frames, 1)};
}
StereoIn view(const Song& x) {
  return {x[0], x[1]};
}

std::unique_ptr<Instant> load(const std::vector<std::byte>& bytes,
                              const NetworkKernels& kernels = {},
                              nn::Precision precision = nn::Precision::f32) {
  auto instant = Instant::load(bytes, precision, kernels);
  EXPECT_TRUE(instant) << (instant ? "" : instant.error().message);
  return instant ? std::move(*instant) : nullptr;
}

StemsOut spans(Separated& stems, std::size_t frames) {
  StemsOut out;
  for (std::size_t s = 0; s < kStems; ++s) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      stems[s][c].resize(frames);
      out[s][c] = stems[s][c];
    }
  }
  return out;
}

Separated separate(const Separator& separator, const Song& x) {
  Separated stems;
  const auto workspace = separator.make_workspace();
  EXPECT_TRUE(separator.separate(view(x), spans(stems, x[0].size()), *workspace));
  return stems;
}

Separated live(const Instant& instant, const Song& x, const std::vector<std::size_t>& blocks) {
  LiveInstant stream(instant.network());
  Separated stems;
  const auto all = spans(stems, x[0].size());
  std::size_t at = 0, turn = 0;
  while (at < x[0].size()) {
    const auto count = std::min(blocks[turn++ % blocks.size()], x[0].size() - at);
    StemsOut out = all;
    for (auto& stem : out)
      for (auto& channel : stem) channel = channel.subspan(at, count);
    stream.process({std::span(x[0]).subspan(at, count), std::span(x[1]).subspan(at, count)}, out);
    at += count;
  }
  return stems;
}

// dB of what `b` differs from `a` by, under the power of `a`.
template <class A, class B>
double distance(const A& a, const B& b) {
  double power = 0, error = 0;
  for (std::size_t s = 0; s < kStems; ++s) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      EXPECT_EQ(a[s][c].size(), b[s][c].size());
      for (std::size_t i = 0; i < a[s][c].size(); ++i) {
        const double d = static_cast<double>(a[s][c][i]) - static_cast<double>(b[s][c][i]);
        power += static_cast<double>(a[s][c][i]) * static_cast<double>(a[s][c][i]);
        error += d * d;
      }
    }
  }
  return 10 * std::log10(error / power);
}

struct KernelCase {
  const char* name;
  NetworkKernels kernels;
};
std::vector<KernelCase> kernel_cases() {
  std::vector<KernelCase> cases = {{"generic", NetworkKernels::generic()}};
#if defined(__x86_64__)
  if (has_fma()) cases.push_back({"fma", {{&nn::kGemmFma, &nn::kGruFma}, &kSpectrumFma}});
  if (has_fma() && isa() == Isa::avx512)
    cases.push_back({"fma512", {{&nn::kGemmFma512, &nn::kGruFma512}, &kSpectrumFma512}});
#endif
  return cases;
}

TEST(Instant, IsTheNetworkThatItsDescriptionGives) {
  const NetworkSize size;
  const auto bytes = tests::random_network(size, 3);
  const auto file = nn::Safetensors::read(bytes);
  ASSERT_TRUE(file);
  const auto x = song(2777);  // not a whole number of hops, more than one chunk of frames
  const auto expected = tests::Reference(*file, size).separate(x, false);
  for (const auto& each : kernel_cases())
    EXPECT_LT(distance(expected, separate(*load(bytes, each.kernels), x)), -100) << each.name;
}

TEST(Instant, ProductsOfHalfPrecisionStayNearTheRest) {
  if (!has_bf16()) GTEST_SKIP() << "this machine has no AVX-512 BF16";
  const auto bytes = tests::random_network(tests::full_size(), 4);
  const auto x = song(44100);
  const auto exact = separate(*load(bytes), x);
  const double apart = distance(exact, separate(*load(bytes, {}, nn::Precision::bf16), x));
  RecordProperty("dB", static_cast<int>(apart));
  EXPECT_LT(apart, -35);
}

// What the headers state of the fused kernels, at the size that is shipped.
TEST(Instant, FusedKernelsAreFarBelowHearing) {
  const auto bytes = tests::random_network(tests::full_size(), 4);
  const auto x = song(44100);
  const auto generic = separate(*load(bytes, NetworkKernels::generic()), x);
  for (const auto& each : kernel_cases())
    EXPECT_LT(distance(generic, separate(*load(bytes, each.kernels), x)), -100) << each.name;
}

TEST(Instant, StemsSumToTheMixture) {
  const auto instant = load(tests::random_network({}, 5));
  for (const std::size_t frames : {1u, 127u, 128u, 129u, 5000u}) {
    const auto x = song(frames);
    const auto stems = separate(*instant, x);
    for (std::size_t c = 0; c < kChannels; ++c)
      for (std::size_t i = 0; i < frames; ++i)
        ASSERT_NEAR(stems[0][c][i] + stems[1][c][i] + stems[2][c][i] + stems[3][c][i], x[c][i],
                    2e-6)
            << frames << " frames, sample " << i;
  }
}

TEST(Instant, SilenceGivesSilenceAndLoudnessStaysFinite) {
  const auto instant = load(tests::random_network({}, 6));
  Song x;
  for (auto& channel : x) channel.assign(4000, 0.0f);
  for (const auto& stem : separate(*instant, x))
    for (const auto& channel : stem)
      for (const float v : channel) ASSERT_EQ(v, 0.0f);
  for (auto& channel : x)
    for (std::size_t i = 0; i < channel.size(); ++i) channel[i] = i % 100 < 50 ? 50.0f : -50.0f;
  for (const auto& stem : separate(*instant, x))
    for (const auto& channel : stem)
      for (const float v : channel) ASSERT_TRUE(std::isfinite(v));
}

TEST(Instant, RefusesWrongLengths) {
  const auto instant = load(tests::random_network({}, 6));
  const auto workspace = instant->make_workspace();
  Separated stems;
  EXPECT_FALSE(instant->separate({}, spans(stems, 0), *workspace));
  const Song x = song(static_cast<std::size_t>(instant->segment()) + 1);
  EXPECT_FALSE(instant->separate(view(x), spans(stems, x[0].size()), *workspace));
}

TEST(Instant, SegmentsAllocateNothing) {
  const auto instant = load(tests::random_network({}, 6));
  const auto workspace = instant->make_workspace();
  Separated stems;
  const auto x = song(9000);
  const auto out = spans(stems, 9000);
  const long before = tutti::tests::allocations();
  ASSERT_TRUE(instant->separate(view(x), out, *workspace));
  EXPECT_EQ(tutti::tests::allocations(), before);
}

TEST(LiveInstant, IsTheCausalNetworkLate) {
  const NetworkSize size;
  const auto bytes = tests::random_network(size, 7);
  const auto file = nn::Safetensors::read(bytes);
  ASSERT_TRUE(file);
  const auto instant = load(bytes);
  const auto x = song(2000);
  const auto expected = tests::Reference(*file, size).separate(x, true);
  auto fed = x;  // silence after it, to hear its end
  const auto late = static_cast<std::size_t>(LiveInstant(instant->network()).latency());
  EXPECT_EQ(late, 256u);
  for (auto& channel : fed) channel.resize(2000 + late);
  auto stems = live(*instant, fed, {64});
  for (auto& stem : stems) {
    for (auto& channel : stem) {
      // Half of it is silence; then the first frame, which begins a hop before the stream.
      for (std::size_t i = 0; i < late / 2; ++i) ASSERT_EQ(channel[i], 0.0f);
      channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(late));
    }
  }
  EXPECT_LT(distance(expected, stems), -100);
}

TEST(LiveInstant, SamplesDoNotDependOnBlocks) {
  const auto instant = load(tests::random_network({}, 8));
  const auto x = song(9000);
  const auto whole = live(*instant, x, {9000});
  for (const std::vector<std::size_t>& blocks :
       {std::vector<std::size_t>{1}, {128}, {4096}, {1, 77, 500, 128, 3, 4096, 129}})
    EXPECT_EQ(live(*instant, x, blocks), whole);
}

TEST(LiveInstant, ProcessesInPlaceAndForgetsOnReset) {
  const auto instant = load(tests::random_network({}, 9));
  const auto x = song(3000);
  const auto apart = live(*instant, x, {100});
  LiveInstant stream(instant->network());
  for (int pass = 0; pass < 2; ++pass) {
    Separated stems;
    auto out = spans(stems, 3000);
    stems[2] = x;  // the mixture's memory is that of a stem
    stream.process({stems[2][0], stems[2][1]}, out);
    EXPECT_EQ(stems, apart);
    stream.reset();
  }
}

TEST(LiveInstant, NeverAllocates) {
  const auto instant = load(tests::random_network({}, 10));
  LiveInstant stream(instant->network());
  Separated stems;
  const auto x = song(4096);
  const auto out = spans(stems, 4096);
  const long before = tutti::tests::allocations();
  for (const std::size_t count : {4096u, 1u, 128u, 0u, 3000u, 7u}) {
    StemsOut some = out;
    for (auto& stem : some)
      for (auto& channel : stem) channel = channel.first(count);
    stream.process({std::span(x[0]).first(count), std::span(x[1]).first(count)}, some);
  }
  stream.reset();
  EXPECT_EQ(tutti::tests::allocations(), before);
}

}  // namespace
}  // namespace tutti::separate
