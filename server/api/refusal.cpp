#include "server/api/refusal.h"

#include <array>

namespace tutti::api {
namespace {

constexpr char kMark = '\x1e';
struct Known {
  int status;
  const char* code;
};
constexpr std::array kKnown = {Known{403, "refused"}, Known{429, "too_many"}, Known{503, "busy"},
                               Known{409, "not_yet"}};

Error marked(std::size_t which, std::string message, std::string next) {
  return {Code::conflict, kMark + std::to_string(which) + kMark + message, std::move(next)};
}

}  // namespace

Error refused(std::string message, std::string next) {
  return marked(0, std::move(message), std::move(next));
}
Error too_many(std::string message, std::string next) {
  return marked(1, std::move(message), std::move(next));
}
Error too_busy(std::string message, std::string next) {
  return marked(2, std::move(message), std::move(next));
}
Error not_yet(std::string message, std::string next) {
  return marked(3, std::move(message), std::move(next));
}

std::optional<Refusal> take_refusal(std::string& message) {
  const std::size_t at = message.find(kMark);
  if (at == std::string::npos || at + 2 >= message.size() || message[at + 2] != kMark)
    return std::nullopt;
  const auto which = static_cast<std::size_t>(message[at + 1] - '0');
  if (which >= kKnown.size()) return std::nullopt;
  message.erase(at, 3);
  return Refusal{kKnown[which].status, kKnown[which].code};
}

}  // namespace tutti::api
