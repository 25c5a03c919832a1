// From frames to notes as a person would write them down: edges, pitch, loudness, confidence.
//
// Internal to the room.
#pragma once

#include <vector>

#include "engine/analysis/pitch.h"
#include "engine/transcribe/hum.h"
#include "engine/transcribe/segment.h"

namespace tutti::transcribe {

std::vector<HeardNote> notes_of(const analysis::VoiceTrack& track, const Contour& contour,
                                const std::vector<Segment>& segments);

}  // namespace tutti::transcribe
