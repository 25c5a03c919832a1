// What a musician does to a document. Each call is one step of undo.
//
// Values out of range are brought into range. Errors: not_found for entities that are gone,
// wrong_usage without an actor, too_large at the document's limits; nothing is changed then.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/project/song.h"

namespace tutti::project {

// --- project
// ---------------------------------------------------------------------------------------
Result<void> set_title(Document&, std::string_view);
// Quarter notes a minute, 1 … 1000 or so (µs a quarter are kept exactly), from `at` on.
Result<void> set_tempo(Document&, double bpm, Ticks at = {});
Result<void> set_tempo_microseconds(Document&, double us_per_quarter, Ticks at = {});
Result<void> set_metre(Document&, int numerator, int denominator, Ticks at = {});
Result<void> set_key(Document&, std::optional<score::Key>);
Result<void> set_loop(Document&, bool on, Ticks start, Ticks end);
Result<void> set_master_gain(Document&, double db);
Result<void> set_master_pan(Document&, double pan);
Result<EntityId> add_marker(Document&, Ticks at, std::string_view type, std::string_view text,
                            EntityId track = kRoot);

// --- tracks
// ----------------------------------------------------------------------------------------
Result<EntityId> add_track(Document&, const Track&);  // id is ignored; goes last
Result<void> set_track(Document&, const Track&);      // writes the fields that differ
Result<void> set_program(Document&, EntityId track, int program, int bank = 0);
// A synthesiser by its id, or "" for the SoundFont again. not_found naming the nearest known one.
Result<void> set_instrument(Document&, EntityId track, std::string_view instrument);
Result<void> move_track(Document&, EntityId track, EntityId after);
Result<void> remove_entity(Document&, EntityId);
// The sound of a track as it stands, in place of its notes, recordings and effects; without a blob
// (""), it is thawed for good, with `on` false for the moment.
Result<void> set_freeze(Document&, EntityId track, std::string_view blob, bool on);

// --- recordings
// ---------------------------------------------------------------------------------------
Result<EntityId> add_take(Document&, EntityId track, const Take&);  // wrong_usage without a blob
Result<void> set_take_gain(Document&, EntityId take, double db);    // -120 … 24
Result<void> set_take(Document&, const Take&);  // writes the fields that differ; not its track
Result<void> move_take(Document&, EntityId take, EntityId track, Ticks start);
// Into two at a place inside it; answers the second, which begins there and sounds as before.
Result<EntityId> split_take(Document&, EntityId take, Ticks at);

// --- mixer
// ---------------------------------------------------------------------------------------
// `owner` is a track or kRoot, the master. Unknown effects and parameters are not_found, naming the
// nearest. What would let sound run in a circle is wrong_usage, naming the tracks of the circle.
Result<EntityId> add_device(Document&, EntityId owner, const Device&);  // id, owner ignored; last
Result<EntityId> add_device(Document&, EntityId owner, std::string_view effect);
Result<void> set_device(Document&, const Device&);  // writes what differs; not effect and owner
Result<void> move_device(Document&, EntityId device, EntityId owner, EntityId after);
Result<void> set_device_param(Document&, EntityId device, std::string_view param, double value);
Result<void> set_device_bypass(Document&, EntityId device, bool bypass);
Result<void> set_device_preset(Document&, EntityId device, std::string_view preset);
// A row of effects as text (registry/chain.h), after those that are there; impulse=SHA-256.
Result<std::vector<EntityId>> add_chain(Document&, EntityId owner, std::string_view chain);
Result<void> set_output(Document&, EntityId track, EntityId bus);   // kRoot: the master
Result<EntityId> add_send(Document&, EntityId track, const Send&);  // id, track ignored
Result<void> set_send(Document&, const Send&);                      // writes what differs

// --- automation
// ---------------------------------------------------------------------------------------
// The lane of that target, which is made where it is not there yet. wrong_usage for a target that
// is none, not_found where its device or send is gone.
Result<EntityId> add_lane(Document&, EntityId owner, std::string_view target);
Result<EntityId> add_point(Document&, EntityId lane, const LanePoint&);  // replaces one at its time
Result<void> set_point(Document&, const LanePoint&);                     // writes what differs
// In place of all points from `from` to `to`, both included: drawn or recorded ones.
Result<std::vector<EntityId>> write_points(Document&, EntityId lane, Ticks from, Ticks to,
                                           std::span<const LanePoint>);

// --- notes
// -----------------------------------------------------------------------------------------
Result<EntityId> add_note(Document&, EntityId track, const Note&);
Result<std::vector<EntityId>> add_notes(Document&, EntityId track, std::span<const Note>);
Result<std::vector<EntityId>> add_notes(Document&, EntityId track, std::span<const score::Note>);
Result<void> remove_notes(Document&, std::span<const EntityId>);
// All by the same amount; the group stops together at tick 0 and at keys 0 and 127.
Result<void> move_notes(Document&, std::span<const EntityId>, Ticks by, int keys);
// The end (or the start) by an amount; no note gets shorter than `least`.
Result<void> stretch_notes(Document&, std::span<const EntityId>, Ticks by, bool from_start = false,
                           Ticks least = {kTicksPerQuarter / 64});
Result<void> transpose(Document&, std::span<const EntityId>, int semitones);
Result<void> set_velocity(Document&, std::span<const EntityId>, int velocity);
Result<void> change_velocity(Document&, std::span<const EntityId>, int by);

struct Quantise {
  Ticks grid{kTicksPerQuarter / 4};  // > 0
  double strength = 1;               // 0 … 1
  bool ends = false;                 // note ends too
  double swing = 0;  // 0 … 1: every second line of a bar later, at 1 by a third of the grid
};
Result<void> quantise(Document&, std::span<const EntityId>, const Quantise&);
// Back to where they were heard, through the take's place and the tempo map; others stay.
Result<void> unquantise(Document&, std::span<const EntityId>);
Result<void> snap_to_key(Document&, std::span<const EntityId>, score::Key);

// --- clipboard
// -------------------------------------------------------------------------------------
// {"tutti":"notes","version":1,"notes":[{"start","duration","key","velocity"}]}, starts from the
// earliest note.
std::string copy_notes(const Document&, std::span<const EntityId>);
Result<std::string> cut_notes(Document&, std::span<const EntityId>);
Result<std::vector<EntityId>> paste_notes(Document&, EntityId track, Ticks at,
                                          std::string_view clipboard);
Result<std::vector<EntityId>> duplicate_notes(Document&, std::span<const EntityId>, Ticks by);

}  // namespace tutti::project
