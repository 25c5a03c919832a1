#include "engine/separate/classical.h"

#include <algorithm>
#include <cmath>

#include "engine/separate/classical_parts.h"
#include "engine/separate/stft.h"

namespace tutti::separate {
namespace {

using classical::PitchLine;
using classical::Plane;
using classical::Repetition;

constexpr int kRate = 44100;
constexpr int kWindow = 4096, kHop = kWindow / 2, kBins = kWindow / 2 + 1;
constexpr double kBinHz = static_cast<double>(kRate) / kWindow;
constexpr int kSegmentHops = 430, kOverlapHops = 32;  // 20.0 s, 1.5 s
constexpr int kMostFrames = kSegmentHops + 1;
constexpr int kApart = 10;  // frames, half a second: nearer ones are alike without repeating

constexpr double kBassLow = 38, kBassHigh = 250, kVoiceLow = 80, kVoiceHigh = 1000;
constexpr int bin_of(double hz) {
  return static_cast<int>(hz / kBinHz + 0.5);
}

constexpr int kLow = bin_of(250) / 4 * 4;

struct ClassicalWorkspace final : Workspace {
  ClassicalWorkspace()
      : stft(kWindow),
        spectra(4, Plane(kMostFrames, kBins)),
        size(kMostFrames, kBins),
        steady(kMostFrames, kBins),
        struck(kMostFrames, kBins),
        usual(kMostFrames, kBins),
        voice(kMostFrames, kBins),
        repetition(kMostFrames, kBins),
        bass_line(kMostFrames, kBinHz, kBins, kBassLow, kBassHigh, 6),
        voice_line(kMostFrames, kBinHz, kBins, kVoiceLow, kVoiceHigh, 8),
        bass_pitch(kMostFrames),
        voice_pitch(kMostFrames),
        masks(kStems, std::vector<float>(kBins)),
        re(kBins),
        im(kBins) {}

  std::size_t bytes() const {
    return 9 * size.bytes() + repetition.bytes() + bass_line.bytes() + voice_line.bytes() +
           stft.bytes() + (2 * kMostFrames + (kStems + 2) * kBins) * sizeof(float);
  }

  Stft stft;
  std::vector<Plane> spectra;  // L re, L im, R re, R im
  // Magnitudes: of the mixture, its medians in time and frequency, what repeats, and what may be
  // the voice.
  Plane size, steady, struck, usual, voice;
  Repetition repetition;
  PitchLine bass_line, voice_line;
  std::vector<float> bass_pitch, voice_pitch;
  std::vector<std::vector<float>> masks;
  std::vector<float> re, im;
};

float squared(float x) {
  return x * x;
}

// How near bin f is to a harmonic of the pitch (in bins): 1 on it, a half `width` bins away.
float near_harmonic(float f, float pitch, float width) {
  const float turns = f / pitch;
  float apart = turns - static_cast<float>(static_cast<int>(turns + 0.5f));
  if (turns < 0.5f) apart = turns - 1;
  return 1.0f / (1.0f + squared(squared(apart * pitch / width)));
}

// How alike the channels are in a bin: 1 in the middle, 0 on one side or out of phase.
float likeness(float lr, float li, float rr, float ri) {
  const float both = lr * rr + li * ri;
  const float all = lr * lr + li * li + rr * rr + ri * ri + 1e-12f;
  return std::max(0.0f, 2 * both / all);
}

class Classical final : public Separator {
 public:
  std::string_view name() const override { return "classical"; }
  std::string_view version() const override { return "1"; }
  int rate() const override { return kRate; }
  std::int64_t segment() const override { return kSegmentHops * kHop; }
  std::int64_t overlap() const override { return kOverlapHops * kHop; }
  float weight(std::int64_t at, std::int64_t frames) const override {
    const std::int64_t from_edge = std::min(at, frames - 1 - at) + 1;
    return from_edge >= overlap() ? 1.0f
                                  : static_cast<float>(from_edge) / static_cast<float>(overlap());
  }
  std::size_t workspace_bytes() const override { return ClassicalWorkspace().bytes(); }
  std::unique_ptr<Workspace> make_workspace() const override {
    return std::make_unique<ClassicalWorkspace>();
  }

  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace& workspace,
                        const SongLevel&) const override {
    auto& w = static_cast<ClassicalWorkspace&>(workspace);
    const auto length = static_cast<std::int64_t>(mixture[0].size());
    if (length < 1 || length > segment())
      return Error{Code::wrong_usage, "A segment for the separator has a wrong length.",
                   "Give it between 1 and segment() frames."};
    const int frames = static_cast<int>(w.stft.frames_of(length));
    hear(mixture, frames, w);
    for (auto& stem : stems)
      for (auto& channel : stem) std::fill(channel.begin(), channel.end(), 0.0f);
    for (int t = 0; t < frames; ++t) {
      weigh(t, w);
      for (std::size_t s = 0; s < kStems; ++s) {
        const float* const mask = w.masks[s].data();
        for (std::size_t c = 0; c < kChannels; ++c) {
          const float *const re = w.spectra[2 * c].row(t), *const im = w.spectra[2 * c + 1].row(t);
          for (int f = 0; f < kBins; ++f) {
            w.re[static_cast<std::size_t>(f)] = mask[f] * re[f];
            w.im[static_cast<std::size_t>(f)] = mask[f] * im[f];
          }
          w.stft.add_inverse(w.re.data(), w.im.data(), stems[s][c], t);
        }
      }
    }
    return {};
  }

 private:
  // Everything that the masks are made of.
  static void hear(StereoIn mixture, int frames, ClassicalWorkspace& w) {
    for (int t = 0; t < frames; ++t) {
      for (std::size_t c = 0; c < kChannels; ++c)
        w.stft.forward(mixture[c], t, w.spectra[2 * c].row(t), w.spectra[2 * c + 1].row(t));
      const float *const lr = w.spectra[0].row(t), *const li = w.spectra[1].row(t),
                         *const rr = w.spectra[2].row(t), *const ri = w.spectra[3].row(t);
      float* const size = w.size.row(t);
      for (int f = 0; f < kBins; ++f)
        size[f] = std::sqrt(lr[f] * lr[f] + li[f] * li[f] + rr[f] * rr[f] + ri[f] * ri[f]);
      for (int i = 1; i <= classical::kMargin; ++i) {  // the median's neighbours beyond the ends
        size[-i] = size[i];
        size[kBins - 1 + i] = size[kBins - 1 - i];
      }
    }
    median_in_time(w.size, frames, kBins, w.steady);
    median_in_frequency(w.size, frames, kBins, w.struck);
    // Low down every note is as wide as a stroke: there what outlasts a fifth of a second sounds
    // on, and what stands above that strikes.
    brief_median_in_time(w.size, frames, kLow, w.steady);
    for (int t = 0; t < frames; ++t)
      for (int f = 0; f < kLow; ++f)
        w.struck.row(t)[f] = std::max(0.0f, w.size.row(t)[f] - w.steady.row(t)[f]);
    w.repetition.find(w.size, frames, kApart, w.usual);
    w.bass_line.track(w.steady, frames, w.bass_pitch.data());
    for (int t = 0; t < frames; ++t) {
      const float *const lr = w.spectra[0].row(t), *const li = w.spectra[1].row(t),
                         *const rr = w.spectra[2].row(t), *const ri = w.spectra[3].row(t);
      const float *const size = w.size.row(t), *const usual = w.usual.row(t);
      float* const voice = w.voice.row(t);
      for (int f = 0; f < kBins; ++f) {
        const float middle = likeness(lr[f], li[f], rr[f], ri[f]);
        voice[f] = squared(middle) * squared(middle) * (size[f] - usual[f]);
      }
      std::fill(voice, voice + bin_of(kVoiceLow), 0.0f);
    }
    w.voice_line.track(w.voice, frames, w.voice_pitch.data());
  }

  // The masks of one frame; they sum to 1.
  static void weigh(int t, ClassicalWorkspace& w) {
    const float *const size = w.size.row(t), *const steady = w.steady.row(t),
                       *const struck = w.struck.row(t), *const voice = w.voice.row(t);
    const float bass_pitch = w.bass_pitch[static_cast<std::size_t>(t)],
                voice_pitch = w.voice_pitch[static_cast<std::size_t>(t)];
    constexpr float kBassEnd = static_cast<float>(150 / kBinHz);
    constexpr float kBassSure = static_cast<float>(120 / kBinHz);
    for (int f = 0; f < kBins; ++f) {
      const auto at = static_cast<std::size_t>(f);
      const float bin = static_cast<float>(f);
      const float h = squared(steady[f]), p = squared(struck[f]);
      const float strike = p / (h + p + 1e-20f), sound = 1 - strike;
      float bass = 0;
      if (bass_pitch > 0) {
        const float falling = bin < kBassEnd ? 1.0f : squared(squared(kBassEnd / bin));
        bass = falling * (bin < 1.5f * bass_pitch ? 1.0f : near_harmonic(bin, bass_pitch, 2.0f));
      } else if (bin < kBassSure) {
        bass = 0.7f;
      }
      float sung = voice[f] / (size[f] + 1e-20f);
      if (voice_pitch > 0) {
        sung *= 0.2f + 0.8f * near_harmonic(bin, voice_pitch, 2.5f + 0.02f * bin);
      } else {
        sung *= 0.1f;
      }
      // Consonants and the beginnings of notes strike too.
      const float drums = strike * (1 - 0.9f * sung);
      w.masks[0][at] = drums;
      w.masks[1][at] = sound * bass;
      w.masks[3][at] = sound * (1 - bass) * sung + (strike - drums);
      w.masks[2][at] = 1 - w.masks[0][at] - w.masks[1][at] - w.masks[3][at];
    }
  }
};

}  // namespace

std::unique_ptr<Separator> make_classical() {
  return std::make_unique<Classical>();
}

}  // namespace tutti::separate
