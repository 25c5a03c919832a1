// Phase vocoder: a sound taken apart in overlapping frames and put together at another pace.
//
// Each frame is Fourier-transformed at its place in the input and once more one output hop earlier;
// the turn of phase between the two is what the partial does in a hop of the output, whatever the
// pace. Peaks of the spectrum go on from the phase they had, and everything around a peak turns
// with it (identity phase locking, Laroche and Dolson 1999). Two channels turn together, by the
// louder one at each peak, so that the stereo image stays. Where an attack stands in the middle of
// a frame, all phases begin anew (after Röbel 2003). Only products, quotients and square roots: no
// transcendental functions, the same bits everywhere. At the input's own pace the sound comes out
// unchanged.
//
// prepare() allocates, nothing else does. One thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "engine/dsp/fft.h"

namespace tutti::dsp {

class Vocoder {
 public:
  // A frame's length for this rate: a power of two, some 43 ms (2048 at 48 kHz) times 2^`longer`.
  static int frame_size(double rate, int longer = 0) noexcept;

  void prepare(int size);
  void reset() noexcept;
  int size() const noexcept { return size_; }
  int hop() const noexcept { return size_ / 4; }  // of the output

  struct Settings {
    int channels = 2;          // 1 or 2
    double keep_below = 0.5;   // of the rate: partials above are left out
    double formant_shift = 1;  // the envelope is read at this multiple of each frequency; 1: as is
  };
  // One frame. now[c]: size() samples of channel c around the frame's place; before[c]: those hop()
  // samples earlier, or null where that is exactly the frame before. Then out[c] gets the hop()
  // samples that are finished: they begin size() / 2 before the frame's place in the output.
  void frame(const float* const* now, const float* const* before, float* const* out,
             const Settings& settings) noexcept;

  // The second channel becomes what the first is.
  void copy_left() noexcept;

 private:
  struct Spectrum {
    std::vector<float> re, im;
  };
  void transform(const float* in, Spectrum& to) noexcept;
  bool attack(const float* const* now, int channels) const noexcept;
  void find_peaks(int channels) noexcept;
  void turn(int channels) noexcept;
  void shape(double shift) noexcept;

  int size_ = 0;
  std::unique_ptr<RealFft> fft_;
  std::vector<float> window_, work_, power_, envelope_;
  std::vector<double> sums_;
  std::vector<int> peaks_;
  int peak_count_ = 0;
  // Of the input now and a hop before; what was put out last.
  Spectrum now_[2], before_[2], last_[2];
  std::vector<float> tail_[2];  // overlapping frames not yet complete
  bool fresh_ = true;           // no frame yet
};

}  // namespace tutti::dsp
