// Multi-head attention over whole sequences (Vaswani et al. 2017), block by block: scores of 96
// queries and 384 keys exist at once, whatever the lengths (as Dao et al. 2022, "FlashAttention",
// with the running maximum of norms.h).
//
// Rows are tokens, `stride` numbers apart, with the heads side by side: head h of a row starts at h
// * each. Scores are taken as they are: scale the query by 1 / sqrt(each) beforehand. bf16 rounds
// query, key, value and weights (see gemm.h). Pure, no allocation; scratch is the caller's,
// 64-byte aligned.
#pragma once

#include <cstddef>

#include "engine/nn/gemm.h"
#include "engine/nn/norms.h"

namespace tutti::nn {

struct AttentionInput {
  const float* data = nullptr;
  long stride = 0;
  int count = 0;  // tokens, ≥ 1
};

// `each` is a multiple of kLanes; values has the count of keys. out: rows of query.count tokens.
void attend(const AttentionInput& query, const AttentionInput& keys, const AttentionInput& values,
            int heads, int each, float* out, long out_stride, Precision, std::byte* scratch,
            const GemmKernels& = gemm_kernels(), const NormKernels& = norm_kernels()) noexcept;
std::size_t attend_scratch_bytes(int keys, int each);

}  // namespace tutti::nn
