// The convolutional layers of HTDemucs over rows of channels: encoder, decoder and the residual
// branch of dilated convolutions that both have.
//
// A sequence is a buffer of positions, `padded(channels)` numbers each (the lanes beyond the
// channels are zeros), with kHalo positions of zeros before and after, so that convolutions need no
// edges. The layers over frequency work row by row: one row is all frames of one frequency, small
// enough for the second cache, and goes through the whole layer before the next one.
#pragma once

#include <string>
#include <vector>

#include "engine/nn/gemm.h"
#include "engine/nn/norms.h"
#include "engine/separate/htdemucs_weights.h"

namespace tutti::separate::htdemucs {

inline constexpr int kHalo = 8;
inline constexpr int kKernel = 8, kStride = 4, kPad = 2;

struct Kernels {
  const nn::GemmKernels* gemm = nullptr;
  const nn::NormKernels* norms = nullptr;
};

// Which layers take bf16.
struct Precisions {
  nn::Precision conv = nn::Precision::f32;     // strided and transposed, and their 1x1
  nn::Precision rewrite = nn::Precision::f32;  // 3 and 3x3 of the decoder
  nn::Precision residual = nn::Precision::f32;
  nn::Precision linear = nn::Precision::f32;
  nn::Precision attention = nn::Precision::f32;
  nn::Precision outer = nn::Precision::f32;  // first and last layer, whatever their kind
};

// What bf16 is taken for where the processor has it.
Precisions half_precisions();

// Positions of a sequence whose first one (behind the halo) is `data`.
struct Sequence {
  float* data = nullptr;
  int width = 0;  // numbers a position
  long count = 0;
  float* at(long position) const { return data + position * width; }
};
// Memory of a sequence in floats, and the sequence in it; its halo is cleared.
std::size_t sequence_floats(int width, long count);
Sequence sequence_in(float* memory, int width, long count);
void clear_halo(const Sequence&);

// x += scale * GLU(norm(conv1(GELU(norm(conv3 dilated(x)))))), once for every layer of the branch.
class Residual {
 public:
  struct Scratch {
    float* hidden;  // positions * hidden_width()
    float* wide;    // positions * 2 * padded(channels)
    std::byte* gemm;
  };
  // Empty where the file has none of that name.
  static Residual load(Weights&, const std::string& name, int channels, nn::Precision);
  int hidden_width() const;
  std::size_t gemm_scratch_bytes() const;
  std::size_t bytes() const;  // of weights
  void apply(const Sequence& x, const Scratch&, const Kernels&) const noexcept;

 private:
  struct Layer {
    int hidden = 0, dilation = 1;
    nn::GemmMatrix down, up;
    std::vector<float> norm1_gain, norm1_bias, norm2_gain, norm2_bias, gain;
  };
  int channels_ = 0;
  std::vector<Layer> layers_;
};

// Convolution of 8 with stride 4, GELU, residual branch, 1x1 convolution to twice the channels,
// GLU.
class Encoder {
 public:
  // `in_width`: numbers a position of the input has (first layer: as many as channels).
  static Encoder load(Weights&, const std::string& name, bool over_frequency, int in, int in_width,
                      int out, const Precisions&, nn::Precision own);
  int width() const { return nn::padded(out_); }
  int channels() const { return out_; }
  const Residual& residual() const { return residual_; }
  std::size_t gemm_scratch_bytes() const;
  std::size_t bytes() const;  // of weights
  // The whole sequence; `work` is one of work.width == width() and out.count positions.
  void over_time(const Sequence& in, const Sequence& work, const Sequence& out,
                 const Residual::Scratch&, const Kernels&) const noexcept;
  // Row f of the output from rows of the input, `in_pitch` numbers apart, in_rows of them.
  void over_frequency(const float* in, long in_pitch, int in_rows, int f, const Sequence& work,
                      const Sequence& out, const Residual::Scratch&, const Kernels&) const noexcept;

 private:
  int in_width_ = 0, out_ = 0;
  nn::GemmMatrix conv_, rewrite_;
  Residual residual_;
};

// Convolution of 3 (over frequency 3x3) to twice the channels, GLU, residual branch, transposed
// convolution of 8 with stride 4; its GELU is added to what the next layer starts from, or the last
// layer's output is written.
class Decoder {
 public:
  static Decoder load(Weights&, const std::string& name, bool over_frequency, int in, int out,
                      bool last, const Precisions&, nn::Precision own);
  int width() const { return nn::padded(in_); }
  int out_width() const { return out_width_; }
  const Residual& residual() const { return residual_; }
  std::size_t gemm_scratch_bytes() const;
  std::size_t bytes() const;  // of weights
  // `out` has room for a halo of at least 4 positions on either side, which is written too:
  // positions beyond the sequence hold rubbish then.
  void over_time(const Sequence& in, const Sequence& work, const Sequence& out,
                 const Residual::Scratch&, const Kernels&) const noexcept;
  // Row f of `in` (rows in_pitch apart, each with its halo) goes to `work`; with the row before it
  // (`before`, null for the first), it gives rows 4 f - 2 … 4 f + 1 of `out` (out_pitch apart,
  // out_rows of them). f == in_rows only writes what is left of the last row.
  void over_frequency(const Sequence& in, long in_pitch, int in_rows, int f, const Sequence* before,
                      const Sequence& work, float* out, long out_pitch, int out_rows,
                      const Residual::Scratch&, const Kernels&) const noexcept;

 private:
  int in_ = 0, out_width_ = 0;
  bool last_ = false;
  nn::GemmMatrix rewrite_;
  std::vector<nn::GemmMatrix> transposed_;  // over time one for all four phases, else one a phase
  Residual residual_;
};

}  // namespace tutti::separate::htdemucs
