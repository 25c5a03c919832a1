// A song of any length to its stems: decoding, resampling, overlapping segments on several threads,
// and files that are either whole or not there.
//
// The song is decoded as it is needed, brought to the separator's rate, cut into segments, and the
// separated segments are added with the separator's weights in the order of the song, so that the
// samples do not depend on the number of threads. Stems come back at the song's own rate (or the
// one asked for), exactly as long as the song, mono where the song is mono and stereo otherwise
// (more channels are mixed to two after ITU-R BS.775). What the model gives to no stem is added to
// "other", so that the four stems sum to the song within rounding (`residual_to_other`). The last
// segments hear the song before them and silence behind, as Demucs's own driver does it (Défossez,
// "Hybrid spectrogram and waveform source separation", 2021).
//
// Memory does not grow with the length: about the separator's workspace and 2.5 segments of 10
// channels for each thread. A separator that needs_level() has the song decoded twice; a pipe is
// then held in memory, up to `limits.bytes`.
//
// In a process that may open nothing any more: call files::load_decoders() and make_separator()
// before, give descriptors, and set `threads` to 1 if no threads may be started (then none is).
// Blocking; call from any thread; ready, sink and progress are called on the calling one. Codes:
// those of AudioReader and AudioWriter, cancelled, io (disk full says so), wrong_usage, too_large
// (WAV over 4 GB), internal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/separate/separator.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_source.h"
#include "native/files/audio_writer.h"

namespace tutti::separation {

// One file to write: a stem, or the song without it.
struct StemFile {
  separate::Stem stem = separate::Stem::drums;
  bool without = false;  // the sum of the other three
  std::string path;      // appears under its name only if the whole separation succeeded
  int fd = -1;           // instead of a path: an open file, which stays the caller's
  files::EncodeOptions encode;
};

// Frames [from, from + frames) of all four stems, final, at the output's rate. Channel 1 of a mono
// result is channel 0. An error ends the separation.
struct StemBlock {
  std::int64_t from = 0;
  int frames = 0;
  const float* const (*stems)[separate::kChannels] = nullptr;  // [stem][channel][frame]
};
using StemSink = std::function<Result<void>(const StemBlock&)>;

struct SeparationRequest {
  files::AudioSource input;
  const separate::Separator* separator = nullptr;  // shared, not owned
  std::vector<StemFile> outputs;
  StemSink sink;     // besides the files or instead of them
  int rate = 0;      // of the stems; 0: the song's own
  int channels = 0;  // 0: as the song (1 or 2); 1 or 2: always that many
  int threads = 0;   // computing segments; 0: as many as there are cores
  // Threads are taken away until their workspaces fit; one always runs.
  std::size_t workspace_limit = std::size_t{700} << 20;
  bool residual_to_other = true;
  files::DecodeLimits limits;  // defaults suit strangers' files; long_songs() for one's own
  // Called when the first `frames` frames of every stem are final. WAV files written to
  // descriptors or paths have them on disk by then (their header tells no length yet).
  std::function<void(std::int64_t frames, int rate)> ready;
};

struct SeparationReport {
  std::string model, version;  // of the separator
  int rate = 0;                // of the stems
  int channels = 0;
  std::int64_t frames = 0;
  double seconds = 0;  // of sound
  files::AudioInfo song;
  bool silent = false;                // nothing but zeros
  int threads = 0;                    // that computed segments
  double wall_seconds = 0;            // from the call to its end
  double cpu_seconds = 0;             // of all threads
  double ready_seconds = 0;           // wall time until the first frames of all stems were final
  std::uint64_t clipped = 0;          // samples beyond full scale that a whole-number format cut
  std::vector<std::string> warnings;  // of the decoder (damaged spots …) and about clipped samples
};

Result<SeparationReport> separate(const SeparationRequest&, const Progress& = {});

// Limits for one's own files on one's own machine: 24 hours, 64 GB.
files::DecodeLimits long_songs();

}  // namespace tutti::separation
