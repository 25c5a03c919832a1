// A stretch of endless music as a project of the Studio: a track a voice, with its notes, its
// instrument, its level and its place, the tempo and the key as they were, and a hall behind it.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/score/midi_score.h"
#include "engine/stream/log.h"

namespace tutti::jobs {

struct StreamProject {
  std::string text;        // .tutti
  std::string operations;  // the same as operations, a JSON list
};

// `first`: the frame of the log where the score begins; levels are those of that moment.
Result<StreamProject> stream_project(const score::Score&, const stream::ControlLog&,
                                     std::int64_t first, std::uint64_t actor);

}  // namespace tutti::jobs
