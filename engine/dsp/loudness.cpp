#include "engine/dsp/loudness.h"

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

double lufs(double power) {
  return power > 0 ? std::max(-0.691 + 10 * math::log10(power), kSilence) : kSilence;
}

// The analogue prototypes behind BS.1770's tables for 48 kHz, so that any rate can be had.
BiquadCoefficients shelf(double rate) {
  const double k = math::tan(math::kPi * 1681.974450955533 / rate), q = 0.7071752369554196;
  const double high = math::db_to_gain(3.999843853973347),
               band = math::pow(high, 0.4996667741545416);
  const double a0 = 1 + k / q + k * k;
  return {(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0,
          (high - band * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
}
BiquadCoefficients high_pass(double rate) {
  const double k = math::tan(math::kPi * 38.13547087602444 / rate), q = 0.5003270373238773;
  const double a0 = 1 + k / q + k * k;
  return {1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
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

void LoudnessMeter::prepare(double rate) {
  shelf_ = shelf(rate);
  high_pass_ = high_pass(rate);
  slice_frames_ = std::max(1, static_cast<int>(rate / 10 + 0.5));
  blocks_.clear();
  short_terms_.clear();
  reset();
}

void LoudnessMeter::reset() noexcept {
  for (auto& channel : filters_) {
    for (Biquad& f : channel) f.reset();
  }
  slices_.fill(0);
  in_slice_ = 0;
  slice_count_ = 0;
  sum_ = 0;
  momentary_max_ = short_term_max_ = kSilence;
  for (Histogram* h : {&blocks_, &short_terms_}) {
    std::fill(h->count.begin(), h->count.end(), 0);
    std::fill(h->energy.begin(), h->energy.end(), 0.0);
  }
}

void LoudnessMeter::add(const float* left, const float* right, int frames) noexcept {
  for (int done = 0; done < frames;) {
    const int n = std::min(frames - done, slice_frames_ - in_slice_);
    int channel = 0;
    for (const float* in : {left, right}) {
      if (in == nullptr) continue;
      auto& [first, second] = filters_[static_cast<std::size_t>(channel++)];
      double sum = 0;
      for (int i = done; i < done + n; ++i) {
        const double y = second.process(high_pass_, first.process(shelf_, in[i]));
        sum += y * y;
      }
      sum_ += sum;
    }
    done += n;
    in_slice_ += n;
    if (in_slice_ == slice_frames_) end_slice();
  }
}

void LoudnessMeter::end_slice() noexcept {
  slices_[static_cast<std::size_t>(slice_count_ % kSlices)] = sum_ / slice_frames_;
  ++slice_count_;
  sum_ = 0;
  in_slice_ = 0;
  for (auto& channel : filters_) {
    for (Biquad& f : channel) f.flush();
  }
  if (slice_count_ >= 4) {
    const double power = power_of_last(4);
    blocks_.add(power);
    momentary_max_ = std::max(momentary_max_, lufs(power));
  }
  if (slice_count_ >= kSlices) {
    const double power = power_of_last(kSlices);
    short_term_max_ = std::max(short_term_max_, lufs(power));
    if (slice_count_ % 10 == 0) short_terms_.add(power);  // one a second (Tech 3342)
  }
}

double LoudnessMeter::power_of_last(int slices) const noexcept {
  double sum = 0;
  for (int i = 1; i <= slices && i <= slice_count_; ++i) {
    sum += slices_[static_cast<std::size_t>((slice_count_ - i) % kSlices)];
  }
  return sum / slices;
}

double LoudnessMeter::momentary() const noexcept {
  return lufs(power_of_last(4));
}
double LoudnessMeter::short_term() const noexcept {
  return lufs(power_of_last(kSlices));
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

}  // namespace tutti::dsp
