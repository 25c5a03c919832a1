// Encodes sound: WAV, FLAC, MP3, Ogg Vorbis and Ogg Opus, through libsndfile.
//
// A file appears under its name only when finish() succeeded (see atomic_write.h); a writer that is
// destroyed before leaves nothing behind. 16-bit output is dithered with triangular noise of one
// step (TPDF; Lipshitz, Wannamaker and Vanderkooy, JAES 40(5), 1992), seeded, so that the same
// sound gives the same bytes; stretches that already lie on the 16-bit grid (silence, or a 16-bit
// original) are written as they are. 24-bit output is rounded. Values beyond ±1 are clipped in
// integer formats, kept in wav32f, and counted. MP3 and Opus take only some rates: others are
// resampled (soxr, very high quality) to the next one that keeps the whole band, Opus always to
// 48 kHz. One writer belongs to one thread at a time. Codes: wrong_usage (rate, channels), io.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "native/files/audio_buffer.h"

namespace tutti::files {

enum class AudioFormat { wav16, wav24, wav32f, flac16, flac, mp3, ogg, opus };  // flac is 24 bit

// "wav16", "wav", "wav24", "wav32f", "flac16", "flac", "mp3", "ogg", "opus"; nullopt otherwise.
std::optional<AudioFormat> audio_format_named(std::string_view name);
// By the ending of a file name, any case: .wav (16 bit), .flac, .mp3, .ogg/.oga, .opus.
std::optional<AudioFormat> audio_format_of_path(std::string_view path);
std::string_view name_of(AudioFormat);        // as above
std::string_view ending_of(AudioFormat);      // ".wav" …
std::string_view media_type_of(AudioFormat);  // "audio/wav" …

struct EncodeOptions {
  AudioFormat format = AudioFormat::wav16;
  double quality = 0.7;  // lossy formats, 0 smallest … 1 best; 0.7 is about 190 kbit/s MP3 stereo
  std::string title;     // tags, where the format has them
  std::string artist;
};

class AudioWriter {
 public:
  // To a file of that name, "-" being standard output.
  static Result<AudioWriter> create(const std::string& path, int rate, int channels,
                                    const EncodeOptions&);
  // To an open descriptor, which stays the caller's. If it cannot seek, the whole is kept in an
  // unnamed temporary file and copied at finish().
  static Result<AudioWriter> create(int fd, int rate, int channels, const EncodeOptions&);
  AudioWriter(AudioWriter&&) noexcept;
  AudioWriter& operator=(AudioWriter&&) noexcept;
  ~AudioWriter();

  Result<void> write(const float* const* channels, int frames);
  // Completes the file and makes it durable under its name.
  Result<void> finish();

  std::uint64_t frames() const;   // taken so far
  std::uint64_t clipped() const;  // samples beyond full scale that were cut
  int stored_rate() const;        // rate inside the file

 private:
  struct State;
  explicit AudioWriter(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// A whole buffer at once.
Result<void> encode(const std::string& path, const AudioBuffer&, const EncodeOptions&,
                    const Progress& = {});
Result<void> encode(int fd, const AudioBuffer&, const EncodeOptions&, const Progress& = {});

// The libraries used, for doctor: "libsndfile-1.2.0".
std::string encoder_version();

}  // namespace tutti::files
