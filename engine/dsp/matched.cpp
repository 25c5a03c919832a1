#include "engine/dsp/matched.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

double squared_model(const Analogue& m, double u) noexcept {  // u = (f / corner)²
  const double nr = m.n0 - m.n2 * u, dr = m.d0 - m.d2 * u;
  return (nr * nr + m.n1 * m.n1 * u) / (dr * dr + m.d1 * m.d1 * u);
}

double half_sine_squared(double w) noexcept {
  const double s = math::sin(w / 2);
  return s * s;
}

// |H|² = (n0 + n1 x + n2 x²) / (1 + d1 x + d2 x²), where x = sin²(w/2) / unit.
struct Squared {
  double unit, n0, n1, n2, d1, d2;
};

// c2, c1, c0 of a second-order polynomial in s = j tan(w/2) / g with this squared magnitude.
struct Root {
  double c2, c1, c0;
};
Root root(double at_zero, double slope, double at_nyquist, double g) noexcept {
  const double c0 = std::sqrt(std::max(at_zero, 0.0));
  const double c2 = std::sqrt(std::max(at_nyquist, 0.0)) * g * g;
  const double c1 = g * g * (slope + 2 * at_zero) + 2 * c0 * c2;
  return {c2, std::sqrt(std::max(c1, 0.0)), c0};
}

Section section(const Squared& q) noexcept {
  const double top = 1 / q.unit;  // x at the Nyquist frequency
  const double d_top = std::max(1 + top * (q.d1 + top * q.d2), 1e-300);
  const double g = 1 / std::sqrt(std::sqrt(d_top));
  const Root d = root(1, q.d1 * top, d_top, g);
  const Root n = root(q.n0, q.n1 * top, q.n0 + top * (q.n1 + top * q.n2), g);
  return {g, std::max(d.c1, 1e-6), n.c2, n.c1, n.c0};
}

// Solves three linear equations, with pivoting.
bool solve3(double (&m)[3][4]) noexcept {
  for (int i = 0; i < 3; ++i) {
    int best = i;
    for (int r = i + 1; r < 3; ++r)
      if (std::fabs(m[r][i]) > std::fabs(m[best][i])) best = r;
    if (std::fabs(m[best][i]) < 1e-300) return false;
    for (int c = 0; c < 4; ++c) std::swap(m[i][c], m[best][c]);
    for (int r = 0; r < 3; ++r) {
      if (r == i) continue;
      const double f = m[r][i] / m[i][i];
      for (int c = i; c < 4; ++c) m[r][c] -= f * m[i][c];
    }
  }
  for (int i = 0; i < 3; ++i) m[i][3] /= m[i][i];
  return true;
}

double minus_exp(double x) noexcept {  // 1 - exp(x), exact near 0
  if (x < -0.01) return 1 - math::exp(x);
  return -x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))));
}

struct Places {
  double low, middle, high;  // angles
};
// Below, at and above the corner, inside the band; found by search for the least deviation of
// bells.
Places places(const Analogue& m, double w0) noexcept {
  // The width of the model: the mean of its poles' and its zeros'.
  const double poles = m.d1 / std::sqrt(m.d2 * m.d0);
  const double zeros = m.n2 * m.n0 > 0 ? m.n1 / std::sqrt(m.n2 * m.n0) : poles;
  const double width = std::clamp(std::sqrt(std::max(poles * zeros, 0.0)), 0.02, 3.0);
  const double ratio = std::sqrt(1 + width * width / 4) + width / 2;
  const double high = std::min(w0 * ratio, w0 + 0.4 * (math::kPi - w0));
  const double missing = w0 * ratio / high;  // of the room above; made up for below
  return {w0 * math::exp2(-0.8 * math::log2(ratio) - 0.2 * math::log2(missing)), w0, high};
}

Section general(const Analogue& m, double w0) noexcept {
  const Places at = places(m, w0);
  const double unit = half_sine_squared(at.middle), top = 1 / unit;
  const double n0 = squared_model(m, 0);
  const double h_top = squared_model(m, math::kPi / w0 * (math::kPi / w0));
  double e[3][4];
  const double angles[3] = {at.low, at.middle, at.high};
  for (int i = 0; i < 3; ++i) {
    const double ratio = angles[i] / w0;
    const double h = squared_model(m, ratio * ratio);
    const double x = half_sine_squared(angles[i]) / unit, share = x * x / top;
    e[i][0] = x - share;
    e[i][1] = h_top * share - h * x;
    e[i][2] = (h_top - h) * x * x;
    e[i][3] = h - n0 - (h_top - n0) * share / top;
  }
  if (!solve3(e)) return bilinear(m, std::min(w0, 0.98 * math::kPi));
  const double n1 = e[0][3], d1 = e[1][3], d2 = e[2][3];
  const double n2 = h_top * d2 + (h_top * d1 - n1) / top + (h_top - n0) / (top * top);
  return section({unit, n0, n1, n2, d1, d2});
}

// The poles of the model where they are in time (z = exp(s)): never unstable, whatever the corner.
struct Poles {
  double g, k, slope, top;  // of the squared magnitude in sin²(w/2): the slope at 0, the value at 1
};
Poles exact_poles(const Analogue& m, double w0) noexcept {
  const double r = w0 * std::sqrt(m.d0 / m.d2);
  const double half = m.d1 / std::sqrt(m.d2 * m.d0) / 2;  // damping
  // a1 = -(p + q), a2 = p q of the two poles; 1 ± a1 + a2 without cancellation.
  double sum, difference, loss;  // 1 + a1 + a2, 1 - a1 + a2, 1 - a2
  if (half < 1) {
    const double e = math::exp(-half * r), angle = std::sqrt(1 - half * half) * r;
    const double sine = math::sin(angle / 2), rest = minus_exp(-half * r);
    sum = rest * rest + 4 * e * sine * sine;
    difference = (1 + e) * (1 + e) - 4 * e * sine * sine;
    loss = minus_exp(-2 * half * r);
  } else {
    const double root = std::sqrt(half * half - 1);
    const double slow = r / (half + root), fast = r * (half + root);
    sum = minus_exp(-slow) * minus_exp(-fast);
    difference = (1 + math::exp(-slow)) * (1 + math::exp(-fast));
    loss = minus_exp(-slow - fast);
  }
  const double g = std::sqrt(sum / difference), k = 2 * loss / (difference * g);
  return {g, k, k * k / (g * g) - 2 - 2 / (g * g), 1 / (g * g * g * g)};
}

Section at_exact_poles(const Analogue& m, double w0) noexcept {
  const Poles d = exact_poles(m, w0);
  const double middle = std::min(w0, 0.7 * math::kPi), x = half_sine_squared(middle);
  const double ratio = middle / w0;
  const double here =
      squared_model(m, ratio * ratio) * (1 + x * (d.slope + x * (d.top - 1 - d.slope)));
  const double n0 = squared_model(m, 0);
  const double n_top = squared_model(m, math::kPi / w0 * (math::kPi / w0)) * d.top;
  if (n0 == 0 && m.n1 == 0) return {d.g, d.k, std::sqrt(here) * d.g * d.g / x, 0, 0};
  const double n2 = (n_top - n0 - (here - n0) / x) / (1 - x);
  const Root n = root(n0, n_top - n0 - n2, n_top, d.g);
  return {d.g, d.k, n.c2, n.c1, n.c0};
}

// A zero on the circle at the corner.
Section zero_at_corner(const Analogue& m, double w0) noexcept {
  const double width = m.d1 / std::sqrt(m.d2 * m.d0);
  const double ratio = std::sqrt(1 + width * width / 4) - width / 2;
  const double unit = half_sine_squared(w0), top = 1 / unit;
  const double x = half_sine_squared(w0 * ratio) / unit;
  const double h = squared_model(m, ratio * ratio);
  const double h_top = squared_model(m, math::kPi / w0 * (math::kPi / w0));
  const double at_low = ((1 - x) * (1 - x) / h - 1) / x;
  const double at_top = ((1 - top) * (1 - top) / h_top - 1) / top;
  const double d2 = (at_top - at_low) / (top - x);
  Section s = section({unit, 1, -2, 1, at_low - d2 * x, d2});
  s.c1 = 0;
  return s;
}

Section first_order(const Analogue& m, double w0) noexcept {
  const double middle = std::min(w0, 0.9 * math::kPi), x = half_sine_squared(middle);
  const double ratio = middle / w0;
  const double h = squared_model(m, ratio * ratio), n0 = squared_model(m, 0);
  const double h_top = squared_model(m, math::kPi / w0 * (math::kPi / w0));
  // n0 + n1 x = h (1 + d1 x) at the corner, n0 + n1 = h_top (1 + d1) at the top.
  const double d1 = (h - n0 - (h_top - n0) * x) / ((h_top - h) * x);
  const double n1 = h_top * (1 + d1) - n0;
  const double d_top = std::max(1 + d1, 1e-300);
  const double g = 1 / std::sqrt(d_top);
  const double c0 = std::sqrt(n0), c1 = g * std::sqrt(std::max(n0 + n1, 0.0));
  return {g, 2, c1, c0 + c1, c0};  // times (s + 1) / (s + 1)
}

double amplitude(double gain) noexcept {
  return math::exp2(gain * (0.025 * 3.321928094887362348));  // 10^(gain / 40)
}

}  // namespace

Analogue bell(double gain, double q) noexcept {
  const double a = amplitude(gain);
  return {1, a / q, 1, 1, 1 / (a * q), 1};
}
Analogue low_shelf(double gain, double q) noexcept {
  const double a = amplitude(gain), r = std::sqrt(a) / q;
  return {a, a * r, a * a, a, r, 1};
}
Analogue high_shelf(double gain, double q) noexcept {
  const double a = amplitude(gain), r = std::sqrt(a) / q;
  return {a * a, a * r, a, 1, r, a};
}
Analogue low_pass(double q) noexcept {
  return {0, 0, 1, 1, 1 / q, 1};
}
Analogue high_pass(double q) noexcept {
  return {1, 0, 0, 1, 1 / q, 1};
}
Analogue band_pass(double q) noexcept {
  return {0, 1 / q, 0, 1, 1 / q, 1};
}
Analogue notch(double q) noexcept {
  return {1, 0, 1, 1, 1 / q, 1};
}
Analogue low_pass1() noexcept {
  return {0, 0, 1, 0, 1, 1};
}
Analogue high_pass1() noexcept {
  return {0, 1, 0, 0, 1, 1};
}

namespace {
// 1 / H, where H has no zero at either end.
Section reciprocal(const Section& s) noexcept {
  const double r = std::sqrt(s.c0 / s.c2);
  return {s.g * r, s.c1 / (s.c2 * r), 1 / s.c2, s.k / (s.c2 * r), 1 / s.c0};
}
}  // namespace

Section matched(const Analogue& m, double w0) noexcept {
  const bool pass = m.n0 * m.n2 == 0 || m.n1 == 0;  // a cut, a band pass, a notch
  const bool bell = m.n2 == m.d2 && m.n0 == m.d0 && !pass;
  w0 = std::min(w0, (pass ? 0.92 : 0.98) * math::kPi);
  if (m.d2 == 0) return first_order(m, w0);
  if (m.n1 == 0 && m.n2 != 0 && m.n2 * m.d0 == m.n0 * m.d2) return zero_at_corner(m, w0);
  if (bell) return general(m, w0);
  // The sharp side of a rising shelf is its zeros; they are placed as poles of the falling one.
  if (!pass && m.n2 * m.d0 > m.n0 * m.d2)
    return reciprocal(at_exact_poles({m.d2, m.d1, m.d0, m.n2, m.n1, m.n0}, w0));
  return at_exact_poles(m, w0);
}

Section bilinear(const Analogue& m, double w0) noexcept {
  const double t = math::tan(std::min(w0, 0.98 * math::kPi) / 2);
  if (m.d2 == 0) {  // times (s + 1) / (s + 1), corner where the model has it
    const double r = m.d0 / m.d1;
    const double c1 = m.n1 / m.d1, c0 = m.n0 / m.d0;
    return {t * r, 2, c1, c0 + c1, c0};
  }
  const double r = std::sqrt(m.d0 / m.d2);  // of the poles to the corner
  return {t * r, m.d1 / (m.d2 * r), m.n2 / m.d2, m.n1 / (m.d2 * r), m.n0 / m.d0};
}

Section blended(const Section& s, double part) noexcept {
  const double rest = 1 - part;
  return {s.g, s.k, rest + part * s.c2, rest * s.k + part * s.c1, rest + part * s.c0};
}

double squared(const Complex& z) noexcept {
  return z.re * z.re + z.im * z.im;
}
Complex product(const Complex& a, const Complex& b) noexcept {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

namespace {
Complex ratio_of(double n2, double n1, double n0, double d2, double d1, double d0,
                 double t) noexcept {
  // Large t: both sides divided by t².
  const double scale = t > 1 ? 1 / t : 1, big = t > 1 ? 1 : t;
  const Complex n{n0 * scale * scale - n2 * big * big, n1 * big * scale};
  const Complex d{d0 * scale * scale - d2 * big * big, d1 * big * scale};
  const double size = squared(d);
  return {(n.re * d.re + n.im * d.im) / size, (n.im * d.re - n.re * d.im) / size};
}
}  // namespace

Complex response(const Section& s, double w) noexcept {
  const double c = math::cos(w / 2);
  const double t = c < 1e-12 ? 1e12 : math::sin(w / 2) / c;
  return ratio_of(s.c2, s.c1, s.c0, 1, s.k, 1, t / s.g);
}
Complex response(const Analogue& m, double ratio) noexcept {
  return ratio_of(m.n2, m.n1, m.n0, m.d2, m.d1, m.d0, ratio);
}

double ring_frames(const Section& s, double decibels) noexcept {
  double radius;
  if (s.k < 2) {
    radius = std::sqrt(std::max(1 - s.g * s.k + s.g * s.g, 1e-12) / (1 + s.g * s.k + s.g * s.g));
  } else {
    const double slow = 2 / (s.k + std::sqrt(s.k * s.k - 4));
    const double fast = 1 / slow;
    radius = std::max(std::fabs((1 - s.g * slow) / (1 + s.g * slow)),
                      std::fabs((1 - s.g * fast) / (1 + s.g * fast)));
  }
  radius = std::clamp(radius, 1e-6, 1 - 1e-12);
  return decibels * (math::kLn2 / 6.020599913279624) / -math::log(radius);
}

}  // namespace tutti::dsp
