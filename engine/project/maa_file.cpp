// .maa: an older form of projects, in seconds, read leniently and written in the same shape.

#include <algorithm>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/project/names.h"
#include "engine/score/ir.h"

namespace tutti::project {
namespace {

constexpr const char* kMaaVersion = "1.0";

std::string text_at(const json::value* v, std::string_view key) {
  const auto* found = v == nullptr ? nullptr : json_find(*v, key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

bool truth_at(const json::value* v, std::string_view key) {
  const auto* found = v == nullptr ? nullptr : json_find(*v, key);
  const auto* truth = found == nullptr ? nullptr : found->if_bool();
  return truth != nullptr && *truth;
}

double number_at(const json::value* v, std::string_view key, double fallback) {
  double out = fallback;
  if (v != nullptr) json_get(json_find(*v, key), out);
  return out;
}

// What a track of a .maa has beside its notes.
json::object mixer_of(const Track& t) {
  return {{"gain", t.gain_db}, {"pan", t.pan}, {"mute", t.mute}, {"solo", t.solo}};
}

void read_mixer(const json::value& v, Track& t) {
  t.gain_db = number_at(&v, "gain", 0);
  t.pan = number_at(&v, "pan", 0);
  t.mute = truth_at(&v, "mute");
  t.solo = truth_at(&v, "solo");
  const double bank = number_at(&v, "bank", t.bank);
  t.bank = static_cast<int>(std::clamp(bank, 0.0, 16383.0));
  t.colour = text_at(&v, "colour");
  t.soundfont = text_at(&v, "soundfont");
  t.instrument = text_at(&v, "synthesiser");
}

json::value take_value(const Take& t, const score::TempoMap& tempo) {
  return json::object{{"name", t.name},     {"start", tempo.seconds(t.start)},
                      {"blob", t.blob},     {"rate", t.rate},
                      {"frames", t.frames}, {"channels", t.channels},
                      {"offset", t.offset}, {"gain", t.gain_db}};
}

Result<void> read_takes(Document& d, EntityId track, const json::value& v) {
  const auto* clips = json_find(v, "clips");
  if (clips == nullptr || !clips->is_array()) return {};
  const auto tempo = tempo_map(d);
  for (const auto& clip : *clips->if_array()) {
    Take t;
    t.name = text_at(&clip, "name");
    t.blob = text_at(&clip, "blob");
    if (!is_blob(t.blob)) continue;
    t.start = tempo.ticks(std::clamp(number_at(&clip, "start", 0), 0.0, 1e6));
    t.rate = number_at(&clip, "rate", 48000);
    t.frames = static_cast<std::int64_t>(std::clamp(number_at(&clip, "frames", 0), 0.0, 9e15));
    t.channels = static_cast<int>(std::clamp(number_at(&clip, "channels", 1), 1.0, 64.0));
    t.offset = number_at(&clip, "offset", 0);
    t.gain_db = number_at(&clip, "gain", 0);
    if (auto added = add_take(d, track, t); !added) return added.error();
  }
  return {};
}

}  // namespace

std::string export_maa(const Document& d, std::string_view modified) {
  const auto project = info(d);
  const auto score = export_score(d);
  json::object ir = score::ir_value(score);
  json::object metadata = std::move(*ir["metadata"].if_object());
  metadata["title"] = project.title;

  json::array out_tracks;
  auto& note_tracks = *ir["tracks"].if_array();
  std::size_t next = 0;
  for (const auto& t : tracks(d)) {
    json::object out;
    if (t.kind == TrackKind::notes) {
      out = std::move(*note_tracks[next++].if_object());
    } else {
      out["type"] = "audio";
      out["name"] = t.name;
      out["notes"] = json::array{};
    }
    out["id"] = to_text(t.id);
    for (auto& member : mixer_of(t)) out[member.key()] = member.value();
    if (t.bank != 0) out["bank"] = t.bank;
    if (!t.colour.empty()) out["colour"] = t.colour;
    if (!t.soundfont.empty()) out["soundfont"] = t.soundfont;
    if (!t.instrument.empty()) out["synthesiser"] = t.instrument;
    json::array clips;
    for (const auto& clip : takes(d, t.id)) {
      if (!clip.blob.empty()) clips.push_back(take_value(clip, project.tempo));
    }
    if (!clips.empty()) out["clips"] = std::move(clips);
    out_tracks.push_back(std::move(out));
  }

  json::object root;
  root["version"] = kMaaVersion;
  root["created"] = project.created;
  root["modified"] = modified.empty() ? std::string_view(project.created) : modified;
  root["metadata"] = std::move(metadata);
  root["tracks"] = std::move(out_tracks);
  root["settings"] = json::object{{"loopEnabled", project.loop_on},
                                  {"loopStart", project.tempo.seconds(project.loop_start)},
                                  {"loopEnd", project.tempo.seconds(project.loop_end)}};
  root["dsl"] = project.dsl;
  return write_json_pretty(json::value(std::move(root)));
}

Result<Document> import_maa_value(const json::value& root, std::uint64_t actor,
                                  const DocumentLimits& limits) {
  if (!root.is_object()) {
    return Error{Code::bad_input, "This is not a project.", "Choose a .maa or .tutti file."};
  }
  // Only the text may be there: then there is nothing to be heard yet, but nothing is lost.
  const json::value* song = &root;
  json::value empty(json::object{});
  if (json_find(root, "tracks") == nullptr) {
    if (json_find(root, "dsl") == nullptr) {
      return Error{Code::bad_input, "This project has neither tracks nor text.",
                   "Choose a .maa or .tutti file."};
    }
    (*empty.if_object())["tracks"] = json::array{};
    if (const auto* metadata = json_find(root, "metadata")) {
      (*empty.if_object())["metadata"] = *metadata;
    }
    song = &empty;
  }
  const auto score = score::score_from_ir_value(*song);
  if (!score) return score.error();

  Document d(actor, limits);
  const auto ids = import_score(d, *score);
  if (!ids) return ids.error();
  const auto* list = json_find(*song, "tracks")->if_array();
  for (std::size_t i = 0; i < ids->size(); ++i) {
    auto t = track(d, (*ids)[i]);
    if (!t) continue;
    read_mixer((*list)[i], *t);
    if (text_at(&(*list)[i], "type") == "audio") t->kind = TrackKind::audio;
    if (auto ok = set_track(d, *t); !ok) return ok.error();
    if (auto ok = read_takes(d, t->id, (*list)[i]); !ok) return ok.error();
  }
  Fields fields = {{"dsl", text_at(&root, "dsl")}, {"created", text_at(&root, "created")}};
  std::erase_if(fields, [](const Field& f) { return f.second == Value(""); });
  if (!fields.empty()) {
    if (auto ok = d.set(kRoot, std::move(fields)); !ok) return ok.error();
  }
  if (const auto* settings = json_find(root, "settings")) {
    const auto tempo = tempo_map(d);
    const auto at = [&](std::string_view key) {
      return tempo.ticks(std::clamp(number_at(settings, key, 0), 0.0, 1e6));
    };
    const auto ok = set_loop(d, truth_at(settings, "loopEnabled"), at("loopStart"), at("loopEnd"));
    if (!ok) return ok.error();
  }
  d.forget_history();
  return d;
}

Result<Document> import_maa(std::string_view text, std::uint64_t actor) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  return import_maa_value(*parsed, actor, {});
}

Result<Document> load_project_text(std::string_view text, std::uint64_t actor,
                                   const DocumentLimits& limits) {
  const auto parsed = parse_json(text, {.max_bytes = 512u << 20, .max_depth = 32});
  if (!parsed) return parsed.error();
  if (json_find(*parsed, "format") != nullptr) return load_tutti_value(*parsed, actor, limits);
  return import_maa_value(*parsed, actor, limits);
}

}  // namespace tutti::project
