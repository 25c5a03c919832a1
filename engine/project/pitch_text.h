// A pitch curve as a short text, so that it can stand in a field of the document.
//
// One value per hop: unvoiced, or cents above MIDI note 0 to the nearest cent. Differences in
// variable length, then base64 (RFC 4648): about 1.5 bytes a value. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::project {

struct PitchCurve {
  double hop = 0.01;      // seconds between values
  std::vector<float> hz;  // 0 where unvoiced
};

std::string pitch_to_text(const PitchCurve&);
Result<PitchCurve> pitch_from_text(std::string_view);  // bad_input; at most 2,000,000 values

}  // namespace tutti::project
