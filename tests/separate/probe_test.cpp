// The trained network's own framework (LibTorch) and the separator's loops on the same small
// network: band_split_probe.safetensors is written by the trainer (training/separator).
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "engine/separate/band_split.h"

namespace tutti::separate {
namespace {

TEST(BandSplit, AgreesWithTheTrainer) {
  std::ifstream stream(TUTTI_SEPARATE_TESTS "/band_split_probe.safetensors", std::ios::binary);
  ASSERT_TRUE(stream);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(stream), {});
  const auto file = nn::Safetensors::read(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(file) << file.error().message;
  const auto net = BandSplit::load(*file);
  ASSERT_TRUE(net) << net.error().message;
  const auto& shape = net->shape();
  const auto* mixture = file->find("probe.mixture");
  ASSERT_NE(mixture, nullptr);
  const auto frames = static_cast<int>(mixture->shape[0]);
  ASSERT_LE(frames, BandSplit::kFramesAtOnce);
  // There the four numbers of a bin stand together; here they lie in planes.
  const auto size = static_cast<std::size_t>(frames * shape.spectra());
  nn::AlignedVector<float> spectra(size), x(static_cast<std::size_t>(frames * shape.state()));
  const auto place = [&](int t, int f, int part) {
    return static_cast<std::size_t>(t * shape.spectra() + part * shape.plane() + f);
  };
  const auto there = [&](int t, int f, int part) {
    return static_cast<std::size_t>((t * shape.bins() + f) * 4 + part);
  };
  for (int t = 0; t < frames; ++t)
    for (int f = 0; f < shape.bins(); ++f)
      for (int part = 0; part < 4; ++part)
        spectra[place(t, f, part)] = mixture->at(there(t, f, part));
  BandSplit::Scratch scratch(*net, frames);
  for (const bool causal : {false, true}) {
    net->split(spectra.data(), frames, x.data(), scratch);
    net->run(x.data(), frames, causal, scratch);
    nn::AlignedVector<float> out(kStems * size);
    float* stems[kStems];
    for (std::size_t s = 0; s < kStems; ++s) stems[s] = out.data() + s * size;
    net->estimate(x.data(), spectra.data(), frames, stems, scratch);
    const auto* expected = file->find(causal ? "probe.causal" : "probe.offline");
    ASSERT_NE(expected, nullptr);
    double power = 0, error = 0;
    for (int s = 0; s < kStems; ++s) {
      for (int t = 0; t < frames; ++t) {
        for (int f = 0; f < shape.bins(); ++f) {
          for (int part = 0; part < 4; ++part) {
            const double right = static_cast<double>(expected->at(
                there(t, f, part) + static_cast<std::size_t>(s * frames * shape.bins() * 4)));
            const double d = static_cast<double>(stems[s][place(t, f, part)]) - right;
            power += right * right;
            error += d * d;
          }
        }
      }
    }
    EXPECT_LT(10 * std::log10(error / power), -100) << (causal ? "causal" : "offline");
  }
}

}  // namespace
}  // namespace tutti::separate
