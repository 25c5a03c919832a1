// What happens to a sound each time it goes round a delay: less bass, less treble. And the loops
// over frames that all delays share.
//
// One-pole filters, left out where they stand at the ends of their ranges. No allocation; one
// thread at a time.
#pragma once

#include <string_view>

#include "engine/param/description.h"

namespace tutti::effects {

// Parameters that most delays have.
inline constexpr double kLowCutOff = 20, kHighCutOff = 20000;  // the ends: filter left out
constexpr param::Description delay_time_parameter(double initial) {
  return {.id = "time",
          .name = "Time",
          .unit = param::Unit::milliseconds,
          .min = 1,
          .max = 5000,
          .initial = initial,
          .scale = param::Scale::logarithmic};
}
constexpr param::Description feedback_parameter(double initial) {
  return {.id = "feedback", .name = "Feedback", .min = 0, .max = 0.95, .initial = initial};
}
constexpr param::Description low_cut_parameter(double initial = kLowCutOff) {
  return {.id = "low_cut",
          .name = "Low cut",
          .unit = param::Unit::hertz,
          .min = kLowCutOff,
          .max = 2000,
          .initial = initial,
          .scale = param::Scale::logarithmic};
}
constexpr param::Description high_cut_parameter(double initial = kHighCutOff) {
  return {.id = "high_cut",
          .name = "High cut",
          .unit = param::Unit::hertz,
          .min = 500,
          .max = kHighCutOff,
          .initial = initial,
          .scale = param::Scale::logarithmic};
}
constexpr param::Description delay_mix_parameter(double initial = 0.3) {
  return {.id = "mix", .name = "Mix", .min = 0, .max = 1, .initial = initial};
}

// Frames of sound after the input ends: echoes `period` frames apart, each `feedback` times the one
// before, until 60 dB down.
long long echo_tail(double period, double feedback) noexcept;

class LoopFilter {
 public:
  void reset() noexcept { low_ = high_ = 0; }
  static LoopFilter make(double low_cut, double high_cut, double rate) noexcept;
  // New corners, same state.
  void follow(const LoopFilter& other) noexcept {
    high_amount_ = other.high_amount_;
    low_amount_ = other.low_amount_;
  }
  bool open() const noexcept { return high_amount_ >= 1 && low_amount_ <= 0; }
  void process(const float* in, float* out, int frames) noexcept;
  // Instead of process() where open(): what the last frame was.
  void pass(float x) noexcept {
    high_ = x;
    low_ = 0;
  }

 private:
  float high_amount_ = 1, low_amount_ = 0;
  float high_ = 0, low_ = 0;
};

namespace loops {

// line[i] = in[i] + feedback[i] * echo[i], kept out of the denormal numbers.
void feed(const float* in, const float* echo, const float* feedback, float* line,
          int frames) noexcept;
// io[i] += mix[i] * (echo[i] - io[i])
void blend(float* io, const float* echo, const float* mix, int frames) noexcept;
// Both sides at once where the sound changes sides by `cross`: 0 stays, 1 always.
void feed_across(const float* left, const float* right, const float* echo_left,
                 const float* echo_right, const float* feedback, const float* cross,
                 float* line_left, float* line_right, int frames) noexcept;
// Narrows a pair towards its middle: width 0 … 1.
void narrow(float* left, float* right, const float* width, int frames) noexcept;
// out[i] += gain[i] * in[i]
void add(const float* in, const float* gain, float* out, int frames) noexcept;

}  // namespace loops

}  // namespace tutti::effects
