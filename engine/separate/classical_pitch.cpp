#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/separate/classical_parts.h"

namespace tutti::separate::classical {
namespace {

constexpr double kStepsPerOctave = 36;
constexpr float kHarmonicDecay = 0.8f;
constexpr float kLeap = 0.04f;     // of the usual salience, for a third of a semitone
constexpr float kSilence = 0.45f;  // what silence is worth, of the usual salience
constexpr float kChange = 0.3f;    // what beginning or ending costs

}  // namespace

PitchLine::PitchLine(int most_frames, double bin_hz, int bins, double low_hz, double high_hz,
                     int harmonics)
    : harmonics_(harmonics) {
  for (double hz = low_hz; hz <= high_hz; hz *= math::exp2(1 / kStepsPerOctave))
    if (hz / bin_hz * harmonics < bins - 1) pitch_.push_back(static_cast<float>(hz / bin_hz));
  count_ = static_cast<int>(pitch_.size());
  const auto frames = static_cast<std::size_t>(most_frames), count = pitch_.size();
  salience_.resize(frames * count);
  best_.resize(count + 1);
  now_.resize(count + 1);
  from_.resize(frames * (count + 1));
  near_.resize(count);
}

std::size_t PitchLine::bytes() const {
  return sizeof(float) * (pitch_.size() + salience_.size() + best_.size() + now_.size()) +
         sizeof(int) * (from_.size() + near_.size());
}

void PitchLine::track(const Plane& in, int frames, float* pitch) noexcept {
  // Square roots of magnitudes, so that no one partial decides.
  double usual = 0;
  for (int t = 0; t < frames; ++t) {
    const float* const row = in.row(t);
    float* const own = salience_.data() + static_cast<long>(t) * count_;
    float top = 0;
    for (int k = 0; k < count_; ++k) {
      float sum = 0, weight = 1;
      for (int h = 1; h <= harmonics_; ++h, weight *= kHarmonicDecay) {
        const float at = pitch_[static_cast<std::size_t>(k)] * static_cast<float>(h);
        const int bin = static_cast<int>(at);
        const float part = at - static_cast<float>(bin);
        sum += weight * std::sqrt(row[bin] + part * (row[bin + 1] - row[bin]));
      }
      own[k] = sum;
      top = std::max(top, sum);
    }
    usual += static_cast<double>(top);
  }
  const float unit = static_cast<float>(usual / frames) + 1e-12f;

  // Viterbi; the best predecessor under a linear cost of leaps by a sweep each way.
  const int silent = count_;
  std::fill(best_.begin(), best_.end(), 0.0f);
  for (int t = 0; t < frames; ++t) {
    const float* const own = salience_.data() + static_cast<long>(t) * count_;
    int* const from = from_.data() + static_cast<long>(t) * (count_ + 1);
    const auto score = [&](int k) -> float& { return best_[static_cast<std::size_t>(k)]; };
    int top = 0;
    for (int k = 0; k < count_; ++k) {
      if (score(k) > score(top)) top = k;
      near_[static_cast<std::size_t>(k)] = k;
      now_[static_cast<std::size_t>(k)] = score(k);
    }
    const auto relax = [&](int k, int beside) {
      const float offered = now_[static_cast<std::size_t>(beside)] - kLeap * unit;
      if (offered > now_[static_cast<std::size_t>(k)]) {
        now_[static_cast<std::size_t>(k)] = offered;
        near_[static_cast<std::size_t>(k)] = near_[static_cast<std::size_t>(beside)];
      }
    };
    for (int k = 1; k < count_; ++k) relax(k, k - 1);
    for (int k = count_ - 2; k >= 0; --k) relax(k, k + 1);
    const float begin = score(silent) - kChange * unit, end = score(top) - kChange * unit;
    for (int k = 0; k < count_; ++k) {
      const float going = now_[static_cast<std::size_t>(k)];
      from[k] = begin > going ? silent : near_[static_cast<std::size_t>(k)];
      now_[static_cast<std::size_t>(k)] = std::max(begin, going) + own[k];
    }
    from[silent] = end > score(silent) ? top : silent;
    now_[static_cast<std::size_t>(silent)] = std::max(end, score(silent)) + kSilence * unit;
    // Scores are kept small, so that an hour would not wear the numbers down.
    const float most = *std::max_element(now_.begin(), now_.end());
    for (std::size_t k = 0; k < now_.size(); ++k) best_[k] = now_[k] - most;
  }
  int state = static_cast<int>(std::max_element(best_.begin(), best_.end()) - best_.begin());
  for (int t = frames - 1; t >= 0; --t) {
    pitch[t] = state == silent ? 0.0f : pitch_[static_cast<std::size_t>(state)];
    state = from_[static_cast<std::size_t>(t) * static_cast<std::size_t>(count_ + 1) +
                  static_cast<std::size_t>(state)];
  }
}

}  // namespace tutti::separate::classical
