// Which feed of a channel: form, latency, and the packet its messages begin at.
#pragma once

#include <compare>

#include "server/streams/streams.h"

namespace tutti::streams {

struct Place {
  Form form = Form::json;
  Latency latency = Latency::normal;
  int phase = 0;
  auto operator<=>(const Place&) const = default;
};

}  // namespace tutti::streams
