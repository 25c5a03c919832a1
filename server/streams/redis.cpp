#include "server/streams/redis.h"

#include <charconv>
#include <chrono>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <utility>

namespace tutti::streams {
namespace {

constexpr std::chrono::milliseconds kAgain{300};

RedisReply reply_of(const redisReply& reply) {
  RedisReply out;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      out.kind = RedisReply::Kind::text;
      out.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_INTEGER:
      out.kind = RedisReply::Kind::number;
      out.number = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      out.kind = RedisReply::Kind::list;
      for (std::size_t i = 0; i < reply.elements; ++i)
        out.list.push_back(reply_of(*reply.element[i]));
      break;
    case REDIS_REPLY_ERROR:
      out.kind = RedisReply::Kind::error;
      out.text.assign(reply.str, reply.len);
      break;
    default:
      break;
  }
  return out;
}

struct Free {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Held = std::unique_ptr<redisReply, Free>;

}  // namespace

Result<RedisAddress> redis_address(std::string_view url) {
  const Error bad{Code::bad_input,
                  "\"" + std::string(url) + "\" is not the address of a Redis server.",
                  "Write it as redis://host:6379/0."};
  constexpr std::string_view kScheme = "redis://";
  if (!url.starts_with(kScheme)) return bad;
  url.remove_prefix(kScheme.size());
  RedisAddress address;
  if (const auto at = url.rfind('@'); at != url.npos) {
    std::string_view user = url.substr(0, at);
    if (const auto colon = user.find(':'); colon != user.npos) user.remove_prefix(colon + 1);
    address.password = user;
    url.remove_prefix(at + 1);
  }
  const auto number = [](std::string_view text, int& value) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc{} && end == text.data() + text.size() && value >= 0;
  };
  if (const auto slash = url.find('/'); slash != url.npos) {
    const std::string_view database = url.substr(slash + 1);
    if (!database.empty() && !number(database, address.database)) return bad;
    url = url.substr(0, slash);
  }
  if (const auto colon = url.rfind(':'); colon != url.npos) {
    if (!number(url.substr(colon + 1), address.port) || address.port > 65535) return bad;
    url = url.substr(0, colon);
  }
  if (url.empty()) return bad;
  address.host = url;
  return address;
}

struct Redis::State {
  RedisAddress address;
  timeval timeout{};
  redisContext* context = nullptr;
  std::chrono::steady_clock::time_point failed{};  // the last try; nobody waits again soon after

  bool append(const Words& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
      texts.push_back(word.data());
      lengths.push_back(word.size());
    }
    return redisAppendCommandArgv(context, static_cast<int>(words.size()), texts.data(),
                                  lengths.data()) == REDIS_OK;
  }
  Held reply() {
    void* reply = nullptr;
    if (redisGetReply(context, &reply) != REDIS_OK) return nullptr;
    return Held(static_cast<redisReply*>(reply));
  }
};

Redis::Redis(RedisAddress address, int timeout_ms) : state_(std::make_unique<State>()) {
  state_->address = std::move(address);
  state_->timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
}

Redis::~Redis() {
  close();
}

bool Redis::connected() const {
  return state_->context != nullptr;
}

void Redis::close() {
  if (state_->context) redisFree(std::exchange(state_->context, nullptr));
}

bool Redis::connect() {
  if (connected()) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - state_->failed < kAgain) return false;
  state_->failed = now;
  state_->context =
      redisConnectWithTimeout(state_->address.host.c_str(), state_->address.port, state_->timeout);
  if (!state_->context || state_->context->err) return close(), false;
  redisSetTimeout(state_->context, state_->timeout);
  if (!state_->address.password.empty()) {
    const auto let_in = command({"AUTH", state_->address.password});
    if (!let_in || let_in->kind == RedisReply::Kind::error) return close(), false;
  }
  if (state_->address.database != 0) {
    const auto chosen = command({"SELECT", std::to_string(state_->address.database)});
    if (!chosen || chosen->kind == RedisReply::Kind::error) return close(), false;
  }
  state_->failed = {};
  return connected();
}

std::optional<RedisReply> Redis::command(const Words& words) {
  if (!connect() || !state_->append(words)) return close(), std::nullopt;
  const Held reply = state_->reply();
  if (!reply) return close(), std::nullopt;
  return reply_of(*reply);
}

bool Redis::commands(const std::vector<Words>& all) {
  if (!connect()) return false;
  for (const auto& words : all) {
    if (!state_->append(words)) return close(), false;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!state_->reply()) return close(), false;
  }
  return true;
}

bool Redis::send(const Words& words) {
  if (!connect() || !state_->append(words)) return close(), false;
  for (int done = 0; !done;) {
    if (redisBufferWrite(state_->context, &done) != REDIS_OK) return close(), false;
  }
  return true;
}

std::optional<RedisReply> Redis::next(int wait_ms, int wake_fd) {
  for (int tries = 0; connected() && tries < 2; ++tries) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(state_->context, &reply) != REDIS_OK) return close(), std::nullopt;
    if (reply) return reply_of(*Held(static_cast<redisReply*>(reply)));
    pollfd looks[2] = {{state_->context->fd, POLLIN, 0}, {wake_fd, POLLIN, 0}};
    if (tries > 0 || ::poll(looks, 2, wait_ms) <= 0) return std::nullopt;
    if (looks[0].revents == 0) return std::nullopt;
    // hiredis reads what is there; only the end of the connection is a fault here.
    if (redisBufferRead(state_->context) != REDIS_OK) return close(), std::nullopt;
  }
  return std::nullopt;
}

}  // namespace tutti::streams
