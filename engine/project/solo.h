// Which tracks are heard when some are soloed. Inside engine/project only.
#pragma once

#include <vector>

#include "engine/project/routing.h"

namespace tutti::project {

enum class Heard : char {
  no,
  sends_only,  // its sends feed a soloed return, it is not heard itself
  yes,
};

// Without any solo everything is `yes`. Mute is not looked at.
std::vector<Heard> heard(const Routes&);

}  // namespace tutti::project
