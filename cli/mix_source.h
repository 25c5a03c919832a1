// What `tutti mixdown` mixes: a project with its recordings, or a folder with a recording a track.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/materials.h"
#include "engine/graph/plan.h"
#include "native/files/archive.h"
#include "native/files/audio_writer.h"

namespace tutti::cli {

struct MixRequest {
  std::string input, audio, soundfont;
  std::string chain;   // on every track
  std::string output;  // where the mix goes: not a track of a folder itself
  bool stems = false;
};

struct Stem {
  std::uint64_t node = 0;
  std::string name;
};

struct MixSource {
  graph::Plan plan;
  std::shared_ptr<files::Unpacked> unpacked;  // of a .tuttiz, while it is needed
  Materials materials;
  std::string title;
  std::vector<Stem> stems;  // everything that feeds the master
  std::size_t tracks = 0;
  int rate = 48000;
  std::int64_t end_frames = 0;  // of a folder: the longest recording, at `rate`; else 0
  files::AudioFormat wav = files::AudioFormat::wav24;
};

// Recordings that are missing are warned of by the names of their tracks. Errors: bad_input where
// there is nothing to hear, and those of reading.
Result<MixSource> load_mix(const MixRequest&, const Progress&, Session&);

double session_cpu_seconds();  // of this process

}  // namespace tutti::cli
