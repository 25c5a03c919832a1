// Why a passage is hard, in a musician's words with numbers. Internal to the room.
#pragma once

#include <span>

#include "engine/practice/measures.h"

namespace tutti::practice {

// `bars` are those of the passage, at least one.
Reason reason_of(Cause cause, double weight, std::span<const BarMeasure> bars,
                 Instrument instrument, double usual_tempo);

}  // namespace tutti::practice
