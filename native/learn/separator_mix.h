// Endless training material from folders of stems: random mixing, colouring and mastering.
//
// A folder holds songs, each a folder with drums.wav, bass.wav, other.wav and vocals.wav (44.1 kHz,
// mono or stereo, as MUSDB18 has them once decoded; a missing file is silence). Half of the
// examples take the stems of one song at one place, half take each from anywhere: mixing at random
// helps in spite of what it does to harmony (Jeon et al. 2024, arXiv 2402.18407). Each stem gets a
// level, a place, a pitch and a colour of its own; a limiter presses the sum and the stems follow
// its gain (Jeon and Lee 2022, "Towards robust music source separation on loud commercial music",
// arXiv 2208.14355). The stems of an example always sum to its mixture.
//
// One thread at a time. Examples depend on the seed, the number and the files found so far.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/dsp/fft.h"
#include "native/files/wav_map.h"

namespace tutti::learn {

inline constexpr int kSeparatorRate = 44100;

// Spectra of stereo sound as the Instant separator sees them: a periodic square-root Hann window of
// `window`, hop half of it, the first frame centred at sample 0.
class StereoSpectrum {
 public:
  explicit StereoSpectrum(int window);
  int bins() const { return window_ / 2 + 1; }
  // Frames that cover n samples.
  long frames(long n) const { return n / (window_ / 2) + 1 + (n % (window_ / 2) != 0); }
  // Row f of `rows` begins at rows + f * stride and holds for each bin L.re L.im R.re R.im.
  void forward(const float* left, const float* right, long n, float* rows, long stride);
  void inverse(const float* rows, long stride, float* left, float* right, long n);

 private:
  int window_;
  dsp::RealFft fft_;
  std::vector<float> shape_, in_, re_[2], im_[2];
};

// Four stems of stereo sound.
struct FourStems {
  std::vector<float> samples[4][2];
};

// Peaks of the sum are pressed to `ceiling` (a gain that falls at once, ahead by 2 ms, and recovers
// in `release` samples), all stems by the same gain.
void limit_together(FourStems& stems, float drive, float ceiling, double release);

class StemMixer {
 public:
  StemMixer(std::vector<std::string> folders, std::uint64_t seed, int window);
  // Looks for songs that have come since; not_found while there is none at all.
  Result<int> rescan();
  std::size_t songs() const { return songs_.size(); }

  // Example `number`: sound of `frames` (the stems sum to the mixture).
  void example(std::uint64_t number, long samples, FourStems& out);
  // The same as spectra: stems into four arrays of rows, the mixture's rows their sum; random
  // colour of stems and master is applied here. Row f of stem s at stems + s * stem_stride + f *
  // stride.
  void spectra(std::uint64_t number, long samples, float* mixture, float* stems, long stem_stride,
               long stride);

 private:
  struct Song {
    std::string name;
    std::unique_ptr<files::WavMap> stems[4];
    std::int64_t frames = 0;
  };
  void read(const Song&, int stem, double at, double speed, long samples, FourStems& out) const;

  std::vector<std::string> folders_;
  std::uint64_t seed_;
  std::vector<Song> songs_;
  std::vector<std::string> seen_;
  std::vector<std::size_t> having_[4];  // songs that have the stem
  std::vector<std::size_t> whole_;      // songs that have all but perhaps a voice
  StereoSpectrum spectrum_;
};

}  // namespace tutti::learn
