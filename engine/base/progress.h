// How long work tells its caller where it stands, and learns that it should stop.
//
// Called from the working thread, at most some 50 times a second. An empty Progress is allowed.
#pragma once

#include <functional>
#include <string_view>

namespace tutti {

// `fraction` runs from 0 to 1 and never falls; `sentence` says what is being done, for a person.
// Answering false asks for cancellation: the work ends soon with Code::cancelled.
using Progress = std::function<bool(double fraction, std::string_view sentence)>;

}  // namespace tutti
