// A heard melody becomes a track of notes, with the recording beside it.

#include <algorithm>
#include <cmath>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/project/pitch_text.h"
#include "engine/project/tempo_follow.h"

namespace tutti::project {
namespace {

// Finer than anybody hears, and short as text.
double rounded(double v, double steps) {
  return std::floor(v * steps + 0.5) / steps;
}

Result<EntityId> add_recording(Document& d, const HeardMelody& melody, const HeardOptions& options,
                               EntityId& track_out) {
  Track t;
  t.name = options.take->name.empty() ? "Recording" : options.take->name;
  t.kind = TrackKind::audio;
  auto track = add_track(d, t);
  if (!track) return track;
  track_out = *track;
  Take take = *options.take;
  take.start = {};
  take.offset = melody.offset;
  if (melody.offset < 0) {
    take.start = tempo_map(d).ticks(-melody.offset);
    take.offset = 0;
  }
  take.tuning = rounded(melody.tuning, 100);
  if (melody.hop > 0 && !melody.f0.empty()) take.pitch = pitch_to_text({melody.hop, melody.f0});
  return add_take(d, *track, take);
}

Note note_of(const HeardMelody& melody, std::size_t i, const score::TempoMap& tempo,
             bool quantised) {
  const auto& heard = melody.notes[i];
  Note n;
  if (quantised) {
    const auto& q = melody.quantised[i];
    n.start = q.start;
    n.duration = q.duration;
    n.key = q.key;
    n.velocity = q.velocity;
  } else {
    n.start = std::max(tempo.ticks(heard.start - melody.offset), Ticks{});
    const Ticks end = tempo.ticks(heard.start + heard.duration - melody.offset);
    n.duration = std::max(end - n.start, Ticks{1});
    n.key = static_cast<int>(
        std::floor(std::clamp(heard.pitch - melody.tuning / 100, 0.0, 127.0) + 0.5));
    n.velocity = static_cast<int>(std::floor(std::clamp(heard.velocity, 0.0, 1.0) * 127 + 0.5));
  }
  n.confidence = rounded(std::clamp(heard.confidence, 0.0, 1.0), 1000);
  n.heard_duration = rounded(heard.duration, 1e5);
  n.heard_pitch = rounded(heard.pitch, 1000);
  n.heard_start = rounded(heard.start, 1e5);
  return n;
}

}  // namespace

Result<HeardIds> import_melody(Document& d, const HeardMelody& melody,
                               const HeardOptions& options) {
  if (options.quantised && !melody.quantised.empty() &&
      melody.quantised.size() != melody.notes.size()) {
    return Error{Code::wrong_usage, "The quantised notes do not match the notes that were heard.",
                 "Transcribe the recording again."};
  }
  Step step(d, "Transcribe");
  if (options.take_tempo) {
    for (const EntityId id : d.children(kRoot, "point")) {
      if (auto ok = d.remove(id); !ok) return ok.error();
    }
    if (auto ok = set_tempo(d, melody.tempo); !ok) return ok.error();
    // With the recording beside them, notes on the grid keep the singer's own pace.
    if (options.quantised && options.take) {
      for (const auto& change : follow_tempo(melody)) {
        if (auto ok = set_tempo_microseconds(d, change.microseconds_per_quarter, change.at); !ok) {
          return ok.error();
        }
      }
    }
    if (auto ok = set_metre(d, melody.metre.numerator, melody.metre.denominator); !ok) {
      return ok.error();
    }
    if (auto ok = set_key(d, score::key_from_name(melody.key)); !ok) return ok.error();
  }
  Track t;
  t.name = options.name;
  t.program = options.program;
  auto track = add_track(d, t);
  if (!track) return track.error();
  HeardIds ids;
  ids.track = *track;
  if (options.take) {
    EntityId take_track;
    auto take = add_recording(d, melody, options, take_track);
    if (!take) return take.error();
    ids.take_track = take_track;
    ids.take = *take;
  }

  const auto tempo = tempo_map(d);
  const bool quantised = options.quantised && !melody.quantised.empty();
  std::vector<Note> notes;
  for (std::size_t i = 0; i < melody.notes.size(); ++i) {
    notes.push_back(note_of(melody, i, tempo, quantised));
    if (ids.take) {
      notes.back().take = *ids.take;
    } else {
      notes.back().heard_start = rounded(melody.notes[i].start - melody.offset, 1e5);
    }
  }
  auto added = add_notes(d, *track, std::span<const Note>(notes));
  if (!added) return added.error();
  ids.notes = *std::move(added);
  step.done();
  return ids;
}

}  // namespace tutti::project
