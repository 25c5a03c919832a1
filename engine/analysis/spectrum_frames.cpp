#include "engine/analysis/spectrum_frames.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr int kBins = SpectrumFrames::kWindow / 2;
constexpr double kBinHz = kAnalysisRate / SpectrumFrames::kWindow;
constexpr int kLevelWindow = 400;
constexpr int kSpan = 5;  // frames between the spectra compared: 30 ms

double hz_of_bark(double bark) {
  return 1960 * (bark + 0.53) / (26.28 - bark);
}

float db(double power) {
  return static_cast<float>(10 * math::log10(std::max(power, 1e-12)));
}

}  // namespace

SpectrumFrames::SpectrumFrames()
    : fft_(kWindow),
      window_(kWindow),
      level_window_(kLevelWindow),
      block_(kWindow),
      re_(kBins + 1),
      im_(kBins + 1) {
  double sum = 0;
  for (int i = 0; i < kWindow; ++i) {
    window_[i] = static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * (i + 0.5) / kWindow));
    sum += static_cast<double>(window_[i]) * window_[i];
  }
  // So that the sum of |X|² over the bins is the mean square of the stretch.
  const auto scale = static_cast<float>(std::sqrt(2 / (sum * kWindow)));
  for (float& w : window_) w *= scale;
  sum = 0;
  for (int i = 0; i < kLevelWindow; ++i) {
    level_window_[i] =
        static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * (i + 0.5) / kLevelWindow));
    sum += level_window_[i];
  }
  for (float& w : level_window_) w = static_cast<float>(w / sum);
  // A gradual lower edge: a fundamental that wavers across a sharp one would look like dips.
  upper_weight_.assign(kBins + 1, 0);
  for (int k = 1; k <= kBins; ++k) {
    const double x = std::clamp(math::log2(k * kBinHz / 350) / math::log2(1200.0 / 350), 0.0, 1.0);
    upper_weight_[k] = static_cast<float>(x * x * (3 - 2 * x));
  }
  const double low = 0.5, high = 20.8;
  for (int b = 0; b <= kBands; ++b) {
    const double hz = hz_of_bark(low + (high - low) * b / kBands);
    edges_[b] = std::clamp(static_cast<int>(hz / kBinHz + 0.5), b + 2, kBins);
  }
}

void SpectrumFrames::push(const float* samples, VoiceTrack& track) {
  double power = 0, moment = 0;
  const float* middle = samples + (kWindow - kLevelWindow) / 2;
  for (int i = 0; i < kLevelWindow; ++i) {
    const double p = static_cast<double>(level_window_[i]) * middle[i] * middle[i];
    power += p, moment += p * (i + 0.5 - kLevelWindow / 2.0);
  }
  lean_.push_back(power > 0 ? static_cast<float>(moment / power / kAnalysisHop) : 0);
  track.level.push_back(db(power));

  for (int i = 0; i < kWindow; ++i) block_[i] = samples[i] * window_[i];
  fft_.forward(block_.data(), re_.data(), im_.data());
  double upper = 0, hiss = 0;
  for (int b = 0; b < kBands; ++b) {
    double sum = 0;
    for (int k = edges_[b]; k < edges_[b + 1]; ++k) {
      const double p = static_cast<double>(re_[k]) * re_[k] + static_cast<double>(im_[k]) * im_[k];
      sum += p;
      const double hz = k * kBinHz;
      if (hz >= 4500)
        hiss += p;
      else
        upper += p * upper_weight_[k];
    }
    bands_.push_back(db(sum));
  }
  track.upper.push_back(db(upper));
  track.hiss.push_back(db(hiss));
}

void SpectrumFrames::changes(VoiceTrack& track) const {
  const auto frames = static_cast<std::int64_t>(track.level.size());
  track.rise.assign(track.level.size(), 0);
  track.turn.assign(track.level.size(), 0);
  // Bands share the noise evenly enough for one floor.
  const auto floor = static_cast<float>(track.noise - 8);
  for (std::int64_t t = 0; t < frames; ++t) {
    const std::int64_t before = std::max<std::int64_t>(0, t - kSpan / 2 - 1);
    const std::int64_t after = std::min(frames - 1, t + kSpan / 2);
    const float* a = bands_.data() + before * kBands;
    const float* b = bands_.data() + after * kBands;
    double rise = 0, mean = 0, difference[kBands];
    for (int k = 0; k < kBands; ++k) {
      const float now = std::max(b[k], floor);
      const float was = std::max(a[k], floor);
      const float around = std::max({was, k > 0 ? a[k - 1] : was, k + 1 < kBands ? a[k + 1] : was});
      rise += std::max(0.f, now - around);
      difference[k] = now - was;
      mean += difference[k];
    }
    mean /= kBands;
    double turn = 0;
    for (double d : difference) turn += std::fabs(d - mean);
    track.rise[static_cast<std::size_t>(t)] = static_cast<float>(rise / kBands);
    track.turn[static_cast<std::size_t>(t)] = static_cast<float>(turn / kBands);
  }
}

}  // namespace tutti::analysis
