#include "engine/analysis/harmony.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr int kBins = HarmonyTracks::kBins;
constexpr int kNotes = 73;  // C1 … C7
constexpr int kHarmonics = 16;
constexpr double kFall = 0.7;  // of amplitude from one overtone to the next
constexpr int kSweeps = 16;
constexpr float kSparse = 0.02f;  // strength below which no note is needed
constexpr int kWhiten = 27;       // bins on either side: 9 semitones
constexpr double kBinHz = kSongRate / HarmonySpectrum::kWindow;

double hz_of_bin(double bin) {
  return math::midi_to_hz(HarmonyTracks::kLowest + (bin - 1) / 3);
}

// Magnitude of a sine `off` FFT bins away through the Hann window, 1 at its centre.
double main_lobe(double off) {
  off = std::fabs(off);
  return off < 2 ? 0.5 + 0.5 * math::cos(math::kPi * off / 2) : 0;
}

// How much FFT bin `k` counts for scale bin `b`: a triangle a third of a semitone (or an FFT bin,
// where that is wider) to either side.
double share(int k, int b) {
  const double centre = hz_of_bin(b), next = hz_of_bin(b + 1);
  const double width = std::max(next - centre, kBinHz);
  return std::max(0.0, 1 - std::fabs(k * kBinHz - centre) / width);
}

// The notes' spectra on the scale, and their products with one another.
struct Dictionary {
  std::vector<float> atoms;  // kNotes rows of kBins, unit length
  std::vector<float> gram;   // kNotes × kNotes
  Dictionary() : atoms(kNotes * kBins, 0), gram(kNotes * kNotes, 0) {
    for (int n = 0; n < kNotes; ++n) {
      float* atom = &atoms[static_cast<std::size_t>(n) * kBins];
      double amplitude = 1;
      for (int h = 1; h <= kHarmonics; ++h, amplitude *= kFall) {
        const double hz = math::midi_to_hz(HarmonyTracks::kLowest + n) * h;
        const int low = std::max(1, static_cast<int>(hz / kBinHz) - 3), high = low + 7;
        for (int b = 0; b < kBins; ++b) {
          if (std::fabs(hz_of_bin(b) - hz) > 4 * kBinHz + 0.05 * hz) continue;
          double sum = 0, total = 0;
          for (int k = low - 4; k <= high + 4; ++k) {
            const double part = share(k, b);
            sum += part * main_lobe(k - hz / kBinHz), total += part;
          }
          if (total > 0) atom[b] += static_cast<float>(amplitude * sum / total);
        }
      }
      double power = 0;
      for (int b = 0; b < kBins; ++b) power += static_cast<double>(atom[b]) * atom[b];
      const auto unit = static_cast<float>(1 / std::sqrt(std::max(power, 1e-12)));
      for (int b = 0; b < kBins; ++b) atom[b] *= unit;
    }
    for (int i = 0; i < kNotes; ++i)
      for (int j = 0; j < kNotes; ++j) {
        float sum = 0;
        for (int b = 0; b < kBins; ++b)
          sum += atoms[static_cast<std::size_t>(i) * kBins + b] *
                 atoms[static_cast<std::size_t>(j) * kBins + b];
        gram[static_cast<std::size_t>(i) * kNotes + j] = sum;
      }
  }
};

// Without the slow shape of the spectrum: what stands out from its surroundings, in units of their
// spread.
void whiten(std::vector<float>& x) {
  double sum[kBins + 1], squares[kBins + 1];
  sum[0] = squares[0] = 0;
  double top = 0;
  for (int b = 0; b < kBins; ++b) {
    sum[b + 1] = sum[b] + x[b];
    squares[b + 1] = squares[b] + static_cast<double>(x[b]) * x[b];
    top = std::max<double>(top, x[b]);
  }
  for (int b = 0; b < kBins; ++b) {
    const int from = std::max(0, b - kWhiten), to = std::min(kBins, b + kWhiten + 1);
    const double n = to - from, mean = (sum[to] - sum[from]) / n;
    const double spread = std::sqrt(std::max(0.0, (squares[to] - squares[from]) / n - mean * mean));
    const double unit = std::max(spread, 0.01 * top);
    x[b] = unit > 0 ? static_cast<float>(std::max(0.0, (x[b] - mean) / unit)) : 0;
  }
}

// Answers how much of x the notes explain, 0 … 1.
float explain(const Dictionary& dictionary, const std::vector<float>& x, float (&notes)[kNotes]) {
  float wanted[kNotes], have[kNotes];
  for (int n = 0; n < kNotes; ++n) {
    const float* atom = &dictionary.atoms[static_cast<std::size_t>(n) * kBins];
    float sums[4] = {0, 0, 0, 0};
    for (int b = 0; b < kBins; b += 4)
      for (int k = 0; k < 4; ++k) sums[k] += atom[b + k] * x[b + k];
    wanted[n] = (sums[0] + sums[1]) + (sums[2] + sums[3]) - kSparse;
    notes[n] = have[n] = 0;
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (int n = 0; n < kNotes; ++n) {
      const float* row = &dictionary.gram[static_cast<std::size_t>(n) * kNotes];
      const float value = std::max(0.f, notes[n] + (wanted[n] - have[n]) / row[n]);
      const float change = value - notes[n];
      if (change == 0) continue;
      notes[n] = value;
      for (int m = 0; m < kNotes; ++m) have[m] += change * row[m];
    }
  // |x - A n|² = |x|² - 2 n·A'x + n·G n.
  double whole = 0, explained = 0;
  for (int b = 0; b < kBins; ++b) whole += static_cast<double>(x[b]) * x[b];
  for (int n = 0; n < kNotes; ++n)
    explained += static_cast<double>(notes[n]) * (2 * (wanted[n] + kSparse) - have[n]);
  return whole > 0 ? static_cast<float>(std::clamp(explained / whole, 0.0, 1.0)) : 0;
}

// From one level up to another, straight between.
float ramp(int note, int zero, int one) {
  return std::clamp(static_cast<float>(note - zero) / static_cast<float>(one - zero), 0.f, 1.f);
}

}  // namespace

Tuning HarmonyTracks::tuning() const {
  Tuning t;
  if (tuning_weight <= 0) return t;
  t.cents = math::atan2(tuning_sin, tuning_cos) / math::kTwoPi * 100;
  t.strength = std::sqrt(tuning_cos * tuning_cos + tuning_sin * tuning_sin) / tuning_weight;
  return t;
}

HarmonySpectrum::HarmonySpectrum()
    : fft_(kWindow),
      window_(kWindow),
      block_(kWindow),
      re_(kWindow / 2 + 1),
      im_(kWindow / 2 + 1),
      magnitude_(kWindow / 2 + 1) {
  // A sine of amplitude a shows as a.
  for (int i = 0; i < kWindow; ++i)
    window_[i] = static_cast<float>((0.5 - 0.5 * math::cos(math::kTwoPi * (i + 0.5) / kWindow)) *
                                    4 / kWindow);
  for (int b = 0; b < kBins; ++b) {
    const double width = std::max(hz_of_bin(b + 1) - hz_of_bin(b), kBinHz);
    Row row{std::max(1, static_cast<int>((hz_of_bin(b) - width) / kBinHz)), {}};
    double total = 0;
    std::vector<double> shares;
    for (int k = row.first; k * kBinHz <= hz_of_bin(b) + width && k < kWindow / 2; ++k) {
      shares.push_back(share(k, b));
      total += shares.back();
    }
    for (double s : shares) row.weights.push_back(static_cast<float>(total > 0 ? s / total : 0));
    rows_.push_back(std::move(row));
  }
}

void HarmonySpectrum::listen_for_tuning() {
  constexpr int kFrom = static_cast<int>(110 / kBinHz), kTo = static_cast<int>(1800 / kBinHz);
  float top = 0;
  for (int k = kFrom; k < kTo; ++k) top = std::max(top, magnitude_[k]);
  if (top < 1e-4f) return;
  for (int k = kFrom; k < kTo; ++k) {
    const float here = magnitude_[k], left = magnitude_[k - 1], right = magnitude_[k + 1];
    if (here < 0.1f * top || here < left || here <= right) continue;
    // A steady sine through a Hann window: its neighbours say where it lies.
    if (here < 1.3f * magnitude_[k - 2] || here < 1.3f * magnitude_[k + 2]) continue;
    const double a = math::log(left + 1e-9), b = math::log(here + 1e-9),
                 c = math::log(right + 1e-9);
    const double bend = a - 2 * b + c;
    const double off = bend < 0 ? std::clamp(0.5 * (a - c) / bend, -0.5, 0.5) : 0;
    const double semitones = math::hz_to_midi((k + off) * kBinHz);
    const double weight = std::sqrt(static_cast<double>(here));
    const double angle = math::kTwoPi * (semitones - std::floor(semitones));
    tracks_.tuning_cos += weight * math::cos(angle);
    tracks_.tuning_sin += weight * math::sin(angle);
    tracks_.tuning_weight += weight;
  }
}

void HarmonySpectrum::push(const float* samples) {
  for (int i = 0; i < kWindow; ++i) block_[i] = samples[i] * window_[i];
  fft_.forward(block_.data(), re_.data(), im_.data());
  for (int k = 0; k <= kWindow / 2; ++k)
    magnitude_[k] = std::sqrt(re_[k] * re_[k] + im_[k] * im_[k]);
  listen_for_tuning();
  for (const Row& row : rows_) {
    float sum = 0;
    for (std::size_t i = 0; i < row.weights.size(); ++i)
      sum += row.weights[i] * magnitude_[static_cast<std::size_t>(row.first) + i];
    tracks_.bins.push_back(sum);
  }
}

std::vector<Chroma> chroma_between(const HarmonyTracks& tracks,
                                   const std::vector<double>& borders) {
  std::vector<Chroma> out;
  if (borders.size() < 2) return out;
  const Dictionary dictionary;
  const Tuning tuning = tracks.tuning();
  const double shift = tuning.strength > 0.1 ? tuning.cents * 3 / 100 : 0;  // bins
  const auto frames = static_cast<std::int64_t>(tracks.frames());
  std::vector<float> raw(kBins), moved(kBins), column;
  for (std::size_t s = 0; s + 1 < borders.size(); ++s) {
    Chroma chroma;
    // Frames centred within the stretch, or the nearest one.
    auto from = static_cast<std::int64_t>(std::ceil(borders[s] / kHarmonyHop));
    auto to = static_cast<std::int64_t>(std::ceil(borders[s + 1] / kHarmonyHop));
    if (to <= from)
      from = static_cast<std::int64_t>(
          std::floor(0.5 * (borders[s] + borders[s + 1]) / kHarmonyHop + 0.5)),
      to = from + 1;
    from = std::clamp<std::int64_t>(from, 0, std::max<std::int64_t>(0, frames - 1));
    to = std::clamp<std::int64_t>(to, from, frames);
    if (to > from) {
      for (int b = 0; b < kBins; ++b) {
        column.clear();
        for (std::int64_t f = from; f < to; ++f)
          column.push_back(tracks.bins[static_cast<std::size_t>(f) * kBins + b]);
        const auto middle = column.begin() + static_cast<std::ptrdiff_t>(column.size() / 2);
        std::nth_element(column.begin(), middle, column.end());
        raw[b] = *middle;
        if (column.size() % 2 == 0)
          raw[b] = 0.5f * (raw[b] + *std::max_element(column.begin(), middle));
      }
      double level = 0;
      for (int b = 0; b < kBins; ++b) {
        const double at = b + shift;
        const int whole = static_cast<int>(std::floor(at));
        const auto part = static_cast<float>(at - whole);
        const float left = whole >= 0 && whole < kBins ? raw[whole] : 0;
        const float right = whole + 1 >= 0 && whole + 1 < kBins ? raw[whole + 1] : 0;
        moved[b] = left + part * (right - left);
        level += raw[b];
      }
      chroma.level = static_cast<float>(level / kBins);
      if (chroma.level > 1e-6f) {
        whiten(moved);
        float notes[kNotes];
        chroma.clarity = explain(dictionary, moved, notes);
        for (int n = 0; n < kNotes; ++n) {
          const int key = HarmonyTracks::kLowest + n;
          chroma.bass[key % 12] += notes[n] * (1 - ramp(key, 45, 57));
          chroma.treble[key % 12] += notes[n] * ramp(key, 43, 55) * (1 - ramp(key, 80, 97));
        }
      }
    }
    out.push_back(chroma);
  }
  return out;
}

}  // namespace tutti::analysis
