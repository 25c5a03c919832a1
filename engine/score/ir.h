// The IR: melodies as plain JSON in seconds, for other programs.
//
// {"metadata":{"tempo":120,"key":"C major","timeSignature":"4/4"},
//  "tracks":[{"id":"t1","name":"Piano","instrument":"acoustic_grand_piano",
//             "notes":[{"pitch":60,"start":0,"duration":0.5,"velocity":0.8}]}]}
// start and duration in seconds, velocity 0 … 1, pitch a MIDI number. `instrument` is a General
// MIDI name, or "drums". Reading is lenient: parts may be missing, pitch may be fractional
// (rounded) or "C4", tempo and instrument numbers or texts, timeSignature "3/4", [3,4] or
// {numerator,denominator}, velocities above 1 are MIDI's. What cannot be understood gives bad_input
// with its place. Not for the audio thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/score/midi_score.h"

namespace tutti::score {

Result<Score> score_from_ir(std::string_view json);
Result<Score> score_from_ir_value(const json::value&);

// Tempo, key and metre are those at the start; seconds go through the whole tempo map, so nothing
// moves.
json::object ir_value(const Score&);
std::string ir_from_score(const Score&);

// "4/4" both ways; nothing if the denominator is not 1, 2, 4 … 64 or the numerator not 1 … 255.
std::string metre_name(int numerator, int denominator);
std::optional<MetreChange> metre_from(const json::value&);

}  // namespace tutti::score
