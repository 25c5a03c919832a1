// What a stem does every hundredth of a second: how fast its bands rise, how loud it is, its pitch.
// Internal to the room; part.h says how notes come of it.
#pragma once

#include <span>
#include <vector>

#include "engine/dsp/fft.h"
#include "engine/practice/difficulty.h"

namespace tutti::practice {

inline constexpr double kPartRate = 16000;  // Hz; everything works at this rate
inline constexpr int kPartHop = 160;        // samples: 10 ms
inline constexpr double kPartHopSeconds = kPartHop / kPartRate;
inline constexpr int kChromaHop = 1600;  // samples: 0.1 s

struct PartFrames {
  std::vector<float> rise;      // mean rise of all bands
  std::vector<float> rises[3];  // of low, middle and high bands; for drums
  std::vector<float> level;     // mean square
  std::vector<float> hz;        // each analysis::kHopSeconds; 0 where there is no pitch
  std::vector<float> chroma;    // twelve each kChromaHop
};

class FrameListener {
 public:
  explicit FrameListener(Instrument instrument);
  // Frames whose centres lie in [from, to) of `sound`, which begins `before` samples ahead of the
  // stretch to be heard; from and to are multiples of kChromaHop and of the pitch's hop. Stretches
  // follow one another.
  void hear(std::span<const float> sound, std::size_t from, std::size_t to, PartFrames& frames);

 private:
  void bands_at(std::span<const float> sound, std::ptrdiff_t centre);
  void chroma_at(std::span<const float> sound, std::ptrdiff_t centre, PartFrames& frames);
  void pitch(std::span<const float> sound, std::size_t from, std::size_t to, PartFrames& frames);

  static constexpr int kWindow = 512, kWide = 4096, kBands = 40;
  Instrument instrument_;
  dsp::RealFft fft_, wide_fft_;
  std::vector<float> window_, wide_window_, block_, re_, im_;
  int edges_[kBands + 1];
  std::vector<int> class_of_;  // pitch class of each wide bin, -1: none
  float now_[kBands] = {}, mean_square_ = 0;
  float past_[3][kBands] = {};  // logarithms of the bands in the last frames, newest first
  int heard_ = 0;
};

}  // namespace tutti::practice
