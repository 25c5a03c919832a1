#include "engine/separate/spectrum_impl.h"

namespace tutti::separate {
const SpectrumKernels kSpectrumGeneric = {compress, apply, share};
}  // namespace tutti::separate
