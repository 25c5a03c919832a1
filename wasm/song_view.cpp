#include "wasm/song_view.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

#include "engine/base/json.h"
#include "engine/base/math.h"
#include "engine/project/edits.h"
#include "engine/project/pitch_text.h"
#include "engine/project/song.h"

namespace tutti::wasm {
namespace {

json::object track_json(const project::Track& t) {
  return {{"id", project::to_text(t.id)},
          {"name", t.name},
          {"kind", t.kind == project::TrackKind::audio ? "audio"
                   : t.channel == 9                    ? "drums"
                                                       : "notes"},
          {"bank", t.bank},
          {"program", t.program},
          {"soundfont", t.soundfont},
          {"gainDb", t.gain_db},
          {"pan", t.pan},
          {"mute", t.mute},
          {"solo", t.solo},
          {"colour", t.colour}};
}

json::object take_json(const project::Take& t) {
  return {{"id", project::to_text(t.id)},
          {"track", project::to_text(t.track)},
          {"name", t.name},
          {"blob", t.blob},
          {"start", t.start.value},
          {"rate", t.rate},
          {"frames", t.frames},
          {"channels", t.channels},
          {"offset", t.offset},
          {"gainDb", t.gain_db},
          {"mute", t.mute},
          {"tuningCents", t.tuning}};
}

json::value label(bool there, const std::string& text) {
  return there ? json::value(text) : json::value();
}

}  // namespace

std::string song_json(const project::Document& document) {
  const auto info = project::info(document);
  json::array tempos, metres, tracks, takes;
  for (const auto& t : info.tempo.tempos())
    tempos.push_back(json::object{{"at", t.at.value}, {"bpm", 60e6 / t.microseconds_per_quarter}});
  for (const auto& m : info.tempo.metres())
    metres.push_back(json::object{
        {"at", m.at.value}, {"numerator", m.numerator}, {"denominator", m.denominator}});
  for (const auto& track : project::tracks(document)) {
    tracks.push_back(track_json(track));
    for (const auto& take : project::takes(document, track.id)) takes.push_back(take_json(take));
  }
  json::object song{{"title", info.title},
                    {"tempos", std::move(tempos)},
                    {"metres", std::move(metres)},
                    {"key", info.key ? score::name_of(*info.key) : std::string()},
                    {"loop", json::object{{"on", info.loop_on},
                                          {"start", info.loop_start.value},
                                          {"end", info.loop_end.value}}},
                    {"masterDb", info.master_gain_db},
                    {"tracks", std::move(tracks)},
                    {"takes", std::move(takes)},
                    {"end", project::end_of(document).value},
                    {"undo", label(document.can_undo(), document.undo_label())},
                    {"redo", label(document.can_redo(), document.redo_label())}};
  return write_json(song);
}

NotesView notes_view(const project::Document& document) {
  struct Placed {
    project::Note note;
    std::uint16_t track;
  };
  std::vector<Placed> all;
  std::uint16_t index = 0;
  for (const auto& track : project::tracks(document)) {
    for (auto& note : project::notes(document, track.id)) all.push_back({std::move(note), index});
    ++index;
  }
  std::ranges::stable_sort(all, [](const Placed& a, const Placed& b) {
    return std::tie(a.note.start, a.note.key) < std::tie(b.note.start, b.note.key);
  });
  NotesView view;
  for (const auto& [note, track] : all) {
    view.start.push_back(static_cast<double>(note.start.value));
    view.duration.push_back(static_cast<double>(note.duration.value));
    view.counter.push_back(static_cast<double>(note.id.counter));
    view.actor.push_back(static_cast<double>(note.id.actor));
    view.confidence.push_back(static_cast<float>(note.confidence));
    view.key.push_back(static_cast<std::uint8_t>(note.key));
    view.velocity.push_back(static_cast<std::uint8_t>(note.velocity));
    view.track.push_back(track);
  }
  return view;
}

Result<std::vector<std::byte>> pitch_curve(const project::Document& document, std::string_view id) {
  const auto stamp = project::stamp_from_text(id);
  const auto take = stamp ? project::take(document, *stamp) : std::nullopt;
  if (!take) return Error{Code::not_found, "That recording is gone.", "Choose another one."};
  const auto curve = project::pitch_from_text(take->pitch);
  if (!curve) return curve.error();
  const auto times = project::tempo_map(document);
  const double begin = times.seconds(take->start) - take->offset;
  std::vector<double> values(curve->hz.size() * 2);
  for (std::size_t i = 0; i < curve->hz.size(); ++i) {
    values[i] = static_cast<double>(times.ticks(begin + static_cast<double>(i) * curve->hop).value);
    values[curve->hz.size() + i] = curve->hz[i] > 0 ? math::hz_to_midi(curve->hz[i])
                                                    : std::numeric_limits<double>::quiet_NaN();
  }
  const auto bytes = std::as_bytes(std::span(values));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

graph::Plan audible(graph::Plan plan, bool notes, bool takes) {
  std::vector<std::uint32_t> place(plan.nodes.size(), 0);
  std::vector<graph::PlanNode> kept;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const bool wanted = plan.nodes[i].kind == "clip" ? takes : true;
    place[i] = static_cast<std::uint32_t>(wanted ? kept.size() : plan.nodes.size());
    if (wanted) kept.push_back(std::move(plan.nodes[i]));
  }
  // Note nodes stay even when their notes are not wanted, since keys may be tried on them.
  std::erase_if(plan.events, [&](const graph::PlanEvent& e) {
    const bool note = (e.status & 0xe0) == 0x80;
    return place[e.node] >= place.size() || (note && !notes);
  });
  for (auto& e : plan.events) e.node = place[e.node];
  plan.nodes = std::move(kept);
  return plan;
}

Result<project::HeardIds> enter_recorded(project::Document& document, const transcribe::Hum& hum,
                                         project::HeardOptions options, Ticks at) {
  auto melody = project::heard_melody(hum);
  melody.offset = -project::tempo_map(document).seconds(at);
  options.quantised = false;
  options.take_tempo = false;
  document.begin_edit("Record");
  auto ids = project::import_melody(document, melody, options);
  const auto done = ids ? project::quantise(document, ids->notes, {}) : Result<void>(ids.error());
  if (!done) {
    document.cancel_edit();
    return done.error();
  }
  document.end_edit();
  return ids;
}

}  // namespace tutti::wasm
