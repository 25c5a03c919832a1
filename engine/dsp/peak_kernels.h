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
  // The highest absolute value; infinite or not a number where one of them is.
  float (*loudest)(const float* x, int frames) noexcept;
  // The lowest value, 1 at most.
  float (*lowest)(const float* x, int frames) noexcept;
  // See true_peaks().
  void (*peaks)(const float* in, float* out, int frames) noexcept;
  // out[i] = max(a[i], b[i]).
  void (*higher)(const float* a, const float* b, float* out, int frames) noexcept;
  // out[i] = max(in[i], in[i - a], in[i - b], in[i - c]).
  void (*highest_of_four)(const float* in, int a, int b, int c, float* out, int frames) noexcept;
  // groups[k] = the highest of x[4 k] … x[4 k + 3].
  void (*group)(const float* x, float* groups, int count) noexcept;
  // x[4 k + j] = max(held[k], x[4 k] … x[4 k + j]); touches nothing of x behind
  // 4 * count; held must be readable up to count + 15.
  void (*hold)(float* x, const float* held, int count) noexcept;
  // x[i] = how much of 1 must be taken away for x[i] to come down to `target`; 0 if nothing.
  void (*excess)(float* x, float target, int frames) noexcept;
  // out[i] = x[i] * 2^26, rounded up to a whole number (or one more); 0 <= x[i] <= 1.
  void (*whole)(const float* x, double* out, int frames) noexcept;
  // gain[i] = 1 - reduction[i] * scale.
  void (*gains)(const double* reduction, double scale, float* gain, int frames) noexcept;
  // x[i] = in[i] * gain[i], not beyond ±bound[i].
  void (*apply)(const float* in, const float* gain, const float* bound, float* out,
                int frames) noexcept;
};

const Table& generic();
const Table& best();  // chosen once

}  // namespace tutti::dsp::peak_kernels
