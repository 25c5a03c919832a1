// The Instant separator as LibTorch learns it: a band-split recurrent network (Luo and Yu 2023,
// "Music Source Separation with Band-split RNN") with one trunk and four heads.
//
// What it computes is written at engine/separate, which plays it; names and layout of the weights
// are the file's. Spectra here are rows of one frame: for each bin L.re L.im R.re R.im. A batch is
// [frames, items] rows, frame-major.
#pragma once

#include <string>
#include <torch/torch.h>
#include <utility>
#include <vector>

namespace tutti::learn {

inline constexpr int kStems = 4;  // drums, bass, other, vocals
inline const char* const kStemNames[kStems] = {"drums", "bass", "other", "vocals"};

struct SeparatorShape {
  int window = 2048;  // the hop is half of it
  std::vector<int> bands = {0,   4,   8,   12,  16,  21,  26,  32,  38,  46,  56,  68,  82,
                            100, 122, 150, 186, 230, 286, 354, 440, 546, 680, 850, 1025};
  int width = 64, hidden = 64, blocks = 5, head = 128;
  double scale = 10;

  int bins() const { return window / 2 + 1; }
  int band_count() const { return static_cast<int>(bands.size()) - 1; }
  int band_width(int b) const {
    return bands[static_cast<std::size_t>(b) + 1] - bands[static_cast<std::size_t>(b)];
  }
};

struct GruWeightsImpl : torch::nn::Module {
  GruWeightsImpl(int in, int hidden);
  torch::Tensor forward(const torch::Tensor& x, bool reverse);
  torch::Tensor w_ih, w_hh, b_ih, b_hh;
};
TORCH_MODULE(GruWeights);

// LayerNorm, a GRU each way, a matrix back to the width; x [steps, sequences, width].
struct SeparatorPathImpl : torch::nn::Module {
  explicit SeparatorPathImpl(const SeparatorShape&);
  // `keep` [1, sequences, 1] or undefined: 0 where the way back is left out.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& keep);
  torch::nn::LayerNorm norm{nullptr};
  GruWeights ahead{nullptr}, back{nullptr};
  torch::nn::Linear out{nullptr};
};
TORCH_MODULE(SeparatorPath);

struct SeparatorNetImpl : torch::nn::Module {
  explicit SeparatorNetImpl(const SeparatorShape&);

  // features [frames, items, 4 bins]; offline [items] of 0 or 1: whether the item may look ahead in
  // time. The answers are what stands before the gate of each mask: [stem * bands + band], each
  // [frames * items, 8 n_b].
  std::vector<torch::Tensor> forward(const torch::Tensor& features, const torch::Tensor& offline);

  SeparatorShape shape;
  std::vector<torch::nn::Linear> split;
  std::vector<SeparatorPath> time, band;
  std::vector<torch::nn::LayerNorm> norms;
  std::vector<torch::nn::Linear> ins, outs;
};
TORCH_MODULE(SeparatorNet);

// Features of spectra, both [rows, 4 bins]: power law 0.3 (separator_net.cpp).
void features_of(const float* spectra, float* features, long bins, double scale);

// The file's bytes: float16 tensors.
std::vector<std::byte> store(SeparatorNet& net,
                             const std::vector<std::pair<std::string, std::string>>& metadata);
// The shape as metadata "config".
std::string config_of(const SeparatorShape&);

}  // namespace tutti::learn
