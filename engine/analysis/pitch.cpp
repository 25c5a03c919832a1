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
    const double k = math::tan(math::kPi * 45 / kAnalysisRate),
                 norm = 1 / (1 + k * std::sqrt(2.0) + k * k);
    b0_ = norm, a1_ = 2 * (k * k - 1) * norm, a2_ = (1 - k * std::sqrt(2.0) + k * k) * norm;
    samples_.assign(2 * kMargin, 0);
    begin_ = -2 * kMargin;
  }
  std::int64_t length() const {
    return resampler_.out_frames(static_cast<std::int64_t>(in_.size()));
  }

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

// The level that the quietest fifth of the frames without voice stays under; where there are next
// to none of those, well under the voice.
double background(const VoiceTrack& track) {
  if (track.frames() == 0) return -120;
  std::vector<float> silent, voiced;
  for (std::size_t i = 0; i < track.frames(); ++i)
    (track.hz[i] > 0 ? voiced : silent).push_back(track.level[i]);
  const auto quantile = [](std::vector<float>& levels, double q) {
    const auto nth =
        levels.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(levels.size() - 1));
    std::nth_element(levels.begin(), nth, levels.end());
    return static_cast<double>(*nth);
  };
  const double loud = voiced.empty() ? 0 : quantile(voiced, 0.9);
  if (silent.size() < 16) return voiced.empty() ? -120 : loud - 45;
  return voiced.empty() ? quantile(silent, 0.2) : std::min(quantile(silent, 0.2), loud - 12);
}

// While a tone swells or fades, what is measured is the pitch of a moment to one side of the
// frame's centre, and at the very edge, with half the window in silence, hardly a pitch at all.
// Such frames follow the line of the nearest steady ones.
void straighten(VoiceTrack& track, const SpectrumFrames& spectra) {
  constexpr float kLean = 0.3f;      // frames: more than this is swelling or fading
  constexpr std::int64_t kMost = 5;  // frames to the nearest steady one
  constexpr double kNear = 0.04;     // of the frequency: further off is a real glide
  constexpr double kTrust = 0.5;
  constexpr double kSteep = 0.012;  // of the frequency a frame: more is no line to be followed
  const auto frames = static_cast<std::int64_t>(track.frames());
  const auto lean = [&](std::int64_t i) { return spectra.lean(static_cast<std::size_t>(i)); };
  const auto voiced = [&](std::int64_t i) { return i >= 0 && i < frames && track.hz[i] > 0; };
  std::vector<float> straight = track.hz;
  for (std::int64_t i = 0; i < frames; ++i) {
    if (!voiced(i) || std::fabs(lean(i)) <= kLean) continue;
    const std::int64_t step = lean(i) > 0 ? 1 : -1;
    std::int64_t j = i;
    while (voiced(j) && std::fabs(lean(j)) > kLean && (j - i) * step < kMost) j += step;
    if (!voiced(j) || !voiced(j + 3 * step) || std::fabs(lean(j)) > kLean) continue;
    const double slope = (track.hz[j + 3 * step] - track.hz[j]) /
                         (3.0 * static_cast<double>(step) + lean(j + 3 * step) - lean(j));
    const double line = track.hz[j] - slope * (static_cast<double>(j - i) + lean(j));
    // The steady frames know the level of the pitch best, this one where it is heading.
    const double here = track.hz[i] - slope * lean(i);
    if (std::fabs(slope) < kSteep * track.hz[j] && std::fabs(line / track.hz[i] - 1) < kNear)
      straight[i] = static_cast<float>(kTrust * here + (1 - kTrust) * line);
  }
  track.hz = std::move(straight);
}

}  // namespace

Result<VoiceTrack> track_voice(std::span<const float> mono, double rate,
                               const PitchOptions& options, const Progress& progress) {
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
  PitchPath path(options.min_hz, options.max_hz,
                 [&](std::int64_t frame, float hz, float aperiodicity) {
                   track.hz[static_cast<std::size_t>(frame)] = hz;
                   track.voicing[static_cast<std::size_t>(frame)] =
                       hz > 0 ? std::max(0.f, 1 - aperiodicity) : 0;
                 });
  std::vector<PitchCandidate> found(Yin::kMaxCandidates);
  for (std::int64_t chunk = 0; chunk < frames; chunk += kChunk) {
    if (progress && !progress(static_cast<double>(chunk) / static_cast<double>(frames),
                              "Listening for the pitch"))
      return Error{Code::cancelled, "The transcription was stopped.",
                   "Start it again when you like."};
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
  track.noise = background(track);
  spectra.changes(track);
  straighten(track, spectra);
  return track;
}

}  // namespace tutti::analysis
