#include "engine/project/song.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "engine/base/json.h"
#include "engine/project/names.h"
#include "engine/project/reader.h"
#include "engine/project/schema.h"

namespace tutti::project {
namespace {

Track read_track(const Document& d, EntityId id) {
  const Reader r(d, id, "track");
  Track t;
  t.id = id;
  t.name = r.text("name");
  const std::string type = r.text("type");
  t.kind = type == "audio" ? TrackKind::audio : type == "bus" ? TrackKind::bus : TrackKind::notes;
  t.program = r.integer("program");
  t.bank = r.integer("bank");
  t.channel = r.integer("channel");
  t.soundfont = r.text("soundfont");
  t.instrument = r.text("instrument");
  t.gain_db = r.number("gain");
  t.pan = r.number("pan");
  t.mute = r.truth("mute");
  t.solo = r.truth("solo");
  t.colour = r.text("colour");
  t.output = r.entity("output");
  t.pan_law = static_cast<graph::PanLaw>(r.integer("pan_law"));
  t.invert_left = r.truth("invert_left");
  t.invert_right = r.truth("invert_right");
  t.trim_db = r.number("trim");
  t.solo_safe = r.truth("solo_safe");
  t.freeze = r.text("freeze");
  if (!is_blob(t.freeze)) t.freeze.clear();
  t.freeze_on = r.truth("freeze_on");
  return t;
}

// Reads a note by the numbers of its slots: the same as Reader, for lists of many thousands.
struct NoteSpecs {
  const FieldSpec& start = *field_spec("note", "start");
  const FieldSpec& duration = *field_spec("note", "duration");
  const FieldSpec& key = *field_spec("note", "key");
  const FieldSpec& velocity = *field_spec("note", "velocity");
  const FieldSpec& confidence = *field_spec("note", "confidence");
  const FieldSpec& take = *field_spec("note", "take");
  const FieldSpec& heard_start = *field_spec("note", "heard_start");
  const FieldSpec& heard_duration = *field_spec("note", "heard_duration");
  const FieldSpec& heard_pitch = *field_spec("note", "heard_pitch");
};

Note read_note(const Document& d, EntityId id, EntityId track, const NoteSpecs& s) {
  Note n;
  n.id = id;
  n.track = track;
  n.start = {read_whole(d, id, s.start)};
  n.duration = {read_whole(d, id, s.duration)};
  n.key = static_cast<int>(read_whole(d, id, s.key));
  n.velocity = static_cast<int>(read_whole(d, id, s.velocity));
  n.confidence = read_number(d, id, s.confidence);
  const Value* heard = d.find(id, s.heard_start.name);
  if (heard != nullptr && heard->is_number()) {
    n.heard_start = read_number(d, id, s.heard_start);
    n.heard_duration = read_number(d, id, s.heard_duration);
    n.heard_pitch = read_number(d, id, s.heard_pitch);
    n.take = stamp_from_text(read_text(d, id, s.take)).value_or(kRoot);
  }
  return n;
}

Take read_take(const Document& d, EntityId id) {
  const Reader r(d, id, "clip");
  Take t;
  t.id = id;
  t.track = d.parent(id);
  t.name = r.text("name");
  t.start = r.ticks("start");
  t.blob = r.text("blob");
  if (!is_blob(t.blob)) t.blob.clear();
  t.rate = r.number("rate");
  t.frames = r.whole("frames");
  t.channels = r.integer("channels");
  t.offset = r.number("offset");
  t.gain_db = r.number("gain");
  t.mute = r.truth("mute");
  t.tuning = r.number("tuning");
  t.pitch = r.text("pitch");
  t.length = r.number("length");
  t.fade_in = r.number("fade_in");
  t.fade_out = r.number("fade_out");
  t.fade_shape = r.integer("fade_shape");
  t.loop = r.truth("loop");
  t.loop_length = r.number("loop_length");
  t.reverse = r.truth("reverse");
  t.stretch = r.number("stretch");
  t.shift = r.number("shift");
  t.follow_tempo = r.truth("follow_tempo");
  t.bpm = r.number("bpm");
  return t;
}

void sort_notes(std::vector<Note>& notes) {
  std::sort(notes.begin(), notes.end(), [](const Note& a, const Note& b) {
    return std::tie(a.start, a.key, a.id) < std::tie(b.start, b.key, b.id);
  });
}

}  // namespace

score::TempoMap tempo_map(const Document& d) {
  const Reader root(d, kRoot, "project");
  std::vector<score::TempoChange> tempos = {{{}, root.number("tempo")}};
  std::vector<score::MetreChange> metres = {
      {{}, root.integer("numerator"), root.integer("denominator")}};
  for (const EntityId id : d.children(kRoot, "point")) {
    const Reader r(d, id, "point");
    const std::string of = r.text("of");
    if (of == "tempo") tempos.push_back({r.ticks("at"), r.number("value")});
    if (of == "metre") {
      metres.push_back({r.ticks("at"), r.integer("numerator"), r.integer("denominator")});
    }
  }
  return {std::move(tempos), std::move(metres)};
}

std::vector<score::KeyChange> key_changes(const Document& d) {
  std::vector<score::KeyChange> out;
  if (const auto key = score::key_from_name(Reader(d, kRoot, "project").text("key"))) {
    out.push_back({{}, *key});
  }
  for (const EntityId id : d.children(kRoot, "point")) {
    const Reader r(d, id, "point");
    if (r.text("of") != "key") continue;
    if (const auto key = score::key_from_name(r.text("key"))) out.push_back({r.ticks("at"), *key});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

ProjectInfo info(const Document& d) {
  const Reader r(d, kRoot, "project");
  ProjectInfo p;
  p.title = r.text("title");
  p.tempo = tempo_map(d);
  p.key = score::key_from_name(r.text("key"));
  p.loop_on = r.truth("loop_on");
  p.loop_start = r.ticks("loop_start");
  p.loop_end = r.ticks("loop_end");
  p.master_gain_db = r.number("master_gain");
  p.master_pan = r.number("master_pan");
  p.dsl = r.text("dsl");
  p.created = r.text("created");
  return p;
}

std::vector<Track> tracks(const Document& d) {
  std::vector<Track> out;
  for (const EntityId id : d.children(kRoot, "track")) out.push_back(read_track(d, id));
  return out;
}

std::optional<Track> track(const Document& d, EntityId id) {
  if (!is(d, id, "track")) return std::nullopt;
  return read_track(d, id);
}

std::vector<Note> notes(const Document& d, EntityId track) {
  const NoteSpecs specs;
  std::vector<Note> out;
  const auto ids = d.children(track, "note");
  out.reserve(ids.size());
  for (const EntityId id : ids) out.push_back(read_note(d, id, track, specs));
  sort_notes(out);
  return out;
}

std::vector<Note> notes(const Document& d) {
  std::vector<Note> out;
  for (const EntityId track : d.children(kRoot, "track")) {
    const auto more = notes(d, track);
    out.insert(out.end(), more.begin(), more.end());
  }
  sort_notes(out);
  return out;
}

std::optional<Note> note(const Document& d, EntityId id) {
  if (!is(d, id, "note")) return std::nullopt;
  return read_note(d, id, d.parent(id), NoteSpecs());
}

std::vector<Take> takes(const Document& d, EntityId track) {
  std::vector<Take> out;
  for (const EntityId id : d.children(track, "clip")) out.push_back(read_take(d, id));
  std::sort(out.begin(), out.end(), [](const Take& a, const Take& b) {
    return std::tie(a.start, a.id) < std::tie(b.start, b.id);
  });
  return out;
}

std::optional<Take> take(const Document& d, EntityId id) {
  if (!is(d, id, "clip")) return std::nullopt;
  return read_take(d, id);
}

std::vector<Marker> markers(const Document& d) {
  std::vector<Marker> out;
  const auto collect = [&](EntityId parent) {
    for (const EntityId id : d.children(parent, "marker")) {
      const Reader r(d, id, "marker");
      out.push_back({id, parent, r.ticks("at"), r.text("type"), r.text("text")});
    }
  };
  collect(kRoot);
  for (const EntityId track : d.children(kRoot, "track")) collect(track);
  std::sort(out.begin(), out.end(), [](const Marker& a, const Marker& b) {
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
  });
  return out;
}

bool is_blob(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Ticks end_of(const Document& d) {
  Ticks end;
  const auto tempo = tempo_map(d);
  for (const EntityId track : d.children(kRoot, "track")) {
    for (const auto& n : notes(d, track)) end = std::max(end, n.start + n.duration);
    for (const auto& t : takes(d, track)) {
      end = std::max(end, tempo.ticks(tempo.seconds(t.start) + length_of(t, tempo)));
    }
  }
  return end;
}

std::string changes_to_json(const Document& d, std::uint64_t revision) {
  std::string out = "{\"revision\":" + std::to_string(d.revision()) + ",\"entities\":[";
  bool first = true;
  for (const EntityId id : d.changed_since(revision)) {
    const bool alive = d.alive(id);
    if (revision == 0 && !alive) continue;
    if (!first) out += ',';
    first = false;
    out += "{\"id\":\"" + to_text(id) + "\",\"kind\":\"";
    out += d.kind(id);
    out += alive ? "\",\"alive\":true" : "\",\"alive\":false";
    if (alive) {
      if (id != kRoot) out += ",\"parent\":\"" + to_text(d.parent(id)) + '"';
      auto fields = d.fields(id);
      std::erase_if(fields, [](const Field& f) { return f.first == kParent; });
      out += ",\"fields\":";
      append_fields(out, fields);
    }
    out += '}';
  }
  out += "]}";
  return out;
}

}  // namespace tutti::project
