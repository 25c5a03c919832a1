// What a route is: a line of a table, from which requests are served, checked and documented.
//
// A route states its method, path ({name} stands for one part), words for the documentation, what
// body it takes and how large, what it answers, and its handler. Handlers are plain functions of a
// Call; they may block (disk, commit) and are called on any thread, several at once. Nothing here
// knows sockets. Errors of any handler become problem+json (problem.h).
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "server/api/describe_json.h"
#include "server/rooms/rooms.h"
#include "server/store/blobs.h"
#include "server/store/job_row.h"
#include "server/streams/feed.h"

namespace tutti::api {

enum class Method { get, post, put, remove };
std::string_view name_of(Method);  // "GET" …

enum class BodyKind {
  none,
  json,          // parsed before the handler is called
  blob,          // streamed to the library while it arrives
  form,          // multipart/form-data with one file, or the bare bytes; streamed likewise
  form_or_json,  // either, by its Content-Type
};

inline constexpr std::int64_t kJsonLimit = 32'000'000;
inline constexpr std::int64_t kBlobLimit = 200'000'000;

struct Route;

// One request, as a handler sees it.
struct Call {
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> path;   // {name} -> decoded text
  std::map<std::string, std::string, std::less<>> query;  // decoded
  boost::json::value body;
  std::optional<store::BlobInfo> blob;                     // what was streamed, durable
  std::string file_name;                                   // of a form's file
  std::map<std::string, std::string, std::less<>> fields;  // other fields of a form

  std::string part(std::string_view name) const;
  std::optional<std::string> asked(std::string_view name) const;  // of the query
  // Of the form, or else of the query; empty where neither has it.
  std::string field(std::string_view name) const;
  // A whole number of the query; `fallback` where absent; nothing where it is none.
  std::optional<std::int64_t> asked_number(std::string_view name, std::int64_t fallback) const;
};

struct FileBody {
  std::string path;
  std::int64_t size = 0;
};
using SharedBytes = std::shared_ptr<const std::vector<std::byte>>;

struct Answer;
// The answer waits for a job; then `finish` makes it. Where patience ends before the job does,
// `finish` gets it as it stands; where the asker leaves before, the job is cancelled, since nobody
// else knows its name.
struct Later {
  std::string job;
  std::function<Result<Answer>(const store::JobRow&)> finish;
  std::optional<std::int64_t> patience_milliseconds = std::nullopt;
};

struct Answer {
  int status = 200;
  std::string type = "application/json";
  // A feed is an answer without end: its opening, then every piece as it comes, until the asker
  // goes or the feed says its last. Sent without a length, the connection's end being its own,
  // which every player of twenty years understands. Answers kept by nobody (no-store).
  std::variant<std::string, SharedBytes, FileBody, Later, std::shared_ptr<streams::Feed>> body;
  std::string etag;        // with quotes; enables If-None-Match
  bool immutable = false;  // may be kept for ever under this address
  bool ranges = false;     // parts may be asked for
  std::string file_name;   // offered for saving
  std::string location;    // of what was made
};

using Handler = std::function<Result<Answer>(const Call&)>;

struct Query {
  const char* name;
  const char* type;  // of JSON Schema
  const char* text;
};

struct Route {
  Method method = Method::get;
  std::string path;
  std::string id;     // operationId
  std::string group;  // tag
  std::string summary;
  std::string text;  // more words
  std::vector<Query> query;
  BodyKind body = BodyKind::none;
  std::vector<Query> fields;  // of a form, beside its file
  std::int64_t limit = 0;     // of the body, bytes
  int status = 200;           // of success
  std::string answer_type = "application/json";
  std::vector<int> errors;  // statuses beside those every route may give
  // Schemas, put into the given components; null where there is none.
  std::function<boost::json::value(boost::json::object&)> request_schema;
  std::function<boost::json::value(boost::json::object&)> answer_schema;
  // Of 202, where the answer may come later.
  std::function<boost::json::value(boost::json::object&)> later_schema;
  Handler handler;
};

// Who holds the other end of a WebSocket. All may be called from any thread.
class Peer : public rooms::Member {
 public:
  // From here on the peer hears a feed: its opening, then each piece as it comes, among what is
  // sent to it alone. Once a peer. Whoever reads too slowly is moved to the live edge and told so
  // (Feed::skipped); essential pieces are kept for it. May block as long as Feed::opening does.
  virtual void follow(std::shared_ptr<streams::Feed> feed) = 0;
};

// What the server does with one WebSocket; called one at a time.
class Socket {
 public:
  virtual ~Socket() = default;
  virtual void start() = 0;                      // after the handshake
  virtual void hear(std::string_view text) = 0;  // one message
  virtual void closed() = 0;                     // the peer is gone; called once
};

struct SocketRoute {
  std::string path;
  std::string id;
  std::string group;
  std::string summary;
  std::string text;
  std::vector<Query> query;
  std::int64_t limit = 0;       // of one message, bytes
  int messages_per_second = 0;  // heard from one peer; more are refused, then it is closed. 0: any
  std::function<boost::json::value(boost::json::object&)> heard_schema;  // null: it only speaks
  std::function<boost::json::value(boost::json::object&)> said_schema;
  // Refused before the handshake by an error.
  std::function<Result<std::unique_ptr<Socket>>(const Call&, std::shared_ptr<Peer>)> open;
};

// --- Making routes of typed functions
// ----------------------------------------------------------------

Answer json_answer(const boost::json::value& value, int status = 200);

template <class Reply>
Route reply_route(Method method, std::string path, std::string id, std::string group,
                  std::string summary, std::function<Result<Reply>(const Call&)> work) {
  Route route;
  route.method = method;
  route.path = std::move(path);
  route.id = std::move(id);
  route.group = std::move(group);
  route.summary = std::move(summary);
  route.answer_schema = [](boost::json::object& schemas) { return schema_of<Reply>(schemas); };
  route.handler = [work = std::move(work)](const Call& call) -> Result<Answer> {
    auto reply = work(call);
    if (!reply) return reply.error();
    return json_answer(to_json(*reply), call.route->status);
  };
  return route;
}

// An Error that names a field travels with the field in front of its message, parted by this.
inline constexpr char kFieldMark = '\x1f';
Error with_field(Error error, const std::string& field);

template <class Request, class Reply>
Route json_route(Method method, std::string path, std::string id, std::string group,
                 std::string summary,
                 std::function<Result<Reply>(const Call&, const Request&)> work) {
  Route route = reply_route<Reply>(method, std::move(path), std::move(id), std::move(group),
                                   std::move(summary),
                                   [work = std::move(work)](const Call& call) -> Result<Reply> {
                                     BadField wrong;
                                     auto request = from_json<Request>(call.body, wrong);
                                     if (!request) return with_field(request.error(), wrong.field);
                                     return work(call, *request);
                                   });
  route.body = BodyKind::json;
  route.limit = kJsonLimit;
  route.request_schema = [](boost::json::object& schemas) { return schema_of<Request>(schemas); };
  return route;
}

}  // namespace tutti::api
