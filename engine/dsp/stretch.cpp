#include "engine/dsp/stretch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tutti::dsp {
namespace {

class SpanSource final : public StretchSource {
 public:
  SpanSource(std::span<const float> left, std::span<const float> right)
      : left_(left), right_(right.empty() ? left : right) {}
  void read(std::int64_t first, int frames, float* left, float* right) noexcept override {
    copy(left_, first, frames, left);
    if (right != left) copy(right_, first, frames, right);
  }

 private:
  static void copy(std::span<const float> from, std::int64_t first, int frames, float* to) {
    const auto size = static_cast<std::int64_t>(from.size());
    for (int i = 0; i < frames; ++i) {
      const std::int64_t at = first + i;
      to[i] = at >= 0 && at < size ? from[static_cast<std::size_t>(at)] : 0;
    }
  }
  std::span<const float> left_, right_;
};

}  // namespace

TimeStretch::TimeStretch(double rate, double factor, int channels)
    : factor_(factor >= kLeast  ? std::min(factor, kMost)
              : factor < kLeast ? kLeast
                                : 1),
      channels_(channels > 1 ? 2 : 1) {
  vocoder_.prepare(Vocoder::frame_size(rate, 1));
  for (int c = 0; c < channels_; ++c) {
    in_[c].assign(static_cast<std::size_t>(vocoder_.size() + vocoder_.hop()), 0);
    out_[c].assign(static_cast<std::size_t>(vocoder_.hop()), 0);
  }
  reset();
}

std::int64_t TimeStretch::out_frames(std::int64_t in_frames) const noexcept {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(in_frames) * factor_ - 1e-9));
}

void TimeStretch::reset() noexcept {
  vocoder_.reset();
  // The first frame that reaches past the start stands half a frame before it. What it and the next
  // ones finish lies before the start, up to the frame one and a half lengths on.
  frame_ = -2;
  ready_ = 0;
}

void TimeStretch::next_frame(StretchSource& source) noexcept {
  const int size = vocoder_.size(), hop = vocoder_.hop();
  const auto place =
      static_cast<std::int64_t>(std::floor(static_cast<double>(frame_ * hop) / factor_ + 0.5));
  float* right = channels_ > 1 ? in_[1].data() : in_[0].data();
  source.read(place - size / 2 - hop, size + hop, in_[0].data(), right);
  const float* now[2];
  const float* before[2];
  float* out[2];
  for (int c = 0; c < channels_; ++c) {
    now[c] = in_[c].data() + hop;
    before[c] = in_[c].data();
    out[c] = out_[c].data();
  }
  const bool steady = frame_ > -2 && place - hop == last_place_;
  vocoder_.frame(now, steady ? nullptr : before, out, {.channels = channels_});
  last_place_ = place;
  ++frame_;
  ready_ = hop;
}

void TimeStretch::pull(StretchSource& source, float* left, float* right, int frames) noexcept {
  const int hop = vocoder_.hop();
  while (frame_ < 2) next_frame(source), ready_ = 0;
  for (int at = 0; at < frames;) {
    if (ready_ == 0) next_frame(source);
    const int count = std::min(ready_, frames - at);
    const auto from = static_cast<std::size_t>(hop - ready_);
    const auto bytes = sizeof(float) * static_cast<std::size_t>(count);
    std::memcpy(left + at, out_[0].data() + from, bytes);
    if (channels_ > 1) std::memcpy(right + at, out_[1].data() + from, bytes);
    ready_ -= count;
    at += count;
  }
}

std::vector<std::vector<float>> stretched(double rate, std::span<const float> left,
                                          std::span<const float> right, double factor) {
  const int channels = right.empty() ? 1 : 2;
  TimeStretch stretch(rate, factor, channels);
  SpanSource source(left, right);
  const auto frames =
      static_cast<std::size_t>(stretch.out_frames(static_cast<std::int64_t>(left.size())));
  std::vector<std::vector<float>> out(static_cast<std::size_t>(channels),
                                      std::vector<float>(frames));
  for (std::size_t at = 0; at < frames;) {
    const std::size_t count = std::min<std::size_t>(frames - at, 4096);
    stretch.pull(source, out[0].data() + at, channels > 1 ? out[1].data() + at : nullptr,
                 static_cast<int>(count));
    at += count;
  }
  return out;
}

}  // namespace tutti::dsp
