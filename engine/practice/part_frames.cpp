#include "engine/practice/part_frames.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/pitch.h"
#include "engine/base/math.h"

namespace tutti::practice {
namespace {

std::vector<float> hann(int size) {
  std::vector<float> window(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i)
    window[static_cast<std::size_t>(i)] =
        static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * (i + 0.5) / size));
  return window;
}

// Copies `size` samples about `centre`, silence outside, times the window.
void cut(std::span<const float> sound, std::ptrdiff_t centre, const std::vector<float>& window,
         std::vector<float>& block) {
  const auto size = static_cast<std::ptrdiff_t>(window.size());
  const auto end = static_cast<std::ptrdiff_t>(sound.size());
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const std::ptrdiff_t at = centre - size / 2 + i;
    block[static_cast<std::size_t>(i)] =
        at >= 0 && at < end
            ? sound[static_cast<std::size_t>(at)] * window[static_cast<std::size_t>(i)]
            : 0.0f;
  }
}

}  // namespace

FrameListener::FrameListener(Instrument instrument)
    : instrument_(instrument),
      fft_(kWindow),
      wide_fft_(kWide),
      window_(hann(kWindow)),
      wide_window_(hann(kWide)),
      block_(kWide),
      re_(kWide / 2 + 1),
      im_(kWide / 2 + 1) {
  // Single bins (31 Hz) below 500 Hz, then by equal ratios up to 8 kHz.
  const int bins = kWindow / 2;
  for (int band = 0; band <= kBands; ++band) {
    const double ratio = math::exp2(4.0 * std::max(0, band - 15) / (kBands - 15));
    edges_[band] = band < 16 ? 1 + band : static_cast<int>(16 * ratio);
    if (band > 0) edges_[band] = std::max(edges_[band], edges_[band - 1] + 1);
    edges_[band] = std::min(edges_[band], bins);
  }
  class_of_.assign(kWide / 2 + 1, -1);
  for (int bin = 1; bin <= kWide / 2; ++bin) {
    const double hz = bin * kPartRate / kWide;
    if (hz < 100 || hz > 2200) continue;
    const double pitch = 69 + 12 * math::log2(hz / 440);
    class_of_[static_cast<std::size_t>(bin)] =
        ((static_cast<int>(std::floor(pitch + 0.5)) % 12) + 12) % 12;
  }
}

void FrameListener::bands_at(std::span<const float> sound, std::ptrdiff_t centre) {
  cut(sound, centre, window_, block_);
  double sum = 0;
  for (int i = 0; i < kWindow; ++i)
    sum += static_cast<double>(block_[static_cast<std::size_t>(i)]) *
           block_[static_cast<std::size_t>(i)];
  mean_square_ = static_cast<float>(sum / (0.375 * kWindow));
  fft_.forward(block_.data(), re_.data(), im_.data());
  for (int band = 0; band < kBands; ++band) {
    double power = 0;
    for (int bin = edges_[band]; bin < std::max(edges_[band + 1], edges_[band] + 1); ++bin) {
      const auto k = static_cast<std::size_t>(bin);
      power += static_cast<double>(re_[k]) * re_[k] + static_cast<double>(im_[k]) * im_[k];
    }
    // A sine at full scale has some 16000 here; what lies 70 dB under it counts as silence.
    now_[band] = static_cast<float>(math::log10(1e-3 + power));
  }
}

void FrameListener::chroma_at(std::span<const float> sound, std::ptrdiff_t centre,
                              PartFrames& frames) {
  cut(sound, centre, wide_window_, block_);
  wide_fft_.forward(block_.data(), re_.data(), im_.data());
  double chroma[12] = {};
  double most = 0;
  double before = 0, here = 0;
  for (std::size_t bin = 1; bin + 1 < class_of_.size(); ++bin) {
    const double after = static_cast<double>(re_[bin + 1]) * re_[bin + 1] +
                         static_cast<double>(im_[bin + 1]) * im_[bin + 1];
    if (class_of_[bin] >= 0 && here > before && here >= after)
      chroma[class_of_[bin]] += std::sqrt(here);
    before = here;
    here = after;
  }
  for (const double value : chroma) most = std::max(most, value);
  for (const double value : chroma)
    frames.chroma.push_back(most > 0.05 ? static_cast<float>(std::sqrt(value / most)) : 0.0f);
}

void FrameListener::pitch(std::span<const float> sound, std::size_t from, std::size_t to,
                          PartFrames& frames) {
  const analysis::PitchOptions options = instrument_ == Instrument::bass
                                             ? analysis::PitchOptions{30, 520}
                                             : analysis::PitchOptions{70, 1400};
  auto track = analysis::track_voice(sound, kPartRate, options);
  const std::size_t first = from / analysis::kAnalysisHop;
  const std::size_t count = (to - from) / analysis::kAnalysisHop;
  for (std::size_t i = 0; i < count; ++i)
    frames.hz.push_back(track && first + i < track->hz.size() ? track->hz[first + i] : 0.0f);
}

void FrameListener::hear(std::span<const float> sound, std::size_t from, std::size_t to,
                         PartFrames& frames) {
  const int split[] = {4, 30};  // bands: 155 Hz, some 2.5 kHz
  for (std::size_t at = from; at < to; at += kPartHop) {
    bands_at(sound, static_cast<std::ptrdiff_t>(at));
    double sums[3] = {}, all = 0;
    for (int band = 0; band < kBands; ++band) {
      // Against the loudest of the neighbours two and three frames ago: a pitch that glides or
      // trembles into the next band is no onset.
      const float* past = past_[1];
      float most = std::max(past[band], past_[2][band]);
      if (band > 0) most = std::max(most, past[band - 1]);
      if (band + 1 < kBands) most = std::max(most, past[band + 1]);
      const double rise = heard_ >= 3 ? std::max(0.0f, now_[band] - most) : 0.0;
      sums[band < split[0] ? 0 : band < split[1] ? 1 : 2] += rise;
      all += rise;
    }
    frames.rise.push_back(static_cast<float>(all / kBands));
    if (instrument_ == Instrument::drums) {
      frames.rises[0].push_back(static_cast<float>(sums[0] / split[0]));
      frames.rises[1].push_back(static_cast<float>(sums[1] / (split[1] - split[0])));
      frames.rises[2].push_back(static_cast<float>(sums[2] / (kBands - split[1])));
    }
    frames.level.push_back(mean_square_);
    std::copy(std::begin(past_[1]), std::end(past_[1]), past_[2]);
    std::copy(std::begin(past_[0]), std::end(past_[0]), past_[1]);
    std::copy(std::begin(now_), std::end(now_), past_[0]);
    heard_ = std::min(heard_ + 1, 3);
  }
  if (instrument_ == Instrument::other)
    for (std::size_t at = from; at < to; at += kChromaHop)
      chroma_at(sound, static_cast<std::ptrdiff_t>(at) + kChromaHop / 2, frames);
  if (instrument_ == Instrument::bass || instrument_ == Instrument::vocals)
    pitch(sound, from, to, frames);
}

}  // namespace tutti::practice
