#include "engine/graph/delay.h"

#include <algorithm>

namespace tutti::graph {

void Delay::prepare(double rate, int max_block) {
  fade_ = std::max(1, static_cast<int>(rate * 0.010));
  block_ = max_block;
  left_.clear();
  right_.clear();
  at_ = 0;
  known_ = 0;
  const std::int64_t wanted = next_;
  frames_ = next_ = 0;
  set(wanted, true);
}

void Delay::reset() noexcept {
  std::fill(left_.begin(), left_.end(), 0.0f);
  std::fill(right_.begin(), right_.end(), 0.0f);
  frames_ = next_;
  known_ = frames_;
  done_ = 0;
}

void Delay::set(std::int64_t frames, bool now) {
  if (frames == next_ && !now) return;
  const std::size_t room =
      frames == 0 && left_.empty() ? 0 : static_cast<std::size_t>(frames + block_);
  if (room > left_.size()) {
    // The ring unrolled: the oldest first, silence before it.
    for (auto* ring : {&left_, &right_}) {
      std::rotate(ring->begin(), ring->begin() + static_cast<std::ptrdiff_t>(at_), ring->end());
      ring->insert(ring->begin(), room - ring->size(), 0.0f);
    }
    at_ = 0;
  }
  if (late_left_.empty() && room > 0) {
    late_left_.assign(static_cast<std::size_t>(block_), 0);
    late_right_.assign(static_cast<std::size_t>(block_), 0);
  }
  next_ = frames;
  done_ = 0;
  if (!now) return;
  frames_ = frames;
  known_ = frames;
}

void Delay::take(const float* left, const float* right, int frames) noexcept {
  const auto n = static_cast<std::size_t>(frames);
  const std::size_t first = std::min(n, left_.size() - at_);
  const float* other = right != nullptr ? right : left;
  std::copy_n(left, first, left_.data() + at_);
  std::copy_n(left + first, n - first, left_.data());
  std::copy_n(other, first, right_.data() + at_);
  std::copy_n(other + first, n - first, right_.data());
  at_ = (at_ + n) % left_.size();
}

// What went in `delay` frames before the last `frames` that were taken.
void Delay::give(float* left, float* right, int frames, std::int64_t delay) const noexcept {
  const auto n = static_cast<std::size_t>(frames);
  const std::size_t size = left_.size();
  const std::size_t from = (at_ + 2 * size - n - static_cast<std::size_t>(delay)) % size;
  const std::size_t first = std::min(n, size - from);
  std::copy_n(left_.data() + from, first, left);
  std::copy_n(left_.data(), n - first, left + first);
  if (right == nullptr) return;
  std::copy_n(right_.data() + from, first, right);
  std::copy_n(right_.data(), n - first, right + first);
}

int Delay::step(float* left, float* right, int frames) noexcept {
  const bool changing = frames_ != next_;
  const bool warm = known_ >= next_;
  if (changing)
    frames =
        static_cast<int>(std::min<std::int64_t>(frames, warm ? fade_ - done_ : next_ - known_));
  take(left, right, frames);
  give(left, right, frames, frames_);
  known_ += frames;
  if (!changing || !warm) return frames;
  give(late_left_.data(), late_right_.data(), frames, next_);
  for (int i = 0; i < frames; ++i) {
    const float share = static_cast<float>(done_ + i) / static_cast<float>(fade_);
    const auto k = static_cast<std::size_t>(i);
    left[i] += (late_left_[k] - left[i]) * share;
    if (right != nullptr) right[i] += (late_right_[k] - right[i]) * share;
  }
  done_ += frames;
  if (done_ >= fade_) frames_ = next_, done_ = 0;
  return frames;
}

void Delay::process(float* left, float* right, int frames) noexcept {
  if (idle()) {
    known_ = 0;
    return;
  }
  for (int done = 0; done < frames;)
    done += step(left + done, right != nullptr ? right + done : nullptr, frames - done);
}

}  // namespace tutti::graph
