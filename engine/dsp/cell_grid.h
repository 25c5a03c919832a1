// A stream cut into cells of 16 frames, so that recursive effects can work in vector lanes along
// time and still give the same samples whatever the block size.
//
// The cells count from reset(). A cell that a block border cuts is worked out again from its first
// frame when the rest arrives: its input so far is kept here, its settings are those of its first
// frame, and the effect keeps its state as it was before the cell until the cell is whole. Blocks
// that are multiples of 16 frames cost nothing extra. Settings follow the parameters from cell to
// cell; a jump takes one cell. No allocation; one thread at a time.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/dsp/processor.h"

namespace tutti::dsp {

inline constexpr int kCell = 16;
// Runs of cells end at multiples of 256 frames, where effects clear states that have died away.
inline constexpr int kRunCells = 16;

class CellGrid {
 public:
  void reset() noexcept {
    phase_ = 0;
    cell_ = 0;
  }

  // For each run of whole cells: begin(), where settings may change and which says for how many
  // cells they hold; then run(left, right, cells, whole) in place, `whole` false for a cell of
  // which only the first frames are there (the effect must then keep its state); after(frames) for
  // every stretch of the block. block.right may be null: then run() gets a copy of the left.
  template <class Begin, class Run, class After>
  void walk(Block block, Begin&& begin, Run&& run, After&& after) noexcept {
    float* right = block.right;
    for (int at = 0; at < block.frames;) {
      const int left_over = block.frames - at;
      if (phase_ == 0) hold_ = begin();
      int count;
      if (phase_ == 0 && left_over >= kCell) {
        int cells = left_over / kCell;
        const int to_border = kRunCells - static_cast<int>(cell_ % kRunCells);
        if (cells > to_border) cells = to_border;
        if (cells > hold_) cells = hold_;
        count = cells * kCell;
        float* second = right ? right + at : copy_[1];
        if (!right) std::memcpy(copy_[1], block.left + at, sizeof(float) * count);
        run(block.left + at, second, cells, true);
        cell_ += cells;
      } else {
        count = left_over < kCell - phase_ ? left_over : kCell - phase_;
        const auto bytes = sizeof(float) * static_cast<std::size_t>(count);
        std::memcpy(kept_[0] + phase_, block.left + at, bytes);
        std::memcpy(kept_[1] + phase_, (right ? right : block.left) + at, bytes);
        for (int side = 0; side < 2; ++side) {
          for (int i = phase_ + count; i < kCell; ++i) kept_[side][i] = 0;
          std::memcpy(copy_[side], kept_[side], sizeof kept_[side]);
        }
        const bool whole = phase_ + count == kCell;
        run(copy_[0], copy_[1], 1, whole);
        std::memcpy(block.left + at, copy_[0] + phase_, bytes);
        if (right) std::memcpy(right + at, copy_[1] + phase_, bytes);
        phase_ = whole ? 0 : phase_ + count;
        if (whole) ++cell_;
      }
      after(count);
      at += count;
    }
  }

  // Whether the next run starts on a multiple of 256 frames.
  bool on_border() const noexcept { return cell_ % kRunCells == 0; }

 private:
  int phase_ = 0;          // frames of the present cell that have come
  int hold_ = 1;           // cells for which the settings hold
  std::int64_t cell_ = 0;  // whole cells since reset
  float kept_[2][kCell] = {};
  float copy_[2][kCell * kRunCells] = {};
};

}  // namespace tutti::dsp
