// The impulse response that convolution uses until one is loaded.
#pragma once

#include <vector>

namespace tutti::effects {

inline constexpr double kSyntheticRate = 48000;

// One side (0 left, 1 right) at 48 kHz: sparse reflections that thicken within 80 ms into noise,
// which loses 60 dB in `decay` seconds below `damping` Hz and in half of that well above it.
// Deterministic. Ends where it has lost 66 dB. Allocates.
std::vector<float> synthetic_room(int side, double decay, double damping);

}  // namespace tutti::effects
