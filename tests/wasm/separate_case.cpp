#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/separate/blend.h"
#include "engine/separate/classical.h"
#include "engine/separate/instant.h"
#include "engine/separate/segments.h"
#include "tests/separate/networks.h"
#include "tests/wasm/cases.h"

namespace tutti::reference {
namespace {

constexpr std::size_t kFrames = 9 * 44100;  // two segments: the first is short

// The whole song's stems one after the other: drums left, drums right, bass …
std::vector<float> separated(const separate::Separator& separator, const std::vector<float>& left,
                             const std::vector<float>& right) {
  std::vector<std::vector<float>> planes(separate::kStems * separate::kChannels);
  separate::Segments segments(separator);
  for (std::size_t at = 0; !segments.done();) {
    at += static_cast<std::size_t>(
        segments.feed({std::span(left).subspan(at), std::span(right).subspan(at)}));
    if (at == kFrames) segments.finish();
    if (!segments.ready() || !segments.separate()) {
      std::fprintf(stderr, "The test song could not be separated.\n");
      std::exit(1);
    }
    for (std::size_t p = 0; p < planes.size(); ++p) {
      const auto part = segments.stem(static_cast<int>(p) / separate::kChannels,
                                      static_cast<int>(p) % separate::kChannels);
      planes[p].insert(planes[p].end(), part.begin(), part.end());
    }
  }
  std::vector<float> all;
  for (const auto& plane : planes) all.insert(all.end(), plane.begin(), plane.end());
  return all;
}

}  // namespace

void separate_case(const std::filesystem::path& out) {
  const auto left = separate::tests::sound(kFrames, 0), right = separate::tests::sound(kFrames, 1);
  write_values(out / "separate-left.f32", left);
  write_values(out / "separate-right.f32", right);
  const auto weights = separate::tests::random_network({}, 21);
  write_values(out / "separate.weights", weights);
  // WASM has no fused operations: the generic kernels are the ones it is held to.
  auto network =
      separate::Instant::load(weights, nn::Precision::f32, separate::NetworkKernels::generic());
  if (!network) {
    std::fprintf(stderr, "%s\n", network.error().message.c_str());
    std::exit(1);
  }
  const auto instant =
      separate::make_blend(std::move(*network), separate::make_classical()).value();
  write_values(out / "separate-instant.f32", separated(*instant, left, right));
  write_values(out / "separate-classical.f32", separated(*separate::make_classical(), left, right));
}

}  // namespace tutti::reference
