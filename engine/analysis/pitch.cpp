#include "engine/analysis/pitch.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/pitch_path.h"
#include "engine/analysis/spectrum_frames.h"
#include "engine/analysis/yin.h"
#include "engine/base/math.h"
#include "engine/dsp/resample.h"

namespace tutti::analysis {

namespace {

constexpr int kMargin = 1024;  // samples kept on either side of the frames in work
constexpr std::int64_t kChunk = 256;
constexpr float kWorthRefining = 0.02f;

// The recording at kAnalysisRate without rumble, piece by piece from front to back.
class Stream {
 public:
  Stream(std::span<const float> in, double rate) : in_(in), resampler_(rate, kAnalysisRate) {
    // Second-order Butterworth high-pass at 45 Hz (bilinear transform).
    const double k = math::tan(math::kPi * 45 / kAnalysisRate), norm = 1 / (1 + k * std::sqrt(2.0) + k * k);
    b0_ = norm, a1_ = 2 * (k * k - 1) * norm, a2_ = (1 - k * std::sqrt(2.0) + k * k) * norm;
    samples_.assign(2 * kMargin, 0);
    begin_ = -2 * kMargin;
  }
  std::int64_t length() const { return resampler_.out_frames(static_cast<std::int64_t>(in_.size())); }

  // A pointer to sample `at`, with kMargin before it and `count` + kMargin from it on.
  const float* need(std::int64_t at, std::int64_t count) {
    const std::int64_t drop = at - kMargin - begin_;
    if (drop > 0) {
      samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(drop));
      begin_ += drop;
    }
    const std::int64_t have = begin_ + static_cast<std::int64_t>(samples_.size());
    const std::int64_t want = at + count + kMargin;
    if (want > have) {
      const std::size_t old = samples_.size();
      samples_.resize(old + static_cast<std::size_t>(want - have));
      resampler_.read(in_, have, std::span(samples_).subspan(old));
      for (std::size_t i = old; i < samples_.size(); ++i) {
        const double x = samples_[i];
        const double y = b0_ * x + z1_;
        z1_ = -2 * b0_ * x - a1_ * y + z2_;
        z2_ = b0_ * x - a2_ * y;
        samples_[i] = static_cast<float>(y);
      }
    }
    return samples_.data() + (at - begin_);
  }

 private:
  std::span<const float> in_;
  dsp::Resampler resampler_;
  std::vector<float> samples_;
  std::int64_t begin_ = 0;
  double b0_, a1_, a2_, z1_ = 0, z2_ = 0;
};

// The level that the quietest tenth of the frames stays under, but never within 20 dB of the loud
// ones: a recording without pauses has no audible background to measure.
double background(const std::vector<float>& level) {
  if (level.empty()) return -120;
  std::vector<float> sorted;
  const std::size_t step = std::max<std::size_t>(1, level.size() / 20000);
  for (std::size_t i = 0; i < level.size(); i += step) sorted.push_back(level[i]);
  std::sort(sorted.begin(), sorted.end());
  const float quiet = sorted[sorted.size() / 10], loud = sorted[sorted.size() * 9 / 10];
  return std::min(quiet, loud - 20);
}

}  // namespace

Result<VoiceTrack> track_voice(std::span<const float> mono, double rate, const PitchOptions& options,
                               const Progress& progress) {
  std::vector<float> cleaned;
  if (!std::all_of(mono.begin(), mono.end(), [](float x) { return std::isfinite(x); })) {
    cleaned.assign(mono.begin(), mono.end());
    for (float& x : cleaned)
      if (!std::isfinite(x)) x = 0;
    mono = cleaned;
  }
  VoiceTrack track;
  Stream stream(mono, rate);
  const std::int64_t frames = mono.empty() ? 0 : stream.length() / kAnalysisHop + 1;
  track.hz.assign(static_cast<std::size_t>(frames), 0);
  track.voicing.assign(static_cast<std::size_t>(frames), 0);

  Yin yin(options.min_hz, options.max_hz);
  SpectrumFrames spectra;
  PitchPath path(options.min_hz, options.max_hz, [&](std::int64_t frame, float hz, float aperiodicity) {
    track.hz[static_cast<std::size_t>(frame)] = hz;
    track.voicing[static_cast<std::size_t>(frame)] = hz > 0 ? std::max(0.f, 1 - aperiodicity) : 0;
  });
  std::vector<PitchCandidate> found(Yin::kMaxCandidates);
  for (std::int64_t chunk = 0; chunk < frames; chunk += kChunk) {
    if (progress && !progress(static_cast<double>(chunk) / static_cast<double>(frames), "Listening for the pitch"))
      return Error{Code::cancelled, "The transcription was stopped.", "Start it again when you like."};
    const std::int64_t count = std::min(kChunk, frames - chunk);
    const float* samples = stream.need(chunk * kAnalysisHop, count * kAnalysisHop);
    for (std::int64_t i = 0; i < count; ++i) {
      const float* centre = samples + i * kAnalysisHop;
      spectra.push(centre - SpectrumFrames::kWindow / 2, track);
      const int n = yin.find(centre - yin.centre(), found.data());
      for (int k = 0; k < n; ++k)
        if (found[k].probability > kWorthRefining)
          found[k].hz = static_cast<float>(yin.refine(centre, found[k].hz));
      path.push({found.data(), static_cast<std::size_t>(n)});
    }
  }
  path.finish();
  track.noise = background(track.level);
  spectra.changes(track);
  return track;
}

}  // namespace tutti::analysis
