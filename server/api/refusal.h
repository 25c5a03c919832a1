// Errors that HTTP has a status for and the engine has no code for: what is there but not for the
// asker, and what is asked too often.
//
// They travel as ordinary Errors, the status and its name in front of the message; problem.h and
// socket_words.h take them apart. with_field() may be used on them, in either order.
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"

namespace tutti::api {

Error refused(std::string message, std::string next);   // 403 "refused"
Error too_many(std::string message, std::string next);  // 429 "too_many"
Error too_busy(std::string message, std::string next);  // 503 "busy"
Error not_yet(std::string message, std::string next);   // 409 "not_yet": in a moment

struct Refusal {
  int status;
  std::string code;
};
// Takes the mark out of the message, if it has one.
std::optional<Refusal> take_refusal(std::string& message);

}  // namespace tutti::api
