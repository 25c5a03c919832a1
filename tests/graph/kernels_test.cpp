// The same bits whatever the width of the machine's vectors.
#include <limits>

#include "engine/base/cpu.h"
#include "engine/graph/mix_kernels.h"
#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

TEST(Kernels, WideOnesGiveTheSameBits) {
  std::vector<const MixKernels*> all{&kMixGeneric};
#if defined(__x86_64__)
  if (isa() != Isa::base) all.push_back(&kMixAvx2);
  if (isa() == Isa::avx512) all.push_back(&kMixAvx512);
#endif
  std::vector<std::vector<float>> waves;
  for (std::uint64_t i = 0; i < 20; ++i) waves.push_back(lab::noise(3000, i));
  for (int frames : {1, 7, 16, 33, 100, 1000}) {
    for (int count : {1, 2, 16, 19}) {
      std::vector<Term> terms;
      for (int t = 0; t < count; ++t) {
        const float* x = waves[static_cast<std::size_t>(t)].data() + t;
        terms.push_back({x, t % 3 ? x : waves[19].data(), t % 2 ? 0.7f : 1.0f,
                         0.1f * static_cast<float>(t + 1), -0.3f});
      }
      std::vector<float> reference[2];
      for (const MixKernels* k : all) {
        std::vector<float> l(static_cast<std::size_t>(frames)), r(l);
        k->sum(terms.data(), count, l.data(), r.data(), frames);
        k->add(waves[0].data(), l.data(), frames);
        if (k == all[0]) {
          reference[0] = l, reference[1] = r;
          double sum = waves[0][0];
          for (const Term& t : terms) sum += static_cast<double>(t.left[0]) * t.scale * t.left_gain;
          EXPECT_NEAR(l[0], sum, 1e-5);
        }
        EXPECT_EQ(l, reference[0]);
        EXPECT_EQ(r, reference[1]);
        EXPECT_EQ(k->peak(l.data(), frames), all[0]->peak(l.data(), frames));
        float highest = 0;
        for (float x : l) highest = std::max(highest, std::fabs(x));
        EXPECT_EQ(k->peak(l.data(), frames), highest);
        EXPECT_TRUE(k->finite(l.data(), frames));
        for (float bad :
             {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
              std::numeric_limits<float>::quiet_NaN()}) {
          for (std::size_t place : {std::size_t{0}, l.size() / 2, l.size() - 1}) {
            auto broken = l;
            broken[place] = bad;
            EXPECT_FALSE(k->finite(broken.data(), frames));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace tutti::graph
