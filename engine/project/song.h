// The document as a musician sees it: title, tempo, tracks, notes, takes.
//
// Reading never fails: fields that are missing, of the wrong type or out of range read as defaults
// or are brought into range, since anybody may have written them. Field names and ranges are in
// engine/project/schema.h. Edits are in engine/project/edits.h.
//
// All ticks are absolute from the start of the project. Not for the audio thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/graph/plan.h"
#include "engine/project/document.h"
#include "engine/score/key.h"
#include "engine/score/midi_score.h"
#include "engine/score/note.h"
#include "engine/score/tempo_map.h"

namespace tutti::project {

struct ProjectInfo {
  std::string title;
  score::TempoMap tempo;
  std::optional<score::Key> key;
  bool loop_on = false;
  Ticks loop_start;
  Ticks loop_end;
  double master_gain_db = 0;  // -120 … 24
  double master_pan = 0;      // -1 … 1
  std::string dsl;            // text of a .maa file, kept
  std::string created;        // ISO 8601, as given by whoever made the project
};

// A bus has no notes or recordings of its own: it sums what other tracks feed or send to it. A
// group and a return are both buses.
enum class TrackKind { notes, audio, bus };

struct Track {
  EntityId id;
  std::string name;
  TrackKind kind = TrackKind::notes;
  int program = 0;        // 0 … 127
  int bank = 0;           // 0 … 16383
  int channel = 0;        // 0 … 15; 9 is percussion
  std::string soundfont;  // "" the default one
  // Id of a synthesiser (registry/registry.h), which plays instead of the SoundFont. "" or one that
  // this program has not: the SoundFont plays; the id is kept.
  std::string instrument;
  double gain_db = 0;  // -120 … 24
  double pan = 0;      // -1 … 1
  bool mute = false;
  bool solo = false;
  std::string colour;  // "#rrggbb" or ""
  EntityId output;     // the bus it feeds; kRoot: the master
  graph::PanLaw pan_law = graph::PanLaw::balance;
  bool invert_left = false, invert_right = false;  // polarity, before the effects
  double trim_db = 0;                              // -24 … 24, of its instrument before the effects
  bool solo_safe = false;                          // heard whatever else is soloed
  std::string freeze;      // SHA-256 of its sound before the fader, effects included; "" none
  bool freeze_on = false;  // that sound plays instead of notes, recordings and effects
};

// An effect in a track's row, or in the master's.
struct Device {
  EntityId id;
  EntityId owner;      // track, or kRoot for the master
  std::string effect;  // id of registry/effects.h; kept even where this program has no such effect
  bool bypass = false;
  std::vector<std::pair<std::string, double>> params;  // by id; the others have their defaults
  std::string impulse;    // SHA-256 of the impulse response it loads; "" its own
  EntityId side;          // track it listens to; kRoot: its own input
  bool side_pre = false;  // before that track's fader
};

// A copy of a track's sound to a bus.
struct Send {
  EntityId id;
  EntityId track;
  EntityId to;  // a bus; kRoot: nowhere yet
  double gain_db = 0;
  bool pre = false;  // before the fader
  bool mute = false;
};

struct Note {
  EntityId id;
  EntityId track;
  Ticks start;            // >= 0
  Ticks duration;         // >= 1
  int key = 60;           // 0 … 127
  int velocity = 100;     // 1 … 127
  double confidence = 1;  // 0 … 1
  // As it was sung, if it was: seconds into the take (without one: from the start of the project),
  // fractional MIDI pitch.
  std::optional<double> heard_start;
  double heard_duration = 0;
  double heard_pitch = 0;
  EntityId take;  // kRoot: none
};

// A recording laid against the ruler.
struct Take {
  EntityId id;
  EntityId track;
  std::string name;
  Ticks start;              // where it begins to sound
  std::string blob;         // SHA-256, 64 hexadecimal digits
  double rate = 48000;      // Hz
  std::int64_t frames = 0;  // of the whole recording
  int channels = 1;
  double offset = 0;  // seconds of the recording skipped at `start`
  double gain_db = 0;
  bool mute = false;
  double tuning = 0;  // cents against A4 = 440 Hz
  std::string pitch;  // the pitch curve as text: engine/project/pitch_text.h
  // As a clip of an arrangement.
  double length = 0;                 // seconds of the timeline; 0: as long as the recording lasts
  double fade_in = 0, fade_out = 0;  // seconds
  int fade_shape = 0;                // 0 linear, 1 equal power, 2 smooth (S), 3 slow (cubic)
  bool loop = false;                 // repeats from `offset` on until `length` has gone by
  double loop_length = 0;            // seconds of the recording that repeat; 0: to its end
  bool reverse = false;              // the part from `offset` on plays backwards
  double stretch = 1;                // duration as a multiple of the recording's, 0.1 … 10
  double shift = 0;                  // semitones, -24 … 24
  bool follow_tempo = false;  // stretched so that its quarters are the project's; `stretch` rests
  double bpm = 0;             // quarters a minute of the recording; 0 unknown
};

// Something at a time. `type` is "marker", "lyric", "text", "cue" or "copyright"; "midi" keeps
// other messages of an imported file (status, meta type and bytes in hexadecimal).
struct Marker {
  EntityId id;
  EntityId track;  // kRoot: of the whole project
  Ticks at;
  std::string type;
  std::string text;
};

// A line of values over time of a track. `target`: "cc0" … "cc127", "bend" (-8192 … 8191),
// "pressure", "program", "keypressure0" … "keypressure127"; and "gain_db", "pan", "mute" (0 or 1),
// "device:<id>:<parameter>", "send:<id>:gain_db", which are continuous curves.
struct LanePoint {
  EntityId id;
  Ticks at;
  double value = 0;
  graph::Shape shape = graph::Shape::linear;  // of the way to the next point
  double bend = 0;                            // -1 … 1, for Shape::curved
};
struct Lane {
  EntityId id;
  EntityId track;  // kRoot: the master's
  std::string target;
  std::vector<LanePoint> points;  // sorted
};

ProjectInfo info(const Document&);
score::TempoMap tempo_map(const Document&);
std::vector<Track> tracks(const Document&);                // in order
std::optional<Track> track(const Document&, EntityId);     // nothing unless alive
std::vector<Note> notes(const Document&, EntityId track);  // by start, key, id
std::vector<Note> notes(const Document&);                  // of all tracks
std::optional<Note> note(const Document&, EntityId);       // nothing unless alive
std::vector<Take> takes(const Document&, EntityId track);  // by start, id
std::optional<Take> take(const Document&, EntityId);
std::vector<Lane> lanes(const Document&, EntityId track);  // kRoot: the master's
std::optional<Lane> lane(const Document&, EntityId);
std::vector<Device> devices(const Document&, EntityId owner);  // in order; kRoot: the master's
std::optional<Device> device(const Document&, EntityId);
std::vector<Send> sends(const Document&, EntityId track);  // in order
std::optional<Send> send(const Document&, EntityId);
std::vector<Marker> markers(const Document&);  // by time, id
std::vector<score::KeyChange> key_changes(const Document&);
Ticks end_of(const Document&);   // of the last note or take
bool is_blob(std::string_view);  // 64 lower-case hexadecimal digits
// How many times longer than the recording the clip sounds: `stretch`, or what makes its quarters
// fall on the project's from its start to its end.
double stretch_of(const Take&, const score::TempoMap&);
double length_of(const Take&, const score::TempoMap&);  // seconds it sounds

// For the page: {"revision":R,"entities":[{"id","kind","alive","parent","fields":{…}}]} of what
// changed since `revision` (0: everything alive).
std::string changes_to_json(const Document&, std::uint64_t revision);

}  // namespace tutti::project
