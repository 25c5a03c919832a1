// What a transcription looks like as JSON, as text for evaluation and as a table for people.
#pragma once

#include <string>

#include "engine/base/json.h"
#include "engine/transcribe/hum.h"

namespace tutti::cli {

// {"notes":[{start,duration,pitch,velocity,confidence}],"quantised":[…],"tempo","key",
//  "timeSignature","f0":{"hop","hz":[…]},"tuning","offset","noise"}: seconds of the recording, MIDI
// note numbers, velocity and confidence 0 … 1, tuning in cents, noise in dBFS. Quantised notes also
// have "beat" and "beats" (quarter notes from tick 0).
json::value json_of(const transcribe::Hum&);

// Lines of start, end (seconds) and pitch (Hz), as `tutti evaluate notes` and mir_eval read them.
std::string intervals_of(const transcribe::Hum&);

// For a terminal.
std::string table_of(const transcribe::Hum&);

}  // namespace tutti::cli
