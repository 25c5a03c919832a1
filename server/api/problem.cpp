#include "server/api/problem.h"

#include "engine/base/json.h"
#include "server/api/describe_json.h"
#include "server/api/refusal.h"
#include "server/api/route.h"

namespace tutti::api {

int status_of(Code code) {
  switch (code) {
    case Code::bad_input:
      return 400;
    case Code::wrong_usage:
      return 400;
    case Code::not_found:
      return 404;
    case Code::too_large:
      return 413;
    case Code::unsupported:
      return 422;
    case Code::missing_part:
      return 501;
    case Code::conflict:
      return 409;
    case Code::cancelled:
      return 409;
    case Code::io:
      return 507;
    case Code::internal:
      return 500;
  }
  return 500;
}

std::string title_of(int status) {
  switch (status) {
    case 400:
      return "Not understood";
    case 403:
      return "Refused";
    case 404:
      return "Not here";
    case 405:
      return "Not possible here";
    case 408:
      return "Too slow";
    case 409:
      return "Changed meanwhile";
    case 411:
      return "Length missing";
    case 413:
      return "Too large";
    case 415:
      return "Wrong kind of content";
    case 416:
      return "No such part";
    case 421:
      return "Not this server";
    case 422:
      return "Cannot be done";
    case 426:
      return "WebSocket wanted";
    case 429:
      return "Too many";
    case 431:
      return "Headers too large";
    case 501:
      return "A part is missing";
    case 503:
      return "Too busy";
    case 505:
      return "Unknown HTTP version";
    case 507:
      return "Not stored";
    default:
      return status >= 500 ? "Failed" : "Refused";
  }
}

Problem problem_of(int status, const std::string& code, const std::string& detail,
                   const std::string& next) {
  // The code is a name of our own; RFC 9457 asks for a URI, and a relative one is enough.
  return {"/docs#" + code, title_of(status), status, detail, code, next, std::nullopt};
}

Problem problem_of(const Error& error) {
  std::string detail = error.message;
  const auto refusal = take_refusal(detail);
  std::optional<std::string> field;
  if (const std::size_t mark = detail.find(kFieldMark); mark != std::string::npos) {
    if (mark > 0) field = detail.substr(0, mark);
    detail.erase(0, mark + 1);
  }
  Problem problem = problem_of(status_of(error.code), std::string(tutti::name_of(error.code)),
                               detail, error.next);
  if (refusal) problem = problem_of(refusal->status, refusal->code, detail, error.next);
  problem.field = field;
  return problem;
}

std::string problem_text(const Problem& problem) {
  return write_json(to_json(problem));
}

}  // namespace tutti::api
