// One step of AdamW (Loshchilov and Hutter 2019) and of the running mean of the weights, in one
// pass over memory.
#pragma once

#include <cstddef>

namespace tutti::learn {

struct AdamStep {
  float rate = 1e-3f, decay = 0.01f, first = 0.9f, second = 0.98f;
  float scale = 1;  // of the gradients: clipping
  float mean = 0.998f;
  int number = 1;  // from 1, for the correction of the bias
};

struct AdamArrays {
  float* weights;
  const float* gradients;
  float *first, *second, *mean;
  std::size_t count;
};

void adam_step(const AdamStep&, const AdamArrays&);

}  // namespace tutti::learn
