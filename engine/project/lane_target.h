// What a lane moves: a MIDI message of its track, or a value of the mixer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/project/song.h"
#include "engine/score/midi_score.h"

namespace tutti::project {

// A value of the mixer: of the track's own fader (owner kRoot), a device or a send.
struct MixTarget {
  EntityId owner;
  std::string param;  // "gain_db", "pan", "mute", or a device's parameter
};
// Nothing for targets that are MIDI messages or nonsense. Does not look whether the owner is there.
std::optional<MixTarget> mix_target(std::string_view target);
std::string device_target(EntityId device, std::string_view param);
std::string send_target(EntityId send);

std::string lane_target(const score::Control&);
double lane_value(const score::Control&);
// Nothing for a target that is no MIDI message.
std::optional<score::Control> control_of(const std::string& target, const LanePoint&);

// Lanes of a track as messages, by time; at one time in the order they were written, which
// keeps sequences such as registered parameters together.
std::vector<score::Control> controls(const std::vector<Lane>&);

}  // namespace tutti::project
