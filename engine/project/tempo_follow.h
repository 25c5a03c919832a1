// The tempo changes that keep a singer's bars under the recording.
//
// Quantised notes lie on the beat as the singer felt it, and nobody keeps one tempo for long: with
// a single tempo the notes would drift away from the recording by beats. So where the drift is more
// than a listener forgives, each bar gets its own tempo. The time of a bar line is the
// least-squares line through the notes within a bar of it, so that one early or late note does not
// bend the bar. Pure. Linear in notes and bars but for a window of neighbours.
#pragma once

#include <vector>

#include "engine/project/files.h"
#include "engine/score/tempo_map.h"

namespace tutti::project {

// Empty where one tempo serves: no bar line is off by more than 50 ms. Otherwise a change at the
// start of each bar up to the last note, the first at tick 0. Tempos stay within half and twice the
// melody's own.
std::vector<score::TempoChange> follow_tempo(const HeardMelody&);

}  // namespace tutti::project
