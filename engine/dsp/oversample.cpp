#include "engine/dsp/oversample.h"

#include <cstdint>
#include <cstring>

#include "engine/base/cpu.h"
#include "engine/base/simd.h"
#include "engine/dsp/oversample_stage.h"

namespace tutti::dsp {
namespace {

// Frames kept before a stretch: as many as the filter that reads them looks back.
constexpr int kPast = 16, kPastSlow = 32, kPastTwice = 48;

float* make(int past, Arena& arena) {
  return arena.take<float>(static_cast<std::size_t>(past + Oversampler::kRun + Oversampler::kGuard))
             .data() +
         past;
}
void clear(float* stream, int past) {
  std::memset(
      stream - past, 0,
      sizeof(float) * static_cast<std::size_t>(past + Oversampler::kRun + Oversampler::kGuard));
}
// The last frames of a stretch become those before the next; `past` is a multiple of 16.
void keep(float* stream, int past, int frames) {
  using simd::f32x16;
  for (float* to = stream - past; to < stream; to += 16) {
    simd::store(to, simd::load<f32x16>(to + frames));
  }
}

}  // namespace

void Oversampler::prepare(int factor, Arena& arena) {
  factor_ = factor >= 8 ? 8 : factor >= 4 ? 4 : factor >= 2 ? 2 : 1;
  slow_ = make(kPastSlow, arena);
  for (int p = 0; p < factor_; ++p) fast_[p] = make(kPast, arena);
  for (int p = 0; p < factor_; ++p) shaped_[p] = make(kPastTwice, arena);
  for (int p = 0; p < 2 && factor_ > 2; ++p) {
    twice_[p] = make(kPast, arena);
    down_twice_[p] = make(kPastTwice, arena);
  }
  for (int p = 0; p < 4 && factor_ > 4; ++p) {
    four_[p] = make(kPast, arena);
    down_four_[p] = make(kPast, arena);
  }
}

// act(stream, past) for all that is kept from one stretch to the next, in a fixed order.
template <class Do>
void Oversampler::each_stream(Do&& act) noexcept {
  if (slow_ == nullptr) return;
  act(slow_, kPastSlow);
  for (int p = 0; p < factor_; ++p) act(fast_[p], kPast), act(shaped_[p], kPastTwice);
  for (int p = 0; p < 2 && factor_ > 2; ++p) {
    act(twice_[p], kPast), act(down_twice_[p], kPastTwice);
  }
  for (int p = 0; p < 4 && factor_ > 4; ++p) act(four_[p], kPast), act(down_four_[p], kPast);
}

void Oversampler::reset() noexcept {
  each_stream([](float* stream, int past) { clear(stream, past); });
}

void Oversampler::copy_state(const Oversampler& other) noexcept {
  const float* from[1 + 2 * kMaxFactor + 12];
  int count = 0, next = 0;
  const_cast<Oversampler&>(other).each_stream([&](float* stream, int) { from[count++] = stream; });
  each_stream([&](float* stream, int past) {
    std::memcpy(stream - past, from[next++] - past, sizeof(float) * static_cast<std::size_t>(past));
  });
}

int Oversampler::latency(int factor) noexcept {
  // Up and down by the three pairs of stages: 14 and 21 frames, 6 and 6 halves, 4 and 4 quarters.
  return factor < 2 ? 0 : factor < 4 ? 14 + 21 : factor < 8 ? 14 + 21 + 6 : 14 + 21 + 6 + 2;
}

void Oversampler::up(const float* in, int frames) noexcept {
  if (factor_ == 1) {
    std::memcpy(fast_[0], in, sizeof(float) * static_cast<std::size_t>(frames));
    return;
  }
  const OversampleLoops& loops = oversample_loops();
  std::memcpy(slow_, in, sizeof(float) * static_cast<std::size_t>(frames));
  loops.up[0](&slow_, factor_ == 2 ? fast_ : twice_, frames);
  if (factor_ > 2) loops.up[1](twice_, factor_ == 4 ? fast_ : four_, frames);
  if (factor_ > 4) loops.up[2](four_, fast_, frames);
  keep(slow_, kPastSlow, frames);
  for (int p = 0; p < 2 && factor_ > 2; ++p) keep(twice_[p], kPast, frames);
  for (int p = 0; p < 4 && factor_ > 4; ++p) keep(four_[p], kPast, frames);
}

void Oversampler::down(float* out, int frames) noexcept {
  if (factor_ == 1) {
    std::memcpy(out, shaped_[0], sizeof(float) * static_cast<std::size_t>(frames));
    keep(fast_[0], kPast, frames);
    return;
  }
  const OversampleLoops& loops = oversample_loops();
  float* const* four = factor_ == 4 ? shaped_ : down_four_;
  float* const* twice = factor_ == 2 ? shaped_ : down_twice_;
  if (factor_ > 4) loops.down[1](shaped_, down_four_, frames);
  if (factor_ > 2) loops.down[0](four, down_twice_, frames);
  // The last vector may be longer than the stretch, so it is made where there is room: slow_ holds
  // nothing beyond its past now.
  loops.sharp(twice, slow_, frames);
  std::memcpy(out, slow_, sizeof(float) * static_cast<std::size_t>(frames));
  for (int p = 0; p < factor_; ++p) {
    keep(fast_[p], kPast, frames);
    keep(shaped_[p], factor_ == 2 ? kPastTwice : kPast, frames);
  }
  for (int p = 0; p < 2 && factor_ > 2; ++p) keep(down_twice_[p], kPastTwice, frames);
  for (int p = 0; p < 4 && factor_ > 4; ++p) keep(down_four_[p], kPast, frames);
}

const OversampleLoops& oversample_loops() noexcept {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return oversample_loops_avx512();
  if (isa() == Isa::avx2) return oversample_loops_avx2();
#endif
  return oversample_loops_generic();
}

}  // namespace tutti::dsp
