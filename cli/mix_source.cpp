#include "cli/mix_source.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include "cli/music_file.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/song.h"
#include "engine/registry/chain.h"
#include "engine/score/tempo_map.h"
#include "native/files/archive.h"
#include "native/files/atomic_write.h"
#include "native/files/sniff.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

std::vector<graph::PlanInsert> inserts_of(const std::vector<registry::ChainEffect>& chain,
                                          std::uint64_t first_id) {
  std::vector<graph::PlanInsert> out;
  for (const auto& effect : chain) {
    graph::PlanInsert insert;
    insert.id = first_id++;
    insert.kind = effect.info->id;
    insert.bypass = effect.bypass;
    insert.resource = effect.impulse;
    for (std::size_t i = 0; i < effect.values.size(); ++i) {
      const auto& p = effect.info->parameters[i];
      if (effect.values[i] != p.initial)
        insert.params.push_back({std::string(p.id), effect.values[i]});
    }
    out.push_back(std::move(insert));
  }
  return out;
}

std::vector<fs::path> recordings_in(const MixRequest& request) {
  std::vector<fs::path> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(request.input, ignored)) {
    const auto& path = entry.path();
    if (!entry.is_regular_file(ignored) || path.filename().string().front() == '.') continue;
    if (fs::equivalent(path, request.output, ignored)) continue;  // an earlier mix
    const auto head = files::read_head(path.string(), 4096);
    if (head && files::kind_of(*head) == files::FileKind::audio) out.push_back(path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A track a file, at 0 dB in the middle, all from the start.
Result<MixSource> load_folder(const MixRequest& request) {
  Result<std::vector<registry::ChainEffect>> chain = std::vector<registry::ChainEffect>();
  if (!request.chain.empty()) chain = registry::parse_chain(request.chain);
  if (!chain) return misnamed(chain.error());
  const auto paths = recordings_in(request);
  if (paths.empty()) {
    return Error{Code::bad_input,
                 "There are no recordings in the folder \"" + request.input + "\".",
                 "Put a WAV, FLAC, MP3 or other recording there for each track."};
  }
  MixSource out;
  for (const auto& path : paths) {
    if (auto ok = out.materials.bring_file(path.string(), path.string()); !ok) return ok.error();
  }
  out.rate = std::clamp(out.materials.most_common_rate(), 8000, 192000);
  if (out.materials.all_float()) out.wav = files::AudioFormat::wav32f;
  double seconds = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto& audio = *out.materials.resources()[i].audio;
    const double own = static_cast<double>(audio.frames()) / audio.rate();
    seconds = std::max(seconds, own);
    out.end_frames =
        std::max(out.end_frames, static_cast<std::int64_t>(std::floor(own * out.rate + 0.5)));
    graph::PlanNode node;
    node.id = i + 1;
    node.kind = "clip";
    node.name = paths[i].stem().string();
    node.resource = paths[i].string();
    node.inserts = inserts_of(*chain, (i + 1) << 20);
    out.stems.push_back({node.id, node.name});
    out.plan.nodes.push_back(std::move(node));
  }
  // Impulse responses are the same for all tracks.
  graph::Plan impulses;
  impulses.master_inserts = inserts_of(*chain, 1);
  if (auto ok = out.materials.bring_recordings(impulses, {}, {}); !ok) return ok.error();
  const score::TempoMap tempo;
  out.plan.tempos = tempo.tempos();
  out.plan.metres = tempo.metres();
  out.plan.end = tempo.ticks(seconds) + Ticks{1};
  out.tracks = paths.size();
  out.title = fs::path(request.input).filename().string();
  return out;
}

// Names the tracks whose recordings nobody has.
void warn_missing(const project::Document& d, const std::set<std::string>& there,
                  Session& session) {
  for (const auto& track : project::tracks(d)) {
    std::size_t gone = 0;
    for (const auto& take : project::takes(d, track.id))
      if (!take.blob.empty() && there.count(take.blob) == 0) ++gone;
    if (gone == 0) continue;
    session.warn("The track \"" + track.name + "\" plays without " +
                 (gone == 1 ? "a recording" : std::to_string(gone) + " recordings") +
                 " that could not be found.");
  }
}

Result<MixSource> load_document(const MixRequest& request, const std::string& file,
                                const std::string& extra_folder, const Progress& progress,
                                Session& session) {
  auto bytes = files::read_file(file);
  if (!bytes) return bytes.error();
  auto music = load_music(*bytes, request.input);
  if (!music) return music.error();
  session.warn(music->warnings);
  auto& d = music->document;
  if (!request.chain.empty()) {
    for (const auto& track : project::tracks(d)) {
      if (track.kind == project::TrackKind::bus) continue;
      auto added = project::add_chain(d, track.id, request.chain);
      if (!added) return misnamed(added.error());
    }
  }
  MixSource out;
  out.title = project::info(d).title;
  out.tracks = project::tracks(d).size();
  project::CompileOptions options;
  options.merge_single_clips = true;
  options.one_node_a_track = request.stems;
  auto plan = project::compile(d, options);
  if (!plan) return plan.error();
  out.plan = *std::move(plan);
  if (out.plan.nodes.empty() || out.plan.end == Ticks{}) {
    return Error{Code::bad_input, "This project is empty: there is nothing to hear in it.",
                 "Add notes or recordings, then mix it down."};
  }
  if (auto ok = out.materials.bring_soundfonts(out.plan, request.soundfont, progress); !ok)
    return ok.error();
  auto folders = recording_folders(request.input, request.audio);
  if (!extra_folder.empty()) folders.insert(folders.begin(), extra_folder);
  if (auto ok = out.materials.bring_recordings(out.plan, folders, progress); !ok) return ok.error();
  std::set<std::string> there;
  for (const auto& resource : out.materials.resources()) {
    if (!resource.audio) continue;
    const auto stretched = project::stretched_from_name(resource.name);
    there.insert(stretched ? stretched->blob : resource.name);
  }
  warn_missing(d, there, session);
  const bool any_notes =
      std::any_of(out.plan.nodes.begin(), out.plan.nodes.end(),
                  [](const auto& node) { return node.kind != "clip" && node.kind != "bus"; });
  if (!any_notes && there.empty()) {
    return Error{
        Code::not_found, "None of this project's recordings could be found.",
        "Say where they are with --audio, or put them into NAME.audio beside the project."};
  }
  for (const auto& node : out.plan.nodes) {
    if (node.output == graph::PlanNode::kMaster) out.stems.push_back({node.id, node.name});
  }
  return out;
}

}  // namespace

double session_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Result<MixSource> load_mix(const MixRequest& request, const Progress& progress, Session& session) {
  std::error_code ignored;
  if (fs::is_directory(request.input, ignored)) return load_folder(request);
  if (request.input != "-") {
    const auto head = files::read_head(request.input, 4);
    if (!head) return head.error();
    if (files::is_archive(*head)) {
      auto unpacked = files::Unpacked::open(request.input);
      if (!unpacked) return unpacked.error();
      auto out =
          load_document(request, unpacked->project(), unpacked->audio_folder(), progress, session);
      if (out) out->unpacked = std::make_shared<files::Unpacked>(std::move(unpacked).value());
      return out;
    }
  }
  return load_document(request, request.input, {}, progress, session);
}

}  // namespace tutti::cli
