// Separation without weights, from what is known of instruments: the baseline and the fallback.
//
// * Drums: what is percussive (short in time, wide in frequency) by median filtering of the
//   spectrogram (Fitzgerald, "Harmonic/percussive separation using median filtering", DAFx 2010).
// * Bass: the harmonics of the lowest steady pitch, tracked by harmonic summation and dynamic
//   programming (Klapuri 2006; Ryynänen and Klapuri 2008 for the bass register).
// * Vocals: the harmonics of the predominant pitch of the centre (Salamon and Gómez, IEEE TASLP
//   2012), where the centre is found by the channels' likeness (Barry et al., "ADRess", DAFx 2004;
//   Avendano 2003), less what repeats elsewhere in the segment (Rafii and Pardo, "REPET-SIM",
//   ISMIR 2012).
// * Other: what is left.
// The four become Wiener masks (each one's power over the sum), so that the stems sum to the
// mixture. Same samples on every machine and in WASM. 44.1 kHz, segments of about 20 s.
#pragma once

#include <memory>

#include "engine/separate/separator.h"

namespace tutti::separate {

std::unique_ptr<Separator> make_classical();

}  // namespace tutti::separate
