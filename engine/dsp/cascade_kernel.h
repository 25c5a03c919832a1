// The inner loops of Cascade, written once and compiled once an instruction set.
//
// Included by cascade_*.cpp only, which define TUTTI_LANES (the floats of a register: 4, 8 or 16).
// All of it has internal linkage, so that no wide code reaches a machine without it. Each lane goes
// through the same operations in the same order whatever the width.
#include <cstdint>
#include <cstring>

#include "engine/dsp/cascade.h"

namespace tutti::dsp {
namespace {

typedef float V4 __attribute__((vector_size(16)));
typedef std::int32_t I4 __attribute__((vector_size(16)));
#define TUTTI_INLINE static inline __attribute__((always_inline))

template <class V>
TUTTI_INLINE V get(const void* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class V>
TUTTI_INLINE void put(void* p, V v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// Eight lanes: two channels of four sections.
#if TUTTI_LANES >= 8
typedef float V8 __attribute__((vector_size(32)));
typedef double D4 __attribute__((vector_size(32)));
typedef std::int32_t M8 __attribute__((vector_size(32)));
// The pair in the first two lanes, the others moved up by two.
TUTTI_INLINE V8 shift_in(const float* pair, V8 out) {
  double x;
  __builtin_memcpy(&x, pair, sizeof x);
  const D4 all = {x, x, x, x};
  return (V8)__builtin_shufflevector(all, (D4)out, 0, 4, 5, 6);
}
TUTTI_INLINE void put_last(float* pair, V8 out) {
  const double x = ((D4)out)[3];
  __builtin_memcpy(pair, &x, sizeof x);
}
TUTTI_INLINE V8 choose(M8 mask, V8 yes, V8 no) {
  return mask ? yes : no;
}
#else
struct V8 {
  V4 a, b;
};
struct M8 {
  I4 a, b;
};
TUTTI_INLINE V8 operator+(V8 x, V8 y) {
  return {x.a + y.a, x.b + y.b};
}
TUTTI_INLINE V8 operator-(V8 x, V8 y) {
  return {x.a - y.a, x.b - y.b};
}
TUTTI_INLINE V8 operator*(V8 x, V8 y) {
  return {x.a * y.a, x.b * y.b};
}
TUTTI_INLINE M8 operator&(M8 x, M8 y) {
  return {x.a & y.a, x.b & y.b};
}
TUTTI_INLINE V8 shift_in(const float* pair, V8 out) {
  typedef std::int64_t L2 __attribute__((vector_size(16)));
  std::int64_t x;
  __builtin_memcpy(&x, pair, sizeof x);
  const L2 first = {x, 0};
  return {__builtin_shufflevector((V4)first, out.a, 0, 1, 4, 5),
          __builtin_shufflevector(out.a, out.b, 2, 3, 4, 5)};
}
TUTTI_INLINE void put_last(float* pair, V8 out) {
  typedef std::int64_t L2 __attribute__((vector_size(16)));
  const std::int64_t x = ((L2)out.b)[1];
  __builtin_memcpy(pair, &x, sizeof x);
}
TUTTI_INLINE V8 choose(M8 mask, V8 yes, V8 no) {
  return {mask.a ? yes.a : no.a, mask.b ? yes.b : no.b};
}
#endif

template <class V>
struct Coefficients {
  V c, d, e, p, q, r;
};
template <class V>
struct State {
  V s1, s2;
};

template <class V>
TUTTI_INLINE Coefficients<V> get_coefficients(const float* p, int stride) {
  return {get<V>(p),
          get<V>(p + stride),
          get<V>(p + 2 * stride),
          get<V>(p + 3 * stride),
          get<V>(p + 4 * stride),
          get<V>(p + 5 * stride)};
}

// One frame of one section in each lane. With `kUnit`, p is 1 in all of them, as in every bell.
template <class V, bool kUnit = false>
TUTTI_INLINE V tick(const Coefficients<V>& k, State<V>& s, V x) {
  const V v = x - s.s2;
  V low = s.s2;
  if constexpr (!kUnit) low = k.p * s.s2;
  const V y = k.r * v + (low + k.q * s.s1);
  const V s1 = k.c * s.s1 + k.d * v;
  s.s2 = (s.s2 + k.d * s.s1) + k.e * v;
  s.s1 = s1;
  return y;
}

constexpr int kSkew = 2;         // frames by which a section follows the one before it
constexpr int kLag = 3 * kSkew;  // of the last
alignas(32) const std::int32_t kBegun[5][8] = {{-1, -1, 0, 0, 0, 0, 0, 0},
                                               {-1, -1, -1, -1, 0, 0, 0, 0},
                                               {-1, -1, -1, -1, -1, -1, 0, 0},
                                               {-1, -1, -1, -1, -1, -1, -1, -1},
                                               {0, 0, 0, 0, 0, 0, 0, 0}};
alignas(32) const std::int32_t kNotEnded[4][8] = {{-1, -1, -1, -1, -1, -1, -1, -1},
                                                  {0, 0, -1, -1, -1, -1, -1, -1},
                                                  {0, 0, 0, 0, -1, -1, -1, -1},
                                                  {0, 0, 0, 0, 0, 0, -1, -1}};

// States too small to hear become 0 before they can become subnormal.
constexpr float kTinySquared = 1e-30f;
constexpr int kGrid = Cascade::kGrid;
template <class V>
TUTTI_INLINE V settled(V s) {
  return s * s < kTinySquared ? V{} : s;
}
#if TUTTI_LANES < 8
TUTTI_INLINE V8 settled(V8 s) {
  return {settled(s.a), settled(s.b)};
}
#endif

template <bool kGliding>
TUTTI_INLINE void advance(Coefficients<V8>& k, const Coefficients<V8>& step) {
  if constexpr (kGliding) {
    k = {k.c + step.c, k.d + step.d, k.e + step.e, k.p + step.p, k.q + step.q, k.r + step.r};
  }
}

// The first and last steps of a run, in which some sections rest.
template <bool kGliding>
TUTTI_INLINE void edge(Coefficients<V8>& k, const Coefficients<V8>& step, State<V8>& s, V8& last,
                       V8& before, float* pairs, int t, int frames, int& until) {
  const int begun = t / kSkew < 3 ? t / kSkew : 3;
  const int ended = t < frames ? 0 : (t - frames) / kSkew + 1;
  const M8 mask = get<M8>(kBegun[begun]) & get<M8>(kNotEnded[ended]);
  const float silence[2] = {0, 0};
  const V8 in = shift_in(t < frames ? pairs + 2 * t : silence, before);
  State<V8> next = s;
  const V8 out = tick(k, next, in);
  if (--until == 0) {
    next = {settled(next.s1), settled(next.s2)};
    until = kGrid;
  }
  s.s1 = choose(mask, next.s1, s.s1);
  s.s2 = choose(mask, next.s2, s.s2);
  Coefficients<V8> moved = k;
  advance<kGliding>(moved, step);
  if constexpr (kGliding) {
    k = {choose(mask, moved.c, k.c), choose(mask, moved.d, k.d), choose(mask, moved.e, k.e),
         choose(mask, moved.p, k.p), choose(mask, moved.q, k.q), choose(mask, moved.r, k.r)};
  }
  if (t >= kLag) put_last(pairs + 2 * (t - kLag), out);
  before = last;
  last = out;
}

// Steps t … end - 1, in which all sections work. With few registers it stays a function of its own:
// inlined, half of the coefficients would be fetched anew in each step.
#if TUTTI_LANES < 8
#define TUTTI_STEPS static __attribute__((noinline))
#else
#define TUTTI_STEPS TUTTI_INLINE
#endif
template <bool kGliding>
TUTTI_STEPS void steps(Coefficients<V8>& k, const Coefficients<V8>& step, State<V8>& s, V8& last,
                       V8& before, float* pairs, int t, int end) {
  Coefficients<V8> here = k;
  State<V8> state = s;
  V8 one = last, two = before;
  for (; t < end; ++t) {
    const V8 out = tick(here, state, shift_in(pairs + 2 * t, two));
    advance<kGliding>(here, step);
    put_last(pairs + 2 * (t - kLag), out);
    two = one;
    one = out;
  }
  if constexpr (kGliding) k = here;
  s = state;
  last = one;
  before = two;
}
#undef TUTTI_STEPS

template <bool kGliding>
TUTTI_INLINE void run(CascadeGroup& g, float* pairs, int frames, int until) {
  Coefficients<V8> k = get_coefficients<V8>(g.now[0], 8);
  const Coefficients<V8> step = get_coefficients<V8>(g.step[0], 8);
  State<V8> s = {get<V8>(g.s1), get<V8>(g.s2)};
  V8 last = s.s1 - s.s1, before = last;
  int t = 0;
  for (; t < kLag && t < frames + kLag; ++t)
    edge<kGliding>(k, step, s, last, before, pairs, t, frames, until);
  while (t < frames) {
    const int end = frames - t < until ? frames : t + until;
    until -= end - t;
    steps<kGliding>(k, step, s, last, before, pairs, t, end);
    t = end;
    if (until == 0) {
      s = {settled(s.s1), settled(s.s2)};
      until = kGrid;
    }
  }
  for (; t < frames + kLag; ++t) edge<kGliding>(k, step, s, last, before, pairs, t, frames, until);
  put(g.s1, s.s1);
  put(g.s2, s.s2);
  if constexpr (kGliding) {
    put(g.now[0], k.c), put(g.now[1], k.d), put(g.now[2], k.e);
    put(g.now[3], k.p), put(g.now[4], k.q), put(g.now[5], k.r);
  }
}
void still(CascadeGroup& g, float* pairs, int frames, int until) {
  run<false>(g, pairs, frames, until);
}
void gliding(CascadeGroup& g, float* pairs, int frames, int until) {
  run<true>(g, pairs, frames, until);
}

// Sections first … first + kCount - 1 of the lanes from `lane` on, in one pass over the rows.
template <class V, int kCount, bool kUnit>
TUTTI_INLINE void pass(float* s1, float* s2, const float* coefficients, int first, int lane,
                       float* rows, int frames, int until) {
  Coefficients<V> k[kCount];
  State<V> s[kCount];
  int left[kCount];
  for (int i = 0; i < kCount; ++i) {
    k[i] = get_coefficients<V>(coefficients + (first + i) * 96 + lane, 16);
    s[i] = {get<V>(s1 + (first + i) * 16 + lane), get<V>(s2 + (first + i) * 16 + lane)};
    // Where the lanes are sections, each is kSkew frames behind the one before it.
    left[i] = (until - kSkew * ((first + i) % 4) + kGrid - 1) % kGrid + 1;
  }
  for (int f = 0; f < frames;) {
    int end = frames;
    for (int i = 0; i < kCount; ++i) end = end - f < left[i] ? end : f + left[i];
    for (int i = 0; i < kCount; ++i) left[i] -= end - f;
    for (; f < end; ++f) {
      V x = get<V>(rows + f * 16 + lane);
      for (int i = 0; i < kCount; ++i) x = tick<V, kUnit>(k[i], s[i], x);
      put(rows + f * 16 + lane, x);
    }
    for (int i = 0; i < kCount; ++i) {
      if (left[i] > 0) continue;
      s[i] = {settled(s[i].s1), settled(s[i].s2)};
      left[i] = kGrid;
    }
  }
  for (int i = 0; i < kCount; ++i) {
    put(s1 + (first + i) * 16 + lane, s[i].s1);
    put(s2 + (first + i) * 16 + lane, s[i].s2);
  }
}
template <class V, int kCount>
TUTTI_INLINE void pass(float* s1, float* s2, const float* coefficients, int first, int lane,
                       float* rows, int frames, int until) {
  bool unit = true;
  for (int i = 0; i < kCount; ++i) {
    const float* p = coefficients + (first + i) * 96 + 3 * 16 + lane;
    for (int n = 0; n < static_cast<int>(sizeof(V) / sizeof(float)); ++n) unit = unit && p[n] == 1;
  }
  if (unit) {
    pass<V, kCount, true>(s1, s2, coefficients, first, lane, rows, frames, until);
  } else {
    pass<V, kCount, false>(s1, s2, coefficients, first, lane, rows, frames, until);
  }
}
template <class V>
TUTTI_INLINE void all_sections(float* s1, float* s2, const float* coefficients, int sections,
                               int lane, float* rows, int frames, int until) {
  int i = 0;
#if TUTTI_LANES >= 16  // registers enough
  for (; i + 4 <= sections; i += 4) pass<V, 4>(s1, s2, coefficients, i, lane, rows, frames, until);
#endif
  for (; i + 2 <= sections; i += 2) pass<V, 2>(s1, s2, coefficients, i, lane, rows, frames, until);
  for (; i < sections; ++i) pass<V, 1>(s1, s2, coefficients, i, lane, rows, frames, until);
}
void lanes(float* s1, float* s2, const float* coefficients, int sections, float* rows, int frames,
           int until, int count) {
  int lane = 0;
#if TUTTI_LANES >= 16
  typedef float V16 __attribute__((vector_size(64)));
  for (; lane + 8 < count; lane += 16)
    all_sections<V16>(s1, s2, coefficients, sections, lane, rows, frames, until);
#endif
#if TUTTI_LANES >= 8
  for (; lane + 4 < count; lane += 8)
    all_sections<V8>(s1, s2, coefficients, sections, lane, rows, frames, until);
#endif
  for (; lane < count; lane += 4)
    all_sections<V4>(s1, s2, coefficients, sections, lane, rows, frames, until);
}

TUTTI_INLINE void transpose(V4& a, V4& b, V4& c, V4& d) {
  const V4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const V4 AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const V4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const V4 CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  c = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
  d = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
}
void to_rows(const float* const* channels, int count, float* rows, int frames) {
  for (int lane = 0; lane < count; lane += 4) {
    const float *c0 = channels[lane], *c1 = channels[lane + 1], *c2 = channels[lane + 2],
                *c3 = channels[lane + 3];
    for (int f = 0; f < frames; f += 4) {
      V4 a = get<V4>(c0 + f), b = get<V4>(c1 + f), c = get<V4>(c2 + f), d = get<V4>(c3 + f);
      transpose(a, b, c, d);
      float* row = rows + f * 16 + lane;
      put(row, a), put(row + 16, b), put(row + 32, c), put(row + 48, d);
    }
  }
}
void from_rows(const float* rows, float* const* channels, int count, int frames) {
  for (int lane = 0; lane < count; lane += 4) {
    float *c0 = channels[lane], *c1 = channels[lane + 1], *c2 = channels[lane + 2],
          *c3 = channels[lane + 3];
    for (int f = 0; f < frames; f += 4) {
      const float* row = rows + f * 16 + lane;
      V4 a = get<V4>(row), b = get<V4>(row + 16), c = get<V4>(row + 32), d = get<V4>(row + 48);
      transpose(a, b, c, d);
      put(c0 + f, a), put(c1 + f, b), put(c2 + f, c), put(c3 + f, d);
    }
  }
}

void to_pairs(const float* left, const float* right, float* pairs, int frames) {
  int f = 0;
  for (; f + 4 <= frames; f += 4) {
    const V4 l = get<V4>(left + f), r = get<V4>(right + f);
    put(pairs + 2 * f, __builtin_shufflevector(l, r, 0, 4, 1, 5));
    put(pairs + 2 * f + 4, __builtin_shufflevector(l, r, 2, 6, 3, 7));
  }
  for (; f < frames; ++f) pairs[2 * f] = left[f], pairs[2 * f + 1] = right[f];
}
// `right` may be null.
void from_pairs(const float* pairs, float* left, float* right, int frames) {
  int f = 0;
  for (; f + 4 <= frames; f += 4) {
    const V4 a = get<V4>(pairs + 2 * f), b = get<V4>(pairs + 2 * f + 4);
    put(left + f, __builtin_shufflevector(a, b, 0, 2, 4, 6));
    if (right) put(right + f, __builtin_shufflevector(a, b, 1, 3, 5, 7));
  }
  for (; f < frames; ++f) {
    left[f] = pairs[2 * f];
    if (right) right[f] = pairs[2 * f + 1];
  }
}

#undef TUTTI_INLINE
}  // namespace
}  // namespace tutti::dsp
