#include "engine/dsp/sliding_max.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {

void SlidingMax::prepare(int longest, int chunk, Arena& arena) {
  chunk_ = chunk;
  count_ = 1;
  while ((2 << (count_ - 1)) <= longest && count_ < kMostLevels) ++count_;
  for (int j = 0; j < count_; ++j) {
    levels_[static_cast<std::size_t>(j)] =
        arena.take<float>((std::size_t{1} << j) + static_cast<std::size_t>(chunk) + 16);
  }
}

void SlidingMax::reset() noexcept {
  for (auto& level : levels_) std::fill(level.begin(), level.end(), 0.0f);
}

void SlidingMax::process(float* x, int frames, int window) noexcept {
  const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
  const auto& kernels = peak_kernels::best();
  std::memcpy(levels_[0].data() + 1, x, bytes);
  int top = 0;
  for (int j = 0; j + 1 < count_; ++j) {
    float* from = levels_[static_cast<std::size_t>(j)].data() + (std::size_t{1} << j);
    float* to = levels_[static_cast<std::size_t>(j + 1)].data() + (std::size_t{2} << j);
    kernels.higher(from, from - (1 << j), to, frames);
    if ((2 << j) <= window) top = j + 1;
  }
  const float* highest = levels_[static_cast<std::size_t>(top)].data() + (std::size_t{1} << top);
  kernels.higher(highest, highest - (window - (1 << top)), x, frames);
  for (int j = 0; j < count_; ++j) {
    float* level = levels_[static_cast<std::size_t>(j)].data();
    std::memmove(level, level + frames, (std::size_t{1} << j) * sizeof(float));
  }
}

void SlidingMax::copy(const SlidingMax& other) noexcept {
  for (std::size_t j = 0; j < static_cast<std::size_t>(count_); ++j)
    std::copy(other.levels_[j].begin(), other.levels_[j].end(), levels_[j].begin());
}

void SlidingMax::raise(const SlidingMax& other) noexcept {
  for (std::size_t j = 0; j < static_cast<std::size_t>(count_); ++j) {
    for (std::size_t i = 0; i < std::size_t{1} << j; ++i)
      levels_[j][i] = std::max(levels_[j][i], other.levels_[j][i]);
  }
}

}  // namespace tutti::dsp
