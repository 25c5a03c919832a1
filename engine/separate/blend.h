// Two separators heard together: each stem is the mean of what the two make of it.
//
// Where their errors are different, the mean has less of them than either (an ensemble, as in
// Uhlich et al., "Improving music source separation based on deep neural networks through data
// augmentation and network blending", ICASSP 2017). The program's Instant is the network with the
// classical separator, which errs in other places: measured in docs/separation.md. Stems that each
// sum to the mixture sum to it in the mean.
#pragma once

#include <memory>

#include "engine/separate/separator.h"

namespace tutti::separate {

// Of one rate, and neither may need the song's level: wrong_usage otherwise. Name and overlap are
// the first one's; the version names both. Memory: both workspaces and one segment's stems (28 MB
// of 20 s).
Result<std::unique_ptr<Separator>> make_blend(std::unique_ptr<Separator> first,
                                              std::unique_ptr<Separator> second);

}  // namespace tutti::separate
