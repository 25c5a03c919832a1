// The Instant separator again, in plain double loops, from its description: what the fast one is
// held to.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "engine/base/math.h"
#include "engine/nn/safetensors.h"
#include "tests/separate/networks.h"

namespace tutti::separate::tests {

using Numbers = std::vector<double>;
using Rows = std::vector<Numbers>;
// [stem][channel][sample]
using Stems = std::array<std::array<Numbers, 2>, 4>;

class Reference {
 public:
  Reference(const nn::Safetensors& file, NetworkSize size, double scale = 10)
      : file_(file), size_(std::move(size)), scale_(scale) {}

  Stems separate(const std::array<std::vector<float>, 2>& song, bool causal) const {
    const int hop = size_.window / 2, bins = hop + 1;
    const auto length = song[0].size();
    const auto frames =
        (length + static_cast<std::size_t>(hop) - 1) / static_cast<std::size_t>(hop) + 1;
    std::vector<Spectra> mixture(frames);
    for (std::size_t t = 0; t < frames; ++t)
      for (std::size_t c = 0; c < 2; ++c) mixture[t][c] = transform(song[c], t);

    const auto bands = size_.edges.size() - 1;
    std::vector<Rows> x(frames, Rows(bands));  // [frame][band][width]
    for (std::size_t t = 0; t < frames; ++t) {
      Numbers features;
      for (int f = 0; f < bins; ++f) {
        for (std::size_t c = 0; c < 2; ++c) {
          const Complex& own = mixture[t][c][static_cast<std::size_t>(f)];
          const double re = own[0] / scale_, im = own[1] / scale_;
          const double bent = std::pow(re * re + im * im + 1e-6, -0.35);
          features.push_back(re * bent);
          features.push_back(im * bent);
        }
      }
      for (std::size_t b = 0; b < bands; ++b)
        x[t][b] = linear("split." + std::to_string(b), {features.begin() + 4 * size_.edges[b],
                                                        features.begin() + 4 * size_.edges[b + 1]});
    }
    for (int i = 0; i < size_.blocks; ++i) {
      const auto name = "blocks." + std::to_string(i);
      for (std::size_t b = 0; b < bands; ++b) {
        Rows sequence;
        for (std::size_t t = 0; t < frames; ++t) sequence.push_back(x[t][b]);
        path(name + ".time", sequence, causal);
        for (std::size_t t = 0; t < frames; ++t) x[t][b] = sequence[t];
      }
      for (auto& frame : x) path(name + ".band", frame, false);
    }

    Stems stems;
    for (auto& stem : stems)
      for (auto& channel : stem) channel.assign(length, 0.0);
    for (std::size_t t = 0; t < frames; ++t) {
      std::array<Spectra, 4> own;
      for (std::size_t s = 0; s < 4; ++s) {
        for (auto& channel : own[s]) channel.resize(static_cast<std::size_t>(bins));
        for (std::size_t b = 0; b < bands; ++b) {
          const auto name = "heads." + std::to_string(s) + "." + std::to_string(b);
          auto hidden = linear(name + ".in", norm(name + ".norm", x[t][b]));
          for (double& h : hidden) h = std::tanh(h);
          const auto both = linear(name + ".out", hidden);
          const auto half = both.size() / 2;
          for (std::size_t i = 0; i < half; i += 2) {
            const double re = both[i] * sigmoid(both[half + i]);
            const double im = both[i + 1] * sigmoid(both[half + i + 1]);
            const auto bin = static_cast<std::size_t>(size_.edges[b]) + i / 4;
            const Complex& in = mixture[t][i / 2 % 2][bin];
            own[s][i / 2 % 2][bin] = {re * in[0] - im * in[1], re * in[1] + im * in[0]};
          }
        }
      }
      for (std::size_t c = 0; c < 2; ++c) {
        for (std::size_t f = 0; f < static_cast<std::size_t>(bins); ++f) {
          double rest[2] = {mixture[t][c][f][0], mixture[t][c][f][1]}, all = 0;
          std::array<double, 4> power;
          for (std::size_t s = 0; s < 4; ++s) {
            const Complex& v = own[s][c][f];
            all += power[s] = v[0] * v[0] + v[1] * v[1] + 1e-10;
            rest[0] -= v[0], rest[1] -= v[1];
          }
          for (std::size_t s = 0; s < 4; ++s)
            for (std::size_t i = 0; i < 2; ++i) own[s][c][f][i] += rest[i] * power[s] / all;
        }
        for (std::size_t s = 0; s < 4; ++s) add_back(own[s][c], t, stems[s][c]);
      }
    }
    return stems;
  }

 private:
  using Complex = std::array<double, 2>;
  using Spectra = std::array<std::vector<Complex>, 2>;  // [channel][bin]

  static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
  double window(int i) const {
    return std::sqrt(0.5 - 0.5 * std::cos(2 * math::kPi * i / size_.window));
  }

  std::vector<Complex> transform(const std::vector<float>& x, std::size_t t) const {
    const int n = size_.window, hop = n / 2;
    std::vector<Complex> bins(static_cast<std::size_t>(hop) + 1);
    for (int i = 0; i < n; ++i) {
      const long at = (static_cast<long>(t) - 1) * hop + i;
      if (at < 0 || at >= static_cast<long>(x.size())) continue;
      const double v = x[static_cast<std::size_t>(at)] * window(i);
      for (std::size_t k = 0; k < bins.size(); ++k) {
        const double angle =
            -2 * math::kPi *
            static_cast<double>(k * static_cast<std::size_t>(i) % static_cast<std::size_t>(n)) / n;
        bins[k][0] += v * std::cos(angle);
        bins[k][1] += v * std::sin(angle);
      }
    }
    return bins;
  }

  void add_back(const std::vector<Complex>& bins, std::size_t t, Numbers& out) const {
    const int n = size_.window, hop = n / 2;
    for (int i = 0; i < n; ++i) {
      const long at = (static_cast<long>(t) - 1) * hop + i;
      if (at < 0 || at >= static_cast<long>(out.size())) continue;
      double sum = 0;
      for (int k = 0; k <= hop; ++k) {
        const double angle = 2 * math::kPi * (static_cast<long>(k) * i % n) / n;
        const auto& own = bins[static_cast<std::size_t>(k)];
        sum += (k == 0 || k == hop ? 1 : 2) * (own[0] * std::cos(angle) - own[1] * std::sin(angle));
      }
      out[static_cast<std::size_t>(at)] += sum / n * window(i);
    }
  }

  Numbers tensor(const std::string& name) const {
    const auto* view = file_.find(name);
    if (view == nullptr) return {};
    const auto floats = view->floats();
    return {floats.begin(), floats.end()};
  }

  Numbers product(const Numbers& weights, const Numbers& bias, const Numbers& x) const {
    Numbers y = bias;
    for (std::size_t o = 0; o < y.size(); ++o)
      for (std::size_t k = 0; k < x.size(); ++k) y[o] += weights[o * x.size() + k] * x[k];
    return y;
  }
  Numbers linear(const std::string& name, const Numbers& x) const {
    return product(tensor(name + ".weight"), tensor(name + ".bias"), x);
  }
  Numbers norm(const std::string& name, const Numbers& x) const {
    const auto gain = tensor(name + ".weight"), bias = tensor(name + ".bias");
    double mean = 0, variance = 0;
    for (const double v : x) mean += v / static_cast<double>(x.size());
    for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
    Numbers y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i];
    return y;
  }

  // The states of a GRU over a sequence, forwards or backwards.
  Rows gru(const std::string& name, const Rows& x, bool backwards) const {
    const auto w_ih = tensor(name + ".w_ih"), w_hh = tensor(name + ".w_hh");
    const auto b_ih = tensor(name + ".b_ih"), b_hh = tensor(name + ".b_hh");
    const auto hidden = static_cast<std::size_t>(size_.hidden);
    Rows states(x.size());
    Numbers h(hidden);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto at = backwards ? x.size() - 1 - i : i;
      const auto a = product(w_ih, b_ih, x[at]), b = product(w_hh, b_hh, h);
      for (std::size_t u = 0; u < hidden; ++u) {
        const double r = sigmoid(a[u] + b[u]), z = sigmoid(a[hidden + u] + b[hidden + u]);
        const double n = std::tanh(a[2 * hidden + u] + r * b[2 * hidden + u]);
        h[u] = (1 - z) * n + z * h[u];
      }
      states[at] = h;
    }
    return states;
  }

  void path(const std::string& name, Rows& x, bool causal) const {
    Rows normed;
    for (const auto& row : x) normed.push_back(norm(name + ".norm", row));
    const auto forward = gru(name + ".forward", normed, false);
    auto backward = gru(name + ".backward", normed, true);
    for (std::size_t i = 0; i < x.size(); ++i) {
      Numbers both = forward[i];
      if (causal) backward[i].assign(backward[i].size(), 0.0);
      both.insert(both.end(), backward[i].begin(), backward[i].end());
      const auto y = linear(name + ".out", both);
      for (std::size_t k = 0; k < y.size(); ++k) x[i][k] += y[k];
    }
  }

  const nn::Safetensors& file_;
  NetworkSize size_;
  double scale_;
};

}  // namespace tutti::separate::tests
