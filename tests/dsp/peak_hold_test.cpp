#include "engine/dsp/peak_hold.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

TEST(PeakHold, IsAtOnceAndHoldsForItsWindowWhateverTheCuts) {
  Random random(15);
  for (const int longest : {20, 60, 240, 576, 2304}) {
    for (const int window : {longest / 2, longest}) {
      std::vector<float> in(9000), whole = in;
      for (float& x : in) x = static_cast<float>(random.uniform() * random.uniform());
      const auto run = [&](int most) {
        PeakHold hold;
        Arena arena;
        hold.prepare(longest, 256, arena);
        std::vector<float> out;
        for (std::size_t at = 0; at < in.size();) {
          const std::size_t n = std::min<std::size_t>(
              most == 256 ? 256 : 1 + random.below(static_cast<std::uint64_t>(most)),
              in.size() - at);
          float chunk[272] = {};
          std::copy_n(in.begin() + static_cast<long>(at), n, chunk);
          hold.process(chunk, static_cast<int>(n), window);
          out.insert(out.end(), chunk, chunk + n);
          at += n;
        }
        return out;
      };
      const auto highest = [&](std::size_t i, int reach) {
        float most = 0;
        for (std::size_t k = 0; k < static_cast<std::size_t>(reach) && k <= i; ++k)
          most = std::max(most, in[i - k]);
        return most;
      };
      const auto out = run(256);
      for (std::size_t i = 0; i < in.size(); ++i) {
        ASSERT_GE(out[i], highest(i, window - 4)) << window << " at " << i;
        ASSERT_LE(out[i], highest(i, window + 4)) << window << " at " << i;
      }
      for (const int most : {1, 3, 7, 100}) ASSERT_EQ(run(most), out) << most;
    }
  }
}

}  // namespace
}  // namespace tutti::dsp
