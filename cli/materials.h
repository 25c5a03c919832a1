// What a plan plays, brought from this computer: SoundFonts, recordings by their hash, impulse
// responses, stretched clips.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cli/command.h"
#include "engine/graph/plan.h"
#include "native/files/audio_buffer.h"
#include "native/files/mapped_file.h"
#include "native/render/offline.h"

namespace tutti::cli {

// Where the recordings of a project are looked for, in this order: `chosen` (--audio) if given;
// NAME.audio beside the project NAME.tutti; the project's own folder. In each: files named by their
// SHA-256 with any ending, a library's folders (blobs/ab/…, ab/…), then any file with that content.
std::vector<std::string> recording_folders(const std::string& project, const std::string& chosen);

// Path of every wanted recording that is there, by its SHA-256.
std::map<std::string, std::string> find_recordings(const std::vector<std::string>& hashes,
                                                   const std::vector<std::string>& folders);

// Held while a render runs.
class Materials {
 public:
  // SoundFonts of the plan's instruments: `chosen` for all of them if given (the plan then asks for
  // no other), else those they name, else the best there is.
  Result<void> bring_soundfonts(graph::Plan& plan, const std::string& chosen, const Progress&);
  // Recordings, stretched recordings and impulse responses. What is nowhere stays missing.
  Result<void> bring_recordings(const graph::Plan& plan, const std::vector<std::string>& folders,
                                const Progress&);
  // One recording under a name of the plan.
  Result<void> bring_file(const std::string& name, const std::string& path);
  std::span<const render::Resource> resources() const { return resources_; }
  // Of the recordings; 0 without any.
  int most_common_rate() const;
  bool all_float() const { return all_float_; }

 private:
  Result<void> add_soundfont(const std::string& wanted, const Progress&);

  std::deque<files::MappedFile> mapped_;
  std::deque<std::vector<std::byte>> unpacked_;
  std::deque<files::AudioBuffer> impulses_;
  std::vector<render::Resource> resources_;
  std::map<int, int> rates_;
  bool all_float_ = true;
};

}  // namespace tutti::cli
