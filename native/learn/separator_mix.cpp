#include "native/learn/separator_mix.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;
constexpr double kPi = 3.14159265358979323846;
const char* const kNames[4] = {"drums", "bass", "other", "vocals"};

double decibels(double db) {
  return std::pow(10.0, db / 20);
}

double energy_of(const FourStems& stems, int s) {
  double sum = 0;
  for (const auto& channel : stems.samples[s])
    for (const float x : channel) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum / (2.0 * static_cast<double>(stems.samples[s][0].size()) + 1);
}

// A smooth random colour over the bins: two bells and a tilt, in dB.
void colour(Random& random, double strength, std::vector<float>& gains) {
  const auto bins = gains.size();
  double at[2], wide[2], high[2];
  for (int i = 0; i < 2; ++i) {
    at[i] = random.uniform(std::log(60.0), std::log(14000.0));
    wide[i] = random.uniform(0.25, 1.2);
    high[i] = random.normal() * strength;
  }
  const double tilt = random.normal() * strength * 0.2;  // dB an e-fold
  for (std::size_t k = 0; k < bins; ++k) {
    const double f = std::log((static_cast<double>(k) + 0.5) * kSeparatorRate /
                              (2.0 * static_cast<double>(bins - 1)));
    double db = tilt * (f - std::log(800.0));
    for (int i = 0; i < 2; ++i)
      db += high[i] * std::exp(-0.5 * (f - at[i]) * (f - at[i]) / (wide[i] * wide[i]));
    gains[k] = static_cast<float>(decibels(std::clamp(db, -24.0, 18.0)));
  }
}

}  // namespace

StereoSpectrum::StereoSpectrum(int window) : window_(window), fft_(window) {
  const auto size = static_cast<std::size_t>(window);
  shape_.resize(size);
  in_.resize(size);
  for (int c = 0; c < 2; ++c) {
    re_[c].resize(size / 2 + 1);
    im_[c].resize(size / 2 + 1);
  }
  for (std::size_t i = 0; i < size; ++i)
    shape_[i] = static_cast<float>(std::sin(kPi * static_cast<double>(i) / window));
}

void StereoSpectrum::forward(const float* left, const float* right, long n, float* rows,
                             long stride) {
  const long hop = window_ / 2;
  for (long f = 0; f < frames(n); ++f) {
    const float* const channels[2] = {left, right};
    for (int c = 0; c < 2; ++c) {
      for (long i = 0; i < window_; ++i) {
        const long at = (f - 1) * hop + i;
        in_[static_cast<std::size_t>(i)] =
            at >= 0 && at < n ? channels[c][at] * shape_[static_cast<std::size_t>(i)] : 0.0f;
      }
      fft_.forward(in_.data(), re_[c].data(), im_[c].data());
    }
    float* const row = rows + f * stride;
    for (std::size_t k = 0; k < re_[0].size(); ++k) {
      row[4 * k] = re_[0][k];
      row[4 * k + 1] = im_[0][k];
      row[4 * k + 2] = re_[1][k];
      row[4 * k + 3] = im_[1][k];
    }
  }
}

void StereoSpectrum::inverse(const float* rows, long stride, float* left, float* right, long n) {
  const long hop = window_ / 2;
  std::fill(left, left + n, 0.0f);
  std::fill(right, right + n, 0.0f);
  for (long f = 0; f < frames(n); ++f) {
    const float* const row = rows + f * stride;
    for (std::size_t k = 0; k < re_[0].size(); ++k)
      for (std::size_t c = 0; c < 2; ++c) {
        re_[c][k] = row[4 * k + 2 * c];
        im_[c][k] = row[4 * k + 2 * c + 1];
      }
    float* const channels[2] = {left, right};
    for (int c = 0; c < 2; ++c) {
      fft_.inverse(re_[c].data(), im_[c].data(), in_.data());
      for (long i = 0; i < window_; ++i) {
        const long at = (f - 1) * hop + i;
        if (at >= 0 && at < n)
          channels[c][at] += in_[static_cast<std::size_t>(i)] * shape_[static_cast<std::size_t>(i)];
      }
    }
  }
}

void limit_together(FourStems& stems, float drive, float ceiling, double release) {
  const std::size_t n = stems.samples[0][0].size();
  constexpr std::size_t kAhead = 88;
  std::vector<float> gain(n + kAhead, 1.0f);
  for (std::size_t i = 0; i < n; ++i) {
    float peak = 0;
    for (int c = 0; c < 2; ++c) {
      float sum = 0;
      for (const auto& stem : stems.samples) sum += stem[c][i];
      peak = std::max(peak, std::abs(sum));
    }
    peak *= drive;
    gain[i] = peak > ceiling ? ceiling / peak : 1.0f;
  }
  // The lowest of the next kAhead samples, left exponentially; its mean over as many samples before
  // is at no place above what is asked for there.
  const auto up = static_cast<float>(1 - std::exp(-1 / release));
  std::vector<std::size_t> queue(n + kAhead);
  std::vector<float> least(n);
  std::size_t head = 0, tail = 0;
  float now = 1.0f;
  for (std::size_t i = 0; i < n + kAhead; ++i) {
    while (tail > head && gain[queue[tail - 1]] >= gain[i]) --tail;
    queue[tail++] = i;
    if (queue[head] + kAhead < i) ++head;
    if (i < kAhead) continue;
    now = std::min(gain[queue[head]], now + up * (1.0f - now));
    least[i - kAhead] = now;
  }
  double sum = static_cast<double>(least.empty() ? 1.0f : least[0]) * kAhead;
  for (std::size_t i = 0; i < n; ++i) {
    sum += static_cast<double>(least[i]) - static_cast<double>(least[i < kAhead ? 0 : i - kAhead]);
    const auto pressed = static_cast<float>(sum / kAhead) * drive;
    for (auto& stem : stems.samples)
      for (auto& channel : stem) channel[i] *= pressed;
  }
}

StemMixer::StemMixer(std::vector<std::string> folders, std::uint64_t seed, int window)
    : folders_(std::move(folders)), seed_(seed), spectrum_(window) {}

Result<int> StemMixer::rescan() {
  for (const std::string& folder : folders_) {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.is_directory() && entry.path().filename().string()[0] != '.')
        names.push_back(entry.path().string());
    if (error)
      return Error{Code::not_found, "The folder " + folder + " cannot be read.",
                   "Name a folder of songs with drums.wav, bass.wav, other.wav and vocals.wav."};
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (std::binary_search(seen_.begin(), seen_.end(), name)) continue;
      Song song;
      song.name = name;
      bool some = false, right = true;
      for (int s = 0; s < 4; ++s) {
        auto map = files::WavMap::open(name + "/" + kNames[s] + ".wav");
        if (!map) continue;
        right &= map->rate() == kSeparatorRate && map->channels() >= 1;
        song.frames = std::max(song.frames, map->frames());
        song.stems[s] = std::make_unique<files::WavMap>(std::move(*map));
        some = true;
      }
      seen_.insert(std::lower_bound(seen_.begin(), seen_.end(), name), name);
      if (!some) continue;
      if (!right)
        return Error{Code::unsupported, name + " is not at 44,100 Hz.",
                     "Convert it first, for example with ffmpeg -ar 44100."};
      if (song.frames < kSeparatorRate) continue;
      for (int s = 0; s < 4; ++s)
        if (song.stems[s]) having_[s].push_back(songs_.size());
      if (song.stems[0] && song.stems[1] && song.stems[2]) whole_.push_back(songs_.size());
      songs_.push_back(std::move(song));
    }
  }
  if (songs_.empty())
    return Error{Code::not_found, "No song was found in the folders of stems.",
                 "A song is a folder with drums.wav, bass.wav, other.wav and vocals.wav."};
  return static_cast<int>(songs_.size());
}

// From place `at` (0 … 1 of what fits), `speed` samples of the file a sample.
void StemMixer::read(const Song& song, int stem, double at, double speed, long samples,
                     FourStems& out) const {
  for (auto& channel : out.samples[stem]) channel.assign(static_cast<std::size_t>(samples), 0.0f);
  const auto& file = song.stems[stem];
  if (!file) return;
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(samples) * speed) + 4;
  const auto spare = std::max<std::int64_t>(0, song.frames - wanted);
  const auto from = static_cast<std::int64_t>(at * static_cast<double>(spare));
  const auto there = std::clamp<std::int64_t>(file->frames() - from, 0, wanted);
  if (there < 4) return;
  std::vector<float> raw(static_cast<std::size_t>(wanted), 0.0f);
  for (int c = 0; c < 2; ++c) {
    file->read(std::min(c, file->channels() - 1), from, static_cast<int>(there), raw.data());
    auto& channel = out.samples[stem][c];
    if (speed == 1.0) {
      std::copy_n(raw.begin(), samples, channel.begin());
      continue;
    }
    for (std::size_t i = 0; i < channel.size(); ++i) {  // Catmull-Rom
      const double place = static_cast<double>(i) * speed;
      const auto k = static_cast<std::size_t>(place);
      const float f = static_cast<float>(place - static_cast<double>(k));
      const float a = raw[k > 0 ? k - 1 : 0], b = raw[k], d = raw[k + 1], e = raw[k + 2];
      channel[i] =
          b + 0.5f * f * (d - a + f * (2 * a - 5 * b + 4 * d - e + f * (3 * (b - d) + e - a)));
    }
  }
}

void StemMixer::example(std::uint64_t number, long samples, FourStems& out) {
  Random random(seed_ * 0x9e3779b97f4a7c15ull + number);
  // Usual levels of the stems, dB, and how they vary.
  constexpr double kLevel[4] = {-19, -22, -23, -21};
  for (int attempt = 0;; ++attempt) {
    const bool together = !whole_.empty() && random.uniform() < 0.5;
    const double shared_speed =
        random.uniform() < 0.4 ? std::exp2(random.uniform(-3.0, 3.0) / 12) : 1.0;
    const std::size_t song = whole_.empty() ? 0 : whole_[random.below(whole_.size())];
    const double place = random.uniform();
    // In a sixth of the examples one stem stands far behind the others, as in real mixes.
    const int behind = random.uniform() < 0.15 ? static_cast<int>(random.below(4)) : -1;
    double sum = 0;
    for (int s = 0; s < 4; ++s) {
      const bool leave = random.uniform() < (s == 3 ? 0.12 : 0.08);
      // A song without a voice borrows one, often.
      const bool borrow = s == 3 && together && !songs_[song].stems[3] && random.uniform() < 0.75;
      const bool own = (together && !borrow) || having_[s].empty();
      if (own) {
        read(songs_[song], s, place, shared_speed, samples, out);
      } else {
        for (int retry = 0; retry < 3; ++retry) {
          const double speed =
              random.uniform() < 0.4 ? std::exp2(random.uniform(-3.0, 3.0) / 12) : 1.0;
          read(songs_[having_[s][random.below(having_[s].size())]], s, random.uniform(), speed,
               samples, out);
          if (energy_of(out, s) > 1e-6) break;
        }
      }
      const double energy = energy_of(out, s);
      double gain = decibels(random.normal() * 5);
      if (!own)
        gain = decibels(kLevel[s] + random.normal() * 5.5) / std::sqrt(std::max(energy, 1e-6));
      if (s == behind) gain *= decibels(-random.uniform(4, 18));
      if (leave) gain = 0;
      if (random.uniform() < 0.5) gain = -gain;
      // Place: the sides exchanged, narrower or wider, a little to one side.
      const bool swap = random.uniform() < 0.5;
      const double width =
          random.uniform() < 0.5 ? 1.0 : random.uniform(0.0, s == 0 || s == 2 ? 1.3 : 1.1);
      const double pan = random.uniform() < 0.5 ? 0.0 : random.normal() * (s == 2 ? 0.35 : 0.12);
      const auto left = static_cast<float>(gain * std::clamp(1 - pan, 0.15, 1.6));
      const auto right = static_cast<float>(gain * std::clamp(1 + pan, 0.15, 1.6));
      const auto side = static_cast<float>(width);
      auto& a = out.samples[s][swap ? 1 : 0];
      auto& b = out.samples[s][swap ? 0 : 1];
      for (std::size_t i = 0; i < a.size(); ++i) {
        const float middle = 0.5f * (a[i] + b[i]), apart = 0.5f * side * (a[i] - b[i]);
        a[i] = left * (middle + apart);
        b[i] = right * (middle - apart);
      }
      sum += energy * gain * gain;
    }
    if (sum > 1e-6 || attempt > 20) break;
  }
  // Mastering: in two of three, from gentle to brickwall.
  double energy = 0;
  for (int s = 0; s < 4; ++s) energy += energy_of(out, s);
  const double level =
      random.uniform() < 0.15 ? random.uniform(-36, -22) : random.uniform(-22, -11);
  const auto drive = static_cast<float>(decibels(level) / std::sqrt(energy + 1e-9));
  const bool pressed = random.uniform() < 0.65;
  limit_together(out, drive, pressed ? static_cast<float>(random.uniform(0.35, 1.0)) : 1e9f,
                 kSeparatorRate * std::exp(random.uniform(std::log(0.005), std::log(0.2))));
  if (random.uniform() < 0.06) {  // mono
    for (auto& stem : out.samples)
      for (std::size_t i = 0; i < stem[0].size(); ++i)
        stem[0][i] = stem[1][i] = 0.5f * (stem[0][i] + stem[1][i]);
  }
}

void StemMixer::spectra(std::uint64_t number, long samples, float* mixture, float* stems,
                        long stem_stride, long stride) {
  FourStems sound;
  example(number, samples, sound);
  Random random(seed_ * 0xd1342543de82ef95ull + number);
  const auto bins = static_cast<std::size_t>(spectrum_.bins());
  const long frames = spectrum_.frames(samples);
  std::vector<float> master(bins, 1.0f), own(bins);
  if (random.uniform() < 0.4) colour(random, 3.0, master);
  if (random.uniform() < 0.15) {  // what lossy coding and old recordings leave out
    const double edge =
        random.uniform(9000, 18000) * 2.0 * (static_cast<double>(bins) - 1) / kSeparatorRate;
    for (std::size_t k = 0; k < bins; ++k)
      if (static_cast<double>(k) > edge) master[k] = 0;
  }
  for (int s = 0; s < 4; ++s) {
    float* const rows = stems + s * stem_stride;
    spectrum_.forward(sound.samples[s][0].data(), sound.samples[s][1].data(), samples, rows,
                      stride);
    std::fill(own.begin(), own.end(), 1.0f);
    if (random.uniform() < 0.6) colour(random, 4.0, own);
    for (std::size_t k = 0; k < bins; ++k) own[k] *= master[k];
    for (long f = 0; f < frames; ++f) {
      float* const row = rows + f * stride;
      float* const sum = mixture + f * stride;
      for (std::size_t k = 0; k < 4 * bins; ++k) {
        row[k] *= own[k / 4];
        sum[k] = s == 0 ? row[k] : sum[k] + row[k];
      }
    }
  }
}

}  // namespace tutti::learn
