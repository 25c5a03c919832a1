#include "engine/effects/meter/meter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/loudness.h"
#include "engine/dsp/true_peak.h"

namespace tutti::effects {
namespace {

using param::Unit;

constexpr double kLowest = -120;  // shown for silence
enum {
  kPeakLeft,
  kPeakRight,
  kTruePeak,
  kRmsLeft,
  kRmsRight,
  kMomentary,
  kShortTerm,
  kIntegrated,
  kRange,
  kMomentaryMax,
  kShortTermMax,
  kCorrelation,
  kCount
};
constexpr param::Description kReadings[kCount] = {
    {"peak_left", "Peak left", Unit::decibels, kLowest, 24, kLowest},
    {"peak_right", "Peak right", Unit::decibels, kLowest, 24, kLowest},
    {"true_peak", "True peak (dBTP)", Unit::decibels, kLowest, 24, kLowest},
    {"rms_left", "RMS left", Unit::decibels, kLowest, 24, kLowest},
    {"rms_right", "RMS right", Unit::decibels, kLowest, 24, kLowest},
    {"momentary", "Momentary loudness (LUFS)", Unit::decibels, kLowest, 24, kLowest},
    {"short_term", "Short-term loudness (LUFS)", Unit::decibels, kLowest, 24, kLowest},
    {"integrated", "Integrated loudness (LUFS)", Unit::decibels, kLowest, 24, kLowest},
    {"range", "Loudness range (LU)", Unit::decibels, 0, 120, 0},
    {"momentary_max", "Highest momentary (LUFS)", Unit::decibels, kLowest, 24, kLowest},
    {"short_term_max", "Highest short-term (LUFS)", Unit::decibels, kLowest, 24, kLowest},
    {"correlation", "Correlation", Unit::none, -1, 1, 0},
};

class Meter final : public param::Effect {
 public:
  void prepare(double rate, int, Arena&) override {
    loudness_.prepare(rate, 2);
    slice_frames_ = std::max(1, static_cast<int>(rate / 100 + 0.5));
    reset();
  }
  void reset() noexcept override {
    loudness_.reset();
    for (auto& peak : true_peaks_) peak.reset();
    slices_ = {};
    now_ = {};
    slice_ = in_slice_ = 0;
  }
  void set(int, double, int) noexcept override {}

  void process(dsp::Block block) noexcept override {
    const float* left = block.left;
    const float* right = block.right != nullptr ? block.right : block.left;
    loudness_.add(left, right, block.frames);
    true_peaks_[0].add(left, block.frames);
    if (block.right != nullptr)
      true_peaks_[1].add(right, block.frames);
    else
      true_peaks_[1] = true_peaks_[0];
    for (int done = 0; done < block.frames;) {
      const int n = std::min(block.frames - done, slice_frames_ - in_slice_);
      add(left + done, right + done, n);
      done += n;
      in_slice_ += n;
      if (in_slice_ < slice_frames_) continue;
      slices_[static_cast<std::size_t>(slice_)] = now_;
      now_ = {};
      slice_ = (slice_ + 1) % kSlices;
      in_slice_ = 0;
    }
  }

  double reading(int index) const noexcept override {
    const Slice all = total();
    const double frames = static_cast<double>(kSlices) * slice_frames_;
    switch (index) {
      case kPeakLeft:
      case kPeakRight:
        return decibels(static_cast<double>(all.peak[index - kPeakLeft]));
      case kTruePeak:
        return decibels(
            static_cast<double>(std::max(true_peaks_[0].peak(), true_peaks_[1].peak())));
      case kRmsLeft:
      case kRmsRight:
        return decibels(std::sqrt(all.square[index - kRmsLeft] / frames));
      case kMomentary:
        return std::max(loudness_.momentary(), kLowest);
      case kShortTerm:
        return std::max(loudness_.short_term(), kLowest);
      case kIntegrated:
        return std::max(loudness_.integrated(), kLowest);
      case kRange:
        return loudness_.range();
      case kMomentaryMax:
        return std::max(loudness_.momentary_max(), kLowest);
      case kShortTermMax:
        return std::max(loudness_.short_term_max(), kLowest);
      case kCorrelation: {
        const double both = std::sqrt(all.square[0] * all.square[1]);
        return both > 0 ? std::clamp(all.product / both, -1.0, 1.0) : 0;
      }
      default:
        return 0;
    }
  }

 private:
  static constexpr int kSlices = 30;  // of 10 ms
  struct Slice {
    double square[2] = {}, product = 0;
    float peak[2] = {};
  };
  static double decibels(double linear) noexcept {
    return linear > 0 ? std::max(math::gain_to_db(linear), kLowest) : kLowest;
  }
  void add(const float* left, const float* right, int frames) noexcept {
    for (int i = 0; i < frames; ++i) {
      const double l = static_cast<double>(left[i]), r = static_cast<double>(right[i]);
      now_.square[0] += l * l;
      now_.square[1] += r * r;
      now_.product += l * r;
      now_.peak[0] = std::max(now_.peak[0], std::fabs(left[i]));
      now_.peak[1] = std::max(now_.peak[1], std::fabs(right[i]));
    }
  }
  Slice total() const noexcept {
    Slice all;
    for (const Slice& s : slices_) {
      for (int c = 0; c < 2; ++c) {
        all.square[c] += s.square[c];
        all.peak[c] = std::max(all.peak[c], s.peak[c]);
      }
      all.product += s.product;
    }
    return all;
  }

  dsp::LoudnessMeter loudness_;
  std::array<dsp::TruePeakMeter, 2> true_peaks_{};
  std::array<Slice, kSlices> slices_{};
  Slice now_;
  int slice_frames_ = 480, slice_ = 0, in_slice_ = 0;
};

static_assert(dsp::Processor<Meter>);

constexpr std::string_view kAliases[] = {"loudness-meter"};

}  // namespace

const param::EffectInfo& meter_info() {
  static constexpr param::EffectInfo info = {
      .id = "meter",
      .name = "Meter",
      .category = param::Category::meter,
      .summary = "Shows peak, true peak, RMS, loudness and correlation; the sound stays as it is.",
      .method =
          "Loudness and true peak by ITU-R BS.1770-4, EBU R 128, Tech 3341 and 3342; peak, RMS "
          "and correlation over 300 ms.",
      .aliases = kAliases,
      .readings = kReadings,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Meter>(); },
  };
  return info;
}

}  // namespace tutti::effects
