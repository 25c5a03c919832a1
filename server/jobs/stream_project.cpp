#include "server/jobs/stream_project.h"

#include <algorithm>
#include <array>

#include "engine/compose/setting_text.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"

namespace tutti::jobs {
namespace {

// What plays a voice in the Studio, in the order of compose::Voice, and how much of it goes to the
// hall. The SoundFont has the better piano.
struct Seat {
  const char* name;
  const char* synth;  // registry/synth_names.h; empty: the SoundFont
  double pan;
  double hall_db;
  const char* colour;
};
constexpr std::array<Seat, compose::kVoices> kSeats = {{{"Pad", "pad", 0, -8, "#7c9cff"},
                                                        {"Choir", "choir", 0, -8, "#b48cff"},
                                                        {"Piano", "", -0.1, -12, "#ffd27c"},
                                                        {"Pluck", "pluck", 0.25, -10, "#7ce0c3"},
                                                        {"Bell", "bell", -0.3, -8, "#ff9cc2"},
                                                        {"Bass", "bass", 0, -30, "#ff8c6b"},
                                                        {"Drums", "drums", 0, -18, "#c8ccd8"},
                                                        {"Texture", "grains", 0, -6, "#9fd1e8"}}};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Result<void> seat_track(project::Document& document, project::EntityId id,
                        const compose::Settings& settings, project::EntityId hall) {
  auto track = project::track(document, id);
  const auto voice = track ? compose::voice_from_name(lower(track->name)) : std::nullopt;
  if (!voice) return {};
  const Seat& seat = kSeats[static_cast<std::size_t>(*voice)];
  track->name = seat.name;
  track->colour = seat.colour;
  track->pan = seat.pan;
  track->gain_db = settings[compose::level_of(*voice)];
  track->instrument = seat.synth;
  if (auto done = project::set_track(document, *track); !done) return done;
  project::Send send;
  send.to = hall;
  // Space 0 … 1 opens the send by 24 dB, 0.5 being what the seat says.
  send.gain_db = seat.hall_db + 24 * (settings[compose::Setting::space] - 0.5);
  auto sent = project::add_send(document, id, send);
  if (!sent) return sent.error();
  return {};
}

Result<project::EntityId> add_hall(project::Document& document) {
  project::Track hall;
  hall.name = "Hall";
  hall.kind = project::TrackKind::bus;
  auto id = project::add_track(document, hall);
  if (!id) return id;
  auto chain = project::add_chain(document, *id, "reverb-hall mix=1 decay=6");
  if (!chain) return chain.error();
  return id;
}

}  // namespace

Result<StreamProject> stream_project(const score::Score& score, const stream::ControlLog& log,
                                     std::int64_t first, std::uint64_t actor) {
  project::Document document(actor);
  auto tracks = project::import_score(document, score);
  if (!tracks) return tracks.error();
  auto hall = add_hall(document);
  if (!hall) return hall.error();
  const compose::Settings settings = stream::settings_at(log, first);
  for (const project::EntityId id : *tracks)
    if (auto done = seat_track(document, id, settings, *hall); !done) return done.error();
  if (auto done = project::set_title(document, score.title); !done) return done.error();
  if (!project::info(document).key)
    if (auto done = project::set_key(document, settings.key()); !done) return done.error();
  return StreamProject{project::save_tutti(document),
                       project::operations_to_json(document.take_operations())};
}

}  // namespace tutti::jobs
