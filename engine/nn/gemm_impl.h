// The products of gemm_kernel.h, written once and compiled once per instruction set.
//
// Included by gemm_*.cpp only, each of which defines TUTTI_LANES, TUTTI_TILE_ROWS and
// TUTTI_TILE_VECTORS first: the sums that are kept in registers at once. Internal linkage, so that
// no wide code can be linked into the base path.
#pragma once

#include "engine/nn/gemm_kernel.h"
#include "engine/nn/lanes_impl.h"

namespace tutti::nn {
namespace {

// Inputs that are multiplied before the sums go back to memory: the weights of a tile's columns
// then stay in the second cache while they serve all rows.
constexpr int kDepthAtOnce = 512;

// Rows x Vectors sums; `vector` counts vectors of TUTTI_LANES outputs.
template <int Rows, int Vectors>
TUTTI_INLINE void tile(const GemmCall& c, const GemmRun* run, const GemmRun* end, int row,
                       int vector, bool begin) {
  Lanes sum[Rows][Vectors];
  float* const y = c.y + row * c.y_stride + vector * TUTTI_LANES;
  if (begin && !c.add) {
    for (int v = 0; v < Vectors; ++v) {
      const Lanes start = c.bias != nullptr ? get(c.bias + (vector + v) * TUTTI_LANES) : Lanes{};
      for (int r = 0; r < Rows; ++r) sum[r][v] = start;
    }
  } else {
    for (int v = 0; v < Vectors; ++v) {
      const Lanes start =
          begin && c.bias != nullptr ? get(c.bias + (vector + v) * TUTTI_LANES) : Lanes{};
      for (int r = 0; r < Rows; ++r) sum[r][v] = get(y + r * c.y_stride + v * TUTTI_LANES) + start;
    }
  }
  const float* const panels = static_cast<const float*>(c.panels);
  const long panel = static_cast<long>(c.panel_depth) * kLanes;
  for (; run != end; ++run) {
    const float* a[Rows];
    for (int r = 0; r < Rows; ++r) a[r] = static_cast<const float*>(run->a) + (row + r) * c.stride;
    const float* b[Vectors];
    for (int v = 0; v < Vectors; ++v)
      b[v] = panels + (vector + v) / kStrands * panel + static_cast<long>(run->at) * kLanes +
             (vector + v) % kStrands * TUTTI_LANES;
    for (long k = 0; k < run->depth; ++k) {
      Lanes weights[Vectors];
      for (int v = 0; v < Vectors; ++v) weights[v] = get(b[v] + k * kLanes);
      for (int r = 0; r < Rows; ++r) {
        const float in = a[r][k];
        for (int v = 0; v < Vectors; ++v) sum[r][v] = sum[r][v] + in * weights[v];
      }
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v) put(y + r * c.y_stride + v * TUTTI_LANES, sum[r][v]);
}

#ifndef TUTTI_TILE
#define TUTTI_TILE tile
#endif

template <int Rows, int Vectors>
TUTTI_INLINE void columns(const GemmCall& c, const GemmRun* run, const GemmRun* end, int vector,
                          bool begin) {
  int row = 0;
  for (; row + Rows <= c.rows; row += Rows)
    TUTTI_TILE<Rows, Vectors>(c, run, end, row, vector, begin);
  if constexpr (Rows > 4) {
    for (; row + 4 <= c.rows; row += 4) TUTTI_TILE<4, Vectors>(c, run, end, row, vector, begin);
  }
  for (; row < c.rows; ++row) TUTTI_TILE<1, Vectors>(c, run, end, row, vector, begin);
}

void multiply(const GemmCall& c) noexcept {
  const int vectors = c.panel_count * kStrands;
  const GemmRun* run = c.runs;
  const GemmRun* const last = c.runs + c.run_count;
  bool begin = true;
  do {
    const GemmRun* end = run;
    int depth = 0;
    while (end != last && (depth == 0 || depth + end->depth <= kDepthAtOnce)) {
      depth += end->depth;
      ++end;
    }
    int v = 0;
    for (; v + TUTTI_TILE_VECTORS <= vectors; v += TUTTI_TILE_VECTORS)
      columns<TUTTI_TILE_ROWS, TUTTI_TILE_VECTORS>(c, run, end, v, begin);
#if TUTTI_TILE_VECTORS > 2
    if (vectors - v == 3) {
      columns<8, 3>(c, run, end, v, begin);
      v += 3;
    }
    for (; v + 2 <= vectors; v += 2) columns<12, 2>(c, run, end, v, begin);
#endif
    for (; v < vectors; ++v) columns<TUTTI_TILE_ROWS, 1>(c, run, end, v, begin);
    run = end;
    begin = false;
  } while (run != last);
}

}  // namespace
}  // namespace tutti::nn
