// Edits of recordings as clips of an arrangement.

#include <algorithm>
#include <cmath>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/schema.h"

namespace tutti::project {
namespace {

double in_range(const char* field, double value) {
  const auto* spec = field_spec("clip", field);
  return value == value ? std::clamp(value, spec->low, spec->high) : spec->fallback;
}

// Name, place, levels and the form of the clip; what the recording is stays.
Fields take_fields(const Take& have, const Take& want) {
  Differences out;
  out.add("name", have.name, want.name);
  out.add("start", have.start, std::max(want.start, Ticks{}));
  out.add("offset", have.offset, in_range("offset", want.offset));
  out.add("gain", have.gain_db, in_range("gain", want.gain_db));
  out.add("mute", have.mute, want.mute);
  out.add("tuning", have.tuning, in_range("tuning", want.tuning));
  out.add("pitch", have.pitch, want.pitch);
  out.add("length", have.length, in_range("length", want.length));
  out.add("fade_in", have.fade_in, in_range("fade_in", want.fade_in));
  out.add("fade_out", have.fade_out, in_range("fade_out", want.fade_out));
  out.add("fade_shape", have.fade_shape, std::clamp(want.fade_shape, 0, 3));
  out.add("loop", have.loop, want.loop);
  out.add("loop_length", have.loop_length, in_range("loop_length", want.loop_length));
  out.add("reverse", have.reverse, want.reverse);
  out.add("stretch", have.stretch, in_range("stretch", want.stretch));
  out.add("shift", have.shift, in_range("shift", want.shift));
  out.add("follow_tempo", have.follow_tempo, want.follow_tempo);
  out.add("bpm", have.bpm, in_range("bpm", want.bpm));
  return out.take();
}

}  // namespace

Result<EntityId> add_take(Document& d, EntityId id, const Take& take) {
  if (!track(d, id)) return gone();
  if (!is_blob(take.blob)) {
    return Error{Code::wrong_usage, "This recording has not been stored yet.",
                 "Wait until it is saved, then place it."};
  }
  Step step(d, "Place a recording");
  Fields fields = take_fields({}, take);
  std::erase_if(fields, [](const Field& f) { return f.first == "start"; });
  fields.emplace_back("start", std::max(take.start, Ticks{}));
  fields.emplace_back("blob", take.blob);
  fields.emplace_back("rate", take.rate);
  fields.emplace_back("frames", take.frames);
  fields.emplace_back("channels", take.channels);
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

Result<void> set_take(Document& d, const Take& want) {
  const auto have = take(d, want.id);
  if (!have) return gone();
  Step step(d, "Change a recording");
  auto fields = take_fields(*have, want);
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

Result<void> move_take(Document& d, EntityId id, EntityId to, Ticks start) {
  auto want = take(d, id);
  const auto track_there = track(d, to);
  if (!want || !track_there) return gone();
  if (track_there->kind == TrackKind::bus) {
    return Error{Code::wrong_usage, "A bus holds no recordings.", "Put it on a track."};
  }
  Step step(d, "Move a recording");
  if (want->track != to) {
    if (auto ok = d.move(id, to, kRoot); !ok) return ok;
  }
  want->start = start;
  if (auto ok = set_take(d, *want); !ok) return ok;
  step.done();
  return {};
}

Result<EntityId> split_take(Document& d, EntityId id, Ticks at) {
  const auto have = take(d, id);
  if (!have) return gone();
  const auto tempo = tempo_map(d);
  const double whole = length_of(*have, tempo);
  const double before = tempo.seconds(at) - tempo.seconds(have->start);
  if (at <= have->start || !(before > 0) || before >= whole) {
    return Error{Code::wrong_usage, "The recording does not sound there.",
                 "Split it between its start and its end."};
  }
  // Both halves play at the speed of the whole, whatever the tempo under each of them.
  const double ratio = stretch_of(*have, tempo);
  const double source = static_cast<double>(have->frames) / have->rate - have->offset;
  if (have->loop || have->reverse) {
    return Error{Code::wrong_usage, "A looped or reversed recording cannot be split.",
                 "Turn its loop or reverse off, or bounce it first."};
  }
  Step step(d, "Split a recording");
  Take first = *have, second = *have;
  first.length = before;
  first.fade_out = 0;
  first.fade_in = std::min(first.fade_in, before);
  second.start = at;
  second.offset = have->offset + std::min(source, before / ratio);
  second.length = whole - before;
  second.fade_in = 0;
  second.fade_out = std::min(second.fade_out, second.length);
  for (Take* half : {&first, &second}) {
    if (!half->follow_tempo) continue;
    half->follow_tempo = false;
    half->stretch = ratio;
  }
  if (auto ok = set_take(d, first); !ok) return ok.error();
  auto added = add_take(d, have->track, second);
  if (added) step.done();
  return added;
}

}  // namespace tutti::project
