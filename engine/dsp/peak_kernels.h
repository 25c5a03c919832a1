// Inner loops of peak finding, for the instruction set that the machine has.
//
// Every version does the same operations on the same numbers, so the bits are the same on all of
// them and in WASM. Frame counts may be any; reads and writes go up to the next multiple of 16.
// No state, no allocation.
#pragma once

namespace tutti::dsp::peak_kernels {

struct Table {
  // The highest absolute values: of the points between the samples whose windows end at in[0] …
  // in[frames - 1] (in[-11] must be readable), and of those samples themselves.
  void (*highest)(const float* in, int frames, float& between, float& sample) noexcept;
  // See true_peaks().
  void (*peaks)(const float* in, float* out, int frames) noexcept;
  // out[i] = max(in[i], in[i - shift]).
  void (*spread)(const float* in, float* out, int shift, int frames) noexcept;
};

const Table& generic();
const Table& best();  // chosen once

}  // namespace tutti::dsp::peak_kernels
