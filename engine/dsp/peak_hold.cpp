#include "engine/dsp/peak_hold.h"

#include <algorithm>

#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {
namespace {

// Whole groups whose reach, with half of the present one, comes closest to the window.
int groups_of(int window) {
  return std::max(1, (2 * window - 1) / 8);
}

}  // namespace

void PeakHold::prepare(int longest, int chunk, Arena& arena) {
  groups_.prepare(groups_of(longest), chunk / 4 + 1, arena);
  reset();
}

void PeakHold::reset() noexcept {
  groups_.reset();
  open_ = held_ = 0;
  phase_ = 0;
}

void PeakHold::process(float* x, int frames, int window) noexcept {
  alignas(64) float groups[kMostGroups + 16], before[kMostGroups + 16];
  const auto& kernels = peak_kernels::best();
  // The rest of the present group, whole groups, the start of the next one.
  const int head = std::min((4 - phase_) % 4, frames), whole = (frames - head) / 4,
            tail = frames - head - 4 * whole;
  float prefix[8];
  int count = 0;
  for (int i = 0; i < head; ++i) {
    open_ = std::max(open_, x[i]);
    prefix[i] = open_;
    if (++phase_ == 4) {
      groups[count++] = open_;
      open_ = 0;
      phase_ = 0;
    }
  }
  const int first = count;  // of the whole groups
  float* middle = x + head;
  float* end = middle + 4 * whole;
  for (int i = 0; i < tail; ++i) {
    open_ = std::max(open_, end[i]);
    prefix[4 + i] = open_;
    ++phase_;
  }
  kernels.group(middle, groups + first, whole);
  count += whole;
  const bool holds = window > 1;
  // What is held while each group is open: the end of the one before.
  std::copy(groups, groups + count, before + 1);
  before[0] = held_;
  groups_.process(before + 1, count, groups_of(window));
  held_ = before[count];
  if (!holds) return;
  for (int i = 0; i < head; ++i) x[i] = std::max(prefix[i], before[0]);
  for (int i = 0; i < tail; ++i) end[i] = std::max(prefix[4 + i], before[count]);
  kernels.hold(middle, before + first, whole);
}

void PeakHold::copy(const PeakHold& other) noexcept {
  groups_.copy(other.groups_);
  open_ = other.open_;
  held_ = other.held_;
  phase_ = other.phase_;
}

void PeakHold::raise(const PeakHold& other) noexcept {
  groups_.raise(other.groups_);
  open_ = std::max(open_, other.open_);
  held_ = std::max(held_, other.held_);
}

}  // namespace tutti::dsp
