#include "engine/dsp/sliding_max.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {
namespace {

// Values over which level j reaches, and those of its past that are looked at.
constexpr int reach(int j) {
  return 1 << (2 * j);
}
constexpr std::size_t past(int j) {
  return static_cast<std::size_t>(3 * reach(j));
}

}  // namespace

void SlidingMax::prepare(int longest, int chunk, Arena& arena) {
  chunk_ = chunk;
  count_ = 1;
  // The highest level reaches a quarter of the longest window or more.
  while (4 * reach(count_ - 1) < longest && count_ < kMostLevels) ++count_;
  for (int j = 0; j < count_; ++j) {
    levels_[static_cast<std::size_t>(j)] =
        arena.take<float>(past(j) + static_cast<std::size_t>(chunk) + 16);
  }
}

void SlidingMax::reset() noexcept {
  for (auto& level : levels_) std::fill(level.begin(), level.end(), 0.0f);
}

void SlidingMax::process(float* x, int frames, int window) noexcept {
  const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
  const auto& kernels = peak_kernels::best();
  const auto now = [&](int j) { return levels_[static_cast<std::size_t>(j)].data() + past(j); };
  std::memcpy(now(0), x, bytes);
  int top = 0;
  for (int j = 0; j + 1 < count_; ++j) {
    const int r = reach(j);
    kernels.highest_of_four(now(j), r, 2 * r, 3 * r, now(j + 1), frames);
    if (4 * r <= window) top = j + 1;
  }
  // Four overlapping pieces, the last of which ends the window.
  const int r = reach(top), most = window - r;
  kernels.highest_of_four(now(top), std::min(r, most), std::min(2 * r, most), most, x, frames);
  for (int j = 0; j < count_; ++j) {
    float* level = levels_[static_cast<std::size_t>(j)].data();
    std::memmove(level, level + frames, past(j) * sizeof(float));
  }
}

void SlidingMax::copy(const SlidingMax& other) noexcept {
  for (std::size_t j = 0; j < static_cast<std::size_t>(count_); ++j)
    std::copy(other.levels_[j].begin(), other.levels_[j].end(), levels_[j].begin());
}

void SlidingMax::raise(const SlidingMax& other) noexcept {
  for (int j = 0; j < count_; ++j) {
    const auto& theirs = other.levels_[static_cast<std::size_t>(j)];
    auto& own = levels_[static_cast<std::size_t>(j)];
    for (std::size_t i = 0; i < past(j); ++i) own[i] = std::max(own[i], theirs[i]);
  }
}

}  // namespace tutti::dsp
