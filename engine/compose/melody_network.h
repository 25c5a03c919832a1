// The melody transformer as a function: what was said so far in, how likely each next token is out.
//
// A file of weights is native/learn/melody_net.h's: metadata "model" = "melody", "width", "layers"
// and "heads"; tensors "table", "blocks.*", "norm.*" and "head.*". Immutable once loaded and
// thread-safe; a Line belongs to one thread at a time.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "engine/compose/melody_tokens.h"
#include "engine/nn/transformer.h"

namespace tutti::compose::melody {

class Network {
 public:
  // bad_input where the file is no melody network.
  static Result<Network> load(std::span<const std::byte> file);

  // One tune as it goes on. Its memory is all there from the start; say() does not allocate.
  class Line {
   public:
    Line(const Network&, const nn::Kernels&, int capacity);  // most tokens
    int count() const { return state_.count(); }
    int capacity() const { return state_.capacity(); }
    // Takes tokens in, in the order of the tune; as many as there is room for.
    void say(const Surroundings&, std::span<const Input>) noexcept;
    // Scores (before softmax) of what follows token i of the last say(), all kTokens of them.
    std::span<const float> scores(int i) const;
    // Forgets all but the first `count` tokens.
    void rewind(int count) { state_.rewind(count); }

   private:
    const Network& network_;
    const nn::Kernels& kernels_;
    nn::TransformerState state_;
    std::vector<float> x_, scores_;
  };

 private:
  nn::Transformer transformer_;
  nn::Linear head_;
  std::vector<float> table_;  // kRows of the width
};

// Natural-log probability of `token` among those of its kind (durations, or sounds).
double log_probability(std::span<const float> scores, int token) noexcept;

}  // namespace tutti::compose::melody
