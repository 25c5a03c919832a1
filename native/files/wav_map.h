// Plain WAV files as memory: where the samples lie, without decoding.
//
// PCM of 16, 24 and 32 bits and 32-bit floats, in RIFF, RF64 and WAVE_FORMAT_EXTENSIBLE form (EBU
// Tech 3306 for RF64); everything else is for AudioReader, which reads these too. The file is
// mapped, not read: let_go() gives its pages back, so that an hour of sound need not stay in
// memory. Reading is thread-safe. A file that somebody shortens meanwhile ends the program, as with
// every mapping.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "native/files/mapped_file.h"

namespace tutti::files {

class WavMap {
 public:
  // Nothing if the file is no such WAV or cannot be mapped.
  static std::optional<WavMap> open(const std::string& path);
  static std::optional<WavMap> open(int fd, const std::string& name);
  // Headerless interleaved floats: what a spool file holds.
  static std::optional<WavMap> raw(int fd, int rate, int channels);

  int rate() const { return rate_; }
  int channels() const { return channels_; }
  std::int64_t frames() const { return frames_; }
  // The samples of a mono float file, ready to use; null for others.
  const float* mono_floats() const;
  // Channel `channel` of frames [from, from + count), which lie inside the file; PCM is scaled as
  // AudioReader does.
  void read(int channel, std::int64_t from, int count, float* out) const noexcept;
  // The first frame from `from` on with a value that is not a finite number; frames() if none.
  std::int64_t first_bad(std::int64_t from = 0) const noexcept;
  void let_go() const noexcept;

 private:
  enum class Form { pcm16, pcm24, pcm32, float32 };
  explicit WavMap(MappedFile file) : file_(std::move(file)) {}
  bool parse();
  static std::optional<WavMap> parsed(Result<MappedFile> file);

  MappedFile file_;
  Form form_ = Form::float32;
  int rate_ = 0, channels_ = 0, width_ = 4;  // bytes a sample
  std::int64_t frames_ = 0;
  std::size_t data_ = 0;  // where the samples begin
};

}  // namespace tutti::files
