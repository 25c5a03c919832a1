#include "engine/effects/dynamics/gain_core.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tutti::effects::dynamics {
namespace {

constexpr float kMet = 1e-4f;  // octaves: 0.0006 dB

std::size_t bytes(int frames) {
  return static_cast<std::size_t>(frames) * sizeof(float);
}

}  // namespace

void GainCore::prepare(double rate, int look_ahead, Arena& arena) {
  look_ahead_ = look_ahead;
  detector_.prepare(rate, arena);
  for (auto& line : lines_) line = arena.take<float>(static_cast<std::size_t>(look_ahead + kChunk));
  reset();
}

void GainCore::reset() noexcept {
  detector_.reset();
  state_ = {};
  lingering_ = {};
  apart_ = false;
  for (auto& line : lines_) std::fill(line.begin(), line.end(), 0.0f);
  position_ = 0;
  lowest_ = 0;
}

void GainCore::configure(const CoreSettings& settings) noexcept {
  settings_ = settings;
  detector_.set_mode(settings.rms, settings.hold);
  detector_.set_filters(settings.high_pass, settings.low_pass);
}

int GainCore::chunk_at(int frames) const noexcept {
  // Whether both gains have met is looked up at fixed places of the stream.
  const int room = kChunk - static_cast<int>(position_ % kChunk);
  return std::min(frames, room);
}

void GainCore::follow_one(float* row, std::size_t channel, int frames) noexcept {
  float& state = state_[channel];
  if (settings_.linger == 0) {
    lingering_[channel] = 0;
    follow(row, settings_.speed, state, frames);
    return;
  }
  const Speed speed = settings_.speed;
  const float keep_down = 1.0f - speed.down, keep_up = 1.0f - speed.up;
  int left = lingering_[channel];
  float s = state;
  for (int i = 0; i < frames; ++i) {
    const float x = row[i];
    if (x <= s) {
      s = keep_down * s + speed.down * x;
      left = settings_.linger;
    } else if (left > 0) {
      --left;
    } else {
      s = keep_up * s + speed.up * x;
    }
    row[i] = s;
  }
  lingering_[channel] = left;
  state = s;
}

void GainCore::shape(float* row, const Trim& trim, int frames) noexcept {
  const auto& kernels = best();
  const float lowest =
      trim.make_up != nullptr
          ? kernels.gain(row, trim.make_up, trim.mix, row, frames)
          : kernels.still_gain(row, trim.still_make_up, trim.still_mix, row, frames);
  lowest_ = std::min(lowest_, lowest);
}

void GainCore::late(float* audio, std::size_t channel, int frames) noexcept {
  float* line = lines_[channel].data();
  std::memcpy(line + look_ahead_, audio, bytes(frames));
  std::memcpy(audio, line, bytes(frames));
  std::memmove(line, line + frames, bytes(look_ahead_));
}

void GainCore::begin(const float* left, const float* right, float* row, int frames) noexcept {
  detector_.joint(left, right, row, frames);
  best().curve(settings_.curve, row, row, frames);
}

void GainCore::finish(float* left, float* right, float* row, int frames,
                      const Trim& trim) noexcept {
  state_[1] = state_[0];
  lingering_[1] = lingering_[0];
  position_ += frames;
  const auto& kernels = best();
  shape(row, trim, frames);
  if (look_ahead_ > 0) {
    late(left, 0, frames);
    if (right != nullptr)
      late(right, 1, frames);
    else
      std::copy(lines_[0].begin(), lines_[0].end(), lines_[1].begin());
  }
  kernels.apply(left, row, frames);
  if (right != nullptr) kernels.apply(right, row, frames);
}

void GainCore::process(float* left, float* right, const float* side_left, const float* side_right,
                       int frames, const Trim& trim) noexcept {
  const float* listen_left = side_left != nullptr ? side_left : left;
  const float* listen_right = side_left != nullptr ? side_right : right;
  if (!apart_ && settings_.link < 1) {
    apart_ = true;
    detector_.split();
  } else if (apart_ && settings_.link >= 1 && position_ % kChunk == 0 &&
             std::fabs(state_[0] - state_[1]) < kMet) {
    apart_ = false;
    detector_.merge();
    state_[0] = std::min(state_[0], state_[1]);
    lingering_[0] = std::max(lingering_[0], lingering_[1]);
  }
  alignas(64) float rows[2][kChunk];
  if (!apart_) {
    begin(listen_left, listen_right, rows[0], frames);
    follow_one(rows[0], 0, frames);
    finish(left, right, rows[0], frames, trim);
    return;
  }
  const auto& kernels = best();
  detector_.each(listen_left, listen_right, rows[0], rows[1], frames);
  for (auto& row : rows) kernels.curve(settings_.curve, row, row, frames);
  const float link = settings_.link;
  for (int i = 0; i < frames; ++i) {
    const float l = rows[0][i], r = rows[1][i], lower = l < r ? l : r;
    rows[0][i] = l + link * (lower - l);
    rows[1][i] = r + link * (lower - r);
  }
  for (std::size_t c = 0; c < 2; ++c) {
    follow_one(rows[c], c, frames);
    shape(rows[c], trim, frames);
  }
  position_ += frames;
  if (look_ahead_ > 0) {
    late(left, 0, frames);
    if (right != nullptr)
      late(right, 1, frames);
    else
      std::copy(lines_[0].begin(), lines_[0].end(), lines_[1].begin());
  }
  kernels.apply(left, rows[0], frames);
  if (right != nullptr) kernels.apply(right, rows[1], frames);
}

}  // namespace tutti::effects::dynamics
