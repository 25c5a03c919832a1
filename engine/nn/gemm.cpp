#include "engine/nn/gemm.h"

#include <cstring>
#include <new>
#include <vector>

#include "engine/base/cpu.h"

namespace tutti::nn {

namespace {

constexpr std::align_val_t kAlign{64};
constexpr int kPiece = 512;  // a longer run is cut, as the kernels work through kDepthAtOnce
constexpr int kMostPieces = kMostRuns + 64;

constexpr std::size_t aligned(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

}  // namespace

#if defined(__x86_64__) && !defined(__wasm__)
const GemmKernels& gemm_bf16_kernels() noexcept {
  static const GemmKernels all = [] {
    GemmKernels both = kGemmFma512;
    both.multiply_bf16 = kBf16.multiply;
    both.to_bf16 = kBf16.to_bf16;
    both.exponentials_bf16 = kBf16.exponentials;
    return both;
  }();
  return all;
}
#endif

const GemmKernels& gemm_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (has_bf16()) return gemm_bf16_kernels();
  if (has_fma()) return isa() == Isa::avx512 ? kGemmFma512 : kGemmFma;
#endif
  return kGemmGeneric;
}

void GemmMatrix::Free::operator()(std::byte* p) const {
  ::operator delete[](p, kAlign);
}

GemmMatrix GemmMatrix::pack(std::span<const float> weights, std::span<const float> bias, int out,
                            int in, Precision precision) {
  GemmMatrix m;
  m.in_ = in;
  m.out_ = out;
  const bool half =
      precision == Precision::bf16 && gemm_kernels().multiply_bf16 != nullptr && in % 2 == 0;
  m.precision_ = half ? Precision::bf16 : Precision::f32;
  const std::size_t count = static_cast<std::size_t>(padded(out)) * static_cast<std::size_t>(in);
  const std::size_t bytes = count * (half ? 2 : 4);
  m.packed_.reset(static_cast<std::byte*>(::operator new[](bytes, kAlign)));
  m.bias_.reset(static_cast<std::byte*>(
      ::operator new[](sizeof(float) * static_cast<std::size_t>(padded(out)), kAlign)));
  auto* const floats = reinterpret_cast<float*>(m.packed_.get());
  auto* const halves = reinterpret_cast<std::uint16_t*>(m.packed_.get());
  const auto depth = static_cast<std::size_t>(in);
  std::vector<float> row(depth);
  std::vector<std::uint16_t> half_row(half ? depth : 0);
  for (std::size_t o = 0; o < static_cast<std::size_t>(padded(out)); ++o) {
    const bool real = o < static_cast<std::size_t>(out);
    const float own = real && !bias.empty() ? bias[o] : 0.0f;
    std::memcpy(m.bias_.get() + sizeof own * o, &own, sizeof own);
    for (std::size_t k = 0; k < depth; ++k) row[k] = real ? weights[o * depth + k] : 0.0f;
    const std::size_t panel = o / kLanes * depth * kLanes, lane = o % kLanes;
    if (half) {
      gemm_kernels().to_bf16(row.data(), half_row.data(), in);
      for (std::size_t k = 0; k < depth; ++k)
        halves[panel + k / 2 * 2 * kLanes + lane * 2 + k % 2] = half_row[k];
    } else {
      for (std::size_t k = 0; k < depth; ++k) floats[panel + k * kLanes + lane] = row[k];
    }
  }
  return m;
}

std::size_t GemmMatrix::bytes() const {
  const auto outs = static_cast<std::size_t>(padded(out_));
  return outs * static_cast<std::size_t>(in_) * (precision_ == Precision::bf16 ? 2 : 4) +
         outs * sizeof(float);
}

std::size_t GemmMatrix::scratch_bytes(After after) const {
  std::size_t bytes = 64;
  if (precision_ == Precision::bf16)
    bytes += aligned(2 * kRowsAtOnce * static_cast<std::size_t>(in_)) + 64 * kMostRuns;
  if (after == After::glu || after == After::gelu_add)
    bytes += 4 * kRowsAtOnce * static_cast<std::size_t>(padded(out_));
  return bytes;
}

void gemm(const GemmMatrix& m, std::span<const GemmInput> inputs, long x_stride, int rows, float* y,
          long y_stride, After after, std::byte* scratch, const GemmKernels& kernels) noexcept {
  const bool half = m.precision_ == Precision::bf16;
  const bool apart = after == After::glu || after == After::gelu_add;
  const int wide = padded(m.out_);
  auto* const tile = reinterpret_cast<float*>(scratch);
  auto* const halves = reinterpret_cast<std::uint16_t*>(
      scratch +
      (apart ? sizeof(float) * GemmMatrix::kRowsAtOnce * static_cast<std::size_t>(wide) : 0));
  for (int row = 0; row < rows; row += GemmMatrix::kRowsAtOnce) {
    const int some = rows - row < GemmMatrix::kRowsAtOnce ? rows - row : GemmMatrix::kRowsAtOnce;
    GemmRun pieces[kMostPieces];
    int count = 0;
    GemmCall call;
    call.stride = x_stride;
    // Runs of bf16 keep the stride when their rows overlap or touch; otherwise every row is laid
    // down as long as the longest run.
    bool dense = true;
    long longest = 0;
    for (const GemmInput& in : inputs) {
      dense = dense && in.depth >= x_stride;
      longest = in.depth > longest ? in.depth : longest;
    }
    if (half && !dense) call.stride = longest;
    std::uint16_t* free = halves;
    for (const GemmInput& in : inputs) {
      const float* const a = in.a + row * x_stride;
      const std::uint16_t* const start = free;
      if (half && dense) {
        const long all = (some - 1) * x_stride + in.depth;
        kernels.to_bf16(a, free, all);
        free += (all + 31) / 32 * 32;
      } else if (half) {
        for (int r = 0; r < some; ++r, free += longest)
          kernels.to_bf16(a + r * x_stride, free, in.depth);
      }
      for (int at = 0; at < in.depth; at += kPiece) {
        const int depth = in.depth - at < kPiece ? in.depth - at : kPiece;
        pieces[count++] = {half ? static_cast<const void*>(start + at) : a + at, in.at + at, depth};
      }
    }
    call.runs = pieces;
    call.run_count = count;
    call.rows = some;
    call.panels = m.packed_.get();
    call.panel_depth = m.in_;
    call.panel_count = wide / kLanes;
    call.bias = reinterpret_cast<const float*>(m.bias_.get());
    call.add = after == After::add;
    call.y = apart ? tile : y + row * y_stride;
    call.y_stride = apart ? wide : y_stride;
    (half ? kernels.multiply_bf16 : kernels.multiply)(call);
    for (int r = 0; r < some && after != After::nothing; ++r) {
      float* const own = y + (row + r) * y_stride;
      const float* const from = tile + static_cast<long>(r) * wide;
      if (after == After::gelu) {
        kernels.gelu(own, wide);
      } else if (after == After::gelu_add) {
        kernels.gelu_add(from, own, wide);
      } else if (after == After::glu) {
        kernels.glu(from, from + m.out_ / 2, own, m.out_ / 2);
      }
    }
  }
}

}  // namespace tutti::nn
