#include "engine/dsp/oversample.h"

#include <cstdint>
#include <cstring>

#include "engine/base/cpu.h"
#include "engine/dsp/oversample_stage.h"

namespace tutti::dsp {
namespace {

// Half-band filters, H(f) = 1/2 + sum over k of tap[k] cos((2 k + 1) w): minimax over the pass
// band, and by symmetry over the stop band. Between fs and 2 fs: pass to 0.4167 fs, error -89 dB.
// Between 2 fs and 4 fs: pass to 0.5 fs, -105 dB. Between 4 fs and 8 fs: pass to 0.5 fs, -123 dB.
constexpr float kFirst[] = {
    0.634278098f,   -0.205272365f,   0.11606273f,    -0.0757777657f,
    0.0522048956f,  -0.0366101222f,  0.0256440053f,  -0.0177236771f,
    0.011972937f,   -0.00783740953f, 0.00492563005f, -0.00293891145f,
    0.00163920721f, -0.00083430861f, 0.00037100254f, -0.00013924205f,
};
constexpr float kSecond[] = {
    0.618837751f, -0.163963029f, 0.0611047842f, -0.0203178975f, 0.00502651218f, -0.000693941913f,
};
constexpr float kThird[] = {
    0.601402995f,
    -0.125645258f,
    0.0274467622f,
    -0.00320517039f,
};
// From 2 fs to fs: pass to 0.4167 fs within 0.005 dB, stop from 0.5 fs at -89.5 dB; minimax. The
// centre first, then the taps to either side.
constexpr float kSharp[] = {
    0.453720974f,     0.314615713f,    0.0454369499f,    -0.0952488516f,   -0.0429802897f,
    0.0463072989f,    0.0391063203f,   -0.0226467936f,   -0.0341194677f,   0.0083713106f,
    0.0284000025f,    0.00077809378f,  -0.022360338f,    -0.00647308429f,  0.0164057418f,
    0.00960187694f,   -0.0108955227f,  -0.0107823275f,   0.0061115907f,    0.0105280226f,
    -0.00223943053f,  -0.00929809646f, -0.000639384205f, 0.00750102824f,   0.00253954669f,
    -0.00548678299f,  -0.00355914164f, 0.0035316114f,    0.0038553594f,    -0.00182994151f,
    -0.00361592255f,  0.000497054008f, 0.00303626885f,   0.000427284377f,  -0.0022945994f,
    -0.000962131206f, 0.0015373826f,   0.00117063019f,   -0.000867219138f, -0.001136502f,
    0.000346554946f,  0.000954852234f, 1.0771211e-05f,   -0.000697843264f, -0.00019858536f,
    0.000456742366f,  0.000287966426f, -0.000213399308f, -0.000224352982f, 0.000139413608f,
    0.00028221509f,   9.787523e-05f,   -7.56424289e-05f, -7.24628633e-05f,
};

template <int N>
constexpr int length(const float (&)[N]) {
  return N;
}
constexpr int kSide = length(kSharp) - 1;
static_assert(kSide <= SymmetricFir::kMaxPairs && kSide % 2 == 1);

// Halves of the half-band taps, for the way down.
template <int N>
struct Halved {
  float taps[N];
  constexpr explicit Halved(const float (&full)[N]) : taps{} {
    for (int k = 0; k < N; ++k) taps[k] = full[k] / 2;
  }
};
constexpr Halved kSecondDown(kSecond);
constexpr Halved kThirdDown(kThird);

// Frames kept before a stretch: as many as the filter that reads them looks back.
constexpr int kPast = 16, kPastSlow = 32, kPastTwice = 64;

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
// The last frames of a stretch become those before the next.
void keep(float* stream, int past, int frames) {
  std::memmove(stream - past, stream - past + frames,
               sizeof(float) * static_cast<std::size_t>(past));
}

// Sample `streams` * n + offset of a stream kept in `streams` parts, as a pointer to move with n.
const float* part(float* const* parts, int streams, int offset) {
  int q = offset % streams, frame = offset / streams;
  if (q < 0) q += streams, --frame;
  return parts[q] + frame;
}

SymmetricFirLoop fir_loop() {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return symmetric_fir_avx512;
  if (isa() == Isa::avx2) return symmetric_fir_avx2;
#endif
  return symmetric_fir_generic;
}

int padded(int frames) {
  return (frames + 15) / 16 * 16;
}

// out[2 i] = in[i - K], out[2 i + 1] the filtered value half-way to in[i - K + 1].
void double_rate(const float* taps, int pairs, float* const* in, int streams, float* const* out,
                 int frames) {
  const SymmetricFirLoop run = fir_loop();
  SymmetricFir fir;
  fir.centre = nullptr;
  fir.centre_tap = 0;
  fir.taps = taps;
  fir.pairs = pairs;
  for (int p = 0; p < streams; ++p) {
    std::memcpy(out[2 * p], part(in, streams, p - pairs),
                sizeof(float) * static_cast<std::size_t>(padded(frames)));
    for (int k = 0; k < pairs; ++k) {
      fir.before[k] = part(in, streams, p - pairs - k);
      fir.after[k] = part(in, streams, p - pairs + 1 + k);
    }
    run(fir, out[2 * p + 1], frames);
  }
}

// out[i] = the filtered value at in[2 (i - K)].
void halve_rate(const float* taps, int pairs, float* const* in, float* const* out, int streams,
                int frames) {
  const SymmetricFirLoop run = fir_loop();
  SymmetricFir fir;
  fir.centre_tap = 0.5f;
  fir.taps = taps;
  fir.pairs = pairs;
  for (int p = 0; p < streams; ++p) {
    const int centre = 2 * (p - pairs);
    fir.centre = part(in, 2 * streams, centre);
    for (int k = 0; k < pairs; ++k) {
      fir.before[k] = part(in, 2 * streams, centre - 2 * k - 1);
      fir.after[k] = part(in, 2 * streams, centre + 2 * k + 1);
    }
    run(fir, out[p], frames);
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
  if (factor < 2) return 0;
  int frames = length(kFirst) + (kSide - 1) / 2;
  if (factor >= 4) frames += length(kSecond);
  if (factor >= 8) frames += length(kThird) / 2;
  return frames;
}

void Oversampler::up(const float* in, int frames) noexcept {
  if (factor_ == 1) {
    std::memcpy(fast_[0], in, sizeof(float) * static_cast<std::size_t>(frames));
    return;
  }
  std::memcpy(slow_, in, sizeof(float) * static_cast<std::size_t>(frames));
  float* const slow[1] = {slow_};
  double_rate(kFirst, length(kFirst), slow, 1, factor_ == 2 ? fast_ : twice_, frames);
  if (factor_ > 2) {
    double_rate(kSecond, length(kSecond), twice_, 2, factor_ == 4 ? fast_ : four_, frames);
  }
  if (factor_ > 4) double_rate(kThird, length(kThird), four_, 4, fast_, frames);
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
  float* const* four = factor_ == 4 ? shaped_ : down_four_;
  float* const* twice = factor_ == 2 ? shaped_ : down_twice_;
  if (factor_ > 4) halve_rate(kThirdDown.taps, length(kThird), shaped_, four, 4, frames);
  if (factor_ > 2) halve_rate(kSecondDown.taps, length(kSecond), four, twice, 2, frames);
  SymmetricFir fir;
  fir.centre = part(twice, 2, 1 - kSide);
  fir.centre_tap = kSharp[0];
  fir.taps = kSharp + 1;
  fir.pairs = kSide;
  for (int k = 0; k < kSide; ++k) {
    fir.before[k] = part(twice, 2, 1 - kSide - 1 - k);
    fir.after[k] = part(twice, 2, 1 - kSide + 1 + k);
  }
  // The last vector may be longer than the stretch, so it is made where there is room: slow_ holds
  // nothing beyond its past now.
  fir_loop()(fir, slow_, frames);
  std::memcpy(out, slow_, sizeof(float) * static_cast<std::size_t>(frames));
  for (int p = 0; p < factor_; ++p) {
    keep(fast_[p], kPast, frames);
    keep(shaped_[p], kPastTwice, frames);
  }
  for (int p = 0; p < 2 && factor_ > 2; ++p) keep(down_twice_[p], kPastTwice, frames);
  for (int p = 0; p < 4 && factor_ > 4; ++p) keep(down_four_[p], kPast, frames);
}

}  // namespace tutti::dsp
