#include "server/api/body_sink.h"

#include <algorithm>
#include <optional>

#include "engine/base/json.h"
#include "server/api/multipart.h"

namespace tutti::api {
namespace {
constexpr std::size_t kLongestField = 64 << 10;
}

struct BodySink::State {
  const Route* route = nullptr;
  std::string text;                       // json
  std::optional<store::BlobWriter> blob;  // blob, and the file of a form
  std::optional<MultipartParser> parser;  // form
  std::map<std::string, std::string, std::less<>> fields;
  PartHeader part;
  std::string file_name;
  bool json = false;  // the body is text to be parsed
  bool in_file = false;
  bool file_seen = false;
};

BodySink::BodySink(std::unique_ptr<State> state) : state_(std::move(state)) {}
BodySink::~BodySink() = default;

Result<std::unique_ptr<BodySink>> BodySink::make(const Services& services, const Route& route,
                                                 std::string_view content_type) {
  auto state = std::make_unique<State>();
  State* s = state.get();
  s->route = &route;
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const bool either = route.body == BodyKind::form_or_json;
  s->json = route.body == BodyKind::json || (either && type.ends_with("json"));
  if (route.body == BodyKind::json) {
    const bool json_type = type.empty() || type.ends_with("json") || type.ends_with("json ");
    if (!json_type)
      return Error{Code::unsupported, "This route takes JSON.",
                   "Send it with Content-Type: application/json."};
  }
  if (!s->json && route.body != BodyKind::none) {
    auto writer = services.store->blobs().create(route.limit);
    if (!writer) return writer.error();
    s->blob.emplace(std::move(*writer));
  }
  const bool form = route.body == BodyKind::form || either;
  if (form && type.starts_with("multipart/")) {
    auto boundary = multipart_boundary(content_type);
    if (!boundary)
      return Error{Code::bad_input, "The form's Content-Type has no usable boundary.",
                   "Send it as multipart/form-data, as a browser or curl -F does."};
    s->parser.emplace(
        *boundary, MultipartParser::Listener{
                       [s](const PartHeader& part) -> Result<void> {
                         s->part = part;
                         s->in_file = part.is_file || part.name == "audio" || part.name == "file";
                         if (!s->in_file) return {};
                         if (s->file_seen)
                           return Error{Code::bad_input, "The form holds more than one file.",
                                        "Send one at a time."};
                         s->file_seen = true;
                         s->file_name = part.file_name;
                         return {};
                       },
                       [s](std::span<const std::byte> bytes) -> Result<void> {
                         if (s->in_file) return s->blob->write(bytes);
                         std::string& field = s->fields[s->part.name];
                         if (field.size() + bytes.size() > kLongestField)
                           return Error{Code::too_large,
                                        "The form's field " + s->part.name + " is too long.",
                                        "Keep text fields under 64 KB."};
                         field.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                         return {};
                       },
                       []() -> Result<void> { return {}; }});
  }
  return std::unique_ptr<BodySink>(new BodySink(std::move(state)));
}

Result<void> BodySink::write(std::span<const std::byte> bytes) {
  if (state_->parser) return state_->parser->feed(bytes);
  if (state_->blob) return state_->blob->write(bytes);
  const std::int64_t most = std::min(state_->route->limit, kJsonLimit);
  if (static_cast<std::int64_t>(state_->text.size() + bytes.size()) > most)
    return Error{Code::too_large,
                 "This is larger than the " + std::to_string(most / 1'000'000) +
                     " MB that this route takes.",
                 "Send it in several parts."};
  state_->text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

Result<void> BodySink::finish(Call& call) {
  if (state_->json) {
    auto parsed = parse_json(state_->text);
    if (!parsed) return parsed.error();
    call.body = std::move(*parsed);
    return {};
  }
  if (!state_->blob) return {};
  if (state_->parser) {
    if (auto done = state_->parser->finish(); !done) return done;
    if (!state_->file_seen)
      return Error{Code::bad_input, "The form holds no recording.",
                   "Put it into a field named audio."};
    call.fields = std::move(state_->fields);
    call.file_name = std::move(state_->file_name);
  }
  if (state_->route->body != BodyKind::blob && state_->blob->size() == 0)
    return Error{Code::bad_input, "The recording is empty.", "Record or choose it again."};
  auto kept = state_->blob->finish(call.part("sha256"));
  if (!kept) return kept.error();
  call.blob = *kept;
  return {};
}

}  // namespace tutti::api
