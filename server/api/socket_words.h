// What every WebSocket of ours says in the same way.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "server/api/route.h"

namespace tutti::api {

void say(Peer&, const boost::json::value&);
// {"type":"error","code","message","next","batch"?}
void refuse(Peer&, const Error&, const std::optional<std::string>& batch = std::nullopt);

}  // namespace tutti::api
