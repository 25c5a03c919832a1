// Edits of the project as a whole, its tracks and takes.

#include <algorithm>
#include <cmath>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/names.h"

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

// What of `want` differs from `have`; texts, numbers and truth values that are as they were stay
// unsaid, so that two people setting different things do not undo each other.
class Differences {
 public:
  template <class T>
  void add(const char* name, const T& have, const T& want) {
    if (!(have == want)) fields_.emplace_back(name, want);
  }
  Fields take() { return std::move(fields_); }

 private:
  Fields fields_;
};

const char* type_of(TrackKind kind) {
  return kind == TrackKind::audio ? "audio" : "notes";
}

Fields track_fields(const Track& have, const Track& want) {
  Differences out;
  out.add("name", have.name, want.name);
  if (have.kind != want.kind) out.add<std::string>("type", type_of(have.kind), type_of(want.kind));
  out.add("program", have.program, std::clamp(want.program, 0, 127));
  out.add("bank", have.bank, std::clamp(want.bank, 0, 16383));
  out.add("channel", have.channel, std::clamp(want.channel, 0, 15));
  out.add("soundfont", have.soundfont, want.soundfont);
  out.add("gain", have.gain_db, std::clamp(want.gain_db, -120.0, 24.0));
  out.add("pan", have.pan, std::clamp(want.pan, -1.0, 1.0));
  out.add("mute", have.mute, want.mute);
  out.add("solo", have.solo, want.solo);
  out.add("colour", have.colour, want.colour);
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
  auto added = d.add("track", kRoot, std::move(fields));
  if (added) step.done();
  return added;
}

Result<void> set_track(Document& d, const Track& want) {
  const auto have = track(d, want.id);
  if (!have) return gone();
  Step step(d, "Change a track");
  auto fields = track_fields(*have, want);
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
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

Result<EntityId> add_take(Document& d, EntityId id, const Take& take) {
  if (!track(d, id)) return gone();
  if (!is_blob(take.blob)) {
    return Error{Code::wrong_usage, "This recording has not been stored yet.",
                 "Wait until it is saved, then place it."};
  }
  Step step(d, "Place a recording");
  Fields fields = {{"start", std::max(take.start, Ticks{})},
                   {"blob", take.blob},
                   {"rate", take.rate},
                   {"frames", take.frames},
                   {"channels", take.channels}};
  if (!take.name.empty()) fields.emplace_back("name", take.name);
  if (take.offset != 0) fields.emplace_back("offset", take.offset);
  if (take.gain_db != 0) fields.emplace_back("gain", take.gain_db);
  if (take.mute) fields.emplace_back("mute", true);
  if (take.tuning != 0) fields.emplace_back("tuning", take.tuning);
  if (!take.pitch.empty()) fields.emplace_back("pitch", take.pitch);
  auto added = d.add("clip", id, std::move(fields));
  if (added) step.done();
  return added;
}

Result<void> set_take_gain(Document& d, EntityId id, double db) {
  if (!take(d, id)) return gone();
  Step step(d, "Recording level");
  if (auto ok = d.set(id, "gain", std::clamp(db, -120.0, 24.0)); !ok) return ok;
  step.done();
  return {};
}

}  // namespace tutti::project
