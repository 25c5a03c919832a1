#include "cli/pack.h"

#include <set>

#include "cli/materials.h"
#include "cli/music_file.h"
#include "engine/project/files.h"
#include "engine/project/song.h"
#include "native/files/archive.h"
#include "native/files/atomic_write.h"

namespace tutti::cli {

Result<void> pack_project(const std::string& input, const std::string& output, Session& session) {
  auto bytes = files::read_file(input);
  if (!bytes) return bytes.error();
  auto music = load_music(*bytes, input);
  if (!music) return music.error();
  session.warn(music->warnings);
  const auto& d = music->document;
  std::set<std::string> wanted;
  const auto want = [&](const std::string& blob) {
    if (!blob.empty()) wanted.insert(blob);
  };
  const auto all = project::tracks(d);
  for (const auto& device : project::devices(d, project::kRoot)) want(device.impulse);
  for (const auto& track : all) {
    want(track.freeze);
    for (const auto& take : project::takes(d, track.id)) want(take.blob);
    for (const auto& device : project::devices(d, track.id)) want(device.impulse);
  }
  const auto found = find_recordings({wanted.begin(), wanted.end()}, recording_folders(input, {}));
  std::vector<files::ArchivedRecording> recordings;
  for (const auto& [hash, path] : found) recordings.push_back({hash, path});
  for (const auto& track : all) {
    for (const auto& take : project::takes(d, track.id)) {
      if (take.blob.empty() || found.count(take.blob) != 0) continue;
      session.warn("A recording of the track \"" + track.name + "\" could not be found.");
    }
  }
  return files::write_archive(output, project::save_tutti(d), recordings);
}

}  // namespace tutti::cli
