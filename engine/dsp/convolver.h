// Convolution of a stereo stream with a long impulse response, at a chosen latency.
//
// Partitioned overlap-save with partitions that grow eightfold (Gardner 1995; Garcia 2002). The
// first `256 - latency` taps, if any, are done directly, sample by sample; then come partitions of
// the latency (256 at least), of eight times that, and so on up to 16,384. What the partitions of a
// level cost is spread evenly, in steps of 64 frames, over the time until their sound is due, so
// that no block carries more than its share: beyond it a step of 64 frames does at most one
// transform. Latencies of 8,192 and more mean offline use: one level, the cheapest, its work at the
// border.
//
// Results are those of direct convolution within 1e-6 of the loudest possible output sample of the
// response (sum of |h|), and do not depend on how the stream is cut into blocks. Construction
// allocates; process() does not. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace tutti::dsp {

struct ConvolverKernel;

class Convolver {
 public:
  static constexpr int kDirect = 256;       // the shortest partition
  static constexpr int kLongest = 1 << 24;  // taps that are used at most
  static constexpr int kOfflineLatency = 32768;

  // `right` empty: the left response serves both sides. `latency` in frames: 0, 64, 128, or a power
  // of two from 256 to 65,536 (rounded down into these). `kernel` null: the machine's widest.
  Convolver(std::span<const float> left, std::span<const float> right, int latency,
            const ConvolverKernel* kernel = nullptr);
  ~Convolver();
  Convolver(Convolver&&) noexcept;
  Convolver& operator=(Convolver&&) noexcept;

  int latency() const noexcept;

  // As right after construction.
  void reset() noexcept;

  // out = in convolved, latency() frames late; in and out may be the same.
  void process(const float* in_left, const float* in_right, float* out_left, float* out_right,
               int frames) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::dsp
