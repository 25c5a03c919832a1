#include "engine/separate/spectrum_impl.h"

namespace tutti::separate {
const SpectrumKernels kSpectrumFma = {compress, apply, share};
}  // namespace tutti::separate
