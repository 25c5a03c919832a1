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
#include <vector>

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
  std::string dsl;            // text of a .maa file, kept
  std::string created;        // ISO 8601, as given by whoever made the project
};

enum class TrackKind { notes, audio };

struct Track {
  EntityId id;
  std::string name;
  TrackKind kind = TrackKind::notes;
  int program = 0;        // 0 … 127
  int bank = 0;           // 0 … 16383
  int channel = 0;        // 0 … 15; 9 is percussion
  std::string soundfont;  // "" the default one
  double gain_db = 0;     // -120 … 24
  double pan = 0;         // -1 … 1
  bool mute = false;
  bool solo = false;
  std::string colour;  // "#rrggbb" or ""
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
// "pressure", "program", "keypressure0" … "keypressure127".
struct LanePoint {
  EntityId id;
  Ticks at;
  double value = 0;
};
struct Lane {
  EntityId id;
  EntityId track;
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
std::vector<Lane> lanes(const Document&, EntityId track);
std::vector<Marker> markers(const Document&);  // by time, id
std::vector<score::KeyChange> key_changes(const Document&);
Ticks end_of(const Document&);   // of the last note or take
bool is_blob(std::string_view);  // 64 lower-case hexadecimal digits
double length_of(const Take&);   // seconds it sounds

// For the page: {"revision":R,"entities":[{"id","kind","alive","parent","fields":{…}}]} of what
// changed since `revision` (0: everything alive).
std::string changes_to_json(const Document&, std::uint64_t revision);

}  // namespace tutti::project
