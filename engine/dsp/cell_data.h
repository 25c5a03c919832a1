// What kernels that work in cells of 16 frames (cell_lanes.h) and their effects share: plain data,
// made off the audio path. Only tables and pointers here, no code that a wide kernel could leak.
#pragma once

namespace tutti::dsp {

// 0 … 15, as a cell of lanes.
alignas(64) inline constexpr float kCellRamp[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                    8, 9, 10, 11, 12, 13, 14, 15};

// A pole at `a1` and the powers by which its recursion is done 16 frames at a time.
struct Pole {
  float a1 = 0, a2 = 0, a4 = 0, a8 = 0;
  alignas(64) float powers[16] = {};  // a, a^2 … a^16
};

// Past samples in a ring that is written a cell at a time, at places that are multiples of 16. The
// first kMirror samples stand once more behind the end, so that no read wraps. The longest delay
// that can be read is size - 16.
struct CellRing {
  static constexpr int kMirror = 32;
  float* data = nullptr;
  int size = 0;  // a multiple of 16
  int place = 0;
};

// A gain that moves in a straight line over a cell: from + step (k + 1) at frame k. Where `step` is
// not 0 it holds for one cell only.
struct CellGain {
  float from = 0, step = 0;
};

// A slow sine and cosine that turn by a fixed angle a cell. Doubles: an hour drifts by less than
// 1e-9 of a turn.
struct CellTurn {
  double cosine = 1, sine = 0;
};

}  // namespace tutti::dsp
