// Decodes recordings of musicians: WAV, FLAC, MP3, Ogg Vorbis, Opus, M4A, WebM, AIFF and relatives.
//
// The decoders are FFmpeg's libraries, loaded when first needed. Samples keep their own rate and
// come as planar float32; PCM is exact (16-bit n becomes n / 32768, 24-bit n / 2^23), encoder delay
// of MP3, AAC, Vorbis and Opus is trimmed as the file says. Only the formats of `kFormats` are ever
// opened: no playlists, no network, no other files.
//
// What is readable of a damaged or cut file is decoded and warnings() says what was lost; a file
// without any sound, with values that are not numbers or over a limit is an error that says what to
// do. Memory: one packet and one frame, whatever the file claims (no single allocation of the
// decoders over 64 MB). One reader belongs to one thread at a time; different readers are
// independent. Codes: bad_input, not_found, too_large, unsupported, missing_part, cancelled, io.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "native/files/audio_buffer.h"
#include "native/files/audio_source.h"

namespace tutti::files {

struct DecodeLimits {
  std::uint64_t bytes = 200'000'000;  // of the file
  double seconds = 30 * 60;           // of sound
  int channels = 8;
  int min_rate = 8000;
  int max_rate = 192000;
  std::uint64_t samples = 350'000'000;  // frames times channels kept by decode(): 1.4 GB
};

// What a file is, read from its head without decoding it all.
struct AudioInfo {
  std::string container;  // "WAV", "FLAC", "MP3", "Ogg", "MP4", "WebM", "AIFF" …
  std::string codec;      // "PCM 16 bit", "FLAC", "MP3", "Vorbis", "Opus", "AAC" …
  int rate = 0;           // frames a second
  int channels = 0;
  int bits = 0;  // a sample, where that means something; else 0
  bool lossless = false;
  double seconds = 0;         // as the file claims; 0 where it does not say
  std::uint64_t bytes = 0;    // of the file
  std::int64_t bit_rate = 0;  // a second; 0 where unknown
  std::vector<std::pair<std::string, std::string>> tags;  // title, artist … in lower case
};

class AudioReader {
 public:
  static Result<AudioReader> open(const AudioSource&, const DecodeLimits& = {});
  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;
  ~AudioReader();

  const AudioInfo& info() const;
  // Decodes the next frames into `channels` (info().channels pointers, room for `frames` each) and
  // answers how many came; fewer than asked only at the end, 0 from then on.
  Result<int> read(float* const* channels, int frames);
  std::uint64_t position() const;  // frames read so far
  double fraction() const;         // of the file read so far, 0 … 1, never falling
  // Sentences on what was damaged or missing; complete once read() answered 0.
  const std::vector<std::string>& warnings() const;

 private:
  struct State;
  explicit AudioReader(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// A whole file. `mono` mixes while decoding, so that only one channel is kept.
struct DecodeOptions {
  DecodeLimits limits;
  bool mono = false;
};
struct Decoded {
  AudioBuffer audio;
  AudioInfo info;  // of the file itself, before any mixing
  std::vector<std::string> warnings;
};
Result<Decoded> decode(const AudioSource&, const DecodeOptions& = {}, const Progress& = {});

// Loads the decoder libraries now. A process that locks itself down afterwards calls this first;
// missing_part says which package brings them.
Result<void> load_decoders();
// Their version, such as "FFmpeg libavformat 59.27.100", or what is missing.
Result<std::string> decoder_version();

}  // namespace tutti::files
