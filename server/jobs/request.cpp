#include "server/jobs/request.h"

#include "engine/base/json.h"

namespace tutti::jobs {
namespace {

std::string text_of(const json::value& object, std::string_view key) {
  const json::value* found = json_find(object, key);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}
double number_of(const json::value& object, std::string_view key, double fallback) {
  double number = fallback;
  return json_get(json_find(object, key), number) ? number : fallback;
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::transcribe:
      return "transcribe";
    case Kind::render:
      return "render";
    case Kind::convert:
      return "convert";
  }
  return "transcribe";
}

bool kind_named(std::string_view name, Kind& kind) {
  for (const Kind known : {Kind::transcribe, Kind::render, Kind::convert})
    if (name == name_of(known)) return kind = known, true;
  return false;
}

std::string to_text(const JobRequest& request) {
  json::array clips;
  for (const std::string& clip : request.clips) clips.emplace_back(clip);
  return write_json(json::object{{"kind", name_of(request.kind)},
                                 {"input", request.input},
                                 {"clips", std::move(clips)},
                                 {"format", request.format},
                                 {"rate", request.rate},
                                 {"soundfont", request.soundfont},
                                 {"tempo", request.tempo},
                                 {"numerator", request.numerator},
                                 {"denominator", request.denominator},
                                 {"grid", request.grid},
                                 {"name", request.name}});
}

Result<JobRequest> request_from_text(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  JobRequest request;
  if (!kind_named(text_of(*parsed, "kind"), request.kind))
    return Error{Code::bad_input, "The queue holds a kind of job that this program does not know.",
                 "Let the worker and the server be of the same version."};
  request.input = text_of(*parsed, "input");
  if (const json::value* clips = json_find(*parsed, "clips"); clips && clips->if_array())
    for (const json::value& clip : *clips->if_array())
      if (const json::string* name = clip.if_string())
        request.clips.emplace_back(name->data(), name->size());
  request.format = text_of(*parsed, "format");
  request.rate = static_cast<int>(number_of(*parsed, "rate", 48000));
  request.soundfont = text_of(*parsed, "soundfont");
  request.tempo = number_of(*parsed, "tempo", 0);
  request.numerator = static_cast<int>(number_of(*parsed, "numerator", 0));
  request.denominator = static_cast<int>(number_of(*parsed, "denominator", 0));
  request.grid = number_of(*parsed, "grid", 0.25);
  request.name = text_of(*parsed, "name");
  return request;
}

std::string made_to_text(const std::vector<Made>& all) {
  json::array list;
  for (const Made& made : all)
    list.push_back(json::object{{"format", made.format},
                                {"sha256", made.sha256},
                                {"size", made.size},
                                {"type", made.type},
                                {"name", made.name}});
  return write_json(list);
}

std::vector<Made> made_from_text(std::string_view text) {
  std::vector<Made> all;
  auto parsed = parse_json(text);
  if (!parsed || !parsed->if_array()) return all;
  for (const json::value& item : *parsed->if_array())
    all.push_back({text_of(item, "format"), text_of(item, "sha256"),
                   static_cast<long long>(number_of(item, "size", 0)), text_of(item, "type"),
                   text_of(item, "name")});
  return all;
}

std::string error_to_text(const Error& error) {
  return write_json(json::object{
      {"code", name_of(error.code)}, {"message", error.message}, {"next", error.next}});
}

Error error_from_text(std::string_view text) {
  Error error{Code::internal, "The work failed.", "Try again."};
  auto parsed = parse_json(text);
  if (!parsed || !parsed->if_object()) return error;
  const std::string code = text_of(*parsed, "code");
  for (const Code known :
       {Code::bad_input, Code::wrong_usage, Code::not_found, Code::too_large, Code::unsupported,
        Code::missing_part, Code::conflict, Code::cancelled, Code::io, Code::internal})
    if (code == name_of(known)) error.code = known;
  error.message = text_of(*parsed, "message");
  error.next = text_of(*parsed, "next");
  return error;
}

}  // namespace tutti::jobs
