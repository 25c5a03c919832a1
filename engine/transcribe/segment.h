// Cutting a voiced stretch into notes: a hidden Markov model with explicit shortest duration.
//
// After Mauch et al., "Computer-aided Melody Note Transcription Using the Tony Software" (TENOR
// 2015): a state for every fifth of a semitone, whose frames should lie near it. Where Tony has an
// attack state, a note here must last a shortest time before it may end, and starting one is paid
// for by evidence at that very frame: the onset cues of the contour, or the better fit of a new
// pitch. Solved exactly by Viterbi; the best previous pitch is found in linear time.
#pragma once

#include <vector>

#include "engine/transcribe/contour.h"

namespace tutti::transcribe {

struct Segment {
  std::int64_t begin = 0, end = 0;  // frames [begin, end)
  double pitch = 0;                 // the state's pitch, MIDI note number
};

// The notes of one region, in order, without gaps.
std::vector<Segment> segment_region(const Contour& contour, const Region& region);

}  // namespace tutti::transcribe
