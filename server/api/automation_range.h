// What values a lane takes, in which unit, and how exactly a recording of it is kept.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/project/document.h"

namespace tutti::api {

struct AutomationRange {
  std::string name;  // for a person
  std::string unit;
  double min = 0;
  double max = 1;
  double error = 0;    // of thinning, where none is asked for
  bool steps = false;  // switches, choices, whole numbers: they jump
};

// Of a target that project::add_lane has taken (edits.h). not_found where its device is gone.
Result<AutomationRange> automation_range(const project::Document&, std::string_view target);

}  // namespace tutti::api
