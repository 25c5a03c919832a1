// Endless sound to MP3 frames, by libmp3lame.
//
// Stereo at a constant bit rate and without the bit reservoir, so that every frame stands by
// itself: a player may begin, and a segment be cut, at any of them. Frames of any number go in,
// whole MP3 frames of kMp3Frames come out. The encoder hears delay() frames behind: frame n of the
// decoded sound is frame n - delay() of what went in, without a break for as long as it runs. One
// thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

namespace tutti::live {

inline constexpr int kMp3Frames = 1152;

struct Mp3Settings {
  int rate = 48000;   // 32000, 44100 or 48000
  int bits = 192000;  // one of MPEG-1 layer III's bit rates, 32,000 … 320,000
  int quality = 5;    // LAME's scale: 0 best and slowest … 9
};

// Whole MP3 frames that follow each other.
struct Mp3Run {
  std::string bytes;       // empty: none is complete yet
  std::int64_t frame = 0;  // of the decoded sound, where the run begins
  std::int64_t frames = 0;
};

class Mp3Encoder {
 public:
  static Result<Mp3Encoder> make(const Mp3Settings& = {});  // wrong_usage, internal
  Mp3Encoder(Mp3Encoder&&) noexcept;
  Mp3Encoder& operator=(Mp3Encoder&&) noexcept;
  ~Mp3Encoder();

  // Values beyond ±1 are clipped by the decoder.
  Mp3Run encode(const float* left, const float* right, int frames);
  // What is still inside, padded with silence. The encoder cannot be used afterwards.
  Mp3Run finish();
  // Frames by which the decoded sound is late: encoder and decoder together.
  int delay() const noexcept;

 private:
  struct State;
  explicit Mp3Encoder(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// An ID3v2.4 tag with the private frame that HLS asks of packed audio (RFC 8216 §3.4): the time of
// the segment's first sample in ticks of 90 kHz, 33 bits of it.
std::string hls_timestamp(std::uint64_t ticks);

}  // namespace tutti::live
