// From what the heads answer to estimates, and how far those are from the stems.
//
// Spectra: rows of one frame, for each bin L.re L.im R.re R.im, frame-major over items (row = frame
// * items + item). Plain loops over floats; no LibTorch here, so that tests may hold the gradient
// to differences.
#pragma once

#include <span>
#include <vector>

namespace tutti::learn {

struct SeparatorLoss {
  double whole = 0.7;        // weight of the error of a stem, in dB
  double by_band = 0.3;      // weight of the mean over bands of the same
  double floor = 1e-2;       // of the mixture's energy: an error below it hardly counts
  double band_floor = 3e-2;  // the same in a band
  // Of a stem that is not there (30 dB under the mixture): to be silent is easily learned, and more
  // weight on it keeps a stem that is hard to tell from the others silent for ever.
  double absent = 0.3;
};

struct SeparatorBatch {
  std::span<const int> bands;  // edges, one more than bands
  long frames = 0, items = 0;
  const float* mixture = nullptr;  // [rows, 4 bins]
  const float* stems = nullptr;    // [4, rows, 4 bins]; may be null for estimates only
};

// Masks from the heads (first half times the sigmoid of the second), estimates mask * mixture, and
// what is missing from the mixture given to the four in proportion to their energy, bin and channel
// wise. answers[stem * bands + band] is [rows, 8 n_b]; estimates [4, rows, 4 bins].
void separator_estimates(const SeparatorBatch&, std::span<const float* const> answers,
                         float* estimates);

// The mean over items and stems of whole * 10 log10(error of the stem) + by_band * mean over bands,
// both relative to the mixture's energy; and its gradients with respect to the answers, in arrays
// of the same shapes.
double separator_loss(const SeparatorBatch&, const SeparatorLoss&,
                      std::span<const float* const> answers, std::span<float* const> gradients);

}  // namespace tutti::learn
