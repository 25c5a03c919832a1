// What the commands that make sound share: reading from pipes, choosing formats, saying how loud.
#pragma once

#include <optional>
#include <string>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/render/offline.h"

namespace tutti::cli {

// Sound of any length and size.
files::DecodeLimits any_length();

// A recording to read; "-" is standard input, which is kept in an unnamed temporary file where it
// is a pipe, so that memory does not grow with it.
Result<files::AudioSource> sound_source(const std::string& path);

// The format asked for by --format, or by the name's ending; for .wav (and "-") `wav` instead.
Result<files::AudioFormat> sound_format(const std::string& wanted, const std::string& output,
                                        files::AudioFormat wav);
// The .wav form that loses nothing of a recording: 16, 24 bits or float.
files::AudioFormat wav_like(const files::AudioInfo&);

json::value number_or_null(double value);  // three decimals; null for silence's -infinity
json::object loudness_json(const render::Loudness&);
std::string loudness_text(const render::Loudness&);  // "-14.0 LUFS, range 5.2 LU, peak -1.0 dBTP"

}  // namespace tutti::cli
