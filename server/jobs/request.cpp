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

std::optional<double> maybe_number_of(const json::value& object, std::string_view key) {
  double number = 0;
  if (!json_get(json_find(object, key), number)) return std::nullopt;
  return number;
}
std::vector<std::string> texts_of(const json::value& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::value* list = json_find(object, key);
  if (!list || !list->if_array()) return texts;
  for (const json::value& item : *list->if_array())
    if (const json::string* text = item.if_string()) texts.emplace_back(text->data(), text->size());
  return texts;
}
json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(json::string_view(text));
  return list;
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
    case Kind::effects:
      return "effects";
    case Kind::mixdown:
      return "mixdown";
    case Kind::stretch:
      return "stretch";
    case Kind::bounce:
      return "bounce";
    case Kind::freeze:
      return "freeze";
    case Kind::compose:
      return "compose";
    case Kind::separate:
      return "separate";
    case Kind::analyse:
      return "analyse";
    case Kind::stem_file:
      return "stem_file";
  }
  return "transcribe";
}

bool is_practice(Kind kind) {
  return kind == Kind::separate || kind == Kind::analyse || kind == Kind::stem_file;
}

bool kind_named(std::string_view name, Kind& kind) {
  for (const Kind known :
       {Kind::transcribe, Kind::render, Kind::convert, Kind::effects, Kind::mixdown, Kind::stretch,
        Kind::bounce, Kind::freeze, Kind::compose, Kind::separate, Kind::analyse, Kind::stem_file})
    if (name == name_of(known)) return kind = known, true;
  return false;
}

std::string to_text(const JobRequest& request) {
  json::object text{{"kind", name_of(request.kind)},
                    {"input", request.input},
                    {"clips", list_of(request.clips)},
                    {"format", request.format},
                    {"rate", request.rate},
                    {"soundfont", request.soundfont},
                    {"tempo", request.tempo},
                    {"numerator", request.numerator},
                    {"denominator", request.denominator},
                    {"grid", request.grid},
                    {"name", request.name}};
  const auto number = [&](const char* key, const std::optional<double>& value) {
    if (value) text[key] = *value;
  };
  if (!request.chain.empty()) text["chain"] = request.chain;
  number("lufs", request.lufs);
  number("true_peak", request.true_peak);
  number("from", request.from);
  number("to", request.to);
  number("tail", request.tail);
  if (!request.stems.empty()) {
    text["stems"] = list_of(request.stems);
    text["stem_names"] = list_of(request.stem_names);
  }
  if (!request.track.empty()) text["track"] = request.track;
  if (request.takes > 0) text["takes"] = request.takes;
  if (request.kind == Kind::stretch) {
    text["ratio"] = request.ratio;
    text["semitones"] = request.semitones;
  }
  if (request.kind == Kind::compose) {
    text["first_frame"] = request.first_frame;
    text["last_frame"] = request.last_frame;
    text["model"] = request.model;
  }
  if (is_practice(request.kind)) {
    text["model"] = request.model;
    text["version"] = request.version;
    text["stems_id"] = request.stems_id;
    text["stem"] = request.stem;
    text["corrections"] = request.corrections;
    text["song"] = request.song;
  }
  return write_json(text);
}

Result<JobRequest> request_from_text(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  JobRequest request;
  if (!kind_named(text_of(*parsed, "kind"), request.kind))
    return Error{Code::bad_input, "The queue holds a kind of job that this program does not know.",
                 "Let the worker and the server be of the same version."};
  request.input = text_of(*parsed, "input");
  request.clips = texts_of(*parsed, "clips");
  request.format = text_of(*parsed, "format");
  request.rate = static_cast<int>(number_of(*parsed, "rate", 48000));
  request.soundfont = text_of(*parsed, "soundfont");
  request.tempo = number_of(*parsed, "tempo", 0);
  request.numerator = static_cast<int>(number_of(*parsed, "numerator", 0));
  request.denominator = static_cast<int>(number_of(*parsed, "denominator", 0));
  request.grid = number_of(*parsed, "grid", 0.25);
  request.name = text_of(*parsed, "name");
  request.chain = text_of(*parsed, "chain");
  request.lufs = maybe_number_of(*parsed, "lufs");
  request.true_peak = maybe_number_of(*parsed, "true_peak");
  request.from = maybe_number_of(*parsed, "from");
  request.to = maybe_number_of(*parsed, "to");
  request.tail = maybe_number_of(*parsed, "tail");
  request.stems = texts_of(*parsed, "stems");
  request.stem_names = texts_of(*parsed, "stem_names");
  request.stem_names.resize(request.stems.size());
  request.track = text_of(*parsed, "track");
  request.takes = static_cast<int>(number_of(*parsed, "takes", 0));
  request.ratio = number_of(*parsed, "ratio", 1);
  request.semitones = number_of(*parsed, "semitones", 0);
  request.first_frame = static_cast<std::int64_t>(number_of(*parsed, "first_frame", 0));
  request.last_frame = static_cast<std::int64_t>(number_of(*parsed, "last_frame", 0));
  request.model = text_of(*parsed, "model");
  request.version = text_of(*parsed, "version");
  request.stems_id = text_of(*parsed, "stems_id");
  request.stem = text_of(*parsed, "stem");
  request.corrections = text_of(*parsed, "corrections");
  request.song = text_of(*parsed, "song");
  return request;
}

std::string made_to_text(const std::vector<Made>& all, std::string_view report) {
  json::array list;
  for (const Made& made : all)
    list.push_back(json::object{{"format", made.format},
                                {"sha256", made.sha256},
                                {"size", made.size},
                                {"type", made.type},
                                {"name", made.name}});
  if (!report.empty() && !list.empty())
    if (auto told = parse_json(report); told && told->if_object())
      list[0].get_object()["report"] = std::move(*told);
  return write_json(list);
}

std::string report_from_text(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed || !parsed->if_array() || parsed->if_array()->empty()) return {};
  const json::value* report = json_find(parsed->get_array()[0], "report");
  return report ? write_json(*report) : std::string();
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
