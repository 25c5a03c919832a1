// A recording of any rate as overlapping stretches of 22,050 Hz mono, piece by piece.
//
// Input comes in any pieces; frames of two kinds come out, each centred on a whole number of hops
// from the recording's start, with silence before it and after its end. Memory is fixed. One object
// serves one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/dsp/resample.h"

namespace tutti::analysis {

inline constexpr double kSongRate = 22050;  // Hz

class SongFrames {
 public:
  // Called with `window` samples around the centre of frame `index`; valid during the call.
  using Take = std::function<void(std::int64_t index, const float* samples)>;

  SongFrames(double rate, int channels);

  // `window` even; every `hop` samples of kSongRate. Before the first add().
  void every(int hop, int window, Take take);

  void add(std::span<const float* const> channels, int frames);
  void finish();  // the frames up to the last sample's

  std::int64_t frames_in() const { return heard_; }

 private:
  struct Kind {
    int hop, window;
    std::int64_t next = 0;
    Take take;
  };
  void pull(std::int64_t until);
  void give(bool last);

  std::int64_t in_rate_, heard_ = 0;
  int channels_;
  dsp::Resampler resampler_;
  std::int64_t margin_;        // input samples that the resampler may look around
  std::vector<float> in_;      // mono input from sample in_begin_ on
  std::int64_t in_begin_ = 0;  // a whole number of seconds
  std::vector<float> out_;     // resampled from out_begin_ on
  std::int64_t out_begin_ = 0;
  std::vector<Kind> kinds_;
};

}  // namespace tutti::analysis
