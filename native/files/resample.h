// Changes the rate of whole streams by libsoxr at its very high quality (pass band to 0.913 of the
// lower Nyquist frequency, rejection beyond 130 dB), linear phase, delay removed.
//
// Planar float32; a resampler belongs to one thread at a time. The sum of what comes out is
// round(frames in × output rate / input rate).
#pragma once

#include <memory>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "native/files/audio_buffer.h"

namespace tutti::files {

class Resampler {
 public:
  static Result<Resampler> create(int input_rate, int output_rate, int channels);
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;
  ~Resampler();

  // Appends what is ready to `out` (one vector a channel). After the last input call finish() once.
  void push(const float* const* channels, int frames, std::vector<std::vector<float>>& out);
  void finish(std::vector<std::vector<float>>& out);

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

Result<AudioBuffer> resample(const AudioBuffer&, int rate, const Progress& = {});

}  // namespace tutti::files
