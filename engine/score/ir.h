// The IR: melodies as plain JSON in seconds, for other programs.
//
// {"metadata":{"tempo":120,"key":"C major","timeSignature":"4/4"},
//  "tracks":[{"id":"t1","instrument":"acoustic_grand_piano",
//             "notes":[{"pitch":60,"start":0,"duration":0.5,"velocity":0.8}]}]}
// start and duration in seconds, velocity 0 … 1, pitch a MIDI number (read also: fractional
// numbers, "C4"). Reading is lenient about missing parts and gives bad_input with the place for
// wrong ones.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/score/midi_score.h"

namespace tutti::score {

Result<Score> score_from_ir(std::string_view json);
// Tempo and metre at the start; times in seconds through the tempo map, so nothing moves.
std::string ir_from_score(const Score&);

}  // namespace tutti::score
