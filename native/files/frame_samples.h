// Samples of a decoded frame as float32. Part of the reader.
#pragma once

#include "native/files/ffmpeg.h"

namespace tutti::files {

// Writes `count` samples of channel `channel` from `first` on. PCM is exact: n / 2^(bits-1).
// False if the frame's sample format is unknown.
bool copy_samples(const AVFrame& frame, int channel, int first, int count, float* out);

// True when every value is a number that can be sound (finite, below 1e10).
bool all_sane(const float* samples, int count);

}  // namespace tutti::files
