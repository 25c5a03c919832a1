// Planar samples that come in at one end and are thrown away at the other, numbered from the
// beginning of the song. Part of separate_song; one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tutti::separation {

class SampleQueue {
 public:
  explicit SampleQueue(int channels) : channels_(static_cast<std::size_t>(channels)) {}

  int channels() const { return static_cast<int>(channels_.size()); }
  std::int64_t begin() const { return begin_; }
  std::int64_t end() const { return begin_ + static_cast<std::int64_t>(channels_[0].size()); }
  // For writers that append the same count to each.
  std::vector<std::vector<float>>& tail() { return channels_; }
  void append(const float* const* from, std::int64_t frames) {
    for (std::size_t c = 0; c < channels_.size(); ++c)
      channels_[c].insert(channels_[c].end(), from[c], from[c] + frames);
  }
  // Frame `at`, which must be there; contiguous up to end().
  const float* at(int channel, std::int64_t frame) const {
    return channels_[static_cast<std::size_t>(channel)].data() + (frame - begin_);
  }
  // Frames [from, from + count), zeros where the queue has none.
  void copy(int channel, std::int64_t from, std::int64_t count, float* out) const {
    const std::int64_t first = std::clamp(from, begin(), end());
    const std::int64_t last = std::clamp(from + count, first, end());
    std::fill(out, out + (first - from), 0.0f);
    std::copy(at(channel, first), at(channel, first) + (last - first), out + (first - from));
    std::fill(out + (last - from), out + count, 0.0f);
  }
  // Frames before this one are not wanted any more.
  void drop_before(std::int64_t frame) {
    const std::int64_t dead = std::min(frame, end()) - begin_;
    // Moving the rest is paid for by what was dropped.
    if (dead <= 0 || dead < end() - begin_ - dead) return;
    for (auto& channel : channels_) channel.erase(channel.begin(), channel.begin() + dead);
    begin_ += dead;
  }

 private:
  std::vector<std::vector<float>> channels_;
  std::int64_t begin_ = 0;
};

}  // namespace tutti::separation
