#include "server/api/stream_access.h"

#include <array>
#include <cstdlib>
#include <sodium.h>
#include <span>

#include "server/api/refusal.h"

namespace tutti::api {
namespace {

std::string as_text(std::span<const unsigned char> bytes) {
  constexpr int kForm = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kForm), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kForm);
  text.resize(text.find('\0'));
  return text;
}

std::string random_text() {
  if (sodium_init() < 0) std::abort();  // the system gives no random numbers
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return as_text(bytes);
}

Error not_its_owner(const char* what) {
  return refused(std::string("Only who holds this channel's secret may ") + what + " it.",
                 "Send the secret that was answered when the channel was made.");
}

}  // namespace

std::string new_channel_id() {
  return random_text();
}
std::string new_secret() {
  return random_text();
}

std::uint64_t random_seed() {
  if (sodium_init() < 0) std::abort();
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

// Fast on purpose: a secret is as long as a key, so there is nothing to try out.
std::string secret_hash(const std::string& secret) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr,
                     0);
  return as_text(hash);
}

bool holds_secret(const store::ChannelRow& channel, const std::string& secret) {
  if (channel.secret.empty() || secret.empty()) return false;
  const std::string hash = secret_hash(secret);
  return hash.size() == channel.secret.size() &&
         sodium_memcmp(hash.data(), channel.secret.data(), hash.size()) == 0;
}

bool may_control(const store::ChannelRow& channel, const std::string& secret) {
  return holds_secret(channel, secret) || (channel.open && channel.visibility != "private");
}

Result<store::ChannelRow> channel_to_hear(store::Store& store, const std::string& id,
                                          const std::string& secret) {
  auto channel = store.channel(id);
  if (!channel) return channel;
  if (channel->visibility == "private" && !holds_secret(*channel, secret))
    return refused("This channel is private.", "Add its secret to the address: ?secret=…");
  return channel;
}

Result<store::ChannelRow> channel_to_control(store::Store& store, const std::string& id,
                                             const std::string& secret) {
  auto channel = channel_to_hear(store, id, secret);
  if (!channel) return channel;
  if (!may_control(*channel, secret)) return not_its_owner("change");
  if (channel->entries >= store::kMostEntries)
    return Error{Code::too_large,
                 "The log of this channel is full: it holds " +
                     std::to_string(store::kMostEntries) + " changes.",
                 "It begins a new log when nobody has listened for a moment; or make a channel "
                 "from this one."};
  return channel;
}

Result<store::ChannelRow> channel_to_delete(store::Store& store, const std::string& id,
                                            const std::string& secret) {
  auto channel = store.channel(id);
  if (!channel) return channel;
  if (channel->secret.empty())
    return refused("This channel belongs to the server and stays.", "Leave it as it is.");
  if (!holds_secret(*channel, secret)) return not_its_owner("delete");
  return channel;
}

}  // namespace tutti::api
