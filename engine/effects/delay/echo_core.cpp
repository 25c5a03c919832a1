#include "engine/effects/delay/echo_core.h"

#include <cstring>

namespace tutti::effects {

void EchoCore::prepare(int longest, double rate, Arena& arena) {
  for (dsp::DelayLine& line : lines_) line.prepare(longest, arena);
  fade_ = static_cast<int>(rate * 0.02);
}

void EchoCore::reset(int delay) noexcept {
  for (dsp::DelayLine& line : lines_) line.reset();
  for (LoopFilter& filter : filters_) filter.reset();
  tap_.jump(delay);
  sounding_ = apart_ = false;
}

void EchoCore::move(int delay) noexcept {
  if (sounding_) {
    tap_.move(delay, fade_);
  } else {
    tap_.jump(delay);
  }
}

const float* EchoCore::echo(int side, float* room, int frames) noexcept {
  const float* raw = tap_.read(lines_[side], room, frames);
  if (filters_[side].open()) {
    filters_[side].pass(raw[frames - 1]);
    return raw;
  }
  filters_[side].process(raw, room, frames);
  return room;
}

void EchoCore::process(float* left, float* right, int frames, const Run& run) noexcept {
  float room[2][kRun];
  sounding_ = true;
  if (right != nullptr && !apart_) {
    lines_[1].copy_state(lines_[0]);
    filters_[1] = filters_[0];
  }
  apart_ = right != nullptr;

  const float* wet_left = echo(0, room[0], frames);
  if (right == nullptr) {
    loops::feed(left, wet_left, run.feedback, lines_[0].place(), frames);
    lines_[0].written(frames);
    loops::blend(left, wet_left, run.mix, frames);
    tap_.advance(frames);
    return;
  }
  const float* wet_right = echo(1, room[1], frames);
  if (run.cross == nullptr) {
    loops::feed(left, wet_left, run.feedback, lines_[0].place(), frames);
    loops::feed(right, wet_right, run.feedback, lines_[1].place(), frames);
  } else {
    loops::feed_across(left, right, wet_left, wet_right, run.feedback, run.cross, lines_[0].place(),
                       lines_[1].place(), frames);
  }
  if (run.width != nullptr) {
    // Narrowed only on the way out, so on copies.
    const float* wet[2] = {wet_left, wet_right};
    for (int side = 0; side < 2; ++side) {
      if (wet[side] == room[side]) continue;
      std::memcpy(room[side], wet[side], sizeof(float) * static_cast<std::size_t>(frames));
    }
    loops::narrow(room[0], room[1], run.width, frames);
    wet_left = room[0];
    wet_right = room[1];
  }
  lines_[0].written(frames);
  lines_[1].written(frames);
  loops::blend(left, wet_left, run.mix, frames);
  loops::blend(right, wet_right, run.mix, frames);
  tap_.advance(frames);
}

}  // namespace tutti::effects
