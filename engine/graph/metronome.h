// The click: two short decaying tones, made here, no samples needed.
//
// Started at an exact frame inside a block; the next click replaces one still ringing. prepare()
// allocates, nothing else does. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace tutti::graph {

class Metronome {
 public:
  void prepare(double rate);
  void reset() noexcept { at_ = -1; }
  void set_level(float gain) noexcept { gain_ = gain; }
  void strike(bool accent) noexcept {
    accent_ = accent;
    at_ = 0;
  }
  // Adds the next `frames` frames.
  void process(float* left, float* right, int frames) noexcept;
  bool silent() const noexcept { return at_ < 0; }

 private:
  std::vector<float> accent_wave_, plain_wave_;
  float gain_ = 1;
  bool accent_ = false;
  std::int64_t at_ = -1;  // frames into the click, -1 for none
};

}  // namespace tutti::graph
