// The transformer between the two branches of HTDemucs: layers that look at their own branch and
// layers that look at the other one take turns.
//
// Tokens are rows of width() numbers. Those of the spectrogram stand with time innermost, f *
// frames
// + t: attention and norms do not depend on the order, only the position embeddings do, which are
// made for it. Norms come first, LayerScale is folded into the matrices before it, 1 / sqrt(head)
// into the query.
#pragma once

#include <vector>

#include "engine/nn/attention.h"
#include "engine/separate/htdemucs_layers.h"
#include "engine/separate/htdemucs_weights.h"

namespace tutti::separate::htdemucs {

class CrossTransformer {
 public:
  static constexpr int kMostDim = 4096;

  // The memory of a run: tokens[0] of the spectrogram, tokens[1] of the waveform, in and out.
  struct Scratch {
    // Where they stand in a block of floats.
    struct Places {
      std::size_t tokens[2], normed, queries, memories[2], hidden, attention;
    };
    float* tokens[2];
    float* normed;       // of the longer branch
    float* queries;      // likewise, heads_width() a token
    float* memories[2];  // keys and values, 2 * heads_width() a token
    float* hidden;       // of nn::GemmMatrix::kRowsAtOnce tokens
    std::byte* gemm;
    std::byte* attention;
  };

  // `layers` of `heads`, dim a multiple of kLanes up to kMostDim, for `bins` x `frames` and `steps`
  // tokens.
  static CrossTransformer load(Weights&, int dim, int heads, int bins, int frames, int steps,
                               const Precisions&);

  int width() const { return dim_; }
  std::size_t gemm_scratch_bytes() const;
  std::size_t bytes() const;  // of weights
  Scratch::Places plan(Layout&) const;
  Scratch scratch(const Scratch::Places&, float* block, std::byte* gemm) const;
  void run(const Scratch&, const Kernels&) const noexcept;

 private:
  int heads_width() const { return heads_ * each_; }
  struct Norm {
    std::vector<float> gain, bias;
  };
  struct Layer {
    bool cross = false;
    Norm norm1, norm2, norm3, norm_out;
    nn::GemmMatrix query, memory, out, up, down;
  };
  static Norm load_norm(Weights&, const std::string& name, int dim);
  Layer load_layer(Weights&, const std::string& name, bool cross, const Precisions&);
  void norm_rows(const Norm&, const float* x, int rows, float* y) const noexcept;
  void attend(const Layer&, int branch, int other, const Scratch&, const Kernels&) const noexcept;
  void feed_forward(const Layer&, int branch, const Scratch&, const Kernels&) const noexcept;

  int dim_ = 0, heads_ = 0, each_ = 0, hidden_ = 0;
  int tokens_[2] = {};
  nn::Precision attention_ = nn::Precision::f32;
  std::vector<Layer> layers_[2];
  Norm norm_in_[2];
  std::vector<float> positions_[2];
};

}  // namespace tutti::separate::htdemucs
