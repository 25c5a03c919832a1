// What a job tells beside the sound it made, as JSON (api::SoundReport).
#pragma once

#include <string>
#include <vector>

#include "engine/base/json.h"
#include "native/render/offline.h"

namespace tutti::jobs {

struct SoundReport {
  double seconds = 0;
  double cpu_seconds = 0;
  double realtime_factor = 0;
  render::Loudness loudness;
  std::vector<std::string> warnings;
  json::array operations;
};

// Short enough to go through the pipe from a confined child: of many warnings the first are told.
std::string report_text(const SoundReport&);

}  // namespace tutti::jobs
