// What an hour of a channel is like, measured on its sound.
#pragma once

#include <string>
#include <vector>

#include "engine/stream/channel.h"

namespace tutti::bench {

// A row of JSON for each style named (all if none); see the file's head for what is measured.
int print_hours(const stream::Materials&, const std::vector<std::string>& styles);

// Loudness of each voice by itself in each style: what the patches' levels are calibrated by.
int print_levels(const stream::Materials&);

}  // namespace tutti::bench
