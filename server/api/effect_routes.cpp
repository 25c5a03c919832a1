// Effects: what there is, and a recording sent through a chain of them.
#include <charconv>

#include "engine/base/json.h"
#include "engine/registry/chain.h"
#include "engine/registry/effects.h"
#include "native/files/audio_writer.h"
#include "server/api/chain_text.h"
#include "server/api/effects_json.h"
#include "server/api/file_name.h"
#include "server/api/job_info.h"
#include "server/api/routes.h"

namespace tutti::api {
namespace {

// Longer files are jobs from the start: about a minute of a WAV file from a CD.
constexpr std::int64_t kShortFile = 12'000'000;
constexpr std::int64_t kLongestWait = 60;

Result<double> value_of(const param::Description& p, const json::value& value) {
  if (const bool* on = value.if_bool(); on && p.scale == param::Scale::toggle) return *on ? 1 : 0;
  double number = 0;
  if (json_get(&value, number)) {
    if (p.scale != param::Scale::choice && p.scale != param::Scale::toggle)
      return param::from_text(p, exact_text(p, number));
    if (number >= p.min && number <= p.max &&
        number == static_cast<double>(static_cast<int>(number)))
      return number;
    return Error{Code::bad_input,
                 "\"" + std::string(p.id) + "\" must be a whole number from " +
                     json::serialize(json::value(p.min)) + " to " +
                     json::serialize(json::value(p.max)) + ", or a name.",
                 "GET /api/effects/list shows the names."};
  }
  if (const json::string* text = value.if_string())
    return param::from_text(p, std::string_view(text->data(), text->size()));
  return Error{Code::bad_input, "\"" + std::string(p.id) + "\" must be a number or a text.",
               "Correct it and send it again."};
}

Result<registry::ChainEffect> one_effect(const std::string& type, const std::string& parameters,
                                         const std::string& preset) {
  auto info = registry::require_effect(type);
  if (!info) return in_field(info.error(), "effect_type");
  registry::ChainEffect effect{*info, {}, false, {}};
  for (const auto& p : (*info)->parameters) effect.values.push_back(p.initial);
  if (!preset.empty()) {
    auto values = registry::preset_values(**info, preset);
    if (!values) return in_field(values.error(), "preset");
    effect.values = std::move(*values);
  }
  if (parameters.empty()) return effect;
  auto parsed = parse_json(parameters);
  if (!parsed) return in_field(parsed.error(), "parameters");
  const json::object* object = parsed->if_object();
  if (!object)
    return with_field({Code::bad_input, "The parameters must be a JSON object.",
                       "Write them as {\"threshold\": -18}."},
                      "parameters");
  for (const auto& [key, value] : *object) {
    const std::string id(key);
    if (id == "impulse" && (*info)->impulse && value.if_string()) {
      effect.impulse = value.if_string()->c_str();
      continue;
    }
    auto index = registry::require_parameter(**info, id);
    if (!index) return in_field(index.error(), "parameters." + id);
    const auto at = static_cast<std::size_t>(*index);
    auto number = value_of((*info)->parameters[at], value);
    if (!number) return in_field(number.error(), "parameters." + id);
    effect.values[at] = *number;
  }
  return effect;
}

Result<std::vector<registry::ChainEffect>> chain_of(const Call& call) {
  const auto field = [&](const char* name) { return call.field(name); };
  const std::string type = field("effect_type"), chain = field("chain");
  if (type.empty() == chain.empty())
    return with_field({Code::bad_input, "Give either effect_type or chain.",
                       "effect_type=compressor, or chain=\"highpass freq=80, compressor\"."},
                      type.empty() ? "effect_type" : "chain");
  if (!chain.empty()) {
    if (!field("parameters").empty() || !field("preset").empty())
      return with_field({Code::bad_input, "parameters and preset belong to effect_type.",
                         "Write the values into the chain: \"compressor threshold=-18\"."},
                        "parameters");
    auto effects = registry::parse_chain(chain);
    if (!effects) return in_field(effects.error(), "chain");
    if (effects->empty() || effects->size() > 64)
      return with_field({Code::bad_input, "A chain holds 1 to 64 effects.", "Correct it."},
                        "chain");
    return effects;
  }
  auto effect = one_effect(type, field("parameters"), field("preset"));
  if (!effect) return effect.error();
  return std::vector<registry::ChainEffect>{std::move(*effect)};
}

Answer job_answer(const store::JobRow& row) {
  Answer answer = json_answer(to_json(job_info(row)), 202);
  answer.location = "/api/jobs/" + row.id;
  return answer;
}

Result<Answer> process(const Services& services, const Call& call) {
  auto chain = chain_of(call);
  if (!chain) return chain.error();
  jobs::JobRequest request;
  request.kind = jobs::Kind::effects;
  request.input = call.blob->sha256;
  if (auto done = check_impulses(*services.store, *chain, request.clips); !done)
    return in_field(done.error(), "parameters.impulse");
  request.chain = exact_chain_text(*chain);
  request.format = call.field("format");
  if (request.format.empty()) request.format = "wav16";
  if (!files::audio_format_named(request.format))
    return with_field({Code::bad_input, "There is no audio format \"" + request.format + "\".",
                       "Choose wav16, wav24, wav32f, flac16, flac, mp3, ogg or opus."},
                      "format");
  request.name = file_name_of(without_ending(call.file_name));
  std::int64_t wait = call.blob->size <= kShortFile ? 10 : 0;
  if (const std::string asked = call.field("wait"); !asked.empty()) {
    const auto read = std::from_chars(asked.data(), asked.data() + asked.size(), wait);
    if (read.ec != std::errc() || read.ptr != asked.data() + asked.size() || wait < 0 ||
        wait > kLongestWait)
      return with_field({Code::bad_input, "wait must be whole seconds from 0 to 60.",
                         "Correct it or leave it out."},
                        "wait");
  }
  auto row = services.queue->submit(request);
  if (!row) return row.error();
  if (wait == 0 && !jobs::is_over(*row)) return job_answer(*row);
  Answer answer;
  answer.body = Later{row->id,
                      [store = services.store](const store::JobRow& now) -> Result<Answer> {
                        if (!jobs::is_over(now)) return job_answer(now);
                        return job_result(*store, now, {});
                      },
                      wait * 1000};
  return answer;
}

}  // namespace

void add_effect_routes(Table& table, const Services& services) {
  Route list =
      reply_route<EffectList>(Method::get, "/api/effects/list", "listEffects", "Effects",
                              "All effects with their parameters, presets and readings",
                              [](const Call&) -> Result<EffectList> { return describe_effects(); });
  table.routes.push_back(list);

  Route one = reply_route<EffectDescription>(
      Method::get, "/api/effects/{id}", "readEffect", "Effects", "One effect",
      [](const Call& call) -> Result<EffectDescription> {
        auto info = registry::require_effect(call.part("id"));
        if (!info) return info.error();
        return describe(**info);
      });
  one.text = "By its id or one of its other names; 404 names the nearest.";
  table.routes.push_back(one);

  Route run;
  run.method = Method::post;
  run.path = "/api/effects/process";
  run.id = "processEffects";
  run.group = "Effects";
  run.summary = "A recording through effects";
  run.text =
      "A form with the recording as audio and either effect_type (with parameters or preset) or "
      "chain. Short files are answered with the sound itself; long ones, and those that take "
      "longer "
      "than wait, with 202 and a job of the kind effects, whose results are the sound and "
      "(format=json) a SoundReport. The sound keeps its rate, and rings on as the effects' tail "
      "says.";
  run.body = BodyKind::form;
  run.fields = {
      {"effect_type", "string", "Id of one effect, or one of its other names."},
      {"parameters", "string",
       "JSON object of that effect's parameters by id: numbers, or texts such as \"-18 dB\"; "
       "impulse names a blob by its SHA-256."},
      {"preset", "string", "Name of a factory preset to begin from."},
      {"chain", "string",
       "Several effects: highpass freq=80, compressor threshold=-18 ratio=4, reverb-plate mix=0.2"},
      {"format", "string", "wav16 (when left out), wav24, wav32f, flac16, flac, mp3, ogg or opus."},
      {"wait", "string",
       "Seconds to wait for the sound, 0 to 60; 10 when left out, 0 for files above 12 MB."}};
  run.limit = kBlobLimit;
  run.answer_type = "application/octet-stream";
  run.errors = {422, 501};
  run.later_schema = [](json::object& schemas) { return schema_of<JobInfo>(schemas); };
  run.handler = [services](const Call& call) { return process(services, call); };
  table.routes.push_back(run);
}

}  // namespace tutti::api
