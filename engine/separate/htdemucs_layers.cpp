#include "engine/separate/htdemucs_layers.h"

#include <algorithm>

namespace tutti::separate::htdemucs {

using nn::After;
using nn::GemmInput;
using nn::padded;

Precisions half_precisions() {
  constexpr auto f32 = nn::Precision::f32, bf16 = nn::Precision::bf16;
  return {.conv = f32,
          .rewrite = bf16,
          .residual = f32,
          .linear = bf16,
          .attention = bf16,
          .outer = f32};
}

std::size_t sequence_floats(int width, long count) {
  return size(width) * size(count + 2 * kHalo);
}

Sequence sequence_in(float* memory, int width, long count) {
  const Sequence sequence{memory + static_cast<long>(kHalo) * width, width, count};
  clear_halo(sequence);
  return sequence;
}

void clear_halo(const Sequence& s) {
  std::fill_n(s.at(-kHalo), kHalo * static_cast<long>(s.width), 0.0f);
  std::fill_n(s.at(s.count), kHalo * static_cast<long>(s.width), 0.0f);
}

namespace {

// Channels that a norm may have: twice as many as a layer, or those of the hidden ones.
constexpr int kMostWide = 2048;

// GLU wants its halves at multiples of the lanes: rows of a half that is not full become zeros.
// Row o of the packed matrix is row source(o) of the tensor, -1 for none.
int glu_row(int o, int channels) {
  const int wide = padded(channels), own = o % wide;
  return own < channels ? o / wide * channels + own : -1;
}

}  // namespace

Residual Residual::load(Weights& file, const std::string& name, int channels,
                        nn::Precision precision) {
  Residual r;
  r.channels_ = channels;
  const int wide = padded(channels);
  for (int d = 0;; ++d) {
    const std::string own = name + ".layers." + std::to_string(d) + ".";
    if (!file.has(own + "0.weight")) break;
    Layer layer;
    layer.hidden = file.extent(own + "0.weight", 0);
    layer.dilation = 1 << d;
    if (layer.dilation > kHalo || layer.hidden < 1 || layer.hidden > kMostWide) {
      file.fail("This HTDemucs has a residual branch that is too deep or too wide.");
      break;
    }
    const int hidden = layer.hidden;
    const auto down = file.take(own + "0.weight", {hidden, channels, 3});
    const auto down_bias = file.take(own + "0.bias", {hidden});
    const auto up = file.take(own + "3.weight", {2 * channels, hidden, 1});
    const auto up_bias = file.take(own + "3.bias", {2 * channels});
    layer.down = pack(
        hidden, 3 * wide,
        [&](int o, int k) {
          const int tap = k / wide, c = k % wide;
          return c < channels ? down[size((o * channels + c) * 3 + tap)] : 0.0f;
        },
        [&](int o) { return down_bias[size(o)]; }, precision);
    layer.up = pack(
        2 * wide, hidden,
        [&](int o, int k) {
          const int row = glu_row(o, channels);
          return row < 0 ? 0.0f : up[size(row * hidden + k)];
        },
        [&](int o) {
          const int row = glu_row(o, channels);
          return row < 0 ? 0.0f : up_bias[size(row)];
        },
        precision);
    layer.norm1_gain = file.take(own + "1.weight", {hidden});
    layer.norm1_bias = file.take(own + "1.bias", {hidden});
    const auto gain = file.take(own + "4.weight", {2 * channels});
    const auto bias = file.take(own + "4.bias", {2 * channels});
    layer.norm2_gain.resize(size(2 * wide));
    layer.norm2_bias.resize(size(2 * wide));
    for (int o = 0; o < 2 * wide; ++o) {
      const int row = glu_row(o, channels);
      if (row < 0) continue;
      layer.norm2_gain[size(o)] = gain[size(row)];
      layer.norm2_bias[size(o)] = bias[size(row)];
    }
    layer.gain = file.take(own + "6.scale", {channels});
    layer.gain.resize(size(wide));
    r.layers_.push_back(std::move(layer));
  }
  return r;
}

int Residual::hidden_width() const {
  int most = 0;
  for (const Layer& layer : layers_) most = std::max(most, padded(layer.hidden));
  return most;
}

std::size_t Residual::gemm_scratch_bytes() const {
  std::size_t most = 0;
  for (const Layer& layer : layers_)
    most = std::max(
        {most, layer.down.scratch_bytes(After::nothing), layer.up.scratch_bytes(After::nothing)});
  return most;
}

std::size_t Residual::bytes() const {
  std::size_t sum = 0;
  for (const Layer& layer : layers_) sum += layer.down.bytes() + layer.up.bytes();
  return sum;
}

void Residual::apply(const Sequence& x, const Scratch& scratch,
                     const Kernels& kernels) const noexcept {
  float scale[kMostWide], shift[kMostWide];
  const int wide = x.width;
  const int rows = static_cast<int>(x.count);
  for (const Layer& layer : layers_) {
    const int hidden = padded(layer.hidden);
    GemmInput taps[3];
    for (int t = 0; t < 3; ++t) taps[t] = {x.at((t - 1) * layer.dilation), t * wide, wide};
    nn::gemm(layer.down, taps, wide, rows, scratch.hidden, hidden, After::nothing, scratch.gemm,
             *kernels.gemm);
    nn::Moments moments;
    kernels.norms->moments(scratch.hidden, static_cast<long>(rows) * hidden, moments);
    nn::norm_scale(moments, static_cast<double>(rows) * layer.hidden, layer.norm1_gain,
                   layer.norm1_bias, {scale, size(hidden)}, {shift, size(hidden)});
    kernels.norms->scale_shift_gelu(scratch.hidden, hidden, rows, scale, shift, hidden);
    nn::gemm(layer.up, scratch.hidden, hidden, rows, scratch.wide, 2 * wide, After::nothing,
             scratch.gemm, *kernels.gemm);
    moments = {};
    kernels.norms->moments(scratch.wide, static_cast<long>(rows) * 2 * wide, moments);
    nn::norm_scale(moments, static_cast<double>(rows) * 2 * channels_, layer.norm2_gain,
                   layer.norm2_bias, {scale, size(2 * wide)}, {shift, size(2 * wide)});
    kernels.norms->scale_shift_glu_add(scratch.wide, 2 * wide, rows, scale, shift,
                                       layer.gain.data(), wide, x.at(0), wide);
  }
}

Encoder Encoder::load(Weights& file, const std::string& name, bool over_frequency, int in,
                      int in_width, int out, const Precisions& precisions, nn::Precision own) {
  Encoder e;
  e.in_width_ = in_width;
  e.out_ = out;
  const int wide = padded(out);
  const auto conv = over_frequency ? file.take(name + ".conv.weight", {out, in, kKernel, 1})
                                   : file.take(name + ".conv.weight", {out, in, kKernel});
  const auto conv_bias = file.take(name + ".conv.bias", {out});
  e.conv_ = pack(
      out, kKernel * in_width,
      [&](int o, int k) {
        const int tap = k / in_width, c = k % in_width;
        return c < in ? conv[size((o * in + c) * kKernel + tap)] : 0.0f;
      },
      [&](int o) { return conv_bias[size(o)]; }, own);
  const auto rewrite = over_frequency ? file.take(name + ".rewrite.weight", {2 * out, out, 1, 1})
                                      : file.take(name + ".rewrite.weight", {2 * out, out, 1});
  const auto rewrite_bias = file.take(name + ".rewrite.bias", {2 * out});
  e.rewrite_ = pack(
      2 * wide, wide,
      [&](int o, int k) {
        const int row = glu_row(o, out);
        return row < 0 || k >= out ? 0.0f : rewrite[size(row * out + k)];
      },
      [&](int o) {
        const int row = glu_row(o, out);
        return row < 0 ? 0.0f : rewrite_bias[size(row)];
      },
      own);
  e.residual_ = Residual::load(file, name + ".dconv", out, precisions.residual);
  return e;
}

std::size_t Encoder::gemm_scratch_bytes() const {
  return std::max({conv_.scratch_bytes(After::gelu), rewrite_.scratch_bytes(After::glu),
                   residual_.gemm_scratch_bytes()});
}

std::size_t Encoder::bytes() const {
  return conv_.bytes() + rewrite_.bytes() + residual_.bytes();
}

void Encoder::over_time(const Sequence& in, const Sequence& work, const Sequence& out,
                        const Residual::Scratch& scratch, const Kernels& kernels) const noexcept {
  const GemmInput window{in.at(-kPad), 0, kKernel * in_width_};
  const int rows = static_cast<int>(out.count);
  nn::gemm(conv_, {&window, 1}, static_cast<long>(kStride) * in_width_, rows, work.at(0),
           work.width, After::gelu, scratch.gemm, *kernels.gemm);
  residual_.apply(work, scratch, kernels);
  nn::gemm(rewrite_, work.at(0), work.width, rows, out.at(0), out.width, After::glu, scratch.gemm,
           *kernels.gemm);
}

void Encoder::over_frequency(const float* in, long in_pitch, int in_rows, int f,
                             const Sequence& work, const Sequence& out,
                             const Residual::Scratch& scratch,
                             const Kernels& kernels) const noexcept {
  GemmInput taps[kKernel];
  std::size_t count = 0;
  for (int k = 0; k < kKernel; ++k) {
    const int row = kStride * f - kPad + k;
    if (row < 0 || row >= in_rows) continue;
    taps[count++] = {in + row * in_pitch, k * in_width_, in_width_};
  }
  const int rows = static_cast<int>(out.count);
  nn::gemm(conv_, {taps, count}, in_width_, rows, work.at(0), work.width, After::gelu, scratch.gemm,
           *kernels.gemm);
  residual_.apply(work, scratch, kernels);
  nn::gemm(rewrite_, work.at(0), work.width, rows, out.at(0), out.width, After::glu, scratch.gemm,
           *kernels.gemm);
}

Decoder Decoder::load(Weights& file, const std::string& name, bool over_frequency, int in, int out,
                      bool last, const Precisions& precisions, nn::Precision own) {
  Decoder d;
  d.in_ = in;
  d.last_ = last;
  const int wide = padded(in), taps = over_frequency ? 9 : 3;
  // Whole lanes are written: over time four positions at once, else one.
  d.out_width_ = last && !over_frequency && kStride * out % nn::kLanes == 0 ? out : padded(out);
  const auto rewrite = over_frequency ? file.take(name + ".rewrite.weight", {2 * in, in, 3, 3})
                                      : file.take(name + ".rewrite.weight", {2 * in, in, 3});
  const auto rewrite_bias = file.take(name + ".rewrite.bias", {2 * in});
  d.rewrite_ = pack(
      2 * wide, taps * wide,
      [&](int o, int k) {
        const int row = glu_row(o, in), tap = k / wide, c = k % wide;
        return row < 0 || c >= in ? 0.0f : rewrite[size((row * in + c) * taps + tap)];
      },
      [&](int o) {
        const int row = glu_row(o, in);
        return row < 0 ? 0.0f : rewrite_bias[size(row)];
      },
      last ? precisions.outer : precisions.rewrite);
  const auto transposed = over_frequency
                              ? file.take(name + ".conv_tr.weight", {in, out, kKernel, 1})
                              : file.take(name + ".conv_tr.weight", {in, out, kKernel});
  const auto bias = file.take(name + ".conv_tr.bias", {out});
  const int per = d.out_width_;
  // Output 4 t + phase - 2 hears input t through tap `phase` and input t - 1 through tap phase + 4.
  const auto weight = [&](int phase, int c, int k) {
    const int from = k % wide, tap = k < wide ? phase + kStride : phase;
    return c >= out || from >= in ? 0.0f : transposed[size((from * out + c) * kKernel + tap)];
  };
  const auto own_bias = [&](int c) { return c < out ? bias[size(c)] : 0.0f; };
  if (over_frequency) {
    for (int phase = 0; phase < kStride; ++phase)
      d.transposed_.push_back(pack(
          per, 2 * wide, [&](int o, int k) { return weight(phase, o, k); }, own_bias, own));
  } else {
    d.transposed_.push_back(pack(
        kStride * per, 2 * wide, [&](int o, int k) { return weight(o / per, o % per, k); },
        [&](int o) { return own_bias(o % per); }, own));
  }
  d.residual_ = Residual::load(file, name + ".dconv", in, precisions.residual);
  return d;
}

std::size_t Decoder::gemm_scratch_bytes() const {
  std::size_t most = std::max(rewrite_.scratch_bytes(After::glu), residual_.gemm_scratch_bytes());
  for (const auto& matrix : transposed_)
    most = std::max(most, matrix.scratch_bytes(After::gelu_add));
  return most;
}

std::size_t Decoder::bytes() const {
  std::size_t sum = rewrite_.bytes() + residual_.bytes();
  for (const auto& matrix : transposed_) sum += matrix.bytes();
  return sum;
}

void Decoder::over_time(const Sequence& in, const Sequence& work, const Sequence& out,
                        const Residual::Scratch& scratch, const Kernels& kernels) const noexcept {
  const int rows = static_cast<int>(in.count), wide = in.width;
  const GemmInput window{in.at(-1), 0, 3 * wide};
  nn::gemm(rewrite_, {&window, 1}, wide, rows, work.at(0), wide, After::glu, scratch.gemm,
           *kernels.gemm);
  residual_.apply(work, scratch, kernels);
  const GemmInput pair{work.at(-1), 0, 2 * wide};
  nn::gemm(transposed_[0], {&pair, 1}, wide, rows + 1, out.at(-kPad),
           static_cast<long>(kStride) * out_width_, last_ ? After::nothing : After::gelu_add,
           scratch.gemm, *kernels.gemm);
}

void Decoder::over_frequency(const Sequence& in, long in_pitch, int in_rows, int f,
                             const Sequence* before, const Sequence& work, float* out,
                             long out_pitch, int out_rows, const Residual::Scratch& scratch,
                             const Kernels& kernels) const noexcept {
  const int rows = static_cast<int>(in.count), wide = in.width;
  if (f < in_rows) {
    GemmInput taps[3];
    std::size_t count = 0;
    for (int k = 0; k < 3; ++k) {
      const int row = f - 1 + k;
      if (row < 0 || row >= in_rows) continue;
      taps[count++] = {in.at(-1) + row * in_pitch, k * 3 * wide, 3 * wide};
    }
    nn::gemm(rewrite_, {taps, count}, wide, rows, work.at(0), wide, After::glu, scratch.gemm,
             *kernels.gemm);
    residual_.apply(work, scratch, kernels);
  }
  GemmInput pair[2];
  std::size_t count = 0;
  if (before != nullptr) pair[count++] = {before->at(0), 0, wide};
  if (f < in_rows) pair[count++] = {work.at(0), wide, wide};
  for (int phase = 0; phase < kStride; ++phase) {
    const int row = kStride * f - kPad + phase;
    if (row < 0 || row >= out_rows) continue;
    nn::gemm(transposed_[size(phase)], {pair, count}, wide, rows, out + row * out_pitch, out_width_,
             last_ ? After::nothing : After::gelu_add, scratch.gemm, *kernels.gemm);
  }
}

}  // namespace tutti::separate::htdemucs
