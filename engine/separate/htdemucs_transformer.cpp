#include "engine/separate/htdemucs_transformer.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::separate::htdemucs {

using nn::After;

namespace {

constexpr double kMaxPeriod = 10000.0;
constexpr int kMostHidden = 16384;

// Position t: cosines of all periods, then their sines.
std::vector<float> steps_embedding(int dim, int steps) {
  std::vector<float> table(size(dim) * size(steps));
  const int half = dim / 2;
  for (int i = 0; i < half; ++i) {
    const double period = math::pow(kMaxPeriod, static_cast<double>(i) / (half - 1));
    for (int t = 0; t < steps; ++t) {
      table[size(t) * size(dim) + size(i)] = static_cast<float>(math::cos(t / period));
      table[size(t) * size(dim) + size(half + i)] = static_cast<float>(math::sin(t / period));
    }
  }
  return table;
}

// The first half says the time, the second the frequency; sine and cosine of a period in turns.
std::vector<float> grid_embedding(int dim, int bins, int frames) {
  std::vector<float> table(size(dim) * size(bins) * size(frames));
  const int half = dim / 2;
  for (int i = 0; i < half; i += 2) {
    const double rate = math::exp(-i * math::log(kMaxPeriod) / half);
    for (int f = 0; f < bins; ++f) {
      for (int t = 0; t < frames; ++t) {
        float* const row = table.data() + (size(f) * size(frames) + size(t)) * size(dim);
        row[i] = static_cast<float>(math::sin(t * rate));
        row[i + 1] = static_cast<float>(math::cos(t * rate));
        row[half + i] = static_cast<float>(math::sin(f * rate));
        row[half + i + 1] = static_cast<float>(math::cos(f * rate));
      }
    }
  }
  return table;
}

}  // namespace

CrossTransformer::Norm CrossTransformer::load_norm(Weights& file, const std::string& name,
                                                   int dim) {
  return {file.take(name + ".weight", {dim}), file.take(name + ".bias", {dim})};
}

CrossTransformer::Layer CrossTransformer::load_layer(Weights& file, const std::string& name,
                                                     bool cross, const Precisions& precisions) {
  Layer layer;
  layer.cross = cross;
  layer.norm1 = load_norm(file, name + ".norm1", dim_);
  layer.norm2 = load_norm(file, name + ".norm2", dim_);
  if (cross) layer.norm3 = load_norm(file, name + ".norm3", dim_);
  layer.norm_out = load_norm(file, name + ".norm_out", dim_);
  const std::string attention = name + (cross ? ".cross_attn" : ".self_attn");
  const auto in = file.take(attention + ".in_proj_weight", {3 * dim_, dim_});
  const auto in_bias = file.take(attention + ".in_proj_bias", {3 * dim_});
  const auto out = file.take(attention + ".out_proj.weight", {dim_, dim_});
  const auto out_bias = file.take(attention + ".out_proj.bias", {dim_});
  const auto gain1 = file.take(name + ".gamma_1.scale", {dim_});
  const auto gain2 = file.take(name + ".gamma_2.scale", {dim_});
  const auto up = file.take(name + ".linear1.weight", {hidden_, dim_});
  const auto up_bias = file.take(name + ".linear1.bias", {hidden_});
  const auto down = file.take(name + ".linear2.weight", {dim_, hidden_});
  const auto down_bias = file.take(name + ".linear2.bias", {dim_});
  // Heads are spread so that each begins at a whole lane; what lies between are zeros.
  const int own = dim_ / heads_, wide = heads_width();
  const auto unspread = [&](int o) { return o % each_ < own ? o / each_ * own + o % each_ : -1; };
  const float scale = 1.0f / std::sqrt(static_cast<float>(own));
  const auto precision = precisions.linear;
  layer.query = pack(
      wide, dim_,
      [&](int o, int k) {
        return unspread(o) < 0 ? 0.0f : scale * in[size(unspread(o) * dim_ + k)];
      },
      [&](int o) { return unspread(o) < 0 ? 0.0f : scale * in_bias[size(unspread(o))]; },
      precision);
  const auto memory_row = [&](int o) {
    const int row = unspread(o % wide);
    return row < 0 ? -1 : (o / wide + 1) * dim_ + row;
  };
  layer.memory = pack(
      2 * wide, dim_,
      [&](int o, int k) { return memory_row(o) < 0 ? 0.0f : in[size(memory_row(o) * dim_ + k)]; },
      [&](int o) { return memory_row(o) < 0 ? 0.0f : in_bias[size(memory_row(o))]; }, precision);
  layer.out = pack(
      dim_, wide,
      [&](int o, int k) {
        return unspread(k) < 0 ? 0.0f : gain1[size(o)] * out[size(o * dim_ + unspread(k))];
      },
      [&](int o) { return gain1[size(o)] * out_bias[size(o)]; }, precision);
  layer.up = pack(
      hidden_, dim_, [&](int o, int k) { return up[size(o * dim_ + k)]; },
      [&](int o) { return up_bias[size(o)]; }, precision);
  layer.down = pack(
      dim_, hidden_, [&](int o, int k) { return gain2[size(o)] * down[size(o * hidden_ + k)]; },
      [&](int o) { return gain2[size(o)] * down_bias[size(o)]; }, precision);
  return layer;
}

CrossTransformer CrossTransformer::load(Weights& file, int dim, int heads, int bins, int frames,
                                        int steps, const Precisions& precisions) {
  CrossTransformer c;
  c.dim_ = dim;
  c.heads_ = heads;
  c.each_ = nn::padded(dim / heads);
  c.hidden_ = file.extent("crosstransformer.layers.0.linear1.weight", 0);
  c.tokens_[0] = bins * frames;
  c.tokens_[1] = steps;
  c.attention_ = precisions.attention;
  if (c.hidden_ < nn::kLanes || c.hidden_ % nn::kLanes != 0 || c.hidden_ > kMostHidden ||
      file.error()) {
    file.fail("This HTDemucs has a transformer of another shape than the public ones.");
    return c;
  }
  const std::string root = "crosstransformer.";
  for (int branch = 0; branch < 2; ++branch) {
    const std::string ending = branch == 0 ? "" : "_t";
    c.norm_in_[branch] = load_norm(file, root + "norm_in" + ending, dim);
    for (int i = 0;; ++i) {
      const std::string name = root + "layers" + ending + "." + std::to_string(i);
      const bool cross = file.has(name + ".cross_attn.in_proj_weight");
      if (file.error() || (!cross && !file.has(name + ".self_attn.in_proj_weight"))) break;
      c.layers_[branch].push_back(c.load_layer(file, name, cross, precisions));
    }
  }
  if (c.layers_[0].size() != c.layers_[1].size() ||
      !std::equal(c.layers_[0].begin(), c.layers_[0].end(), c.layers_[1].begin(),
                  [](const Layer& a, const Layer& b) { return a.cross == b.cross; })) {
    file.fail("The two branches of this HTDemucs have different transformers.");
  }
  c.positions_[0] = grid_embedding(dim, bins, frames);
  c.positions_[1] = steps_embedding(dim, steps);
  return c;
}

std::size_t CrossTransformer::gemm_scratch_bytes() const {
  std::size_t most = 0;
  for (const auto& branch : layers_)
    for (const Layer& layer : branch)
      for (const nn::GemmMatrix* m :
           {&layer.query, &layer.memory, &layer.out, &layer.up, &layer.down})
        most = std::max(most, m->scratch_bytes(After::gelu));
  return most;
}

std::size_t CrossTransformer::bytes() const {
  std::size_t sum = (positions_[0].size() + positions_[1].size()) * sizeof(float);
  for (const auto& branch : layers_)
    for (const Layer& layer : branch)
      for (const nn::GemmMatrix* m :
           {&layer.query, &layer.memory, &layer.out, &layer.up, &layer.down})
        sum += m->bytes();
  return sum;
}

CrossTransformer::Scratch::Places CrossTransformer::plan(Layout& layout) const {
  Scratch::Places p{};
  const auto longer = size(std::max(tokens_[0], tokens_[1]));
  for (int branch = 0; branch < 2; ++branch) {
    p.tokens[branch] = layout.take(size(tokens_[branch]) * size(dim_));
    p.memories[branch] = layout.take(size(tokens_[branch]) * 2 * size(heads_width()));
  }
  p.normed = layout.take(longer * size(dim_));
  p.queries = layout.take(longer * size(heads_width()));
  p.hidden = layout.take(nn::GemmMatrix::kRowsAtOnce * size(hidden_));
  p.attention =
      layout.take(nn::attend_scratch_bytes(static_cast<int>(longer), each_) / sizeof(float) + 1);
  return p;
}

CrossTransformer::Scratch CrossTransformer::scratch(const Scratch::Places& p, float* block,
                                                    std::byte* gemm) const {
  return {{block + p.tokens[0], block + p.tokens[1]},       block + p.normed, block + p.queries,
          {block + p.memories[0], block + p.memories[1]},   block + p.hidden, gemm,
          reinterpret_cast<std::byte*>(block + p.attention)};
}

void CrossTransformer::norm_rows(const Norm& norm, const float* x, int rows,
                                 float* y) const noexcept {
  const nn::Kernels& kernels = nn::kernels();
  for (long r = 0; r < rows; ++r)
    kernels.layer_norm(x + r * dim_, norm.gain.data(), norm.bias.data(), dim_, y + r * dim_);
}

// Adds to the branch's tokens what they find in `memories[other]`.
void CrossTransformer::attend(const Layer& layer, int branch, int other, const Scratch& s,
                              const Kernels& kernels) const noexcept {
  const int wide = heads_width(), rows = tokens_[branch];
  norm_rows(layer.norm1, s.tokens[branch], rows, s.normed);
  nn::gemm(layer.query, s.normed, dim_, rows, s.queries, wide, After::nothing, s.gemm,
           *kernels.gemm);
  const float* const memory = s.memories[other];
  // The answers of a head take the place of its questions.
  nn::attend({s.queries, wide, rows}, {memory, 2 * wide, tokens_[other]},
             {memory + wide, 2 * wide, tokens_[other]}, heads_, each_, s.queries, wide, attention_,
             s.attention, *kernels.gemm, *kernels.norms);
  nn::gemm(layer.out, s.queries, wide, rows, s.tokens[branch], dim_, After::add, s.gemm,
           *kernels.gemm);
}

void CrossTransformer::feed_forward(const Layer& layer, int branch, const Scratch& s,
                                    const Kernels& kernels) const noexcept {
  const int rows = tokens_[branch];
  const Norm& norm = layer.cross ? layer.norm3 : layer.norm2;
  float* const x = s.tokens[branch];
  norm_rows(norm, x, rows, s.normed);
  for (int r = 0; r < rows; r += nn::GemmMatrix::kRowsAtOnce) {
    const int some = std::min(nn::GemmMatrix::kRowsAtOnce, rows - r);
    const long at = static_cast<long>(r) * dim_;
    nn::gemm(layer.up, s.normed + at, dim_, some, s.hidden, hidden_, After::gelu, s.gemm,
             *kernels.gemm);
    nn::gemm(layer.down, s.hidden, hidden_, some, x + at, dim_, After::add, s.gemm, *kernels.gemm);
  }
  float scale[kMostDim], shift[kMostDim];
  const auto count = static_cast<long>(rows) * dim_;
  nn::Moments moments;
  kernels.norms->moments(x, count, moments);
  nn::norm_scale(moments, static_cast<double>(count), layer.norm_out.gain, layer.norm_out.bias,
                 {scale, size(dim_)}, {shift, size(dim_)});
  kernels.norms->scale_shift(x, dim_, rows, scale, shift, dim_);
}

void CrossTransformer::run(const Scratch& s, const Kernels& kernels) const noexcept {
  for (int branch = 0; branch < 2; ++branch) {
    float* const x = s.tokens[branch];
    norm_rows(norm_in_[branch], x, tokens_[branch], x);
    kernels.gemm->add(positions_[branch].data(), x, static_cast<long>(positions_[branch].size()));
  }
  for (std::size_t i = 0; i < layers_[0].size(); ++i) {
    const bool cross = layers_[0][i].cross;
    // Keys and values of both branches before either changes.
    for (int branch = 0; branch < 2; ++branch) {
      const Layer& listener = layers_[cross ? 1 - branch : branch][i];
      const Norm& norm = cross ? listener.norm2 : listener.norm1;
      norm_rows(norm, s.tokens[branch], tokens_[branch], s.normed);
      nn::gemm(listener.memory, s.normed, dim_, tokens_[branch], s.memories[branch],
               2 * heads_width(), After::nothing, s.gemm, *kernels.gemm);
    }
    for (int branch = 0; branch < 2; ++branch) {
      attend(layers_[branch][i], branch, cross ? 1 - branch : branch, s, kernels);
      feed_forward(layers_[branch][i], branch, s, kernels);
    }
  }
}

}  // namespace tutti::separate::htdemucs
