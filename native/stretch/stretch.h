// Recordings made longer or shorter without a change of pitch, and the other way round.
//
// By Rubber Band's R3 engine in its offline mode (two passes over the recording, in bounded
// memory), channels together so that the stereo image stays. The result is exactly round(frames ×
// ratio) frames long, 32-bit float WAV at the recording's rate. Results are kept in a folder under
// the hash of the recording and the settings and are made once: TUTTI_CACHE, or
// XDG_CACHE_HOME/tutti, or
// ~/.cache/tutti, and there stretch/. Blocking; any thread.
#pragma once

#include <string>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "native/files/audio_source.h"

namespace tutti::stretch {

struct Settings {
  double ratio = 1;      // of durations, 0.1 … 10
  double semitones = 0;  // -24 … 24
};

// Writes the stretched recording to `output`; wrong_usage for settings out of range, otherwise the
// codes of files::AudioReader and files::AudioWriter.
Result<void> stretch(const files::AudioSource& input, const std::string& output, const Settings&,
                     const Progress& = {});
// The same to an open descriptor.
Result<void> stretch(const files::AudioSource& input, int output, const Settings&,
                     const Progress& = {});

// Path of the kept result for the recording `path` with that SHA-256, made now if it is not there.
Result<std::string> stretched_file(const std::string& path, const std::string& sha256,
                                   const Settings&, const Progress& = {});
std::string cache_folder();

// "Rubber Band 3.1.2".
std::string version();

}  // namespace tutti::stretch
