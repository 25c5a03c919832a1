// The parts of the classical separator (classical.h), each over the magnitudes of a segment.
//
// A Plane holds one number a frame and bin, rows of `stride` floats (a multiple of 8, with kMargin
// zeros before and after each row that the medians may read). All of it is made of operations that
// IEEE 754 defines exactly, so the numbers are the same on every machine. Only constructors
// allocate.
#pragma once

#include <cstddef>
#include <vector>

namespace tutti::separate::classical {

inline constexpr int kMargin = 16;

class Plane {
 public:
  Plane(int frames, int bins)
      : stride_((bins + 7) / 8 * 8 + 2 * kMargin),
        values_(static_cast<std::size_t>(frames) * static_cast<std::size_t>(stride_)) {}
  float* row(int frame) { return values_.data() + static_cast<long>(frame) * stride_ + kMargin; }
  const float* row(int frame) const {
    return values_.data() + static_cast<long>(frame) * stride_ + kMargin;
  }
  std::size_t bytes() const { return values_.size() * sizeof(float); }

 private:
  int stride_;
  std::vector<float> values_;
};

// Median filters (Fitzgerald 2010): of each bin over kMedianFrames frames around it (what sounds
// on; over kBriefFrames where notes are to be kept apart from strokes), and over kMedianBins bins
// around it (what strikes). At the segment's ends frames are repeated.
inline constexpr int kMedianFrames = 17, kBriefFrames = 9, kMedianBins = 11;
void median_in_time(const Plane& in, int frames, int bins, Plane& out) noexcept;
void brief_median_in_time(const Plane& in, int frames, int bins, Plane& out) noexcept;
void median_in_frequency(const Plane& in, int frames, int bins, Plane& out) noexcept;

// What repeats (REPET-SIM, Rafii and Pardo 2012): each frame becomes the median of itself and of
// the frames of the segment that are most like it, at least `apart` frames from each other; never
// more than the frame itself.
class Repetition {
 public:
  static constexpr int kSimilar = 15;
  Repetition(int most_frames, int bins);
  void find(const Plane& in, int frames, int apart, Plane& out) noexcept;
  std::size_t bytes() const { return (coarse_.size() + likeness_.size()) * sizeof(float); }

 private:
  int bins_ = 0, bands_ = 0;
  std::vector<int> edges_;
  std::vector<float> coarse_;    // [frame][band], of length 1
  std::vector<float> likeness_;  // of one frame with all
};

// One pitch over time: harmonic summation (Klapuri 2006) over candidates a third of a semitone
// apart, and the best path through them by dynamic programming, in which leaps cost and silence is
// a state of its own.
class PitchLine {
 public:
  // `bin_hz`: distance of two bins.
  PitchLine(int most_frames, double bin_hz, int bins, double low_hz, double high_hz, int harmonics);
  // bins() of each frame's pitch into `pitch` (as a fractional bin number), 0 where there is none.
  void track(const Plane& in, int frames, float* pitch) noexcept;
  std::size_t bytes() const;

 private:
  int count_ = 0, harmonics_ = 0;
  std::vector<float> pitch_;       // of each candidate, in bins
  std::vector<float> salience_;    // [frame][candidate]
  std::vector<float> best_, now_;  // scores of the paths
  std::vector<int> from_;          // [frame][candidate + 1]: the last is silence
  std::vector<int> near_;
};

}  // namespace tutti::separate::classical
