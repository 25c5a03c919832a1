// RealFft with eight lanes, for machines that have AVX2 (compiled with -mavx2 where that exists).
#ifdef __AVX2__
#define TUTTI_FFT_LANES 8
#define TUTTI_FFT_NAMESPACE fft_avx2
#include "engine/dsp/fft_kernel.h"
#endif
