#include "native/learn/separator_loss.h"

#include <cmath>
#include <cstddef>

#include "native/learn/separator_math.h"

namespace tutti::learn {
namespace {

constexpr int kFour = 4;
constexpr float kTiny = 1e-10f;

// raw[s] = (a sigmoid(b)) * x for n complex numbers.
TUTTI_CLONES void apply_mask(const float* answer, const float* x, float* raw, float* gate, long n) {
#pragma GCC ivdep
  for (long i = 0; i < 2 * n; ++i) gate[i] = sigmoid_of(answer[2 * n + i]);
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    const float re = answer[2 * i] * gate[2 * i], im = answer[2 * i + 1] * gate[2 * i + 1];
    raw[2 * i] = re * x[2 * i] - im * x[2 * i + 1];
    raw[2 * i + 1] = re * x[2 * i + 1] + im * x[2 * i];
  }
}

struct Raw {
  const float* of[kFour];
};

TUTTI_CLONES void share_rest(const Raw& raw, const float* x, float* const* out, long n) {
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    float re = x[2 * i], im = x[2 * i + 1], sum = 0;
    float power[kFour];
    for (int s = 0; s < kFour; ++s) {
      const float a = raw.of[s][2 * i], b = raw.of[s][2 * i + 1];
      power[s] = a * a + b * b + kTiny;
      sum += power[s];
      re -= a;
      im -= b;
    }
    const float one = 1 / sum;
    for (int s = 0; s < kFour; ++s) {
      const float w = power[s] * one;
      out[s][2 * i] = raw.of[s][2 * i] + w * re;
      out[s][2 * i + 1] = raw.of[s][2 * i + 1] + w * im;
    }
  }
}

// error becomes estimate - stem; answers its energy.
TUTTI_CLONES float subtract(float* estimate, const float* stem, long n) {
  float lanes[16] = {};
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    for (long j = 0; j < 16; ++j) {
      const float d = estimate[i + j] - stem[i + j];
      estimate[i + j] = d;
      lanes[j] += d * d;
    }
  }
  for (; i < n; ++i) {
    const float d = estimate[i] - stem[i];
    estimate[i] = d;
    lanes[0] += d * d;
  }
  float sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

// From errors (weighted) to the gradients of the answers.
TUTTI_CLONES void pull_back(const Raw& raw, const Raw& errors, const float* weights, const float* x,
                            const Raw& answers, const Raw& gates, float* const* gradients, long n) {
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    const float xr = x[2 * i], xi = x[2 * i + 1];
    float re = xr, im = xi, sum = 0, power[kFour];
    for (int s = 0; s < kFour; ++s) {
      const float a = raw.of[s][2 * i], b = raw.of[s][2 * i + 1];
      power[s] = a * a + b * b + kTiny;
      sum += power[s];
      re -= a;
      im -= b;
    }
    const float one = 1 / sum;
    float mean_re = 0, mean_im = 0, mean = 0, slope[kFour];
    for (int s = 0; s < kFour; ++s) {
      const float er = weights[s] * errors.of[s][2 * i], ei = weights[s] * errors.of[s][2 * i + 1];
      const float w = power[s] * one;
      slope[s] = er * re + ei * im;
      mean_re += w * er;
      mean_im += w * ei;
      mean += w * slope[s];
    }
    for (int s = 0; s < kFour; ++s) {
      const float bend = 2 * (slope[s] - mean) * one;
      const float yr = weights[s] * errors.of[s][2 * i] - mean_re + bend * raw.of[s][2 * i];
      const float yi = weights[s] * errors.of[s][2 * i + 1] - mean_im + bend * raw.of[s][2 * i + 1];
      const float mr = yr * xr + yi * xi, mi = yi * xr - yr * xi;
      const float gr = gates.of[s][2 * i], gi = gates.of[s][2 * i + 1];
      gradients[s][2 * i] = mr * gr;
      gradients[s][2 * i + 1] = mi * gi;
      gradients[s][2 * (n + i)] = mr * answers.of[s][2 * i] * gr * (1 - gr);
      gradients[s][2 * (n + i) + 1] = mi * answers.of[s][2 * i + 1] * gi * (1 - gi);
    }
  }
}

}  // namespace

void separator_estimates(const SeparatorBatch& batch, std::span<const float* const> answers,
                         float* estimates) {
  const std::size_t bands = batch.bands.size() - 1;
  const long rows = batch.frames * batch.items, row = 4L * batch.bands.back();
  std::vector<float> raw(static_cast<std::size_t>(4 * row)), gate(static_cast<std::size_t>(row));
  for (std::size_t b = 0; b < bands; ++b) {
    const long at = 4L * batch.bands[b], wide = 4L * batch.bands[b + 1] - at;
    for (long r = 0; r < rows; ++r) {
      const float* const x = batch.mixture + r * row + at;
      Raw all;
      float* out[kFour];
      for (int s = 0; s < kFour; ++s) {
        float* const own = raw.data() + s * row;
        apply_mask(answers[static_cast<std::size_t>(s) * bands + b] + r * 2 * wide, x, own,
                   gate.data(), wide / 2);
        all.of[s] = own;
        out[s] = estimates + (s * rows + r) * row + at;
      }
      share_rest(all, x, out, wide / 2);
    }
  }
}

double separator_loss(const SeparatorBatch& batch, const SeparatorLoss& loss,
                      std::span<const float* const> answers, std::span<float* const> gradients) {
  const std::size_t bands = batch.bands.size() - 1;
  const auto items = static_cast<std::size_t>(batch.items);
  const long rows = batch.frames * batch.items, row = 4L * batch.bands.back();
  const auto all = static_cast<std::size_t>(kFour * rows * row);
  static thread_local std::vector<float> raw, errors, gates;
  raw.resize(all);
  errors.resize(all);
  gates.resize(all);
  std::vector<double> error(items * kFour * bands), energy(items * bands), present(items * kFour);
  const auto place = [&](int s, long r, long at) { return (s * rows + r) * row + at; };
  for (std::size_t b = 0; b < bands; ++b) {
    const long at = 4L * batch.bands[b], wide = 4L * batch.bands[b + 1] - at;
    for (long r = 0; r < rows; ++r) {
      const float* const x = batch.mixture + r * row + at;
      const auto item = static_cast<std::size_t>(r) % items;
      Raw own;
      float* out[kFour];
      for (int s = 0; s < kFour; ++s) {
        float* const y = raw.data() + place(s, r, at);
        apply_mask(answers[static_cast<std::size_t>(s) * bands + b] + r * 2 * wide, x, y,
                   gates.data() + place(s, r, at), wide / 2);
        own.of[s] = y;
        out[s] = errors.data() + place(s, r, at);
      }
      share_rest(own, x, out, wide / 2);
      for (int s = 0; s < kFour; ++s)
        error[(item * kFour + static_cast<std::size_t>(s)) * bands + b] +=
            static_cast<double>(subtract(out[s], batch.stems + place(s, r, at), wide));
      for (int s = 0; s < kFour; ++s) {
        const float* const stem = batch.stems + place(s, r, at);
        double own_energy = 0;
        for (long i = 0; i < wide; ++i) own_energy += static_cast<double>(stem[i] * stem[i]);
        present[item * kFour + static_cast<std::size_t>(s)] += own_energy;
      }
      double sum = 0;
      for (long i = 0; i < wide; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
      energy[item * bands + b] += sum;
    }
  }
  std::vector<float> weights(items * bands * kFour);
  double total = 0;
  constexpr double kDb = 4.342944819;
  for (std::size_t i = 0; i < items; ++i) {
    double mixture = 1e-9;
    for (std::size_t b = 0; b < bands; ++b) mixture += energy[i * bands + b];
    for (std::size_t s = 0; s < kFour; ++s) {
      const double* const own = error.data() + (i * kFour + s) * bands;
      double whole = 0;
      for (std::size_t b = 0; b < bands; ++b) whole += own[b];
      const double base = loss.floor * mixture;
      const double each = (present[i * kFour + s] < 1e-3 * mixture ? loss.absent : 1.0) /
                          (static_cast<double>(items) * kFour);
      total += each * loss.whole * kDb * std::log((whole + base) / mixture);
      for (std::size_t b = 0; b < bands; ++b) {
        const double m = energy[i * bands + b] + 1e-6 * mixture;
        const double floor = loss.band_floor * m, share = loss.by_band / static_cast<double>(bands);
        total += each * share * kDb * std::log((own[b] + floor) / m);
        weights[(i * bands + b) * kFour + s] = static_cast<float>(
            2 * kDb * each * (loss.whole / (whole + base) + share / (own[b] + floor)));
      }
    }
  }
  for (std::size_t b = 0; b < bands; ++b) {
    const long at = 4L * batch.bands[b], wide = 4L * batch.bands[b + 1] - at;
    for (long r = 0; r < rows; ++r) {
      const auto item = static_cast<std::size_t>(r) % items;
      Raw y, e, a, g;
      float* out[kFour];
      for (int s = 0; s < kFour; ++s) {
        const std::size_t head = static_cast<std::size_t>(s) * bands + b;
        y.of[s] = raw.data() + place(s, r, at);
        e.of[s] = errors.data() + place(s, r, at);
        g.of[s] = gates.data() + place(s, r, at);
        a.of[s] = answers[head] + r * 2 * wide;
        out[s] = gradients[head] + r * 2 * wide;
      }
      pull_back(y, e, weights.data() + (item * bands + b) * kFour, batch.mixture + r * row + at, a,
                g, out, wide / 2);
    }
  }
  return total;
}

}  // namespace tutti::learn
