// What follows a bent characteristic: its direct current taken away, its treble turned down.
//
// The direct current is the mean of each 16 frames, smoothed twice at 8 Hz (once would let tones
// through to beat with the cells) and taken off along straight lines, so that it costs next to
// nothing; the treble filter is a one-pole low-pass at full rate, and not there at all where it
// stands open. Cells of 16 frames count from reset(), so that the samples do not depend on the
// blocks. One channel an object; no allocation.
#pragma once

namespace tutti::effects {

class DirectCurrent {
 public:
  void prepare(double rate);
  void reset() noexcept;
  // `arising`: whether the bend makes any; where not, what was found before fades away and then
  // nothing is done at all.
  void process(float* io, int frames, bool arising) noexcept;

 private:
  float amount_ = 0;             // of the way to the new mean in a cell
  float rough_ = 0;              // smoothed once
  float before_ = 0, mean_ = 0;  // smoothed twice, at the ends of the cell
  float sums_[4] = {};
  int phase_ = 0;
};

class Treble {
 public:
  void reset() noexcept { state_ = 0; }
  // `amount` = 1 - exp(-2 pi f / rate); 1 lets everything pass untouched.
  void process(float* io, int frames, float amount) noexcept;

 private:
  float state_ = 0;
};

}  // namespace tutti::effects
