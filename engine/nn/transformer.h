// A decoder-only transformer that goes on token by token (Vaswani et al. 2017).
//
// Layer norm before each part, GELU by tanh, attention turned by angles that the caller gives for
// each token (rotary embedding, Su et al. 2021), so that position may mean anything. Weights are
// immutable and shared by any number of states; a state belongs to one thread at a time and has all
// its memory from the start: advance() does not allocate, lock or throw. The answers are the same
// to the bit on every machine, and whether tokens come one by one or many at once.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/linear.h"

namespace tutti::nn {

struct TransformerShape {
  int width = 0, layers = 0, heads = 0, hidden = 0;  // width / heads a multiple of kLanes
};

// For one token: cosine and sine of width / heads / 2 angles, as the query that it asks and as the
// key under which it is found.
struct Turns {
  const float *query_cosine, *query_sine, *key_cosine, *key_sine;
};

class Transformer;

class TransformerState {
 public:
  TransformerState(const Transformer&, int capacity);  // capacity: most tokens, ≥ 1
  int count() const { return count_; }
  int capacity() const { return capacity_; }
  // Forgets all but the first `count` tokens.
  void rewind(int count) { count_ = count < count_ ? count : count_; }

 private:
  friend class Transformer;
  int count_ = 0, capacity_ = 0, room_ = 0;
  std::vector<float> keys_, values_;  // a layer after the other
  std::vector<float> norm_, qkv_, mixed_, hidden_, weights_;
};

class Transformer {
 public:
  static constexpr int kMostRows = 8;  // tokens at once

  // Tensors "blocks.N.norm1.weight" … as native/learn/melody_net.h names them, and "norm.*".
  // bad_input where one is missing or has another shape, or the shape cannot be.
  static Result<Transformer> load(const Safetensors&, const TransformerShape&);

  const TransformerShape& shape() const { return shape_; }

  // The next `rows` tokens (1 … kMostRows, and room for them in the state): x holds their inputs,
  // `width` each, and then their outputs. `turns` has one entry a token.
  void advance(TransformerState&, float* x, int rows, const Turns* turns,
               const Kernels& = kernels()) const noexcept;

 private:
  struct Norm {
    std::vector<float> gain, bias;
  };
  struct Block {
    Norm norm1, norm2;
    Linear qkv, out, up, down;
  };
  static Result<Norm> load_norm(const Safetensors&, const std::string& name, int width);
  void attend(TransformerState&, int layer, int row, const Turns&, const Kernels&) const noexcept;

  TransformerShape shape_;
  std::vector<Block> blocks_;
  Norm norm_;
};

}  // namespace tutti::nn
