#include "engine/dsp/loudness.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

typedef double f64x2 __attribute__((vector_size(16)));

double lufs(double power) {
  return power > 0 ? std::max(-0.691 + 10 * math::log10(power), kSilence) : kSilence;
}

double decibels(float linear) {
  return linear > 0 ? std::max(math::gain_to_db(static_cast<double>(linear)), kSilence) : kSilence;
}

// By the azimuth of each loudspeaker: 1.41 from 60 to 120 degrees, else 1 (BS.1770-4, annex 1).
std::array<double, kMaxLoudnessChannels> weights_of(int channels) {
  constexpr double kSide = 1.41;
  switch (channels) {
    case 4:
      return {1, 1, kSide, kSide, 0, 0, 0, 0};
    case 5:
      return {1, 1, 1, kSide, kSide, 0, 0, 0};
    case 6:
      return {1, 1, 1, 0, kSide, kSide, 0, 0};
    case 7:
    case 8:
      return {1, 1, 1, 0, 1, 1, kSide, kSide};
    default:
      return {1, 1, 1, 0, 0, 0, 0, 0};
  }
}

template <std::size_t N>
double sum_of(const std::array<double, N>& values) {
  double part[4] = {};
  static_assert(N % 4 == 0);
  for (std::size_t i = 0; i < N; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) part[k] += values[i + k];
  }
  return (part[0] + part[1]) + (part[2] + part[3]);
}

}  // namespace

void LoudnessMeter::Histogram::clear() {
  count.assign(kBins, 0);
  energy.assign(kBins, 0.0);
}

void LoudnessMeter::Histogram::add(double power) {
  const double loudness = lufs(power);
  if (loudness < kLowest) return;
  const int bin = std::clamp(static_cast<int>((loudness - kLowest) / kBin), 0, kBins - 1);
  ++count[static_cast<std::size_t>(bin)];
  energy[static_cast<std::size_t>(bin)] += power;
}

void LoudnessMeter::prepare(double rate, int channels) {
  rate_ = rate;
  channels_ = std::clamp(channels, 1, kMaxLoudnessChannels);
  weights_ = weights_of(channels_);
  // The analogue prototypes behind BS.1770's tables for 48 kHz, so that any rate can be had.
  {
    const double k = math::tan(math::kPi * 1681.974450955533 / rate), q = 0.7071752369554196;
    const double high = math::db_to_gain(3.999843853973347),
                 band = math::pow(high, 0.4996667741545416);
    const double a0 = 1 + k / q + k * k;
    shelf_ = {(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0,
              (high - band * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
  }
  const double k = math::tan(math::kPi * 38.13547087602444 / rate), q = 0.5003270373238773;
  const double a0 = 1 + k / q + k * k;
  high_pass_ = {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
  blocks_.clear();
  short_terms_.clear();
  reset();
}

void LoudnessMeter::reset() noexcept {
  pairs_ = {};
  slices_.fill(0);
  slice_count_ = position_ = 0;
  slice_end_ = end_of(1);
  momentary_max_ = short_term_max_ = 0;
  for (Histogram* h : {&blocks_, &short_terms_}) {
    std::fill(h->count.begin(), h->count.end(), 0);
    std::fill(h->energy.begin(), h->energy.end(), 0.0);
  }
}

std::int64_t LoudnessMeter::end_of(std::int64_t slice) const noexcept {
  return static_cast<std::int64_t>(static_cast<double>(slice) * (rate_ / 100) + 0.5);
}

void LoudnessMeter::add(const float* left, const float* right, int frames) noexcept {
  const float* both[2] = {left, right};
  add(std::span<const float* const>(both, right != nullptr ? 2 : 1), frames);
}

void LoudnessMeter::add(std::span<const float* const> channels, int frames) noexcept {
  const int count = std::min(channels_, static_cast<int>(channels.size()));
  for (int done = 0; done < frames;) {
    const int n = static_cast<int>(std::min<std::int64_t>(frames - done, slice_end_ - position_));
    for (int c = 0; c < count; c += 2) {
      const float* first = channels[static_cast<std::size_t>(c)];
      const float* second = c + 1 < count ? channels[static_cast<std::size_t>(c + 1)] : first;
      filter(pairs_[static_cast<std::size_t>(c / 2)], first + done, second + done, n);
    }
    // A channel that is not there weighs nothing.
    active_ = count;
    done += n;
    position_ += n;
    if (position_ == slice_end_) end_slice();
  }
}

// Both stages as transposed direct form II; the sums are ordered so that only three operations
// wait for the sample before.
void LoudnessMeter::filter(Pair& pair, const float* first, const float* second,
                           int frames) const noexcept {
  const Coefficients s = shelf_, h = high_pass_;
  f64x2 s1 = {pair.state[0][0], pair.state[0][1]}, s2 = {pair.state[1][0], pair.state[1][1]};
  f64x2 h1 = {pair.state[2][0], pair.state[2][1]}, h2 = {pair.state[3][0], pair.state[3][1]};
  f64x2 energy = {pair.energy[0], pair.energy[1]};
  for (int i = 0; i < frames; ++i) {
    const f64x2 x = {static_cast<double>(first[i]), static_cast<double>(second[i])};
    const f64x2 y = x * s.b0 + s1;
    s1 = (x * s.b1 + s2) - y * s.a1;
    s2 = x * s.b2 - y * s.a2;
    const f64x2 z = y + h1;
    h1 = (h2 - (y + y)) - z * h.a1;
    h2 = y - z * h.a2;
    energy += z * z;
  }
  const f64x2 state[4] = {s1, s2, h1, h2};
  for (int k = 0; k < 4; ++k) pair.state[k][0] = state[k][0], pair.state[k][1] = state[k][1];
  pair.energy[0] = energy[0], pair.energy[1] = energy[1];
}

void LoudnessMeter::end_slice() noexcept {
  double energy = 0;
  for (int c = 0; c < active_; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    energy += pairs_[channel / 2].energy[channel % 2] * weights_[channel];
  }
  for (Pair& pair : pairs_) {
    pair.energy[0] = pair.energy[1] = 0;
    // Ends a decay towards denormal numbers, on which arithmetic is slow.
    for (auto& row : pair.state) {
      for (double& s : row) s = std::fabs(s) < 1e-30 ? 0 : s;
    }
  }
  slices_[static_cast<std::size_t>(slice_count_ % kShortTerm)] = energy;
  ++slice_count_;
  slice_end_ = end_of(slice_count_ + 1);
  const double momentary = power_of_last(kMomentary), short_term = power_of_last(kShortTerm);
  momentary_max_ = std::max(momentary_max_, momentary);
  short_term_max_ = std::max(short_term_max_, short_term);
  if (slice_count_ >= kMomentary && slice_count_ % 10 == 0) blocks_.add(momentary);
  if (slice_count_ >= kShortTerm && slice_count_ % 100 == 0)
    short_terms_.add(short_term);  // one a second (Tech 3342)
}

double LoudnessMeter::power_of_last(int slices) const noexcept {
  double sum = 0;
  if (slices == kShortTerm) {
    sum = sum_of(slices_);
  } else {
    auto at = static_cast<std::size_t>((slice_count_ + kShortTerm - slices) % kShortTerm);
    for (int i = 0; i < slices; ++i) {
      sum += slices_[at];
      if (++at == kShortTerm) at = 0;
    }
  }
  const std::int64_t frames =
      slice_count_ > slices ? end_of(slice_count_) - end_of(slice_count_ - slices) : end_of(slices);
  return sum / static_cast<double>(frames);
}

double LoudnessMeter::momentary() const noexcept {
  return lufs(power_of_last(kMomentary));
}
double LoudnessMeter::short_term() const noexcept {
  return lufs(power_of_last(kShortTerm));
}
// With what has begun since the last slice: so much of the oldest one has passed already.
double LoudnessMeter::power_up_to_now(int slices) const noexcept {
  double energy = 0;
  for (int c = 0; c < active_; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    energy += pairs_[channel / 2].energy[channel % 2] * weights_[channel];
  }
  const std::int64_t start = end_of(slice_count_);
  const double passed =
      static_cast<double>(position_ - start) / static_cast<double>(slice_end_ - start);
  double oldest = 0;
  if (slice_count_ >= slices)
    oldest = slices_[static_cast<std::size_t>((slice_count_ - slices) % kShortTerm)];
  return power_of_last(slices) +
         std::max(energy - passed * oldest, 0.0) / static_cast<double>(end_of(slices));
}
double LoudnessMeter::momentary_max() const noexcept {
  return lufs(std::max(momentary_max_, power_up_to_now(kMomentary)));
}
double LoudnessMeter::short_term_max() const noexcept {
  return lufs(std::max(short_term_max_, power_up_to_now(kShortTerm)));
}

double LoudnessMeter::integrated() const noexcept {
  double energy = 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    energy += blocks_.energy[i];
    count += blocks_.count[i];
  }
  if (count == 0) return kSilence;
  const double gate = energy / static_cast<double>(count) * 0.1;
  energy = 0;
  count = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    const auto n = static_cast<double>(blocks_.count[i]);
    if (n == 0 || blocks_.energy[i] / n < gate) continue;
    energy += blocks_.energy[i];
    count += blocks_.count[i];
  }
  return count == 0 ? kSilence : lufs(energy / static_cast<double>(count));
}

double LoudnessMeter::range() const noexcept {
  double energy = 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    energy += short_terms_.energy[i];
    count += short_terms_.count[i];
  }
  if (count == 0) return 0;
  const double gate = energy / static_cast<double>(count) * 0.01;  // 20 LU below the mean
  std::size_t first = 0;
  while (first < kBins &&
         (short_terms_.count[first] == 0 ||
          short_terms_.energy[first] / static_cast<double>(short_terms_.count[first]) < gate)) {
    if (short_terms_.count[first] > 0) count -= short_terms_.count[first];
    ++first;
  }
  if (count == 0) return 0;
  const auto percentile = [&](double part) {
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(count - 1) * part + 0.5);
    std::uint64_t seen = 0;
    for (std::size_t i = first; i < kBins; ++i) {
      seen += short_terms_.count[i];
      if (seen > wanted)
        return lufs(short_terms_.energy[i] / static_cast<double>(short_terms_.count[i]));
    }
    return kLowest;
  };
  return percentile(0.95) - percentile(0.1);
}

LoudnessScan::LoudnessScan(double rate, int channels)
    : meter_(rate, channels), channels_(std::clamp(channels, 1, kMaxLoudnessChannels)) {}

void LoudnessScan::add(std::span<const float* const> channels, int frames) noexcept {
  meter_.add(channels, frames);
  const auto count = std::min(static_cast<std::size_t>(channels_), channels.size());
  for (std::size_t c = 0; c < count; ++c) peaks_[c].add(channels[c], frames);
}

LoudnessReport LoudnessScan::report() const noexcept {
  float between = 0, sample = 0;
  for (const TruePeakMeter& meter : peaks_) {
    between = std::max(between, meter.peak());
    sample = std::max(sample, meter.sample_peak());
  }
  return {meter_.integrated(),     meter_.range(),    meter_.momentary_max(),
          meter_.short_term_max(), decibels(between), decibels(sample)};
}

}  // namespace tutti::dsp
