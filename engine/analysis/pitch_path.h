// The most likely course of pitch and voicing through the candidates of many frames.
//
// A hidden Markov model with a voiced and an unvoiced state for every fifth of a semitone (Mauch
// and Dixon 2014). Moving costs in proportion to the distance, which lets the maximum over all
// earlier pitches be taken in linear time (Felzenszwalb, Huttenlocher and Kleinberg 2003). The path
// is settled block by block, with a second of look-ahead, so that memory does not grow with length.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/analysis/yin.h"

namespace tutti::analysis {

class PitchPath {
 public:
  // One settled frame: its pitch in Hz (0 where there is no voice) and its aperiodicity.
  using Sink = std::function<void(std::int64_t frame, float hz, float aperiodicity)>;

  PitchPath(double min_hz, double max_hz, Sink sink);
  void push(std::span<const PitchCandidate> candidates);
  void finish();

 private:
  struct Frame {
    PitchCandidate candidate[Yin::kMaxCandidates];
    int count = 0;
  };
  void step(const Frame& frame);
  void settle(std::size_t frames);
  void reach(const std::vector<float>& from, std::vector<float>& best,
             std::vector<std::uint16_t>& arg) const;

  double lowest_;  // MIDI pitch of bin 0
  int bins_;
  Sink sink_;
  std::int64_t settled_ = 0;
  std::vector<Frame> frames_;
  // Score of each state after the last frame; voiced first, then unvoiced.
  std::vector<float> voiced_, unvoiced_, best_voiced_, best_unvoiced_, emission_;
  std::vector<std::uint16_t> arg_voiced_, arg_unvoiced_;
  std::vector<std::uint16_t> back_;  // frame by frame: 2 * bins_ earlier states
};

}  // namespace tutti::analysis
