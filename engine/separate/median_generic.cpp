// Medians of many bins side by side, and what repeats as a median of frames. By forgetful
// selection: of half the values and two more, the smallest and the largest cannot be the median;
// they go, the next value comes, until one is left.
#include <algorithm>
#include <cmath>

#include "engine/base/simd.h"
#include "engine/separate/classical_parts.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace tutti::separate::classical {
namespace {

using simd::f32x4;

#define TUTTI_INLINE inline __attribute__((always_inline))

TUTTI_INLINE void sort_two(f32x4& a, f32x4& b) {
#if defined(__SSE2__)
  const f32x4 low = (f32x4)_mm_min_ps((__m128)a, (__m128)b);
  b = (f32x4)_mm_max_ps((__m128)a, (__m128)b);
#else
  const f32x4 low = a < b ? a : b;
  b = a > b ? a : b;
#endif
  a = low;
}

// Smallest to the front, largest to the end of v[0 … Count - 1].
template <int Count>
TUTTI_INLINE void ends(f32x4* v) {
  for (int i = 0; i < Count / 2; ++i) sort_two(v[i], v[Count - 1 - i]);
  for (int i = 1; i < (Count + 1) / 2; ++i) sort_two(v[0], v[i]);
  for (int i = Count / 2; i < Count - 1; ++i) sort_two(v[i], v[Count - 1]);
}

template <int Left, class Next>
TUTTI_INLINE f32x4 select(f32x4* v, Next next) {
  ends<Left>(v);
  if constexpr (Left == 3) {
    return v[1];
  } else {
    v[Left - 1] = next();
    return select<Left - 1>(v + 1, next);
  }
}

// Of at(0) … at(Count - 1), Count odd.
template <int Count, class At>
TUTTI_INLINE f32x4 median(At at) {
  constexpr int kFirst = Count / 2 + 2;
  f32x4 v[kFirst];
  int taken = 0;
  for (; taken < kFirst; ++taken) v[taken] = at(taken);
  return select<kFirst>(v, [&] { return at(taken++); });
}

}  // namespace

namespace {

template <int Count>
void in_time(const Plane& in, int frames, int bins, Plane& out) noexcept {
  for (int t = 0; t < frames; ++t) {
    const float* rows[Count];
    for (int i = 0; i < Count; ++i) rows[i] = in.row(std::clamp(t + i - Count / 2, 0, frames - 1));
    for (int f = 0; f < bins; f += 4)
      simd::store(out.row(t) + f, median<Count>([&](int i) __attribute__((always_inline)) {
                    return simd::load<f32x4>(rows[i] + f);
                  }));
  }
}

}  // namespace

void median_in_time(const Plane& in, int frames, int bins, Plane& out) noexcept {
  in_time<kMedianFrames>(in, frames, bins, out);
}

void brief_median_in_time(const Plane& in, int frames, int bins, Plane& out) noexcept {
  in_time<kBriefFrames>(in, frames, bins, out);
}

void median_in_frequency(const Plane& in, int frames, int bins, Plane& out) noexcept {
  static_assert(kMedianBins / 2 <= kMargin);
  for (int t = 0; t < frames; ++t) {
    const float* const row = in.row(t) - kMedianBins / 2;
    for (int f = 0; f < bins; f += 4)
      simd::store(out.row(t) + f, median<kMedianBins>([&](int i) __attribute__((always_inline)) {
                    return simd::load<f32x4>(row + f + i);
                  }));
  }
}

Repetition::Repetition(int most_frames, int bins) : bins_(bins) {
  // Bands of one bin, then an eighth of the frequency wide.
  for (int f = 1; f < bins; f += 1 + f / 8) edges_.push_back(f);
  edges_.push_back(bins);
  bands_ = static_cast<int>(edges_.size()) - 1;
  coarse_.resize(static_cast<std::size_t>(most_frames) * static_cast<std::size_t>(bands_));
  likeness_.resize(static_cast<std::size_t>(most_frames));
}

void Repetition::find(const Plane& in, int frames, int apart, Plane& out) noexcept {
  for (int t = 0; t < frames; ++t) {
    float* const own = coarse_.data() + static_cast<long>(t) * bands_;
    float power = 1e-12f;
    for (int b = 0; b < bands_; ++b) {
      float sum = 0;
      for (int f = edges_[static_cast<std::size_t>(b)]; f < edges_[static_cast<std::size_t>(b) + 1];
           ++f)
        sum += in.row(t)[f];
      own[b] = sum;
      power += sum * sum;
    }
    const float unit = 1.0f / std::sqrt(power);
    for (int b = 0; b < bands_; ++b) own[b] *= unit;
  }
  for (int t = 0; t < frames; ++t) {
    const float* const own = coarse_.data() + static_cast<long>(t) * bands_;
    for (int u = 0; u < frames; ++u) {
      const float* const other = coarse_.data() + static_cast<long>(u) * bands_;
      float sum = 0;
      for (int b = 0; b < bands_; ++b) sum += own[b] * other[b];
      likeness_[static_cast<std::size_t>(u)] = sum;
    }
    const float* rows[kSimilar];
    for (auto& row : rows) row = in.row(t);
    const auto forget = [&](int around) {
      for (int u = std::max(0, around - apart + 1); u < std::min(frames, around + apart); ++u)
        likeness_[static_cast<std::size_t>(u)] = -1;
    };
    forget(t);
    int found = 1;
    for (; found < kSimilar; ++found) {
      const auto best = std::max_element(likeness_.begin(), likeness_.begin() + frames);
      if (*best < 0) break;
      const int at = static_cast<int>(best - likeness_.begin());
      rows[found] = in.row(at);
      forget(at);
    }
    float* const to = out.row(t);
    for (int f = 0; f < bins_; f += 4) {
      const f32x4 here = simd::load<f32x4>(in.row(t) + f);
      const f32x4 usual = median<kSimilar>([&](int i) __attribute__((always_inline)) {
        return simd::load<f32x4>(rows[i] + f);
      });
      simd::store(to + f, usual < here ? usual : here);
    }
  }
}

}  // namespace tutti::separate::classical
