// RealFft with the four lanes that every machine has (SSE2, NEON, WASM).
#define TUTTI_FFT_LANES 4
#define TUTTI_FFT_NAMESPACE fft_base
#include "engine/dsp/fft_kernel.h"
