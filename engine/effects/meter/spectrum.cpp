#include "engine/effects/meter/spectrum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "engine/base/math.h"
#include "engine/dsp/fft.h"
#include "engine/param/controls.h"

namespace tutti::effects {
namespace {

using param::Unit;

constexpr double kLowest = -120;  // shown for silence
constexpr int kThirds = 31;
#define TUTTI_THIRD(hz, name) {"hz" #hz, name, Unit::decibels, kLowest, 24, kLowest}
constexpr param::Description kReadings[kThirds + 1] = {
    TUTTI_THIRD(20, "20 Hz"),       TUTTI_THIRD(25, "25 Hz"),
    TUTTI_THIRD(31, "31.5 Hz"),     TUTTI_THIRD(40, "40 Hz"),
    TUTTI_THIRD(50, "50 Hz"),       TUTTI_THIRD(63, "63 Hz"),
    TUTTI_THIRD(80, "80 Hz"),       TUTTI_THIRD(100, "100 Hz"),
    TUTTI_THIRD(125, "125 Hz"),     TUTTI_THIRD(160, "160 Hz"),
    TUTTI_THIRD(200, "200 Hz"),     TUTTI_THIRD(250, "250 Hz"),
    TUTTI_THIRD(315, "315 Hz"),     TUTTI_THIRD(400, "400 Hz"),
    TUTTI_THIRD(500, "500 Hz"),     TUTTI_THIRD(630, "630 Hz"),
    TUTTI_THIRD(800, "800 Hz"),     TUTTI_THIRD(1000, "1 kHz"),
    TUTTI_THIRD(1250, "1.25 kHz"),  TUTTI_THIRD(1600, "1.6 kHz"),
    TUTTI_THIRD(2000, "2 kHz"),     TUTTI_THIRD(2500, "2.5 kHz"),
    TUTTI_THIRD(3150, "3.15 kHz"),  TUTTI_THIRD(4000, "4 kHz"),
    TUTTI_THIRD(5000, "5 kHz"),     TUTTI_THIRD(6300, "6.3 kHz"),
    TUTTI_THIRD(8000, "8 kHz"),     TUTTI_THIRD(10000, "10 kHz"),
    TUTTI_THIRD(12500, "12.5 kHz"), TUTTI_THIRD(16000, "16 kHz"),
    TUTTI_THIRD(20000, "20 kHz"),   {"loudest", "Loudest frequency", Unit::hertz, 0, 96000, 0}};
#undef TUTTI_THIRD

constexpr param::Description kParameters[] = {
    {"fall", "Fall", Unit::decibels, 0, 100, 30}};  // a second, after a peak

class Spectrum final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    size_ = 2048;
    while (size_ < rate / 8) size_ *= 2;
    hop_ = size_ / 4;
    if (!fft_ || fft_->size() != size_) fft_.emplace(size_);
    const auto n = static_cast<std::size_t>(size_);
    window_ = arena.take<float>(n);
    for (std::size_t i = 0; i < n; ++i) {
      window_[i] =
          static_cast<float>(0.5 - 0.5 * math::cos(math::kTwoPi * static_cast<double>(i) / size_));
    }
    for (auto& past : past_) past = arena.take<float>(n);
    frame_ = arena.take<float>(n);
    re_ = arena.take<float>(n / 2 + 1);
    im_ = arena.take<float>(n / 2 + 1);
    power_ = arena.take<float>(n / 2 + 1);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    for (auto& past : past_) std::fill(past.begin(), past.end(), 0.0f);
    levels_.fill(kLowest);
    loudest_ = 0;
    at_ = until_ = 0;
    until_ = hop_;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }

  void process(dsp::Block block) noexcept override {
    const float* in[2] = {block.left, block.right != nullptr ? block.right : block.left};
    for (int done = 0; done < block.frames;) {
      const int n = std::min({block.frames - done, until_, size_ - at_});
      for (std::size_t c = 0; c < 2; ++c) {
        std::memcpy(past_[c].data() + at_, in[c] + done,
                    static_cast<std::size_t>(n) * sizeof(float));
      }
      controls_.walk(n, [] {}, [](int, int) {});
      at_ = (at_ + n) % size_;
      until_ -= n;
      done += n;
      if (until_ == 0) {
        until_ = hop_;
        look();
      }
    }
  }

  double reading(int index) const noexcept override {
    if (index >= 0 && index < kThirds) return levels_[static_cast<std::size_t>(index)];
    return index == kThirds ? loudest_ : 0;
  }

 private:
  void look() noexcept {
    const auto n = static_cast<std::size_t>(size_), at = static_cast<std::size_t>(at_);
    std::fill(power_.begin(), power_.end(), 0.0f);
    for (const auto& past : past_) {
      std::copy(past.begin() + at_, past.end(), frame_.begin());
      std::copy(past.begin(), past.begin() + at_, frame_.begin() + static_cast<long>(n - at));
      for (std::size_t i = 0; i < n; ++i) frame_[i] *= window_[i];
      fft_->forward(frame_.data(), re_.data(), im_.data());
      for (std::size_t k = 0; k < power_.size(); ++k)
        power_[k] += 0.5f * (re_[k] * re_[k] + im_[k] * im_[k]);
    }
    // By Parseval, for the Hann window: a sine of full scale reads 0 dB.
    const double scale = 32.0 / (3.0 * size_ * size_), width = rate_ / size_;
    const double fall = controls_.value(0) * hop_ / rate_;
    for (int b = 0; b < kThirds; ++b) {
      const double centre = 1000 * math::exp2((b - 17) / 3.0);
      const double low = centre * 0.89089871814033930 / width + 0.5,
                   high = centre * 1.12246204830937298 / width + 0.5;
      double sum = 0;
      const int last = std::min(static_cast<int>(high), size_ / 2);
      for (int k = static_cast<int>(low); k <= last; ++k) {
        const double part = std::min(high, k + 1.0) - std::max(low, static_cast<double>(k));
        if (part > 0) sum += part * static_cast<double>(power_[static_cast<std::size_t>(k)]);
      }
      const double level = sum > 0 ? std::max(10 * math::log10(sum * scale), kLowest) : kLowest;
      double& shown = levels_[static_cast<std::size_t>(b)];
      shown = std::max(level, std::max(shown - fall, kLowest));
    }
    find_loudest(width);
  }

  // The highest bin, and by a parabola through its neighbours (in dB) what lies between.
  void find_loudest(double width) noexcept {
    std::size_t top = 1;
    for (std::size_t k = 2; k + 1 < power_.size(); ++k) top = power_[k] > power_[top] ? k : top;
    loudest_ = 0;
    if (power_[top] <= 1e-12f) return;
    const auto level = [&](std::size_t k) {
      return math::log2(static_cast<double>(power_[k]) + 1e-30);
    };
    const double a = level(top - 1), b = level(top), c = level(top + 1), bend = a - 2 * b + c;
    const double shift = bend < 0 ? std::clamp(0.5 * (a - c) / bend, -0.5, 0.5) : 0;
    loudest_ = (static_cast<double>(top) + shift) * width;
  }

  param::Controls<1> controls_{kParameters};
  std::optional<dsp::RealFft> fft_;
  std::span<float> window_, frame_, re_, im_, power_;
  std::array<std::span<float>, 2> past_;
  std::array<double, kThirds> levels_{};
  double rate_ = 48000, loudest_ = 0;
  int size_ = 8192, hop_ = 2048, at_ = 0, until_ = 2048;
};

static_assert(dsp::Processor<Spectrum>);

constexpr std::string_view kAliases[] = {"analyser", "analyzer"};

}  // namespace

const param::EffectInfo& spectrum_info() {
  static constexpr param::EffectInfo info = {
      .id = "spectrum",
      .name = "Spectrum",
      .category = param::Category::meter,
      .summary = "Shows the level of each third of an octave; the sound stays as it is.",
      .method =
          "Fourier transforms of about an eighth of a second under a Hann window, overlapping "
          "by three quarters, summed into thirds of an octave; peaks fall at a set speed.",
      .aliases = kAliases,
      .parameters = kParameters,
      .readings = kReadings,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Spectrum>(); },
  };
  return info;
}

}  // namespace tutti::effects
