// The melody network in LibTorch, for training; engine/nn plays it back.
//
// A decoder-only transformer (Vaswani et al. 2017) with layer norm before each part (Xiong et al.
// 2020), GELU by tanh, and attention rotated by musical distance (melody::rotation_of). Its input
// is the sum of the rows that melody::input_of names.
#pragma once

#include <string>
#include <torch/torch.h>
#include <vector>

#include "engine/compose/melody_tokens.h"

namespace tutti::learn {

namespace melody = compose::melody;

struct MelodyShape {
  int width = 128, layers = 4, heads = 4, hidden = 512;
};

// Many sequences of the same length, padded at the end; tokens alternate between what predicts a
// duration (even places) and what predicts a sound (odd).
struct Batch {
  torch::Tensor rows, offsets;                           // of the embedding bag, int64
  torch::Tensor query_cos, query_sin, key_cos, key_sin;  // [sequences, 1, length, kRotations]
  torch::Tensor durations, sounds;  // targets [sequences, length / 2], -100 where there is none
  int sequences = 0, length = 0;
};

struct MelodyBlockImpl : torch::nn::Module {
  MelodyBlockImpl(const MelodyShape&, double dropout);
  torch::Tensor forward(torch::Tensor x, const Batch&, const torch::Tensor& mask);
  int heads;
  double dropout;
  torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
  torch::nn::Linear qkv{nullptr}, out{nullptr}, up{nullptr}, down{nullptr};
};
TORCH_MODULE(MelodyBlock);

struct MelodyNetImpl : torch::nn::Module {
  MelodyNetImpl(const MelodyShape&, double dropout);
  torch::Tensor forward(const Batch&);  // logits [sequences, length, kTokens]
  MelodyShape shape;
  double dropout;
  torch::Tensor table;  // [kRows, width]
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm{nullptr};
  torch::nn::Linear head{nullptr};
};
TORCH_MODULE(MelodyNet);

// Mean loss over all targets.
torch::Tensor loss_of(const torch::Tensor& logits, const Batch&);

// The weights as a safetensors file: matrices int8 with a scale a row, the table in half precision.
// Changes the network's weights to what was stored, so that its answers are those of the file.
std::vector<std::byte> store(MelodyNet&,
                             const std::vector<std::pair<std::string, std::string>>& metadata);

}  // namespace tutti::learn
