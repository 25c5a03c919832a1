// The oversampler's filters and what its loops work on. Internal to oversample*.cpp and
// shaper*.cpp; plain data, no inline code.
#pragma once

namespace tutti::dsp {

namespace half_band {

// Half-band filters, H(f) = 1/2 + sum over k of tap[k] cos((2 k + 1) w): minimax over the pass
// band, and by symmetry over the stop band. Between fs and 2 fs: pass to 0.4 fs, error -93 dB.
// Between 2 fs and 4 fs: pass to 0.5 fs, -105 dB. Between 4 fs and 8 fs: pass to 0.5 fs, -123 dB.
inline constexpr float kFirst[14] = {
    0.633396118f,   -0.202708317f,   0.112051007f,    -0.0706731408f,  0.0464356701f,
    -0.0306235848f, 0.0198536051f,   -0.012465925f,   0.00747950811f,  -0.00422518527f,
    0.00220395244f, -0.00103040493f, 0.000408868224f, -0.000124678943f};
inline constexpr float kSecond[6] = {
    0.618837751f, -0.163963029f, 0.0611047842f, -0.0203178975f, 0.00502651218f, -0.000693941913f,
};
inline constexpr float kThird[4] = {
    0.601402995f,
    -0.125645258f,
    0.0274467622f,
    -0.00320517039f,
};
// From 2 fs to fs: pass to 0.4 fs within 0.007 dB, stop from 0.5 fs at -88.8 dB; minimax. The
// centre first, then the taps to either side.
inline constexpr float kSharp[44] = {
    0.443995825f,     0.312905751f,     0.0545169705f,    -0.090375732f,    -0.0502308915f,
    0.0389974857f,    0.0436452926f,    -0.013965678f,    -0.0355038321f,   -0.000466301995f,
    0.026676288f,     0.00861146093f,   -0.0180310935f,   -0.0123831218f,   0.0103133464f,
    0.0130418378f,    -0.00405492891f,  -0.0116320216f,   -0.000473382598f, 0.00906587953f,
    0.00325864405f,   -0.00610981347f,  -0.00450959001f,  0.00333667583f,   0.0045744615f,
    -0.00111826044f,  -0.0038773871f,   -0.000395961321f, 0.00280356398f,   0.00119586832f,
    -0.00170504954f,  -0.00144292293f,  0.000757737861f,  0.00126796344f,   -0.000141954788f,
    -0.000960833947f, -0.000259370274f, 0.000513930407f,  0.00028324748f,   -0.000321215168f,
    -0.000397975979f, -4.51527902e-05f, 0.000168380971f,  0.000108612144f};

// The halves of the taps, for the way down.
template <int N>
struct Halved {
  float taps[N];
  constexpr explicit Halved(const float (&full)[N]) : taps{} {
    for (int k = 0; k < N; ++k) taps[k] = full[k] / 2;
  }
};
inline constexpr Halved kSecondDown(kSecond);
inline constexpr Halved kThirdDown(kThird);

}  // namespace half_band

// A stream of several samples a frame is kept in parts: part p holds samples p, p + parts … one a
// frame. All parts start on a multiple of 64 bytes, have room for 32 frames beyond the stretch and
// before it for as many as the filter looks back. Frames are rounded up to 32 or less.
struct OversampleLoops {
  // From in (1, 2 or 4 parts) to out (twice as many): out[2 i] = in[i - K], out[2 i + 1] the value
  // half-way to in[i - K + 1]; K = 14, 6 or 4.
  void (*up[3])(const float* const* in, float* const* out, int frames) noexcept;
  // From in (4 or 8 parts) to out (half as many): the value at in[2 (i - K)]; K = 6 or 4.
  void (*down[2])(const float* const* in, float* const* out, int frames) noexcept;
  // From in (2 parts) to out: the value at in[2 (i - 21)], with nothing above half the base rate.
  void (*sharp)(const float* const* in, float* out, int frames) noexcept;
  // out[i] = centre in[i - 2] + side[0] (in[i - 1] + in[i - 3]) + side[1] (in[i] + in[i - 4])
  void (*five)(const float* in, float centre, const float* side, float* out, int frames) noexcept;
};

const OversampleLoops& oversample_loops_generic() noexcept;
const OversampleLoops& oversample_loops_avx2() noexcept;
const OversampleLoops& oversample_loops_avx512() noexcept;
// The widest that this machine has.
const OversampleLoops& oversample_loops() noexcept;

}  // namespace tutti::dsp
