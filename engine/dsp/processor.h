// What every effect, instrument and node is: five verbs, the same everywhere.
//
//   prepare(rate, max_block, arena)  takes all memory; off the audio thread; may be called again
//   reset()                          back to the state right after prepare; keeps parameters
//   process(block) noexcept          never allocates, locks, throws or does I/O
//   latency()                        frames by which the output lags the input
//   tail()                           frames of sound after the input ends (kEndless if it never
//   ends)
//
// Audio is float32, planar, at 8 to 192 kHz, in blocks of 1 to 4096 frames; the samples that come
// out do not depend on how the stream is cut into blocks.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>

#include "engine/base/arena.h"

namespace tutti::dsp {

inline constexpr int kMinRate = 8000;
inline constexpr int kMaxRate = 192000;
inline constexpr int kMaxBlock = 4096;
inline constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();

// Stereo audio, processed in place. Both pointers are valid for `frames` samples and do not alias.
struct Block {
  float* left;
  float* right;
  int frames;
};

template <class P>
concept Processor =
    requires(P p, const P& c, double rate, int max_block, Arena& arena, Block block) {
      p.prepare(rate, max_block, arena);
      p.reset();
      { p.process(block) } noexcept;
      { c.latency() } -> std::convertible_to<std::int64_t>;
      { c.tail() } -> std::convertible_to<std::int64_t>;
    };

}  // namespace tutti::dsp
