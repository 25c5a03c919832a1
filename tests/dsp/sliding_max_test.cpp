#include "engine/dsp/sliding_max.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"
#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {
namespace {

TEST(SlidingMax, IsTheHighestOfTheWindowWhateverTheCuts) {
  Random random(5);
  for (const int longest : {1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 241, 577, 2304}) {
    for (const int window : {1, longest / 3 + 1, longest}) {
      SlidingMax sliding;
      Arena arena;
      sliding.prepare(longest, 128, arena);
      std::vector<float> in(4000), out;
      for (float& x : in) x = static_cast<float>(random.uniform() * random.uniform());
      for (std::size_t at = 0; at < in.size();) {
        const std::size_t n = std::min<std::size_t>(1 + random.below(128), in.size() - at);
        float chunk[144] = {};
        std::copy_n(in.begin() + static_cast<long>(at), n, chunk);
        sliding.process(chunk, static_cast<int>(n), window);
        out.insert(out.end(), chunk, chunk + n);
        at += n;
      }
      for (std::size_t i = 0; i < in.size(); ++i) {
        float wanted = 0;
        for (std::size_t k = 0; k < static_cast<std::size_t>(window) && k <= i; ++k)
          wanted = std::max(wanted, in[i - k]);
        ASSERT_EQ(out[i], wanted) << "window " << window << " of " << longest << " at " << i;
      }
    }
  }
}

TEST(PeakKernels, AreTheSameBitsOnEveryWidth) {
  using namespace peak_kernels;
  const Table &one = generic(), &other = best();
  Random random(6);
  for (int round = 0; round < 100; ++round) {
    const int frames = 1 + static_cast<int>(random.below(200));
    constexpr std::size_t kRoom = 300, kPast = 64;
    std::vector<float> in(kRoom), bound(kRoom, 0.5f), gain(kRoom), x(kRoom), y(kRoom);
    std::vector<double> sums(kRoom), whole(kRoom), whole_other(kRoom);
    for (std::size_t i = 0; i < kRoom; ++i) {
      in[i] = static_cast<float>(random.uniform(-1.5, 1.5));
      gain[i] = static_cast<float>(random.uniform());
      sums[i] = static_cast<double>(random.below(1000000));
    }
    const float* now = in.data() + kPast;
    const auto same = [&](const char* what) {
      for (int i = 0; i < frames; ++i)
        ASSERT_EQ(x[static_cast<std::size_t>(i)], y[static_cast<std::size_t>(i)]) << what;
    };
    float a[2] = {}, b[2] = {};
    one.highest(now, frames, a[0], a[1]);
    other.highest(now, frames, b[0], b[1]);
    EXPECT_EQ(a[0], b[0]);
    EXPECT_EQ(a[1], b[1]);
    EXPECT_EQ(one.loudest(now, frames), other.loudest(now, frames));
    EXPECT_EQ(one.loudest(now, frames), a[1]);
    EXPECT_EQ(one.lowest(now, frames), other.lowest(now, frames));
    one.peaks(now, x.data(), frames);
    other.peaks(now, y.data(), frames);
    same("peaks");
    one.higher(now, gain.data(), x.data(), frames);
    other.higher(now, gain.data(), y.data(), frames);
    same("higher");
    std::vector<float> held(kRoom, 0.2f);
    x = y = std::vector<float>(now, now + kRoom - kPast);
    one.hold(x.data(), held.data(), frames / 4);
    other.hold(y.data(), held.data(), frames / 4);
    same("hold");
    one.group(now, x.data(), frames / 4);
    other.group(now, y.data(), frames / 4);
    same("group");
    x = y = std::vector<float>(now, now + kRoom - kPast);
    x.resize(kRoom), y.resize(kRoom);
    one.excess(x.data(), 0.9f, frames);
    other.excess(y.data(), 0.9f, frames);
    same("excess");
    one.whole(gain.data(), whole.data(), frames);
    other.whole(gain.data(), whole_other.data(), frames);
    for (int i = 0; i < frames; ++i)
      ASSERT_EQ(whole[static_cast<std::size_t>(i)], whole_other[static_cast<std::size_t>(i)]);
    one.gains(sums.data(), 1e-6, x.data(), frames);
    other.gains(sums.data(), 1e-6, y.data(), frames);
    same("gains");
    one.apply(now, gain.data(), bound.data(), x.data(), frames);
    other.apply(now, gain.data(), bound.data(), y.data(), frames);
    same("apply");
  }
}

}  // namespace
}  // namespace tutti::dsp
