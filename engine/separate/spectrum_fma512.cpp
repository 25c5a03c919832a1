#include "engine/separate/spectrum_impl.h"

namespace tutti::separate {
const SpectrumKernels kSpectrumFma512 = {compress, apply, share};
}  // namespace tutti::separate
