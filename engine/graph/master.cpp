#include "engine/graph/master.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::graph {

void Master::prepare(double rate, int max_block) {
  arena_.reset();
  metronome_.prepare(rate);
  limiter_.prepare(rate, max_block, arena_);
  loudness_.prepare(rate);
  click_delay_.prepare(rate, max_block);
  click_left_.assign(static_cast<std::size_t>(max_block), 0);
  click_right_.assign(static_cast<std::size_t>(max_block), 0);
  glide_ = std::max(1, static_cast<std::int32_t>(rate * 0.010));
  slice_frames_ = glide_;
  squares_ = {};
  sums_ = {};
  in_slice_ = slice_ = 0;
  quiet_ = std::int64_t{1} << 60;
  meters_ = {};
  aim(true);
}

void Master::aim(bool now) noexcept {
  const auto gain = static_cast<float>(math::db_to_gain(master_db_));
  if (now)
    gain_.set_now(gain);
  else
    gain_.set_target(gain, glide_);
}

void Master::set_limiter(bool on) noexcept {
  if (on && !limits_) limiter_.reset();
  limits_ = on;
}

void Master::set(double gain_db, double ceiling_db) noexcept {
  master_db_ = std::isfinite(gain_db) ? std::clamp(gain_db, -120.0, 24.0) : 0;
  if (std::isfinite(ceiling_db)) limiter_.set_ceiling({ceiling_db});
  aim(silent());
}

void Master::set_click_gain(double gain_db) noexcept {
  metronome_.set_level(static_cast<float>(
      math::db_to_gain(std::isfinite(gain_db) ? std::clamp(gain_db, -60.0, 12.0) : 0)));
}

void Master::click(float* left, float* right, int frames, std::span<const Click> clicks) noexcept {
  int done = 0;
  for (const Click& click : clicks) {
    metronome_.process(left + done, right + done, click.offset - done);
    done = click.offset;
    metronome_.strike(click.accent);
  }
  metronome_.process(left + done, right + done, frames - done);
}

void Master::process(float* left, float* right, int frames,
                     std::span<const Click> clicks) noexcept {
  if (click_delay_.idle()) {
    click(left, right, frames, clicks);
  } else {
    std::fill_n(click_left_.data(), frames, 0.0f);
    std::fill_n(click_right_.data(), frames, 0.0f);
    click(click_left_.data(), click_right_.data(), frames, clicks);
    click_delay_.process(click_left_.data(), click_right_.data(), frames);
    for (int i = 0; i < frames; ++i) left[i] += click_left_[static_cast<std::size_t>(i)];
    for (int i = 0; i < frames; ++i) right[i] += click_right_[static_cast<std::size_t>(i)];
  }
  if (gain_.moving()) {
    for (int i = 0; i < frames; ++i) {
      const float g = gain_.value_at(i);
      left[i] *= g;
      right[i] *= g;
    }
    gain_.advance(frames);
  } else if (const float g = gain_.target(); g != 1) {
    for (int i = 0; i < frames; ++i) left[i] *= g, right[i] *= g;
  }
  const bool sounds = std::any_of(left, left + frames, [](float x) { return x != 0; }) ||
                      std::any_of(right, right + frames, [](float x) { return x != 0; });
  quiet_ = sounds ? 0 : quiet_ + frames;
  if (limits_) limiter_.process({left, right, frames});
  if (!measures_) return;
  meters_.limiter_reduction_db =
      std::max(meters_.limiter_reduction_db,
               static_cast<float>(-math::gain_to_db(std::max(limiter_.take_lowest_gain(), 1e-6f))));
  measure(left, right, frames);
}

void Master::measure(const float* left, const float* right, int frames) noexcept {
  loudness_.add(left, right, frames);
  const float* in[2] = {left, right};
  float* peak[2] = {&meters_.peak_left, &meters_.peak_right};
  for (int done = 0; done < frames;) {
    const int n = std::min(frames - done, slice_frames_ - in_slice_);
    for (std::size_t c = 0; c < 2; ++c) {
      double sum = 0;
      float highest = *peak[c];
      for (int i = done; i < done + n; ++i) {
        sum += static_cast<double>(in[c][i]) * in[c][i];
        highest = std::max(highest, std::fabs(in[c][i]));
      }
      sums_[c] += sum;
      *peak[c] = highest;
    }
    done += n;
    in_slice_ += n;
    if (in_slice_ < slice_frames_) continue;
    for (std::size_t c = 0; c < 2; ++c) {
      squares_[c][static_cast<std::size_t>(slice_)] = sums_[c] / slice_frames_;
      sums_[c] = 0;
    }
    slice_ = (slice_ + 1) % kSlices;
    in_slice_ = 0;
  }
}

Meters Master::take_meters() noexcept {
  Meters now = meters_;
  float* rms[2] = {&now.rms_left, &now.rms_right};
  for (std::size_t c = 0; c < 2; ++c) {
    double sum = 0;
    for (double s : squares_[c]) sum += s;
    *rms[c] = static_cast<float>(std::sqrt(sum / kSlices));
  }
  now.lufs_momentary = std::max(loudness_.momentary(), -70.0);
  meters_ = {};
  return now;
}

}  // namespace tutti::graph
