#include "wasm/song_view.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_set>

#include "engine/base/json.h"
#include "engine/base/math.h"
#include "engine/project/edits.h"
#include "engine/project/pitch_text.h"
#include "engine/project/song.h"

namespace tutti::wasm {
namespace {

std::string id_text(project::EntityId id) {
  return id == project::kRoot ? std::string() : project::to_text(id);
}

const char* shape_name(graph::Shape shape) {
  constexpr const char* kNames[] = {"hold", "linear", "curved", "smooth"};
  return kNames[static_cast<int>(shape) & 3];
}

json::object device_json(const project::Device& d) {
  json::object values;
  for (const auto& [id, value] : d.params) values[id] = value;
  return {{"id", project::to_text(d.id)}, {"effect", d.effect},   {"bypass", d.bypass},
          {"values", std::move(values)},  {"impulse", d.impulse}, {"side", id_text(d.side)},
          {"sidePre", d.side_pre}};
}

json::object send_json(const project::Send& s) {
  return {{"id", project::to_text(s.id)},
          {"to", id_text(s.to)},
          {"gainDb", s.gain_db},
          {"pre", s.pre},
          {"mute", s.mute}};
}

json::object lane_json(const project::Lane& lane) {
  json::array points;
  for (const auto& p : lane.points) {
    points.push_back(json::object{{"id", project::to_text(p.id)},
                                  {"at", p.at.value},
                                  {"value", p.value},
                                  {"shape", shape_name(p.shape)},
                                  {"bend", p.bend}});
  }
  return {
      {"id", project::to_text(lane.id)}, {"target", lane.target}, {"points", std::move(points)}};
}

// Inserts, sends and automation of a track, or of the master (kRoot).
void put_strip(json::object& out, const project::Document& document, project::EntityId owner) {
  json::array devices, sends, lanes;
  for (const auto& d : project::devices(document, owner)) devices.push_back(device_json(d));
  if (owner != project::kRoot) {
    for (const auto& s : project::sends(document, owner)) sends.push_back(send_json(s));
  }
  for (const auto& lane : project::lanes(document, owner)) lanes.push_back(lane_json(lane));
  out["devices"] = std::move(devices);
  out["sends"] = std::move(sends);
  out["lanes"] = std::move(lanes);
}

json::object track_json(const project::Track& t) {
  return {{"id", project::to_text(t.id)},
          {"name", t.name},
          {"kind", t.kind == project::TrackKind::bus     ? "bus"
                   : t.kind == project::TrackKind::audio ? "audio"
                   : t.channel == 9                      ? "drums"
                                                         : "notes"},
          {"output", id_text(t.output)},
          {"panLaw", static_cast<int>(t.pan_law)},
          {"invertLeft", t.invert_left},
          {"invertRight", t.invert_right},
          {"soloSafe", t.solo_safe},
          {"trimDb", t.trim_db},
          {"bank", t.bank},
          {"program", t.program},
          {"soundfont", t.soundfont},
          {"instrument", t.instrument},
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
    json::object strip = track_json(track);
    put_strip(strip, document, track.id);
    tracks.push_back(std::move(strip));
    for (const auto& take : project::takes(document, track.id)) takes.push_back(take_json(take));
  }
  json::object master;
  put_strip(master, document, project::kRoot);
  json::object song{{"title", info.title},
                    {"tempos", std::move(tempos)},
                    {"metres", std::move(metres)},
                    {"key", info.key ? score::name_of(*info.key) : std::string()},
                    {"loop", json::object{{"on", info.loop_on},
                                          {"start", info.loop_start.value},
                                          {"end", info.loop_end.value}}},
                    {"masterDb", info.master_gain_db},
                    {"master", std::move(master)},
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

graph::Plan audible(const project::Document& document, graph::Plan plan, bool notes, bool takes) {
  // Notes are heard in a take that keeps their pitch curve; other recordings always play.
  std::unordered_set<std::uint64_t> hushed;
  for (const auto& track : project::tracks(document)) {
    if (takes) break;
    for (const auto& take : project::takes(document, track.id)) {
      if (!take.pitch.empty()) hushed.insert(project::to_number(take.id));
    }
  }
  constexpr std::uint32_t kGone = 0xffffffffu;
  std::vector<std::uint32_t> place(plan.nodes.size(), kGone);
  std::vector<graph::PlanNode> kept;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (hushed.contains(plan.nodes[i].id)) continue;
    place[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(std::move(plan.nodes[i]));
  }
  // Nothing leads into a clip but a side-chain that listens to it.
  const auto moved = [&](std::int32_t index) {
    if (index < 0) return index;
    const auto to = place[static_cast<std::size_t>(index)];
    return to == kGone ? graph::PlanInsert::kNone : static_cast<std::int32_t>(to);
  };
  for (auto& node : kept) {
    node.output = moved(node.output);
    for (auto& insert : node.inserts) insert.side = moved(insert.side);
    for (auto& send : node.sends) send.to = place[send.to];
  }
  for (auto& insert : plan.master_inserts) insert.side = moved(insert.side);
  // Note nodes stay even when their notes are not wanted, since keys may be tried on them.
  std::erase_if(plan.events, [&](const graph::PlanEvent& e) {
    const bool note = (e.status & 0xe0) == 0x80;
    return place[e.node] == kGone || (note && !notes);
  });
  for (auto& e : plan.events) e.node = place[e.node];
  std::erase_if(plan.curves, [&](const graph::PlanCurve& c) {
    return c.node != graph::PlanCurve::kMasterNode && place[c.node] == kGone;
  });
  for (auto& c : plan.curves) {
    if (c.node != graph::PlanCurve::kMasterNode) c.node = place[c.node];
  }
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
