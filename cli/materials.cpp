#include "cli/materials.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/project/compile.h"
#include "engine/project/song.h"
#include "native/files/audio_reader.h"
#include "native/files/sf3.h"
#include "native/files/sha256.h"
#include "native/files/soundfonts.h"
#include "native/render/disk_audio.h"
#include "native/stretch/stretch.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

// The hash that a file's name claims, "" if none.
std::string named_hash(const fs::path& path) {
  const std::string stem = path.filename().string().substr(0, 64);
  return project::is_blob(stem) ? stem : std::string();
}

using Found = std::map<std::string, std::string>;

void look_by_name(const fs::path& folder, std::set<std::string>& wanted, Found& found) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (wanted.empty()) return;
    const std::string hash = named_hash(entry.path());
    if (!hash.empty() && entry.is_regular_file(ignored) && wanted.erase(hash) != 0)
      found[hash] = entry.path().string();
  }
}

}  // namespace

std::vector<std::string> recording_folders(const std::string& project, const std::string& chosen) {
  std::vector<std::string> out;
  if (!chosen.empty()) out.push_back(chosen);
  const fs::path path = project == "-" ? fs::path("./-") : fs::path(project);
  fs::path beside = path;
  beside.replace_extension(".audio");
  if (project != "-") out.push_back(beside.string());
  out.push_back(path.has_parent_path() ? path.parent_path().string() : ".");
  return out;
}

Found find_recordings(const std::vector<std::string>& hashes,
                      const std::vector<std::string>& folders) {
  std::set<std::string> wanted(hashes.begin(), hashes.end());
  Found found;
  std::error_code ignored;
  for (const fs::path folder : folders) {
    look_by_name(folder, wanted, found);
    for (const auto& store : {folder / "blobs", folder}) {
      const std::set<std::string> still = wanted;
      for (const auto& hash : still) {
        const auto shelf = store / hash.substr(0, 2);
        if (fs::is_directory(shelf, ignored)) look_by_name(shelf, wanted, found);
      }
    }
  }
  // By content, for files that kept the names people gave them.
  for (const fs::path folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (wanted.empty()) return found;
      if (!entry.is_regular_file(ignored)) continue;
      const auto hash = files::sha256_of_file(entry.path().string());
      if (hash && wanted.erase(hash->hex()) != 0) found[hash->hex()] = entry.path().string();
    }
  }
  return found;
}

Result<void> Materials::add_soundfont(const std::string& wanted, const Progress& progress) {
  auto font = files::choose_soundfont(wanted);
  if (!font) return font.error();
  auto file = files::MappedFile::open(font->path);
  if (!file) return file.error();
  mapped_.push_back(std::move(file).value());
  std::span<const std::byte> bytes = mapped_.back().bytes();
  if (files::is_sf3(bytes)) {
    auto unpacked = files::sf3_to_sf2(bytes, progress);
    if (!unpacked) return unpacked.error();
    unpacked_.push_back(std::move(unpacked).value());
    bytes = unpacked_.back();
  }
  resources_.push_back({"sf:" + font->id, bytes, nullptr, nullptr});
  return {};
}

Result<void> Materials::bring_soundfonts(graph::Plan& plan, const std::string& chosen,
                                         const Progress& progress) {
  std::set<std::string> fonts;
  for (auto& node : plan.nodes) {
    if (node.kind != "sampler") continue;
    if (!chosen.empty()) node.resource.clear();  // the person's choice goes before the project's
    fonts.insert(node.resource);
  }
  if (fonts.count("") != 0) {
    if (auto added = add_soundfont(chosen, progress); !added) return added;
  }
  for (const auto& font : fonts) {
    if (font.empty()) continue;
    auto added = add_soundfont(font, progress);
    if (!added && resources_.empty()) added = add_soundfont({}, progress);
    if (!added) return added;
  }
  return {};
}

Result<void> Materials::bring_file(const std::string& name, const std::string& path) {
  auto audio = render::DiskAudio::open(path);
  if (!audio) return audio.error();
  ++rates_[static_cast<int>((*audio)->rate())];
  all_float_ = all_float_ && (*audio)->plane(0) != nullptr;
  resources_.push_back({name, {}, nullptr, *std::move(audio)});
  return {};
}

int Materials::most_common_rate() const {
  const auto most =
      std::max_element(rates_.begin(), rates_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == rates_.end() ? 0 : most->first;
}

Result<void> Materials::bring_recordings(const graph::Plan& plan,
                                         const std::vector<std::string>& folders,
                                         const Progress& progress) {
  std::set<std::string> clips, stretched, impulses;
  for (const auto& node : plan.nodes) {
    if (node.kind == "clip" && !node.resource.empty())
      (project::stretched_from_name(node.resource) ? stretched : clips).insert(node.resource);
    for (const auto& insert : node.inserts)
      if (!insert.resource.empty()) impulses.insert(insert.resource);
  }
  for (const auto& insert : plan.master_inserts)
    if (!insert.resource.empty()) impulses.insert(insert.resource);

  std::vector<std::string> hashes(clips.begin(), clips.end());
  for (const auto& name : stretched) hashes.push_back(project::stretched_from_name(name)->blob);
  for (const auto& name : impulses)
    if (project::is_blob(name)) hashes.push_back(name);
  const Found found = find_recordings(hashes, folders);

  for (const auto& name : clips) {
    const auto path = found.find(name);
    if (path == found.end()) continue;
    if (auto ok = bring_file(name, path->second); !ok) return ok;
  }
  std::size_t done = 0;
  for (const auto& name : stretched) {
    const auto how = *project::stretched_from_name(name);
    const auto path = found.find(how.blob);
    if (path == found.end()) continue;
    stretch::Settings settings;
    settings.ratio = how.ratio;
    settings.semitones = how.semitones;
    const auto share = static_cast<double>(stretched.size());
    auto made = stretch::stretched_file(path->second, how.blob, settings,
                                        part_of(progress, static_cast<double>(done) / share,
                                                static_cast<double>(done + 1) / share));
    if (!made) return made.error();
    ++done;
    if (auto ok = bring_file(name, *made); !ok) return ok;
  }
  for (const auto& name : impulses) {
    const auto path = found.find(name);
    if (path == found.end() && project::is_blob(name)) continue;
    auto decoded =
        files::decode(files::AudioSource::path(path == found.end() ? name : path->second));
    if (!decoded) return decoded.error();
    impulses_.push_back(std::move(decoded->audio));
    resources_.push_back({name, {}, &impulses_.back(), nullptr});
  }
  return {};
}

}  // namespace tutti::cli
