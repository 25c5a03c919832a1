// Recordings that clips play from a disk: an hour of sound does not sit in memory.
//
// Plain WAV is played out of the mapped file. Everything else is decoded as it is heard; where a
// clip jumps back (loops, reverse) or many clips share a recording, it is decoded once into an
// unnamed temporary file (in TMPDIR, or /var/tmp). More than two channels are mixed to one. For
// offline renders only: reading waits for the disk. Sources are shared by threads, a reader belongs
// to one. Errors met while playing are silence, and kept for fault().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/graph/audio_source.h"
#include "native/files/audio_source.h"

namespace tutti::render {

class DiskAudio : public graph::AudioSource {
 public:
  using graph::AudioSource::open;
  // bad_input and the like as files::AudioReader; values that are not numbers are found when they
  // are played, or by check().
  static Result<std::shared_ptr<const DiskAudio>> open(const std::string& path);
  static Result<std::shared_ptr<const DiskAudio>> open(const files::AudioSource&);

  virtual const std::string& name() const = 0;
  // What went wrong while reading, so far.
  virtual std::optional<Error> fault() const = 0;
  // Looks for values that are not numbers, where playing itself would not have found them.
  virtual Result<void> check() const = 0;
  // Gives back memory that playing on will not need.
  virtual void let_go() const noexcept = 0;
};

}  // namespace tutti::render
