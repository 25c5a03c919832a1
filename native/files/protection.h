// Whether an MP4 file is encrypted by its seller (DRM): nobody but their player can decode it, and
// what decoders make of it is noise. Pure but for reading; thread-safe.
#pragma once

#include "native/files/byte_stream.h"

namespace tutti::files {

// By the sample entries "drms" (FairPlay), "enca" (common encryption, ISO/IEC 23001-7) and "aavd"
// (Audible) in the movie's head.
bool is_protected(const ByteStream&);

}  // namespace tutti::files
