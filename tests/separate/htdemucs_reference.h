// HTDemucs in the plainest way: planar arrays of doubles, a loop a sum, the exact error function, a
// transform by its definition. What the fast one is held to.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/nn/safetensors.h"

namespace tutti::tests::plain {

using Array = std::vector<double>;

// [channels][rows][columns]; a waveform has one row.
struct Planes {
  std::size_t channels = 0, rows = 1, columns = 0;
  Array data;
  Planes() = default;
  Planes(std::size_t c, std::size_t r, std::size_t n)
      : channels(c), rows(r), columns(n), data(c * r * n) {}
  double& at(std::size_t c, std::size_t r, std::size_t n) {
    return data[(c * rows + r) * columns + n];
  }
  double at(std::size_t c, std::size_t r, std::size_t n) const {
    return data[(c * rows + r) * columns + n];
  }
  // Zero outside.
  double get(std::size_t c, long r, long n) const {
    if (r < 0 || n < 0 || r >= static_cast<long>(rows) || n >= static_cast<long>(columns)) return 0;
    return at(c, static_cast<std::size_t>(r), static_cast<std::size_t>(n));
  }
};

class Tensors {
 public:
  explicit Tensors(const nn::Safetensors& file) : file_(file) {}
  Array operator()(const std::string& name) const {
    const nn::TensorView* const tensor = file_.find(name);
    if (tensor == nullptr) return {};
    const auto floats = tensor->floats();
    return {floats.begin(), floats.end()};
  }
  bool has(const std::string& name) const { return file_.find(name) != nullptr; }

 private:
  const nn::Safetensors& file_;
};

inline double gelu(double x) {
  return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
}
inline double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// Weights [out][in][kr][kc]; zero padding before, any number of outputs.
inline Planes conv(const Planes& x, const Array& w, const Array& b, std::size_t kr, std::size_t kc,
                   std::size_t stride_r, std::size_t stride_c, long pad_r, long pad_c,
                   std::size_t rows, std::size_t columns, long dilation = 1) {
  Planes y(b.size(), rows, columns);
  for (std::size_t o = 0; o < y.channels; ++o)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t n = 0; n < columns; ++n) {
        double sum = b[o];
        for (std::size_t i = 0; i < x.channels; ++i)
          for (std::size_t a = 0; a < kr; ++a)
            for (std::size_t c = 0; c < kc; ++c)
              sum +=
                  w[((o * x.channels + i) * kr + a) * kc + c] *
                  x.get(i, static_cast<long>(r * stride_r + a) - pad_r,
                        static_cast<long>(n * stride_c) + static_cast<long>(c) * dilation - pad_c);
        y.at(o, r, n) = sum;
      }
  return y;
}

// Weights [in][out][8], stride 4, along rows or columns; the first two outputs are cut off.
inline Planes transposed(const Planes& x, const Array& w, const Array& b, bool over_rows,
                         std::size_t length) {
  Planes y(b.size(), over_rows ? length : x.rows, over_rows ? x.columns : length);
  for (std::size_t o = 0; o < y.channels; ++o)
    for (std::size_t r = 0; r < y.rows; ++r)
      for (std::size_t n = 0; n < y.columns; ++n) y.at(o, r, n) = b[o];
  for (std::size_t i = 0; i < x.channels; ++i)
    for (std::size_t o = 0; o < y.channels; ++o)
      for (std::size_t r = 0; r < x.rows; ++r)
        for (std::size_t n = 0; n < x.columns; ++n)
          for (std::size_t k = 0; k < 8; ++k) {
            const long to = static_cast<long>(4 * (over_rows ? r : n) + k) - 2;
            if (to < 0 || to >= static_cast<long>(length)) continue;
            const auto at = static_cast<std::size_t>(to);
            (over_rows ? y.at(o, at, n) : y.at(o, r, at)) +=
                w[(i * y.channels + o) * 8 + k] * x.at(i, r, n);
          }
  return y;
}

inline Planes glu(const Planes& x) {
  Planes y(x.channels / 2, x.rows, x.columns);
  const std::size_t half = y.data.size();
  for (std::size_t i = 0; i < half; ++i) y.data[i] = x.data[i] * sigmoid(x.data[half + i]);
  return y;
}

// One group: over everything.
inline void group_norm(Planes& x, const Array& gain, const Array& bias) {
  double mean = 0, variance = 0;
  for (const double v : x.data) mean += v;
  mean /= static_cast<double>(x.data.size());
  for (const double v : x.data) variance += (v - mean) * (v - mean);
  variance /= static_cast<double>(x.data.size());
  const std::size_t each = x.rows * x.columns;
  for (std::size_t i = 0; i < x.data.size(); ++i)
    x.data[i] = (x.data[i] - mean) / std::sqrt(variance + 1e-5) * gain[i / each] + bias[i / each];
}

// Every row (frequency) by itself.
inline void residual(Planes& x, const Tensors& w, const std::string& name) {
  for (int d = 0;; ++d) {
    const std::string own = name + ".layers." + std::to_string(d) + ".";
    if (!w.has(own + "0.weight")) return;
    const long dilation = 1L << d;
    const Array gain = w(own + "6.scale");
    for (std::size_t r = 0; r < x.rows; ++r) {
      Planes row(x.channels, 1, x.columns);
      for (std::size_t c = 0; c < x.channels; ++c)
        for (std::size_t n = 0; n < x.columns; ++n) row.at(c, 0, n) = x.at(c, r, n);
      Planes h = conv(row, w(own + "0.weight"), w(own + "0.bias"), 1, 3, 1, 1, 0, dilation, 1,
                      x.columns, dilation);
      group_norm(h, w(own + "1.weight"), w(own + "1.bias"));
      for (double& v : h.data) v = gelu(v);
      Planes z = conv(h, w(own + "3.weight"), w(own + "3.bias"), 1, 1, 1, 1, 0, 0, 1, x.columns);
      group_norm(z, w(own + "4.weight"), w(own + "4.bias"));
      z = glu(z);
      for (std::size_t c = 0; c < x.channels; ++c)
        for (std::size_t n = 0; n < x.columns; ++n) x.at(c, r, n) += gain[c] * z.at(c, 0, n);
    }
  }
}

inline Planes encode(const Planes& x, const Tensors& w, const std::string& name, bool over_rows) {
  const std::size_t rows = over_rows ? x.rows / 4 : 1;
  const std::size_t columns = over_rows ? x.columns : (x.columns + 3) / 4;
  Planes y = over_rows ? conv(x, w(name + ".conv.weight"), w(name + ".conv.bias"), 8, 1, 4, 1, 2, 0,
                              rows, columns)
                       : conv(x, w(name + ".conv.weight"), w(name + ".conv.bias"), 1, 8, 1, 4, 0, 2,
                              rows, columns);
  for (double& v : y.data) v = gelu(v);
  residual(y, w, name + ".dconv");
  return glu(conv(y, w(name + ".rewrite.weight"), w(name + ".rewrite.bias"), 1, 1, 1, 1, 0, 0, rows,
                  columns));
}

inline Planes decode(Planes x, const Planes& skip, const Tensors& w, const std::string& name,
                     bool over_rows, std::size_t length, bool last) {
  for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] += skip.data[i];
  Planes y = glu(conv(x, w(name + ".rewrite.weight"), w(name + ".rewrite.bias"), over_rows ? 3 : 1,
                      3, 1, 1, over_rows ? 1 : 0, 1, x.rows, x.columns));
  residual(y, w, name + ".dconv");
  Planes z =
      transposed(y, w(name + ".conv_tr.weight"), w(name + ".conv_tr.bias"), over_rows, length);
  if (!last)
    for (double& v : z.data) v = gelu(v);
  return z;
}

// Tokens: rows of `dim` numbers.
struct Tokens {
  std::size_t count = 0, dim = 0;
  Array data;
};

inline Tokens layer_norm(Tokens x, const Array& gain, const Array& bias) {
  for (std::size_t t = 0; t < x.count; ++t) {
    double* const row = x.data.data() + t * x.dim;
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < x.dim; ++i) mean += row[i];
    mean /= static_cast<double>(x.dim);
    for (std::size_t i = 0; i < x.dim; ++i) variance += (row[i] - mean) * (row[i] - mean);
    variance /= static_cast<double>(x.dim);
    for (std::size_t i = 0; i < x.dim; ++i)
      row[i] = (row[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i];
  }
  return x;
}

inline Tokens linear(const Tokens& x, const Array& w, const Array& b, std::size_t first,
                     std::size_t out) {
  Tokens y{x.count, out, Array(x.count * out)};
  for (std::size_t t = 0; t < x.count; ++t)
    for (std::size_t o = 0; o < out; ++o) {
      double sum = b[first + o];
      for (std::size_t i = 0; i < x.dim; ++i)
        sum += w[(first + o) * x.dim + i] * x.data[t * x.dim + i];
      y.data[t * out + o] = sum;
    }
  return y;
}

inline Tokens attention(const Tokens& q, const Tokens& k, const Tokens& v, std::size_t heads) {
  Tokens y{q.count, q.dim, Array(q.count * q.dim)};
  const std::size_t each = q.dim / heads;
  Array scores(k.count);
  for (std::size_t h = 0; h < heads; ++h)
    for (std::size_t t = 0; t < q.count; ++t) {
      double most = -1e300, sum = 0;
      for (std::size_t s = 0; s < k.count; ++s) {
        scores[s] = 0;
        for (std::size_t i = h * each; i < (h + 1) * each; ++i)
          scores[s] += q.data[t * q.dim + i] * k.data[s * q.dim + i];
        scores[s] /= std::sqrt(static_cast<double>(each));
        most = std::max(most, scores[s]);
      }
      for (double& s : scores) sum += s = std::exp(s - most);
      for (std::size_t s = 0; s < k.count; ++s)
        for (std::size_t i = h * each; i < (h + 1) * each; ++i)
          y.data[t * q.dim + i] += scores[s] / sum * v.data[s * q.dim + i];
    }
  return y;
}

inline Tokens transformer_layer(const Tokens& x, const Tokens& other, const Tensors& w,
                                const std::string& name, std::size_t heads) {
  const bool cross = w.has(name + ".cross_attn.in_proj_weight");
  const std::string own = name + (cross ? ".cross_attn" : ".self_attn");
  const auto norm = [&](const Tokens& t, const char* which) {
    return layer_norm(t, w(name + which + ".weight"), w(name + which + ".bias"));
  };
  const Tokens asked = norm(x, ".norm1"), heard = cross ? norm(other, ".norm2") : asked;
  const Array in = w(own + ".in_proj_weight"), in_bias = w(own + ".in_proj_bias");
  const Tokens q = linear(asked, in, in_bias, 0, x.dim);
  const Tokens k = linear(heard, in, in_bias, x.dim, x.dim);
  const Tokens v = linear(heard, in, in_bias, 2 * x.dim, x.dim);
  Tokens y = x;
  const auto add = [&](const Tokens& part, const Array& gain) {
    for (std::size_t i = 0; i < y.data.size(); ++i) y.data[i] += gain[i % y.dim] * part.data[i];
  };
  add(linear(attention(q, k, v, heads), w(own + ".out_proj.weight"), w(own + ".out_proj.bias"), 0,
             x.dim),
      w(name + ".gamma_1.scale"));
  const Array up_bias = w(name + ".linear1.bias");
  Tokens h = linear(norm(y, cross ? ".norm3" : ".norm2"), w(name + ".linear1.weight"), up_bias, 0,
                    up_bias.size());
  for (double& value : h.data) value = gelu(value);
  add(linear(h, w(name + ".linear2.weight"), w(name + ".linear2.bias"), 0, x.dim),
      w(name + ".gamma_2.scale"));
  Planes all(x.dim, 1, x.count);
  for (std::size_t t = 0; t < x.count; ++t)
    for (std::size_t i = 0; i < x.dim; ++i) all.at(i, 0, t) = y.data[t * x.dim + i];
  group_norm(all, w(name + ".norm_out.weight"), w(name + ".norm_out.bias"));
  for (std::size_t t = 0; t < x.count; ++t)
    for (std::size_t i = 0; i < x.dim; ++i) y.data[t * x.dim + i] = all.at(i, 0, t);
  return y;
}

// x and xt as planes of `dim` channels, in and out.
inline void transform(Planes& x, Planes& xt, const Tensors& w, std::size_t heads) {
  const std::size_t dim = x.channels, half = dim / 2;
  const auto tokens_of = [&](const Planes& p, const char* ending) {
    Tokens t{p.rows * p.columns, dim, Array(p.data.size())};
    for (std::size_t c = 0; c < dim; ++c)
      for (std::size_t i = 0; i < t.count; ++i) t.data[i * dim + c] = p.data[c * t.count + i];
    const std::string norm = std::string("crosstransformer.norm_in") + ending;
    return layer_norm(std::move(t), w(norm + ".weight"), w(norm + ".bias"));
  };
  Tokens a = tokens_of(x, ""), b = tokens_of(xt, "_t");
  for (std::size_t f = 0; f < x.rows; ++f)
    for (std::size_t t = 0; t < x.columns; ++t)
      for (std::size_t i = 0; i < dim; ++i) {
        const std::size_t own = i % half, pair = own / 2 * 2;
        const double rate =
            std::exp(-static_cast<double>(pair) * std::log(10000.0) / static_cast<double>(half));
        const double phase = static_cast<double>(i < half ? t : f) * rate;
        a.data[(f * x.columns + t) * dim + i] += own % 2 == 0 ? std::sin(phase) : std::cos(phase);
      }
  for (std::size_t t = 0; t < b.count; ++t)
    for (std::size_t i = 0; i < dim; ++i) {
      const double phase =
          static_cast<double>(t) /
          std::pow(10000.0, static_cast<double>(i % half) / static_cast<double>(half - 1));
      b.data[t * dim + i] += i < half ? std::cos(phase) : std::sin(phase);
    }
  for (int l = 0;; ++l) {
    const std::string number = std::to_string(l);
    if (!w.has("crosstransformer.layers." + number + ".norm1.weight")) break;
    const Tokens before = a;
    a = transformer_layer(a, b, w, "crosstransformer.layers." + number, heads);
    b = transformer_layer(b, before, w, "crosstransformer.layers_t." + number, heads);
  }
  for (std::size_t c = 0; c < dim; ++c) {
    for (std::size_t i = 0; i < a.count; ++i) x.data[c * a.count + i] = a.data[i * dim + c];
    for (std::size_t i = 0; i < b.count; ++i) xt.data[c * b.count + i] = b.data[i * dim + c];
  }
}

// Channels: real and imaginary part of each; rows: bins; columns: frames.
inline Planes spectrum(const std::vector<Array>& channels, std::size_t nfft) {
  const std::size_t hop = nfft / 4, length = channels[0].size(), frames = (length + hop - 1) / hop;
  Planes z(2 * channels.size(), nfft / 2, frames);
  for (std::size_t c = 0; c < channels.size(); ++c)
    for (std::size_t t = 0; t < frames; ++t)
      for (std::size_t k = 0; k < nfft / 2; ++k) {
        double re = 0, im = 0;
        for (std::size_t i = 0; i < nfft; ++i) {
          long at = static_cast<long>(t * hop + i) - static_cast<long>(hop / 2 * 3);
          if (at < 0) at = -at;
          if (at >= static_cast<long>(length)) at = 2 * (static_cast<long>(length) - 1) - at;
          const double phase =
              2 * M_PI * static_cast<double>(i * k % nfft) / static_cast<double>(nfft);
          const double window =
              0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(i) / static_cast<double>(nfft));
          const double v = channels[c][static_cast<std::size_t>(at)] * window;
          re += v * std::cos(phase);
          im -= v * std::sin(phase);
        }
        z.at(2 * c, k, t) = re / std::sqrt(static_cast<double>(nfft));
        z.at(2 * c + 1, k, t) = im / std::sqrt(static_cast<double>(nfft));
      }
  return z;
}

inline Array wave(const Planes& z, std::size_t channel, std::size_t length) {
  const std::size_t nfft = 2 * z.rows, hop = nfft / 4;
  Array out(length);
  for (std::size_t t = 0; t < z.columns; ++t)
    for (std::size_t i = 0; i < nfft; ++i) {
      const long at = static_cast<long>(t * hop + i) - static_cast<long>(hop / 2 * 3);
      if (at < 0 || at >= static_cast<long>(length)) continue;
      double sum = z.at(2 * channel, 0, t);
      for (std::size_t k = 1; k < z.rows; ++k) {
        const double phase =
            2 * M_PI * static_cast<double>(i * k % nfft) / static_cast<double>(nfft);
        sum += 2 * (z.at(2 * channel, k, t) * std::cos(phase) -
                    z.at(2 * channel + 1, k, t) * std::sin(phase));
      }
      const double window =
          0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(i) / static_cast<double>(nfft));
      // Inverse transform 1 / nfft, normed spectrum sqrt(nfft), overlapping windows 3 / 2.
      out[static_cast<std::size_t>(at)] +=
          sum * window / std::sqrt(static_cast<double>(nfft)) / 1.5;
    }
  return out;
}

struct Spread {
  double mean = 0, deviation = 0;
};
inline Spread norm(Array& x) {
  Spread s;
  for (const double v : x) s.mean += v;
  s.mean /= static_cast<double>(x.size());
  for (const double v : x) s.deviation += (v - s.mean) * (v - s.mean);
  s.deviation = std::sqrt(s.deviation / static_cast<double>(x.size() - 1));
  for (double& v : x) v = (v - s.mean) / (1e-5 + s.deviation);
  return s;
}

// [stem * 2 + channel][frame]
inline std::vector<Array> separate(const std::vector<Array>& mixture, const nn::Safetensors& file,
                                   std::size_t nfft, std::size_t heads) {
  const Tensors w(file);
  const std::size_t length = mixture[0].size();
  Planes x = spectrum(mixture, nfft);
  const Spread spread = norm(x.data);
  Planes xt(2, 1, length);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < length; ++i) xt.at(c, 0, i) = mixture[c][i];
  const Spread spread_t = norm(xt.data);
  std::vector<Planes> saved, saved_t;
  std::vector<std::size_t> rows, lengths;
  std::size_t depth = 0;
  for (; w.has("encoder." + std::to_string(depth) + ".conv.weight"); ++depth) {
    const std::string number = std::to_string(depth);
    rows.push_back(x.rows);
    lengths.push_back(xt.columns);
    xt = encode(xt, w, "tencoder." + number, false);
    x = encode(x, w, "encoder." + number, true);
    if (depth == 0) {
      const Array embedding = w("freq_emb.embedding.weight");
      for (std::size_t c = 0; c < x.channels; ++c)
        for (std::size_t f = 0; f < x.rows; ++f)
          for (std::size_t t = 0; t < x.columns; ++t)
            x.at(c, f, t) += 0.2 * 10 * embedding[f * x.channels + c];
    }
    saved.push_back(x);
    saved_t.push_back(xt);
  }
  const bool bottom = w.has("channel_upsampler.weight");
  const auto change = [&](const Planes& p, const std::string& name) {
    return conv(p, w(name + ".weight"), w(name + ".bias"), 1, 1, 1, 1, 0, 0, p.rows, p.columns);
  };
  if (bottom) {
    x = change(x, "channel_upsampler");
    xt = change(xt, "channel_upsampler_t");
  }
  transform(x, xt, w, heads);
  if (bottom) {
    x = change(x, "channel_downsampler");
    xt = change(xt, "channel_downsampler_t");
  }
  for (std::size_t j = 0; j < depth; ++j) {
    const std::size_t i = depth - 1 - j;
    const std::string number = std::to_string(j);
    x = decode(x, saved[i], w, "decoder." + number, true, rows[i], i == 0);
    xt = decode(xt, saved_t[i], w, "tdecoder." + number, false, lengths[i], i == 0);
  }
  for (double& v : x.data) v = v * spread.deviation + spread.mean;
  std::vector<Array> out;
  for (std::size_t s = 0; s < 8; ++s) {
    Array stem = wave(x, s, length);
    for (std::size_t i = 0; i < length; ++i)
      stem[i] += xt.at(s, 0, i) * spread_t.deviation + spread_t.mean;
    out.push_back(std::move(stem));
  }
  return out;
}

}  // namespace tutti::tests::plain
