// document.wasm: the document, its files and its plan, for the page's main thread.
//
// Text goes in and out as UTF-8 JSON in the forms of engine/project; what a canvas draws comes as
// flat arrays that stay valid until the next call of the same view.
#include "engine/project/document.h"

#include "engine/project/command.h"
#include "engine/project/compile.h"
#include "engine/project/files.h"
#include "engine/project/pitch_text.h"
#include "engine/project/song.h"
#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"
#include "wasm/effect_table.h"
#include "wasm/exports.h"
#include "wasm/hum_bytes.h"
#include "wasm/song_view.h"

namespace {

using namespace tutti;
using wasm::give;
using wasm::text_at;

project::Document document;
wasm::NotesView notes_view;
score::TempoMap times;

Ticks ticks_of(double v) {
  return {static_cast<std::int64_t>(v)};
}
double number_of(Ticks t) {
  return static_cast<double>(t.value);
}

// Takes over a loaded document; the caller's actor number goes on.
int replace(Result<project::Document> loaded) {
  if (!loaded) return give(loaded.error());
  document = std::move(*loaded);
  return give(std::string_view());
}

}  // namespace

// --- whole documents

// `actor` is this page's own number, 1 … 2^48-1.
TUTTI_EXPORT(create) void tutti_create(double actor) {
  document = project::Document(static_cast<std::uint64_t>(actor));
}
TUTTI_EXPORT(open_tutti) int tutti_open_tutti(const char* text, std::size_t size) {
  return replace(project::load_tutti(text_at(text, size), document.actor()));
}
// .tutti, .maa or IR, by what is in it.
TUTTI_EXPORT(open_text) int tutti_open_text(const char* text, std::size_t size) {
  return replace(project::load_project_text(text_at(text, size), document.actor()));
}
// Adds the file's parts as tracks; gives what was odd in it, each remark ended by a line feed.
TUTTI_EXPORT(import_midi)
int tutti_import_midi(const std::byte* data, std::size_t size, int take_tempo) {
  const auto file = score::read_midi({data, size});
  if (!file) return give(file.error());
  const auto score = score::score_from_midi(*file);
  if (!score) return give(score.error());
  const auto tracks = project::import_score(document, *score, take_tempo != 0);
  if (!tracks) return give(tracks.error());
  std::string remarks;
  for (const auto& w : file->warnings) remarks += w + '\n';
  for (const auto& w : score->warnings) remarks += w + '\n';
  return give(std::string_view(remarks));
}
// The bytes of hum_bytes.h as a track, with the recording if `blob` is not empty. `at` is where the
// recording's first frame lies in the song, or below 0: to be found. Gives the ids of
// the track and of its notes, each ended by a line feed.
TUTTI_EXPORT(import_melody)
int tutti_import_melody(const std::byte* data, std::size_t size, int take_tempo, int program,
                        const char* blob, std::size_t blob_size, double rate, double frames,
                        int channels, double at) {
  const auto hum = wasm::decode_hum({data, size});
  if (!hum) return give(hum.error());
  project::HeardOptions options;
  options.take_tempo = take_tempo != 0;
  options.program = program;
  if (blob_size > 0) {
    project::Take take;
    take.blob = text_at(blob, blob_size);
    take.rate = rate;
    take.frames = static_cast<std::int64_t>(frames);
    take.channels = channels;
    options.take = take;
  }
  const auto ids = at < 0 ? project::import_melody(document, project::heard_melody(*hum), options)
                          : wasm::enter_recorded(document, *hum, options, ticks_of(at));
  if (!ids) return give(ids.error());
  std::string text = project::to_text(ids->track) + '\n';
  for (const auto id : ids->notes) text += project::to_text(id) + '\n';
  return give(std::string_view(text));
}

TUTTI_EXPORT(save_tutti) int tutti_save_tutti() {
  return give(std::string_view(project::save_tutti(document)));
}
TUTTI_EXPORT(export_maa) int tutti_export_maa(const char* modified, std::size_t size) {
  return give(std::string_view(project::export_maa(document, text_at(modified, size))));
}
TUTTI_EXPORT(export_midi) int tutti_export_midi() {
  return give(score::write_midi(score::midi_from_score(project::export_score(document))));
}
// Equal states give equal bytes.
TUTTI_EXPORT(canonical) int tutti_canonical() {
  return give(std::string_view(document.canonical()));
}

// --- edits and operations

TUTTI_EXPORT(command) int tutti_command(const char* text, std::size_t size) {
  return give(project::run_command(document, text_at(text, size)));
}
TUTTI_EXPORT(apply) int tutti_apply(const char* text, std::size_t size) {
  const auto ops = project::operations_from_json(text_at(text, size));
  if (!ops) return give(ops.error());
  return give(document.apply(*ops));
}
// What was done here since the last call, to be sent.
TUTTI_EXPORT(take_operations) int tutti_take_operations() {
  return give(std::string_view(project::operations_to_json(document.take_operations())));
}
// The whole state as operations.
TUTTI_EXPORT(all_operations) int tutti_all_operations() {
  return give(std::string_view(project::operations_to_json(document.to_operations())));
}
TUTTI_EXPORT(forget_history) void tutti_forget_history() {
  document.forget_history();
}
TUTTI_EXPORT(revision) double tutti_revision() {
  return static_cast<double>(document.revision());
}

// --- views

// Everything but the notes, as one JSON object (song_view.h).
TUTTI_EXPORT(song) int tutti_song() {
  return give(std::string_view(wasm::song_json(document)));
}

// Reads all notes into the arrays below; answers how many there are.
TUTTI_EXPORT(read_notes) int tutti_read_notes() {
  notes_view = wasm::notes_view(document);
  return static_cast<int>(notes_view.start.size());
}
TUTTI_EXPORT(note_start) const double* tutti_note_start() {
  return notes_view.start.data();
}
TUTTI_EXPORT(note_duration) const double* tutti_note_duration() {
  return notes_view.duration.data();
}
TUTTI_EXPORT(note_counter) const double* tutti_note_counter() {
  return notes_view.counter.data();
}
TUTTI_EXPORT(note_actor) const double* tutti_note_actor() {
  return notes_view.actor.data();
}
TUTTI_EXPORT(note_confidence) const float* tutti_note_confidence() {
  return notes_view.confidence.data();
}
TUTTI_EXPORT(note_key) const std::uint8_t* tutti_note_key() {
  return notes_view.key.data();
}
TUTTI_EXPORT(note_velocity) const std::uint8_t* tutti_note_velocity() {
  return notes_view.velocity.data();
}
TUTTI_EXPORT(note_track) const std::uint16_t* tutti_note_track() {
  return notes_view.track.data();
}

// The pitch curve of a take: ticks as doubles, then as many pitches as doubles (NaN where
// unvoiced).
TUTTI_EXPORT(pitch_curve) int tutti_pitch_curve(const char* id, std::size_t size) {
  return give(wasm::pitch_curve(document, text_at(id, size)));
}

// --- time, by the tempo map of the last read_times()

TUTTI_EXPORT(read_times) void tutti_read_times() {
  times = project::tempo_map(document);
}
TUTTI_EXPORT(seconds) double tutti_seconds(double at) {
  return times.seconds(ticks_of(at));
}
TUTTI_EXPORT(ticks) double tutti_ticks(double seconds) {
  return number_of(times.ticks(seconds));
}
TUTTI_EXPORT(bpm) double tutti_bpm(double at) {
  return times.bpm_at(ticks_of(at));
}
TUTTI_EXPORT(bar) double tutti_bar(double at) {
  return static_cast<double>(times.bar_at(ticks_of(at)).bar);
}
TUTTI_EXPORT(beat) int tutti_beat(double at) {
  return times.bar_at(ticks_of(at)).beat;
}
TUTTI_EXPORT(within_beat) double tutti_within_beat(double at) {
  return number_of(times.bar_at(ticks_of(at)).within);
}
TUTTI_EXPORT(tick_of) double tutti_tick_of(double bar, int beat) {
  return number_of(times.tick_of({static_cast<std::int64_t>(bar), beat, {}}));
}
TUTTI_EXPORT(bar_start) double tutti_bar_start(double at) {
  return number_of(times.bar_start(ticks_of(at)));
}
TUTTI_EXPORT(ticks_per_beat) double tutti_ticks_per_beat(double at) {
  return number_of(times.ticks_per_beat(ticks_of(at)));
}
TUTTI_EXPORT(ticks_per_bar) double tutti_ticks_per_bar(double at) {
  return number_of(times.ticks_per_bar(ticks_of(at)));
}

// --- for the engine

// What the effects are, as JSON of effect_json.h. Before it is told, effects stay out of plans.
TUTTI_EXPORT(set_effects) int tutti_set_effects(const char* text, std::size_t size) {
  return give(wasm::set_effects(text_at(text, size)));
}
// Plan bytes for engine.wasm. What is not asked for (0) stays out: listening to the notes without
// the recording they were heard in, or to that recording without the notes, is no edit of the
// document.
TUTTI_EXPORT(compile) int tutti_compile(int notes, int takes) {
  // A node a track, so that every strip of the desk has its meter.
  auto plan = project::compile(document, {.one_node_a_track = true});
  if (!plan) return give(plan.error());
  return give(graph::encode(wasm::audible(document, std::move(*plan), notes != 0, takes != 0)));
}
// The number by which the plan knows an entity; 0 if the text is no id.
TUTTI_EXPORT(node_of) std::uint64_t tutti_node_of(const char* id, std::size_t size) {
  const auto stamp = project::stamp_from_text(text_at(id, size));
  return stamp ? project::to_number(*stamp) : 0;
}
