// A delay whose length can change without a click: it crosses over to the new length in 10 ms, once
// it remembers enough of what has gone by.
//
// Passes the signal bit for bit. set() allocates; process() does not. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace tutti::graph {

class Delay {
 public:
  void prepare(double rate, int max_block);
  // Frames from now on; at once, or crossing over.
  void set(std::int64_t frames, bool now);
  void reset() noexcept;  // silence inside; at its length
  // Nothing to do: length 0 and no change under way.
  bool idle() const noexcept { return frames_ == 0 && next_ == 0; }
  std::int64_t frames() const noexcept { return next_; }
  // How long sound can still come out after the last that went in.
  std::int64_t memory() const noexcept { return frames_ > next_ ? frames_ : next_; }
  // In place; `right` may be null, then it counts as equal to the left.
  void process(float* left, float* right, int frames) noexcept;

 private:
  int step(float* left, float* right, int frames) noexcept;
  void take(const float* left, const float* right, int frames) noexcept;
  void give(float* left, float* right, int frames, std::int64_t delay) const noexcept;

  std::int64_t frames_ = 0, next_ = 0;  // the present length, and the one to come
  std::int64_t known_ = 0;              // frames remembered, as far as it matters
  int done_ = 0, fade_ = 480;           // of crossing over
  int block_ = 0;
  std::vector<float> left_, right_;  // rings
  std::size_t at_ = 0;               // where the next frame goes
  std::vector<float> late_left_, late_right_;
};

}  // namespace tutti::graph
