// The sung line before it is cut into notes: pitch in semitones, cleaned, in voiced regions.
//
// Internal to the room. Frames are those of analysis::VoiceTrack.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/pitch.h"

namespace tutti::transcribe {

struct Contour {
  double hop = 0;             // seconds
  std::vector<float> pitch;   // MIDI note number, 0 where there is no voice
  std::vector<float> weight;  // 0 … 1: how much a frame says about its note's pitch
  std::vector<float> onset;   // nats: evidence for a note starting at this frame
};

struct Region {
  std::int64_t begin = 0, end = 0;  // frames [begin, end), all voiced
};

Contour make_contour(const analysis::VoiceTrack& track);
std::vector<Region> voiced_regions(const Contour& contour);

}  // namespace tutti::transcribe
