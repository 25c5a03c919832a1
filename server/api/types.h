// What goes over the wire: every request and reply as a plain described struct.
//
// JSON both ways, validation, JSON Schema and OpenAPI (and from that the page's TypeScript types)
// derive from these descriptions (describe_json.h). Times are ISO 8601 in UTC; ids are opaque text.
// Optional fields are left out when absent. field_notes() adds words and limits where they help.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tutti::api {

// Words and limits for one field. `low` and `high` bound a number, or the length of text or a list,
// when high > low. `allowed` lists the only values, parted by '|'.
struct FieldNote {
  const char* field;
  const char* text;
  double low = 0;
  double high = 0;
  const char* allowed = "";
};

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

// RFC 9457.
struct Problem {
  std::string type;
  std::string title;
  int status = 500;
  std::string detail;
  std::string code;
  std::string next;
  std::optional<std::string> field;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, code, next, field))

// --- Projects ------------------------------------------------------------------------------------

struct NewProject {
  std::string title;
};
BOOST_DESCRIBE_STRUCT(NewProject, (), (title))
constexpr auto field_notes(const NewProject*) {
  return std::array{FieldNote{"title", "The project's name.", 1, 200}};
}

struct ProjectInfo {
  std::string id;
  std::string title;
  std::int64_t revision = 0;
  std::string created;
  std::string updated;
};
BOOST_DESCRIBE_STRUCT(ProjectInfo, (), (id, title, revision, created, updated))
constexpr auto field_notes(const ProjectInfo*) {
  return std::array{FieldNote{"revision", "Number of the last stored operation; 0 when new."},
                    FieldNote{"created", "ISO 8601, UTC."}, FieldNote{"updated", "ISO 8601, UTC."}};
}

struct ProjectList {
  std::vector<ProjectInfo> projects;
};
BOOST_DESCRIBE_STRUCT(ProjectList, (), (projects))

struct ProjectFull {
  std::string id;
  std::string title;
  std::int64_t revision = 0;
  std::string created;
  std::string updated;
  boost::json::value document;
};
BOOST_DESCRIBE_STRUCT(ProjectFull, (), (id, title, revision, created, updated, document))
constexpr auto field_notes(const ProjectFull*) {
  return std::array{FieldNote{"document", "The whole project as a .tutti file holds it."}};
}

struct Edits {
  std::string batch;
  boost::json::array ops;
};
BOOST_DESCRIBE_STRUCT(Edits, (), (batch, ops))
constexpr auto field_notes(const Edits*) {
  return std::array{
      FieldNote{"batch", "A name that the sender makes up once; sending it again changes nothing.",
                1, 100},
      FieldNote{"ops", "Operations as docs/formats describes them.", 1, 10000}};
}

struct EditsSaved {
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(EditsSaved, (), (revision))

struct EditsSince {
  std::int64_t revision = 0;
  boost::json::array ops;
};
BOOST_DESCRIBE_STRUCT(EditsSince, (), (revision, ops))

// --- Recordings and other bytes ------------------------------------------------------------------

struct BlobSaved {
  std::string sha256;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(BlobSaved, (), (sha256, size))

// --- Jobs ----------------------------------------------------------------------------------------

struct JobSettings {
  std::optional<std::string> format;
  std::optional<int> rate;
  std::optional<std::string> soundfont;
  std::optional<double> tempo;
  std::optional<std::string> metre;
  std::optional<double> grid;
  std::optional<std::string> track;
  std::optional<double> tail;
  std::optional<double> ratio;
  std::optional<double> semitones;
};
BOOST_DESCRIBE_STRUCT(JobSettings, (),
                      (format, rate, soundfont, tempo, metre, grid, track, tail, ratio, semitones))
constexpr auto field_notes(const JobSettings*) {
  return std::array{
      FieldNote{"format", "What render and convert make.", 0, 0,
                "wav16|wav24|wav32f|flac16|flac|mp3|opus|ogg|mid|tutti|maa"},
      FieldNote{"rate", "Samples a second of what is made; 48000 when left out.", 8000, 192000},
      FieldNote{"soundfont", "An id from /api/soundfonts; the best installed one when left out.", 0,
                200},
      FieldNote{"tempo", "transcribe: quarter notes a minute, when known.", 20, 400},
      FieldNote{"metre", "transcribe: such as 4/4, when known.", 0, 10},
      FieldNote{"grid", "transcribe: quantisation step in quarter notes.", 0.03125, 4},
      FieldNote{"track", "bounce, freeze: its entity id.", 0, 100},
      FieldNote{"tail", "bounce, freeze: seconds that may ring on, at most; 20 when left out.", 0,
                120},
      FieldNote{"ratio", "stretch: of durations; 2 is twice as long.", 0.1, 10},
      FieldNote{"semitones", "stretch: up or down.", -24, 24}};
}

struct NewJob {
  std::string kind;
  std::optional<std::string> blob;
  std::optional<std::string> project;
  std::optional<boost::json::object> document;
  std::optional<JobSettings> settings;
};
BOOST_DESCRIBE_STRUCT(NewJob, (), (kind, blob, project, document, settings))
constexpr auto field_notes(const NewJob*) {
  return std::array{
      FieldNote{"kind", "What is to be done.", 0, 0,
                "transcribe|render|convert|stretch|bounce|freeze"},
      FieldNote{
          "blob",
          "SHA-256 of the bytes to work on (transcribe, convert, stretch, render of a MIDI file).",
          64, 64.5},
      FieldNote{"project", "render, bounce, freeze: the id of a stored project."},
      FieldNote{"document", "render, bounce, freeze: a project as a .tutti file holds it."}};
}

struct JobProblem {
  std::string code;
  std::string message;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(JobProblem, (), (code, message, next))

struct JobResult {
  std::string url;
  std::string type;
  std::string name;
  std::int64_t size = 0;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(JobResult, (), (url, type, name, size, sha256))

struct LoudnessInfo {
  std::optional<double> integrated;
  double range = 0;
  std::optional<double> momentary_max;
  std::optional<double> short_term_max;
  std::optional<double> true_peak;
  std::optional<double> sample_peak;
};
BOOST_DESCRIBE_STRUCT(LoudnessInfo, (),
                      (integrated, range, momentary_max, short_term_max, true_peak, sample_peak))
constexpr auto field_notes(const LoudnessInfo*) {
  return std::array{
      FieldNote{"integrated", "LUFS (ITU-R BS.1770-4); absent of silence, like all the others."},
      FieldNote{"range", "LU (EBU Tech 3342)."},
      FieldNote{"momentary_max", "LUFS."},
      FieldNote{"short_term_max", "LUFS."},
      FieldNote{"true_peak", "dBTP."},
      FieldNote{"sample_peak", "dBFS."}};
}

// What effects, mixdown, stretch, bounce and freeze tell beside the sound.
struct SoundReport {
  double seconds = 0;
  double cpu_seconds = 0;
  double realtime_factor = 0;
  std::optional<LoudnessInfo> loudness;
  std::optional<std::vector<std::string>> warnings;
  std::optional<std::vector<std::string>> stems;
  std::optional<boost::json::array> operations;
};
BOOST_DESCRIBE_STRUCT(SoundReport, (),
                      (seconds, cpu_seconds, realtime_factor, loudness, warnings, stems,
                       operations))
constexpr auto field_notes(const SoundReport*) {
  return std::array{FieldNote{"seconds", "Of sound."}, FieldNote{"cpu_seconds", "Of processor."},
                    FieldNote{"realtime_factor", "Seconds of sound a second of processor."},
                    FieldNote{"stems", "Names of the stems, in the order of the job's results."},
                    FieldNote{"operations",
                              "bounce, freeze: what places the sound in its project; send it to "
                              "/api/projects/{id}/ops."}};
}

struct JobInfo {
  std::string id;
  std::string kind;
  std::string state;
  double progress = 0;
  std::string sentence;
  std::string created;
  std::string updated;
  std::optional<JobResult> result;
  std::optional<std::vector<JobResult>> results;
  std::optional<SoundReport> report;
  std::optional<std::string> project;
  std::optional<JobProblem> error;
};
BOOST_DESCRIBE_STRUCT(JobInfo, (),
                      (id, kind, state, progress, sentence, created, updated, result, results,
                       report, project, error))
constexpr auto field_notes(const JobInfo*) {
  return std::array{
      FieldNote{"state", "Where the job stands.", 0, 0,
                "queued|running|succeeded|failed|cancelled"},
      FieldNote{"progress", "0 to 1.", 0, 1},
      FieldNote{"sentence", "What is being done, for a person."},
      FieldNote{"results", "All of them, where there are several: a mix, then its stems."},
      FieldNote{"report",
                "effects, mixdown, bounce, freeze, compose: what there is to say of the sound."},
      FieldNote{"project", "compose: the id of the project that was made."}};
}

// --- Sketch: the IR that the original plans fixed, with what was heard beside it
// -------------------

struct IrNote {
  double pitch = 60;
  double start = 0;
  double duration = 0;
  double velocity = 0.8;
};
BOOST_DESCRIBE_STRUCT(IrNote, (), (pitch, start, duration, velocity))
constexpr auto field_notes(const IrNote*) {
  return std::array{
      FieldNote{"pitch", "MIDI note number.", 0, 127}, FieldNote{"start", "Seconds.", 0, 1e6},
      FieldNote{"duration", "Seconds.", 0, 1e6}, FieldNote{"velocity", "0 to 1.", 0, 1}};
}

struct IrTrack {
  std::string id;
  std::string instrument;
  std::vector<IrNote> notes;
};
BOOST_DESCRIBE_STRUCT(IrTrack, (), (id, instrument, notes))

struct IrMetadata {
  double tempo = 120;
  std::string key;
  std::string timeSignature;
};
BOOST_DESCRIBE_STRUCT(IrMetadata, (), (tempo, key, timeSignature))

struct Ir {
  IrMetadata metadata;
  std::vector<IrTrack> tracks;
};
BOOST_DESCRIBE_STRUCT(Ir, (), (metadata, tracks))

struct HeardNoteInfo {
  double start = 0;
  double duration = 0;
  double pitch = 60;
  double velocity = 0.8;
  double confidence = 1;
};
BOOST_DESCRIBE_STRUCT(HeardNoteInfo, (), (start, duration, pitch, velocity, confidence))
constexpr auto field_notes(const HeardNoteInfo*) {
  return std::array{FieldNote{"start", "Seconds."}, FieldNote{"duration", "Seconds."},
                    FieldNote{"pitch", "MIDI note number, with its fraction."},
                    FieldNote{"velocity", "0 to 1."}, FieldNote{"confidence", "0 to 1."}};
}

struct PitchCurve {
  double hop = 0;
  std::vector<double> hz;
};
BOOST_DESCRIBE_STRUCT(PitchCurve, (), (hop, hz))
constexpr auto field_notes(const PitchCurve*) {
  return std::array{FieldNote{"hop", "Seconds between values."},
                    FieldNote{"hz", "Fundamental frequency; 0 where unvoiced."}};
}

struct Melody {
  IrMetadata metadata;
  std::vector<IrTrack> tracks;
  std::vector<HeardNoteInfo> notes;
  std::vector<HeardNoteInfo> quantised;
  double tempo = 120;
  std::string key;
  std::string timeSignature;
  double tuning = 0;
  PitchCurve f0;
};
BOOST_DESCRIBE_STRUCT(Melody, (),
                      (metadata, tracks, notes, quantised, tempo, key, timeSignature, tuning, f0))

// --- SoundFonts ----------------------------------------------------------------------------------

struct PresetInfo {
  int bank = 0;
  int program = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(PresetInfo, (), (bank, program, name))

struct SoundfontInfo {
  std::string id;
  std::string name;
  std::vector<PresetInfo> presets;
};
BOOST_DESCRIBE_STRUCT(SoundfontInfo, (), (id, name, presets))

// --- How the server is
// -----------------------------------------------------------------------------

struct Health {
  std::string status;
  std::string version;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version))
constexpr auto field_notes(const Health*) {
  return std::array{
      FieldNote{"status", "ok, or degraded when a check fails.", 0, 0, "ok|degraded"}};
}

struct HealthCheck {
  std::string name;
  std::string status;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(HealthCheck, (), (name, status, detail))

struct HealthDetailed {
  std::string status;
  std::string version;
  double uptime_seconds = 0;
  std::vector<HealthCheck> checks;
};
BOOST_DESCRIBE_STRUCT(HealthDetailed, (), (status, version, uptime_seconds, checks))

// --- WebSocket messages
// ------------------------------------------------------------------------------

struct Person {
  std::string id;
  std::string name;
  std::string colour;
  boost::json::value where;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, colour, where))
constexpr auto field_notes(const Person*) {
  return std::array{
      FieldNote{"where", "What the person looks at or has selected, in the page's terms."}};
}

struct WelcomeMessage {
  std::string type;
  std::int64_t revision = 0;
  std::string you;
  boost::json::array ops;
};
BOOST_DESCRIBE_STRUCT(WelcomeMessage, (), (type, revision, you, ops))

struct OpsMessage {
  std::string type;
  std::optional<std::string> batch;
  std::optional<std::int64_t> revision;
  boost::json::array ops;
};
BOOST_DESCRIBE_STRUCT(OpsMessage, (), (type, batch, revision, ops))

struct AckMessage {
  std::string type;
  std::string batch;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(AckMessage, (), (type, batch, revision))

struct ErrorMessage {
  std::string type;
  std::string code;
  std::string message;
  std::string next;
  std::optional<std::string> batch;
};
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (type, code, message, next, batch))

struct PresenceMessage {
  std::string type;
  std::vector<Person> people;
};
BOOST_DESCRIBE_STRUCT(PresenceMessage, (), (type, people))

struct MeMessage {
  std::string type;
  std::string name;
  std::string colour;
  boost::json::value where;
};
BOOST_DESCRIBE_STRUCT(MeMessage, (), (type, name, colour, where))

}  // namespace tutti::api
