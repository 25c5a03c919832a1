#include "server/api/socket_words.h"

#include "engine/base/json.h"
#include "server/api/refusal.h"

namespace tutti::api {

void say(Peer& peer, const json::value& value) {
  peer.send(std::make_shared<const std::string>(write_json(value)));
}

void refuse(Peer& peer, const Error& error, const std::optional<std::string>& batch) {
  std::string message = error.message;
  const auto refusal = take_refusal(message);
  if (const auto mark = message.find(kFieldMark); mark != std::string::npos)
    message.erase(0, mark + 1);
  say(peer, to_json(ErrorMessage{"error",
                                 refusal ? refusal->code : std::string(tutti::name_of(error.code)),
                                 message, error.next, batch}));
}

}  // namespace tutti::api
