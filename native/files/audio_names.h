// FFmpeg's descriptions of a stream in a musician's words. Part of the reader.
#pragma once

#include "native/files/audio_reader.h"
#include "native/files/ffmpeg.h"

namespace tutti::files {

// What may be opened at all: containers and decoders by FFmpeg's names, separated by commas.
extern const char* const kContainers;
extern const char* const kDecoders;

// Everything of AudioInfo but `bytes`, from an opened stream whose first frame is decoded.
AudioInfo describe(const Ffmpeg&, const AVFormatContext&, const AVStream&, const AVCodecContext&);

// "1:02:03", "4:05", "12.3 s"
std::string spoken_time(double seconds);

}  // namespace tutti::files
