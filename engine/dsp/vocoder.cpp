#include "engine/dsp/vocoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

// Hann twice, at four frames a window, adds up to 3/2.
constexpr float kOverlapGain = 1 / 1.5f;
constexpr double kAttack = 8;  // times the energy before

}  // namespace

int Vocoder::frame_size(double rate, int longer) noexcept {
  int size = 256;
  while (size < rate * 0.032) size *= 2;
  return size << longer;
}

void Vocoder::prepare(int size) {
  size_ = size;
  fft_ = std::make_unique<RealFft>(size);
  const auto length = static_cast<std::size_t>(size);
  const auto bins = static_cast<std::size_t>(size / 2 + 1);
  window_.resize(length);
  for (int i = 0; i < size; ++i) {
    window_[static_cast<std::size_t>(i)] =
        static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * i / size));
  }
  work_.assign(length, 0);
  power_.assign(bins, 0);
  envelope_.assign(bins, 0);
  sums_.assign(bins + 1, 0);
  peaks_.assign(bins, 0);
  for (int c = 0; c < 2; ++c) {
    for (Spectrum* s : {&now_[c], &before_[c], &last_[c]}) {
      s->re.assign(bins, 0);
      s->im.assign(bins, 0);
    }
    tail_[c].assign(length, 0);
  }
  reset();
}

void Vocoder::reset() noexcept {
  for (int c = 0; c < 2; ++c) {
    for (Spectrum* s : {&now_[c], &before_[c], &last_[c]}) {
      std::fill(s->re.begin(), s->re.end(), 0.f);
      std::fill(s->im.begin(), s->im.end(), 0.f);
    }
    std::fill(tail_[c].begin(), tail_[c].end(), 0.f);
  }
  fresh_ = true;
}

void Vocoder::copy_left() noexcept {
  now_[1] = now_[0];
  before_[1] = before_[0];
  last_[1] = last_[0];
  tail_[1] = tail_[0];
}

void Vocoder::transform(const float* in, Spectrum& to) noexcept {
  for (std::size_t i = 0; i < work_.size(); ++i) work_[i] = in[i] * window_[i];
  fft_->forward(work_.data(), to.re.data(), to.im.data());
}

// More treble in the hop around the frame's middle than in the quarter before it.
bool Vocoder::attack(const float* const* now, int channels) const noexcept {
  const int middle = size_ / 2, half = hop() / 2;
  double sudden = 0, earlier = 0;
  for (int c = 0; c < channels; ++c) {
    const float* x = now[c];
    const auto energy = [x](int from, int to) {
      double sum = 0;
      for (int i = from; i < to; ++i) {
        const double d = static_cast<double>(x[i]) - x[i - 1];
        sum += d * d;
      }
      return sum / (to - from);
    };
    sudden += energy(middle - half, middle + half);
    earlier += energy(middle - half - size_ / 4, middle - half);
  }
  return sudden > kAttack * earlier + 1e-12 * channels;
}

// Larger than the two bins on either side.
void Vocoder::find_peaks(int channels) noexcept {
  const int bins = size_ / 2 + 1;
  float* p = power_.data();
  for (int k = 0; k < bins; ++k) {
    const auto i = static_cast<std::size_t>(k);
    float sum = 0;
    for (int c = 0; c < channels; ++c) {
      sum += now_[c].re[i] * now_[c].re[i] + now_[c].im[i] * now_[c].im[i];
    }
    p[k] = sum;
  }
  peak_count_ = 0;
  for (int k = 0; k < bins; ++k) {
    const bool peak = (k < 1 || p[k] > p[k - 1]) && (k < 2 || p[k] > p[k - 2]) &&
                      (k + 1 >= bins || p[k] >= p[k + 1]) && (k + 2 >= bins || p[k] >= p[k + 2]);
    if (peak) peaks_[static_cast<std::size_t>(peak_count_++)] = k;
  }
}

// Every peak goes on from where it was, and its surroundings, up to the weakest bin before the next
// peak, turn with it.
void Vocoder::turn(int channels) noexcept {
  const int bins = size_ / 2 + 1;
  const float* p = power_.data();
  int from = 0;
  for (int n = 0; n < peak_count_; ++n) {
    const int peak = peaks_[static_cast<std::size_t>(n)];
    int to = bins;
    if (n + 1 < peak_count_) {
      const int next = peaks_[static_cast<std::size_t>(n) + 1];
      to = peak + 1;
      for (int k = peak + 1; k < next; ++k) {
        if (p[k] < p[to]) to = k;
      }
    }
    const auto k = static_cast<std::size_t>(peak);
    const auto power = [k](const Spectrum& s) { return s.re[k] * s.re[k] + s.im[k] * s.im[k]; };
    const std::size_t c = channels > 1 && power(now_[1]) > power(now_[0]) ? 1 : 0;
    // last * conj(before), to length 1.
    const float a = last_[c].re[k], b = last_[c].im[k];
    const float x = before_[c].re[k], y = before_[c].im[k];
    float re = a * x + b * y, im = b * x - a * y;
    const float length = std::sqrt(re * re + im * im);
    if (length > 1e-20f) {
      re /= length;
      im /= length;
    } else {
      re = 1;
      im = 0;
    }
    for (int d = 0; d < channels; ++d) {
      for (auto i = static_cast<std::size_t>(from); i < static_cast<std::size_t>(to); ++i) {
        const float u = now_[d].re[i], v = now_[d].im[i];
        last_[d].re[i] = u * re - v * im;
        last_[d].im[i] = u * im + v * re;
      }
    }
    from = to;
  }
}

// Gives every partial the strength that the spectrum's outline has where the partial will be heard.
// The outline is the largest power within some 140 Hz to either side, averaged over as much, so
// that it lies on the partials of a voice and not between them.
void Vocoder::shape(double shift) noexcept {
  const int bins = size_ / 2 + 1;
  const int reach = std::max(2, size_ * 6 / 2048);
  for (int k = 0; k < bins; ++k) {
    const int low = std::max(0, k - reach), high = std::min(bins, k + reach + 1);
    const auto here = static_cast<std::size_t>(k);
    sums_[here + 1] = sums_[here] + *std::max_element(power_.begin() + low, power_.begin() + high);
  }
  for (int k = 0; k < bins; ++k) {
    const int low = std::max(0, k - reach), high = std::min(bins, k + reach + 1);
    envelope_[static_cast<std::size_t>(k)] = static_cast<float>(
        (sums_[static_cast<std::size_t>(high)] - sums_[static_cast<std::size_t>(low)]) /
        (high - low));
  }
  for (int k = 0; k < bins; ++k) {
    const double at = k * shift;
    const int low = static_cast<int>(at);
    const auto i = static_cast<std::size_t>(k);
    double wanted = 0;
    if (low + 1 < bins) {
      const auto j = static_cast<std::size_t>(low);
      const double part = at - low;
      wanted = envelope_[j] + part * (envelope_[j + 1] - envelope_[j]);
    }
    // power_ keeps the gain until the frame is written: last_ must stay a pure turn of now_.
    const auto here = static_cast<double>(envelope_[i]);
    power_[i] = here > 0
                    ? static_cast<float>(std::min(std::sqrt(std::max(0.0, wanted) / here), 16.0))
                    : 1.0f;
  }
}

void Vocoder::frame(const float* const* now, const float* const* before, float* const* out,
                    const Settings& settings) noexcept {
  const int channels = settings.channels;
  const auto bins = static_cast<std::size_t>(size_ / 2 + 1);
  for (int c = 0; c < channels; ++c) {
    if (before == nullptr) {
      std::swap(before_[c], now_[c]);
    } else {
      transform(before[c], before_[c]);
    }
    transform(now[c], now_[c]);
  }
  find_peaks(channels);
  if (fresh_ || attack(now, channels)) {
    for (int c = 0; c < channels; ++c) {
      std::copy(now_[c].re.begin(), now_[c].re.end(), last_[c].re.begin());
      std::copy(now_[c].im.begin(), now_[c].im.end(), last_[c].im.begin());
    }
  } else {
    turn(channels);
  }
  fresh_ = false;

  const bool shaped = settings.formant_shift != 1;
  if (shaped) shape(settings.formant_shift);
  const auto keep = static_cast<std::size_t>(
      std::min<double>(static_cast<double>(bins), std::ceil(settings.keep_below * size_ + 1)));
  for (int c = 0; c < channels; ++c) {
    // before_ is not needed any more.
    float *re = before_[c].re.data(), *im = before_[c].im.data();
    for (std::size_t k = 0; k < bins; ++k) {
      const float gain = k >= keep ? 0 : shaped ? power_[k] : 1;
      re[k] = last_[c].re[k] * gain;
      im[k] = last_[c].im[k] * gain;
    }
    fft_->inverse(re, im, work_.data());
    float* tail = tail_[c].data();
    for (int i = 0; i < size_; ++i) {
      tail[i] +=
          work_[static_cast<std::size_t>(i)] * window_[static_cast<std::size_t>(i)] * kOverlapGain;
    }
    const auto step = static_cast<std::size_t>(hop());
    std::memcpy(out[c], tail, sizeof(float) * step);
    std::memmove(tail, tail + step, sizeof(float) * (tail_[c].size() - step));
    std::memset(tail + tail_[c].size() - step, 0, sizeof(float) * step);
  }
}

}  // namespace tutti::dsp
