#include "server/jobs/song_sound.h"

#include <algorithm>

#include "engine/project/compile.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/sf3.h"
#include "native/render/disk_audio.h"
#include "native/stretch/stretch.h"

namespace tutti::jobs {

Result<void> SongSound::gather(const graph::Plan& plan, const Progress& progress) {
  const auto impulses = [&](const std::vector<graph::PlanInsert>& inserts) -> Result<void> {
    for (const auto& insert : inserts)
      if (auto done = add_impulse(insert.resource); !done) return done;
    return {};
  };
  for (const graph::PlanNode& node : plan.nodes) {
    Result<void> done;
    if (node.kind == "clip") {
      done = add_clip(node.resource, progress);
    } else if (node.kind == "sampler") {
      done = add_font(node.resource, progress);
    }
    if (done) done = impulses(node.inserts);
    if (!done) return done;
  }
  return impulses(plan.master_inserts);
}

bool SongSound::known(std::string_view name) const {
  return std::any_of(resources_.begin(), resources_.end(),
                     [&](const render::Resource& resource) { return resource.name == name; });
}

int SongSound::descriptor_of(std::string_view blob) const {
  const auto found = std::find_if(task_.clips.begin(), task_.clips.end(),
                                  [&](const auto& clip) { return clip.first == blob; });
  return found == task_.clips.end() ? -1 : found->second;
}

// `name` is "<font>", "sf:<font>" or empty; a font that is not here is replaced by the best. A
// compressed one is unpacked, once.
Result<void> SongSound::add_font(std::string_view name, const Progress& progress) {
  if (name.starts_with("sf:")) name.remove_prefix(3);
  if (task_.fonts.empty())
    return Error{Code::missing_part,
                 "No SoundFont is installed, so there are no instruments to play on.",
                 "Install one on the server: apt install timgm6mb-soundfont."};
  auto found = std::find_if(task_.fonts.begin(), task_.fonts.end(),
                            [&](const OpenFont& font) { return font.id == name; });
  OpenFont& font = found == task_.fonts.end() ? task_.fonts.front() : *found;
  const std::string resource = "sf:" + font.id;
  if (known(resource)) return {};
  std::span<const std::byte> bytes = font.file.bytes();
  if (font.compressed) {
    auto made = files::sf3_to_sf2(bytes, progress);
    if (!made) return made.error();
    bytes = unpacked_.emplace_back(std::move(*made));
  }
  resources_.push_back({resource, bytes, nullptr, nullptr});
  return {};
}

// A stretched one is made first, into a file without a name.
Result<void> SongSound::add_clip(const std::string& name, const Progress& progress) {
  const auto stretched = project::stretched_from_name(name);
  int fd = descriptor_of(stretched ? std::string_view(stretched->blob) : std::string_view(name));
  if (fd < 0 || known(name)) return {};
  if (stretched) {
    const int made = files::scratch_file();
    if (made < 0)
      return Error{Code::io, "No temporary file could be made.",
                   "Free some space on the server's disk."};
    auto done = stretch::stretch(
        files::AudioSource::descriptor(fd, "a recording in the project"), made,
        {stretched->ratio, stretched->semitones},
        [&](double, std::string_view sentence) { return !progress || progress(0.02, sentence); });
    if (!done) return done;
    fd = made;
  }
  auto audio =
      render::DiskAudio::open(files::AudioSource::descriptor(fd, "a recording in the project"));
  if (!audio) return audio.error();
  resources_.push_back({name, {}, nullptr, *audio});
  return {};
}

Result<void> SongSound::add_impulse(const std::string& name) {
  const int fd = name.empty() ? -1 : descriptor_of(name);
  if (fd < 0 || known(name)) return {};
  auto decoded =
      files::decode(files::AudioSource::descriptor(fd, "an impulse response in the project"));
  if (!decoded) return decoded.error();
  resources_.push_back({name, {}, &impulses_.emplace_back(std::move(decoded->audio)), nullptr});
  return {};
}

}  // namespace tutti::jobs
