// Signals, folders and measurements for the tests of native/.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "native/files/audio_buffer.h"

namespace tutti::test {

namespace fs = std::filesystem;

// A folder of its own that vanishes with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (fs::temp_directory_path() / "tutti-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  // Names of everything inside, hidden files too.
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(path_))
      all.insert(entry.path().filename().string());
    return all;
  }

 private:
  std::string path_;
};

inline std::vector<std::byte> slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

inline void spill(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

// A sine in every channel, an octave apart from channel to channel up to the sixth of the rate.
inline files::AudioBuffer tones(int rate, int channels, double seconds, double hz = 440,
                                double level = 0.5) {
  files::AudioBuffer audio;
  audio.rate = rate;
  const auto frames = static_cast<std::size_t>(std::lround(seconds * rate));
  for (int c = 0; c < channels; ++c) {
    std::vector<float> channel(frames);
    for (std::size_t i = 0; i < frames; ++i)
      channel[i] =
          static_cast<float>(level * std::sin(2 * M_PI * hz * static_cast<double>(i) / rate));
    audio.channels.push_back(std::move(channel));
    if (hz * 2 < rate / 6.0) hz *= 2;
  }
  return audio;
}

// Whole numbers of `bits` bits as samples, the extremes among them: what PCM must carry exactly.
inline files::AudioBuffer whole_numbers(int rate, int channels, std::size_t frames, int bits,
                                        std::uint64_t seed) {
  files::AudioBuffer audio;
  audio.rate = rate;
  Random random(seed);
  const auto span = std::uint64_t{1} << bits;
  const double scale = std::ldexp(1.0, bits - 1);
  for (int c = 0; c < channels; ++c) {
    std::vector<float> channel(frames);
    for (auto& sample : channel)
      sample = static_cast<float>((static_cast<double>(random.below(span)) - scale) / scale);
    if (frames > 2) {
      channel[0] = -1;
      channel[1] = static_cast<float>((scale - 1) / scale);
    }
    audio.channels.push_back(std::move(channel));
  }
  return audio;
}

// Level of the component at `hz`, as the amplitude of a sine (Goertzel with a Hann window).
inline double level_at(std::span<const float> samples, double rate, double hz) {
  double re = 0, im = 0, weight = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double window = 0.5 - 0.5 * std::cos(2 * M_PI * (static_cast<double>(i) + 0.5) /
                                               static_cast<double>(samples.size()));
    const double phase = 2 * M_PI * hz * static_cast<double>(i) / rate;
    re += window * static_cast<double>(samples[i]) * std::cos(phase);
    im += window * static_cast<double>(samples[i]) * std::sin(phase);
    weight += window;
  }
  return 2 * std::sqrt(re * re + im * im) / weight;
}

inline double rms(std::span<const float> samples) {
  double sum = 0;
  for (const float s : samples) sum += static_cast<double>(s) * static_cast<double>(s);
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

inline double db(double ratio) {
  return 20 * std::log10(ratio);
}

}  // namespace tutti::test
