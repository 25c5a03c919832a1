// Voicing: the notes of a chord in three to five voices, moving as little as they can.
//
// A search over all layouts within reach of the one before (each voice at most a major sixth away),
// for the least sum of: movement, gaps, doubled and missing tones, muddy low intervals, parallel
// octaves and fifths of the outer voices. What a good accompanist does by ear; the criteria are the
// usual ones of part writing (Tymoczko, "A Geometry of Music", 2011, measures them the same way).
// Values; it allocates.
#pragma once

#include <span>
#include <vector>

namespace tutti::compose {

inline constexpr int kFurthestMove = 9;  // semitones of a voice: a major sixth
inline constexpr int kMostVoices = 5;

struct VoicingRequest {
  std::span<const int> tones;     // pitch classes, root first
  int voices = 4;                 // 3 … 5
  int lowest = 45, highest = 79;  // MIDI note numbers, at least two octaves apart
  bool open = true;               // spread rather than close
  bool rootless = false;          // a bass has the root
  int bottom = -1;                // pitch class wanted for the lowest voice, if any
  int top = -1;                   // the highest voice's note if given (a melody in it)
};

// Ascending, `voices` of them, all within the range and all chord tones. `before` is the last
// voicing; with another number of voices it is first thinned or filled. Empty: none.
std::vector<int> voice(const VoicingRequest&, std::span<const int> before);

}  // namespace tutti::compose
