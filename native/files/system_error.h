// The system's refusals in a musician's words. Thread-safe.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace tutti::files {

// `number` is errno; `action` finishes "could not be …": "read", "written".
Error system_error(int number, const std::string& name, const char* action);

}  // namespace tutti::files
