#include "engine/analysis/song_frames.h"

#include <algorithm>
#include <cmath>

namespace tutti::analysis {

namespace {
constexpr std::int64_t kOut = 22050;  // kSongRate as a whole number
constexpr std::int64_t kKeep = 8192;  // resampled samples kept behind the next frame's centre
}  // namespace

SongFrames::SongFrames(double rate, int channels)
    : in_rate_(std::max<std::int64_t>(1, static_cast<std::int64_t>(rate + 0.5))),
      channels_(channels),
      resampler_(static_cast<double>(in_rate_), kSongRate),
      margin_(std::max<std::int64_t>(in_rate_ / 50, 256)) {
  out_.assign(static_cast<std::size_t>(kKeep), 0);
  out_begin_ = -kKeep;
}

void SongFrames::every(int hop, int window, Take take) {
  kinds_.push_back({hop, window, 0, std::move(take)});
}

void SongFrames::add(std::span<const float* const> channels, int frames) {
  const std::size_t old = in_.size();
  in_.resize(old + static_cast<std::size_t>(frames));
  const float share = 1.0f / static_cast<float>(channels_);
  for (int i = 0; i < frames; ++i) {
    float sum = 0;
    for (const float* channel : channels) sum += channel[i];
    sum *= share;
    in_[old + static_cast<std::size_t>(i)] = std::isfinite(sum) ? sum : 0;
  }
  heard_ += frames;
  // Input is known up to heard_; what lies within the resampler's reach of that waits.
  pull((heard_ - margin_) * kOut / in_rate_);
  give(false);
}

// Resamples up to (not including) output sample `until`, then forgets input in whole seconds, which
// are whole numbers of samples on both sides.
void SongFrames::pull(std::int64_t until) {
  const std::int64_t have = out_begin_ + static_cast<std::int64_t>(out_.size());
  if (until <= have) return;
  const std::size_t old = out_.size();
  out_.resize(old + static_cast<std::size_t>(until - have));
  const std::int64_t shift = in_begin_ / in_rate_ * kOut;
  resampler_.read(in_, have - shift, std::span(out_).subspan(old));
  const std::int64_t past = (until * in_rate_ / kOut - margin_ - in_begin_) / in_rate_;
  if (past > 1) {
    const std::int64_t drop = (past - 1) * in_rate_;
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(drop));
    in_begin_ += drop;
  }
}

void SongFrames::give(bool last) {
  const std::int64_t end = out_begin_ + static_cast<std::int64_t>(out_.size());
  std::int64_t oldest = end;
  for (Kind& kind : kinds_) {
    const std::int64_t half = kind.window / 2;
    const std::int64_t sound_end = (heard_ * kOut + in_rate_ - 1) / in_rate_;
    while (kind.next * kind.hop + half <= end && (!last || kind.next * kind.hop < sound_end)) {
      kind.take(kind.next, out_.data() + (kind.next * kind.hop - half - out_begin_));
      ++kind.next;
    }
    oldest = std::min(oldest, kind.next * kind.hop - half);
  }
  const std::int64_t drop = oldest - out_begin_;
  if (drop > kKeep) {
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(drop));
    out_begin_ = oldest;
  }
}

void SongFrames::finish() {
  const std::int64_t sound_end = (heard_ * kOut + in_rate_ - 1) / in_rate_;
  std::int64_t most = 0;
  for (const Kind& kind : kinds_) most = std::max<std::int64_t>(most, kind.window);
  pull(sound_end);
  // Silence after the end.
  const std::int64_t have = out_begin_ + static_cast<std::int64_t>(out_.size());
  if (have < sound_end + most)
    out_.resize(out_.size() + static_cast<std::size_t>(sound_end + most - have), 0.f);
  give(true);
}

}  // namespace tutti::analysis
