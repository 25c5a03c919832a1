// Endless sound to Opus packets of 20 ms (RFC 6716), by libopus.
//
// 48 kHz stereo. Frames of any number go in; every 960 of them a packet comes out, so nothing is
// held back beyond one packet. A decoder that starts at any packet is right after 80 ms (RFC 7845
// §4.6). One thread at a time; encode() allocates only what the caller's vector needs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace tutti::live {

inline constexpr int kOpusRate = 48000;
inline constexpr int kOpusFrames = 960;          // of a packet
inline constexpr std::size_t kOpusBytes = 1275;  // a packet's most (RFC 6716 §3.4)

struct OpusSettings {
  int bits = 96000;     // a second, 16,000 … 510,000
  int complexity = 10;  // 0 (cheapest) … 10
};

class OpusEncoder {
 public:
  // wrong_usage (naming the range), internal.
  static Result<OpusEncoder> make(const OpusSettings& = {});
  OpusEncoder(OpusEncoder&&) noexcept;
  OpusEncoder& operator=(OpusEncoder&&) noexcept;
  ~OpusEncoder();

  // Exactly kOpusFrames of each channel, any values (beyond ±1 the decoder gives them back so, or
  // clips them). The packet is appended to `packet` and its length answered; 0: the encoder failed,
  // which only values that are not numbers bring about.
  std::size_t encode(const float* left, const float* right, std::vector<std::uint8_t>& packet);

  // Frames that a decoder drops at the beginning of what was encoded since the last reset.
  int pre_skip() const noexcept;
  // Forgets the past, for sound that does not follow on from it.
  void reset();

 private:
  struct State;
  explicit OpusEncoder(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::live
