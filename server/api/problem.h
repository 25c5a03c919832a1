// Errors in the one form of RFC 9457, application/problem+json.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "server/api/types.h"

namespace tutti::api {

int status_of(Code);
std::string title_of(int status);
Problem problem_of(const Error&);
// An error that belongs to HTTP itself: 405, 408, 411, 431 …
Problem problem_of(int status, const std::string& code, const std::string& detail,
                   const std::string& next);
std::string problem_text(const Problem&);

}  // namespace tutti::api
