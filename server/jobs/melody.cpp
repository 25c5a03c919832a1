// A heard melody as JSON and as a project.
#include <cmath>
#include <string_view>

#include "engine/base/json.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

json::object note_json(double start, double duration, double pitch, double velocity,
                       double confidence) {
  return {{"start", start},
          {"duration", duration},
          {"pitch", pitch},
          {"velocity", velocity},
          {"confidence", confidence}};
}

}  // namespace

Result<project::Document> melody_document(const transcribe::Hum& hum, const std::string& title) {
  project::Document document(1);
  if (auto made = project::import_melody(document, project::heard_melody(hum)); !made)
    return made.error();
  if (!title.empty())
    if (auto done = project::set_title(document, title); !done) return done.error();
  return document;
}

std::string melody_text(const transcribe::Hum& hum) {
  const score::TempoMap tempo({{Ticks{0}, 60e6 / hum.tempo}}, {hum.metre});
  const std::string metre =
      std::to_string(hum.metre.numerator) + "/" + std::to_string(hum.metre.denominator);
  json::array notes, quantised, ir;
  for (const auto& note : hum.notes)
    notes.push_back(
        note_json(note.start, note.duration, note.pitch, note.velocity, note.confidence));
  for (const auto& note : hum.quantised) {
    const double start = tempo.seconds(note.start);
    const double duration = tempo.seconds(note.start + note.duration) - start;
    const double velocity = note.velocity / 127.0;
    quantised.push_back(
        note_json(start + hum.offset, duration, note.key, velocity, note.confidence));
    ir.push_back(json::object{
        {"pitch", note.key}, {"start", start}, {"duration", duration}, {"velocity", velocity}});
  }
  json::array hz(hum.f0.begin(), hum.f0.end());
  return write_json(json::object{
      {"metadata", {{"tempo", hum.tempo}, {"key", hum.key}, {"timeSignature", metre}}},
      {"tracks",
       json::array{json::object{
           {"id", "melody"}, {"instrument", "acoustic_grand_piano"}, {"notes", std::move(ir)}}}},
      {"notes", std::move(notes)},
      {"quantised", std::move(quantised)},
      {"tempo", hum.tempo},
      {"key", hum.key},
      {"timeSignature", metre},
      {"offset", hum.offset},
      {"tuning", hum.tuning},
      {"noise", hum.noise},
      {"f0", {{"hop", hum.hop}, {"hz", std::move(hz)}}}});
}

}  // namespace tutti::jobs
