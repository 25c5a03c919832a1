// What a song's plan plays inside a worker: SoundFonts and recordings behind open descriptors.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "native/files/audio_buffer.h"
#include "native/render/offline.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {

// Holds what the resources point into; both die together. What is not there is left out, and the
// render says so. Codes: missing_part (no SoundFont at all), those of the decoders.
class SongSound {
 public:
  explicit SongSound(TaskFiles& task) : task_(task) {}
  Result<void> gather(const graph::Plan&, const Progress&);
  std::span<const render::Resource> resources() const { return resources_; }

 private:
  Result<void> add_font(std::string_view name, const Progress&);
  Result<void> add_clip(const std::string& name, const Progress&);
  Result<void> add_impulse(const std::string& name);
  bool known(std::string_view name) const;
  int descriptor_of(std::string_view blob) const;  // -1: not here

  TaskFiles& task_;
  std::deque<std::vector<std::byte>> unpacked_;
  std::deque<files::AudioBuffer> impulses_;
  std::vector<render::Resource> resources_;
};

}  // namespace tutti::jobs
