// Pieces as tensors.
#pragma once

#include <span>

#include "engine/base/random.h"
#include "native/learn/melody_net.h"
#include "native/learn/pieces.h"

namespace tutti::learn {

struct Crop {
  const Piece* piece;
  std::size_t first;  // event
};

// `length` tokens from each crop. `random` blurs what is told, so that the network learns to do
// without; null: all is told.
Batch batch_of(std::span<const Crop> crops, int length, Random* random);

}  // namespace tutti::learn
