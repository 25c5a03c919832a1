// The passes of RealFft, written once and compiled once per instruction set (see fft.h).
//
// Included by fft_*.cpp only, each of which defines TUTTI_FFT_LANES and TUTTI_FFT_NAMESPACE first.
// Nothing here may be inline with external linkage, or the linker could hand AVX code to a machine
// without it; hence one namespace a file and internal linkage throughout.
#pragma once

#include "engine/dsp/fft_plan.h"

namespace tutti::dsp::TUTTI_FFT_NAMESPACE {
namespace {

constexpr int kLanes = TUTTI_FFT_LANES;
typedef float V __attribute__((vector_size(4 * TUTTI_FFT_LANES)));
typedef float V1;  // one lane: small sizes, with the same operations

#define TUTTI_INLINE static inline __attribute__((always_inline))

template <class T>
TUTTI_INLINE T load(const float* p) {
  T v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
TUTTI_INLINE void store(float* p, T v) {
  __builtin_memcpy(p, &v, sizeof v);
}

#if TUTTI_FFT_LANES == 4
#define TUTTI_SHUFFLE_EVEN 0, 2, 4, 6
#define TUTTI_SHUFFLE_ODD 1, 3, 5, 7
#define TUTTI_SHUFFLE_REVERSE 3, 2, 1, 0
#define TUTTI_SHUFFLE_ZIP_LOW 0, 4, 1, 5
#define TUTTI_SHUFFLE_ZIP_HIGH 2, 6, 3, 7
#else
#define TUTTI_SHUFFLE_EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define TUTTI_SHUFFLE_ODD 1, 3, 5, 7, 9, 11, 13, 15
#define TUTTI_SHUFFLE_REVERSE 7, 6, 5, 4, 3, 2, 1, 0
#define TUTTI_SHUFFLE_ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define TUTTI_SHUFFLE_ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#endif

TUTTI_INLINE V reversed(V v) {
  return __builtin_shufflevector(v, v, TUTTI_SHUFFLE_REVERSE);
}

// out[4 i + k] = rows[k][i].
TUTTI_INLINE void store_interleaved(float* out, V r0, V r1, V r2, V r3) {
#if TUTTI_FFT_LANES == 4
  const V a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5),
          b = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
  const V c = __builtin_shufflevector(r0, r1, 2, 6, 3, 7),
          d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
  store<V>(out, __builtin_shufflevector(a, b, 0, 1, 4, 5));
  store<V>(out + 4, __builtin_shufflevector(a, b, 2, 3, 6, 7));
  store<V>(out + 8, __builtin_shufflevector(c, d, 0, 1, 4, 5));
  store<V>(out + 12, __builtin_shufflevector(c, d, 2, 3, 6, 7));
#else
  const V a = __builtin_shufflevector(r0, r2, 0, 8, 1, 9, 4, 12, 5, 13);
  const V b = __builtin_shufflevector(r1, r3, 0, 8, 1, 9, 4, 12, 5, 13);
  const V c = __builtin_shufflevector(r0, r2, 2, 10, 3, 11, 6, 14, 7, 15);
  const V d = __builtin_shufflevector(r1, r3, 2, 10, 3, 11, 6, 14, 7, 15);
  const V p04 = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  const V p15 = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  const V p26 = __builtin_shufflevector(c, d, 0, 8, 1, 9, 4, 12, 5, 13);
  const V p37 = __builtin_shufflevector(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
  store<V>(out, __builtin_shufflevector(p04, p15, 0, 1, 2, 3, 8, 9, 10, 11));
  store<V>(out + 8, __builtin_shufflevector(p26, p37, 0, 1, 2, 3, 8, 9, 10, 11));
  store<V>(out + 16, __builtin_shufflevector(p04, p15, 4, 5, 6, 7, 12, 13, 14, 15));
  store<V>(out + 24, __builtin_shufflevector(p26, p37, 4, 5, 6, 7, 12, 13, 14, 15));
#endif
}
TUTTI_INLINE void store_interleaved(float* out, V1 r0, V1 r1, V1 r2, V1 r3) {
  out[0] = r0, out[1] = r1, out[2] = r2, out[3] = r3;
}

// Where the first pass finds element j: interleaved (re, im) pairs or two planes.
struct Pairs {
  const float* in;
  TUTTI_INLINE void get(const Pairs& s, int j, V& re, V& im) {
    const V a = load<V>(s.in + 2 * j), b = load<V>(s.in + 2 * j + kLanes);
    re = __builtin_shufflevector(a, b, TUTTI_SHUFFLE_EVEN);
    im = __builtin_shufflevector(a, b, TUTTI_SHUFFLE_ODD);
  }
  TUTTI_INLINE void get(const Pairs& s, int j, V1& re, V1& im) {
    re = s.in[2 * j], im = s.in[2 * j + 1];
  }
};
struct Planes {
  const float *re, *im;
  template <class T>
  TUTTI_INLINE void get(const Planes& s, int j, T& re, T& im) {
    re = load<T>(s.re + j), im = load<T>(s.im + j);
  }
};

template <class T>
struct Quad {
  T re[4], im[4];
};

// Four inputs to four outputs before the twiddles.
template <class T>
TUTTI_INLINE Quad<T> butterfly(T ar, T ai, T br, T bi, T cr, T ci, T dr, T di) {
  const T pr = ar + cr, pi = ai + ci, mr = ar - cr, mi = ai - ci;
  const T qr = br + dr, qi = bi + di, nr = br - dr, ni = bi - di;
  return {{pr + qr, mr + ni, pr - qr, mr - ni}, {pi + qi, mi - nr, pi - qi, mi + nr}};
}
template <class T, class W>
TUTTI_INLINE void twiddle(Quad<T>& x, int k, W wr, W wi) {
  const T re = x.re[k] * wr - x.im[k] * wi, im = x.re[k] * wi + x.im[k] * wr;
  x.re[k] = re, x.im[k] = im;
}

template <class T, class Source>
TUTTI_INLINE void first_pass(const Source& in, int n, const float* w, float* yr, float* yi) {
  constexpr int lanes = sizeof(T) / sizeof(float);
  const int m = n / 4;
  for (int p = 0; p < m; p += lanes) {
    T ar, ai, br, bi, cr, ci, dr, di;
    Source::get(in, p, ar, ai), Source::get(in, p + m, br, bi);
    Source::get(in, p + 2 * m, cr, ci), Source::get(in, p + 3 * m, dr, di);
    Quad<T> x = butterfly<T>(ar, ai, br, bi, cr, ci, dr, di);
    for (int k = 1; k < 4; ++k) {
      const float* row = w + (k - 1) * 2 * m + p;
      twiddle<T, T>(x, k, load<T>(row), load<T>(row + m));
    }
    store_interleaved(yr + 4 * p, x.re[0], x.re[1], x.re[2], x.re[3]);
    store_interleaved(yi + 4 * p, x.im[0], x.im[1], x.im[2], x.im[3]);
  }
}

// stride >= lanes: vectors run along q, twiddles are the same for a whole vector.
template <class T>
TUTTI_INLINE void middle_pass(const float* xr, const float* xi, int n, int stride, const float* w,
                              float* yr, float* yi) {
  constexpr int lanes = sizeof(T) / sizeof(float);
  const int m = n / stride / 4, jump = n / 4;
  for (int p = 0; p < m; ++p) {
    const float w1r = w[p], w1i = w[m + p], w2r = w[2 * m + p], w2i = w[3 * m + p],
                w3r = w[4 * m + p], w3i = w[5 * m + p];
    for (int q = 0; q < stride; q += lanes) {
      const float *r = xr + q + stride * p, *i = xi + q + stride * p;
      Quad<T> x = butterfly<T>(load<T>(r), load<T>(i), load<T>(r + jump), load<T>(i + jump),
                               load<T>(r + 2 * jump), load<T>(i + 2 * jump), load<T>(r + 3 * jump),
                               load<T>(i + 3 * jump));
      if (m > 1) {
        twiddle<T, float>(x, 1, w1r, w1i);
        twiddle<T, float>(x, 2, w2r, w2i);
        twiddle<T, float>(x, 3, w3r, w3i);
      }
      float *tr = yr + q + stride * 4 * p, *ti = yi + q + stride * 4 * p;
      for (int k = 0; k < 4; ++k)
        store<T>(tr + k * stride, x.re[k]), store<T>(ti + k * stride, x.im[k]);
    }
  }
}

#if TUTTI_FFT_LANES == 8
// stride 4 with eight lanes: two p at a time, the twiddles spread four lanes each.
TUTTI_INLINE void stride4_pass(const float* xr, const float* xi, int n, const float* w, float* yr,
                               float* yi) {
  const int m = n / 16, jump = n / 4;
  for (int p = 0; p < m; p += 2) {
    const float *r = xr + 4 * p, *i = xi + 4 * p;
    Quad<V> x = butterfly<V>(load<V>(r), load<V>(i), load<V>(r + jump), load<V>(i + jump),
                             load<V>(r + 2 * jump), load<V>(i + 2 * jump), load<V>(r + 3 * jump),
                             load<V>(i + 3 * jump));
    for (int k = 1; k < 4; ++k) {
      const float *re = w + (k - 1) * 2 * m + p, *im = re + m;
      const V wr = {re[0], re[0], re[0], re[0], re[1], re[1], re[1], re[1]};
      const V wi = {im[0], im[0], im[0], im[0], im[1], im[1], im[1], im[1]};
      twiddle<V, V>(x, k, wr, wi);
    }
    float *tr = yr + 16 * p, *ti = yi + 16 * p;
    for (int k = 0; k < 4; k += 2) {
      store<V>(tr + 4 * k, __builtin_shufflevector(x.re[k], x.re[k + 1], 0, 1, 2, 3, 8, 9, 10, 11));
      store<V>(tr + 16 + 4 * k,
               __builtin_shufflevector(x.re[k], x.re[k + 1], 4, 5, 6, 7, 12, 13, 14, 15));
      store<V>(ti + 4 * k, __builtin_shufflevector(x.im[k], x.im[k + 1], 0, 1, 2, 3, 8, 9, 10, 11));
      store<V>(ti + 16 + 4 * k,
               __builtin_shufflevector(x.im[k], x.im[k + 1], 4, 5, 6, 7, 12, 13, 14, 15));
    }
  }
}
#endif

template <class T>
TUTTI_INLINE void radix2_pass(const float* xr, const float* xi, int n, float* yr, float* yi) {
  constexpr int lanes = sizeof(T) / sizeof(float);
  const int h = n / 2;
  for (int q = 0; q < h; q += lanes) {
    const T ar = load<T>(xr + q), ai = load<T>(xi + q), br = load<T>(xr + q + h),
            bi = load<T>(xi + q + h);
    store<T>(yr + q, ar + br), store<T>(yi + q, ai + bi);
    store<T>(yr + q + h, ar - br), store<T>(yi + q + h, ai - bi);
  }
}

// The whole complex transform; the result lies in plan.a (even number of passes) or plan.b.
template <class Source>
TUTTI_INLINE const float* transform(const FftPlan& plan, const Source& in) {
  const int n = plan.half;
  const bool wide = n >= 8 * kLanes;
  float *x = plan.a, *y = plan.b;
  if (wide)
    first_pass<V>(in, n, plan.twiddles[0], x, x + n);
  else
    first_pass<V1>(in, n, plan.twiddles[0], x, x + n);
  int stride = 4;
  for (int pass = 1; stride * 4 <= n; ++pass, stride *= 4) {
    const float* w = plan.twiddles[pass];
    if (stride >= kLanes && wide) middle_pass<V>(x, x + n, n, stride, w, y, y + n);
#if TUTTI_FFT_LANES == 8
    else if (stride == 4 && wide && n >= 64)
      stride4_pass(x, x + n, n, w, y, y + n);
#endif
    else
      middle_pass<V1>(x, x + n, n, stride, w, y, y + n);
    float* t = x;
    x = y, y = t;
  }
  if (stride < n) {
    if (wide)
      radix2_pass<V>(x, x + n, n, y, y + n);
    else
      radix2_pass<V1>(x, x + n, n, y, y + n);
    x = y;
  }
  return x;
}

template <class T>
TUTTI_INLINE void split_at(const float* zr, const float* zi, T ar, T ai, T br, T bi, T wr, T wi,
                           T& xr, T& xi, T& yr, T& yi) {
  (void)zr, (void)zi;
  const T er = (ar + br) * 0.5f, ei = (ai - bi) * 0.5f;
  const T dr = (ar - br) * 0.5f, di = (ai + bi) * 0.5f;
  // -i w d
  const T tr = wr * di + wi * dr, ti = wi * di - wr * dr;
  xr = er + tr, xi = ei + ti;
  yr = er - tr, yi = ti - ei;
}

void forward(const FftPlan& plan, const float* in, float* re, float* im) {
  const int n = plan.half;
  const float* z = transform(plan, Pairs{in});
  const float *zr = z, *zi = z + n, *wr = plan.split, *wi = plan.split + n / 2;
  re[0] = zr[0] + zi[0], im[0] = 0;
  re[n] = zr[0] - zi[0], im[n] = 0;
  int k = 1;
  for (; k + kLanes <= n / 2; k += kLanes) {
    const int j = n - k - kLanes + 1;
    V xr, xi, yr, yi;
    split_at<V>(zr, zi, load<V>(zr + k), load<V>(zi + k), reversed(load<V>(zr + j)),
                reversed(load<V>(zi + j)), load<V>(wr + k), load<V>(wi + k), xr, xi, yr, yi);
    store<V>(re + k, xr), store<V>(im + k, xi);
    store<V>(re + j, reversed(yr)), store<V>(im + j, reversed(yi));
  }
  for (; k < n / 2; ++k) {
    V1 xr, xi, yr, yi;
    split_at<V1>(zr, zi, zr[k], zi[k], zr[n - k], zi[n - k], wr[k], wi[k], xr, xi, yr, yi);
    re[k] = xr, im[k] = xi, re[n - k] = yr, im[n - k] = yi;
  }
  re[n / 2] = zr[n / 2], im[n / 2] = -zi[n / 2];
}

template <class T>
TUTTI_INLINE void join_at(T ar, T ai, T br, T bi, T wr, T wi, float scale, T& xr, T& xi, T& yr,
                          T& yi) {
  const T er = (ar + br) * scale, ei = (ai - bi) * scale;
  const T dr = (ar - br) * scale, di = (ai + bi) * scale;
  // i conj(w) d
  const T tr = wi * dr - wr * di, ti = wr * dr + wi * di;
  xr = er + tr, xi = ei + ti;
  yr = er - tr, yi = ti - ei;
}

void inverse(const FftPlan& plan, const float* re, const float* im, float* out) {
  const int n = plan.half;
  float *zr = plan.c, *zi = plan.c + n;
  const float *wr = plan.split, *wi = plan.split + n / 2;
  const float scale = 0.5f / static_cast<float>(n);
  zr[0] = (re[0] + re[n]) * scale, zi[0] = (re[0] - re[n]) * scale;
  int k = 1;
  for (; k + kLanes <= n / 2; k += kLanes) {
    const int j = n - k - kLanes + 1;
    V xr, xi, yr, yi;
    join_at<V>(load<V>(re + k), load<V>(im + k), reversed(load<V>(re + j)),
               reversed(load<V>(im + j)), load<V>(wr + k), load<V>(wi + k), scale, xr, xi, yr, yi);
    store<V>(zr + k, xr), store<V>(zi + k, xi);
    store<V>(zr + j, reversed(yr)), store<V>(zi + j, reversed(yi));
  }
  for (; k < n / 2; ++k) {
    V1 xr, xi, yr, yi;
    join_at<V1>(re[k], im[k], re[n - k], im[n - k], wr[k], wi[k], scale, xr, xi, yr, yi);
    zr[k] = xr, zi[k] = xi, zr[n - k] = yr, zi[n - k] = yi;
  }
  zr[n / 2] = re[n / 2] * (2 * scale), zi[n / 2] = -im[n / 2] * (2 * scale);
  // Swapping the planes going in and coming out turns the transform into its inverse.
  const float* z = transform(plan, Planes{zi, zr});
  const float *oi = z, *orr = z + n;
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const V a = load<V>(orr + i), b = load<V>(oi + i);
    store<V>(out + 2 * i, __builtin_shufflevector(a, b, TUTTI_SHUFFLE_ZIP_LOW));
    store<V>(out + 2 * i + kLanes, __builtin_shufflevector(a, b, TUTTI_SHUFFLE_ZIP_HIGH));
  }
  for (; i < n; ++i) out[2 * i] = orr[i], out[2 * i + 1] = oi[i];
}

}  // namespace

extern const FftKernel kernel;
const FftKernel kernel = {forward, inverse};

}  // namespace tutti::dsp::TUTTI_FFT_NAMESPACE
