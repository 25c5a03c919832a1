// Lanes of a track and the MIDI messages they stand for. Inside engine/project only.
#pragma once

#include <optional>
#include <string>

#include "engine/project/song.h"
#include "engine/score/midi_score.h"

namespace tutti::project {

std::string lane_target(const score::Control&);
double lane_value(const score::Control&);
// Nothing for a target that is no MIDI message.
std::optional<score::Control> control_of(const std::string& target, const LanePoint&);

// All lanes of a track as messages, by time; at one time in the order they were written, which
// keeps sequences such as registered parameters together.
std::vector<score::Control> controls(const Document&, EntityId track);

}  // namespace tutti::project
