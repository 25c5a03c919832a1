// Audio files of every kind that is decoded, made on the spot.
#pragma once

#include <string>
#include <vector>

#include "native/files/audio_buffer.h"

namespace tutti::test {

struct Kind {
  std::string name;  // for messages
  std::string ending;
  std::string codec;   // FFmpeg's encoder, "" if libsndfile writes it
  bool exact = false;  // 16-bit whole numbers come back as they went in
  int rate = 44100;
};

// WAV, FLAC, MP3, Ogg, Opus, M4A (AAC, ALAC), WebM (Opus), AIFF, W64, CAF, AU.
const std::vector<Kind>& kinds();

// The bytes of `audio` (16-bit whole numbers or any floats) in that format; empty on failure.
std::vector<std::byte> encoded(const Kind& kind, const files::AudioBuffer& audio);

}  // namespace tutti::test
