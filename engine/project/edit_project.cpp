// Edits of the project as a whole and its tracks.

#include <algorithm>
#include <cmath>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/names.h"
#include "engine/registry/synth_names.h"

namespace tutti::project {
namespace {

// A change of tempo or metre after the start: the point that stands there, or a new one.
Result<void> set_point(Document& d, const char* of, Ticks at, Fields fields) {
  for (const EntityId id : d.children(kRoot, "point")) {
    if (d.get(id, "of").text() == of && d.get(id, "at") == Value(at)) {
      return d.set(id, std::move(fields));
    }
  }
  fields.emplace_back("of", of);
  fields.emplace_back("at", at);
  auto added = d.add("point", kRoot, std::move(fields));
  if (!added) return added.error();
  return {};
}

const char* type_of(TrackKind kind) {
  return kind == TrackKind::bus ? "bus" : kind == TrackKind::audio ? "audio" : "notes";
}

Fields track_fields(const Track& have, const Track& want) {
  Differences out;
  out.add("name", have.name, want.name);
  if (have.kind != want.kind) out.add<std::string>("type", type_of(have.kind), type_of(want.kind));
  out.add("program", have.program, std::clamp(want.program, 0, 127));
  out.add("bank", have.bank, std::clamp(want.bank, 0, 16383));
  out.add("channel", have.channel, std::clamp(want.channel, 0, 15));
  out.add("soundfont", have.soundfont, want.soundfont);
  out.add("instrument", have.instrument, want.instrument);
  out.add("gain", have.gain_db, std::clamp(want.gain_db, -120.0, 24.0));
  out.add("pan", have.pan, std::clamp(want.pan, -1.0, 1.0));
  out.add("mute", have.mute, want.mute);
  out.add("solo", have.solo, want.solo);
  out.add("colour", have.colour, want.colour);
  out.add("output", have.output, want.output);
  out.add("pan_law", static_cast<int>(have.pan_law), static_cast<int>(want.pan_law));
  out.add("invert_left", have.invert_left, want.invert_left);
  out.add("invert_right", have.invert_right, want.invert_right);
  out.add("trim", have.trim_db, want.trim_db);
  out.add("solo_safe", have.solo_safe, want.solo_safe);
  out.add("freeze", have.freeze, want.freeze);
  out.add("freeze_on", have.freeze_on, want.freeze_on);
  return out.take();
}

}  // namespace

std::string last_position(const Document& d, EntityId parent, std::string_view kind) {
  const auto siblings = d.children(parent, kind);
  const std::string last =
      siblings.empty() ? std::string() : std::string(d.get(siblings.back(), kPosition).text());
  return position_between(last, "");
}

Result<void> set_title(Document& d, std::string_view title) {
  Step step(d, "Rename the project");
  if (auto ok = d.set(kRoot, "title", title); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_tempo(Document& d, double bpm, Ticks at) {
  if (!(bpm > 0)) {
    return Error{Code::wrong_usage, "A tempo must be more than 0 quarter notes a minute.",
                 "Enter a number such as 120."};
  }
  return set_tempo_microseconds(d, 6e7 / bpm, at);
}

Result<void> set_tempo_microseconds(Document& d, double us, Ticks at) {
  Step step(d, "Tempo");
  const Value value(std::clamp(us, 1.0, 6e7));
  const auto ok =
      at.value <= 0 ? d.set(kRoot, "tempo", value) : set_point(d, "tempo", at, {{"value", value}});
  if (!ok) return ok;
  step.done();
  return {};
}

Result<void> set_metre(Document& d, int numerator, int denominator, Ticks at) {
  constexpr int kNoteValues[] = {1, 2, 4, 8, 16, 32, 64};
  if (numerator < 1 || numerator > 255 ||
      std::find(std::begin(kNoteValues), std::end(kNoteValues), denominator) ==
          std::end(kNoteValues)) {
    return Error{Code::wrong_usage, "A metre is a number of beats over 1, 2, 4, 8, 16, 32 or 64.",
                 "Enter one such as 3/4 or 6/8."};
  }
  Step step(d, "Metre");
  Fields fields = {{"numerator", numerator}, {"denominator", denominator}};
  const auto ok = at.value <= 0 ? d.set(kRoot, std::move(fields))
                                : set_point(d, "metre", at, std::move(fields));
  if (!ok) return ok;
  step.done();
  return {};
}

Result<void> set_key(Document& d, std::optional<score::Key> key) {
  Step step(d, "Key");
  if (auto ok = d.set(kRoot, "key", key ? score::name_of(*key) : std::string()); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_loop(Document& d, bool on, Ticks start, Ticks end) {
  Step step(d, "Loop");
  start = std::max(start, Ticks{});
  end = std::max(end, start);
  Fields fields = {{"loop_on", on}, {"loop_start", start}, {"loop_end", end}};
  if (auto ok = d.set(kRoot, std::move(fields)); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_master_gain(Document& d, double db) {
  Step step(d, "Master level");
  if (auto ok = d.set(kRoot, "master_gain", std::clamp(db, -120.0, 24.0)); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_master_pan(Document& d, double pan) {
  Step step(d, "Master pan");
  if (auto ok = d.set(kRoot, "master_pan", std::clamp(pan, -1.0, 1.0)); !ok) return ok;
  step.done();
  return {};
}

Result<EntityId> add_marker(Document& d, Ticks at, std::string_view type, std::string_view text,
                            EntityId track) {
  Step step(d, "Add a marker");
  if (!d.alive(track)) return gone();
  auto added =
      d.add("marker", track, {{"at", std::max(at, Ticks{})}, {"type", type}, {"text", text}});
  if (added) step.done();
  return added;
}

Result<EntityId> add_track(Document& d, const Track& track) {
  Step step(d, "Add a track");
  auto fields = track_fields(Track(), track);
  fields.emplace_back(kPosition, last_position(d, kRoot, "track"));
  if (auto ok = check_route(d, kRoot, track.output); !ok) return ok.error();
  auto added = d.add("track", kRoot, std::move(fields));
  if (added) step.done();
  return added;
}

Result<void> set_track(Document& d, const Track& want) {
  const auto have = track(d, want.id);
  if (!have) return gone();
  if (have->output != want.output) {
    if (auto ok = check_route(d, want.id, want.output); !ok) return ok;
  }
  Step step(d, "Change a track");
  auto fields = track_fields(*have, want);
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

Result<void> set_freeze(Document& d, EntityId id, std::string_view blob, bool on) {
  auto want = track(d, id);
  if (!want) return gone();
  if (!blob.empty() && !is_blob(blob)) {
    return Error{Code::wrong_usage, "The frozen sound has not been stored yet.",
                 "Wait until it is saved, then freeze."};
  }
  want->freeze = blob;
  want->freeze_on = on && !blob.empty();
  Step step(d, want->freeze_on ? "Freeze a track" : "Thaw a track");
  if (auto ok = set_track(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_program(Document& d, EntityId id, int program, int bank) {
  auto want = track(d, id);
  if (!want) return gone();
  Step step(d, "Change the instrument");
  want->program = program;
  want->bank = bank;
  if (auto ok = set_track(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_instrument(Document& d, EntityId id, std::string_view instrument) {
  auto want = track(d, id);
  if (!want) return gone();
  if (!instrument.empty()) {
    if (auto known = registry::require_synth_name(instrument); !known) return known.error();
  }
  Step step(d, "Change the instrument");
  want->instrument = instrument;
  if (auto ok = set_track(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<void> move_track(Document& d, EntityId id, EntityId after) {
  if (!track(d, id)) return gone();
  if (id == after) return {};
  Step step(d, "Move a track");
  if (auto ok = d.move(id, kRoot, after); !ok) return ok;
  step.done();
  return {};
}

Result<void> remove_entity(Document& d, EntityId id) {
  if (!d.alive(id)) return gone();
  Step step(d, "Remove");
  if (auto ok = d.remove(id); !ok) return ok;
  step.done();
  return {};
}

}  // namespace tutti::project
