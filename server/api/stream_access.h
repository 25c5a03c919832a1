// Who may do what with a channel.
//
// Listening: everybody who knows the id; of a private one, the holder of its secret. Changing:
// whoever may listen if the channel is open, else the holder of the secret. Deleting: the holder of
// the secret. Secrets are 128 random bits as text; the library keeps only their BLAKE2b hash
// (libsodium). Codes: not_found, refused (refusal.h).
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "server/store/store.h"

namespace tutti::api {

std::string new_channel_id();  // 22 characters of A-Z a-z 0-9 - _
std::string new_secret();      // likewise
std::uint64_t random_seed();
std::string secret_hash(const std::string& secret);
bool holds_secret(const store::ChannelRow&, const std::string& secret);
bool may_control(const store::ChannelRow&, const std::string& secret);

Result<store::ChannelRow> channel_to_hear(store::Store&, const std::string& id,
                                          const std::string& secret);
// Also refused when its log is full.
Result<store::ChannelRow> channel_to_control(store::Store&, const std::string& id,
                                             const std::string& secret);
Result<store::ChannelRow> channel_to_delete(store::Store&, const std::string& id,
                                            const std::string& secret);

}  // namespace tutti::api
