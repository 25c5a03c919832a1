#include "engine/graph/strip.h"

#include <algorithm>

#include "engine/dsp/gain.h"

namespace tutti::graph {
namespace {

constexpr double kGlide = 0.010, kFade = 0.020;  // seconds

// What a channel holds when it has been told nothing (General MIDI's power-on state).
int default_of(int controller) {
  switch (controller) {
    case 7:
      return 100;
    case 8:
    case 10:
      return 64;
    case 11:
      return 127;
    default:
      return controller >= 70 && controller <= 79 ? 64 : 0;
  }
}

// Controllers that work in sequences (RPN, NRPN, data entry): told again in order, not by last
// value.
bool is_sequence(int controller) {
  return controller == 6 || controller == 38 || (controller >= 96 && controller <= 101);
}

}  // namespace

void ToldState::forget() noexcept {
  for (auto& c : controller) c.fill(-1);
  program.fill(-1);
  pressure.fill(-1);
  bend.fill(-1);
}

void ToldState::note(std::uint8_t status, std::uint8_t d1, std::uint8_t d2) noexcept {
  const std::size_t c = status & 15;
  switch (status & 0xf0) {
    case 0xb0:
      if (d1 < 120) controller[c][d1] = static_cast<std::int8_t>(d2);
      break;
    case 0xc0:
      program[c] = static_cast<std::int8_t>(d1);
      break;
    case 0xd0:
      pressure[c] = static_cast<std::int8_t>(d1);
      break;
    case 0xe0:
      bend[c] = static_cast<std::int16_t>(d1 | d2 << 7);
      break;
    default:
      break;
  }
}

void Strip::prepare(double rate, int max_block) {
  arena_.reset();
  node->prepare(rate, max_block, arena_);
  left_.assign(static_cast<std::size_t>(max_block), 0);
  right_.assign(static_cast<std::size_t>(max_block), 0);
  glide_ = std::max(1, static_cast<std::int32_t>(rate * kGlide));
  held_.reset();
  told_.forget();
  next_ = 0;
}

void Strip::set_gain(bool now) noexcept {
  const dsp::StereoGain gain =
      dsp::balance(plan.mute ? 0 : std::clamp(plan.gain, 0.0, 64.0), plan.pan);
  if (now) {
    left_gain_.set_now(gain.left);
    right_gain_.set_now(gain.right);
  } else {
    left_gain_.set_target(gain.left, glide_);
    right_gain_.set_target(gain.right, glide_);
  }
}

void Strip::fade_away() noexcept {
  leaving = true;
  let_go({});
  events.clear();
  next_ = 0;
  const auto fade = static_cast<std::int32_t>(glide_ * (kFade / kGlide));
  left_gain_.set_target(0, fade);
  right_gain_.set_target(0, fade);
}

void Strip::send(const TimedEvent& e) noexcept {
  const int kind = e.status & 0xf0;
  if (kind == 0x80 || kind == 0x90) {
    held_.set(static_cast<std::size_t>((e.status & 15) * 128 + e.data1),
              kind == 0x90 && e.data2 > 0);
  } else {
    told_.note(e.status, e.data1, e.data2);
  }
  node->event(e.status, e.data1, e.data2);
}

void Strip::let_go(const std::bitset<16 * 128>& kept) noexcept {
  if ((held_ & ~kept).none()) return;
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (!held_[i] || kept[i]) continue;
    held_.reset(i);
    node->event(static_cast<std::uint8_t>(0x80 | i / 128), static_cast<std::uint8_t>(i % 128), 64);
  }
}

void Strip::tell(int channel, int controller, int value) noexcept {
  auto& told =
      told_.controller[static_cast<std::size_t>(channel)][static_cast<std::size_t>(controller)];
  if (told == value) return;
  told = static_cast<std::int8_t>(value);
  node->event(static_cast<std::uint8_t>(0xb0 | channel), static_cast<std::uint8_t>(controller),
              static_cast<std::uint8_t>(value));
}

void Strip::chase(std::int64_t song_frame) noexcept {
  ToldState wanted;
  for (const TimedEvent& e : events) {
    if (e.frame >= song_frame) break;
    if ((e.status & 0xf0) == 0xb0 && is_sequence(e.data1))
      node->event(e.status, e.data1, e.data2);
    else
      wanted.note(e.status, e.data1, e.data2);
  }
  for (int c = 0; c < 16; ++c) {
    const auto i = static_cast<std::size_t>(c);
    // Bank before program, and what was told but no longer holds goes back to its default.
    for (int n = 0; n < 120; ++n) {
      const int now = wanted.controller[i][static_cast<std::size_t>(n)];
      const int told = told_.controller[i][static_cast<std::size_t>(n)];
      if (is_sequence(n)) continue;
      if (now >= 0)
        tell(c, n, now);
      else if (told >= 0 && n != 0 && n != 32)
        tell(c, n, default_of(n));
    }
    if (wanted.program[i] >= 0 && wanted.program[i] != told_.program[i]) {
      send({0,
            {},
            static_cast<std::uint8_t>(0xc0 | c),
            static_cast<std::uint8_t>(wanted.program[i]),
            0});
    }
    const int pressure = wanted.pressure[i] >= 0  ? wanted.pressure[i]
                         : told_.pressure[i] >= 0 ? 0
                                                  : -1;
    if (pressure != told_.pressure[i])
      send({0, {}, static_cast<std::uint8_t>(0xd0 | c), static_cast<std::uint8_t>(pressure), 0});
    const int bend = wanted.bend[i] >= 0 ? wanted.bend[i] : told_.bend[i] >= 0 ? 8192 : -1;
    if (bend != told_.bend[i]) {
      send({0,
            {},
            static_cast<std::uint8_t>(0xe0 | c),
            static_cast<std::uint8_t>(bend & 127),
            static_cast<std::uint8_t>(bend >> 7)});
    }
  }
}

void Strip::relocate(bool rolling, std::int64_t song_frame) noexcept {
  let_go({});
  const auto at = std::lower_bound(events.begin(), events.end(), song_frame,
                                   [](const TimedEvent& e, std::int64_t f) { return e.frame < f; });
  next_ = static_cast<std::size_t>(at - events.begin());
  if (rolling) {
    chase(song_frame);
  } else {
    // Stopped: no pedal may hold what the keys have let go.
    for (int c = 0; c < 16; ++c) {
      for (int pedal : {64, 66}) {
        if (told_.controller[static_cast<std::size_t>(c)][static_cast<std::size_t>(pedal)] > 0)
          tell(c, pedal, 0);
      }
    }
  }
  node->transport({rolling, song_frame, start_frame});
}

void Strip::resume(bool rolling, std::int64_t song_frame) noexcept {
  const auto at = std::lower_bound(events.begin(), events.end(), song_frame,
                                   [](const TimedEvent& e, std::int64_t f) { return e.frame < f; });
  next_ = static_cast<std::size_t>(at - events.begin());
  std::bitset<16 * 128> kept;
  for (auto e = events.begin(); rolling && e != at; ++e) {
    const int kind = e->status & 0xf0;
    if (kind != 0x80 && kind != 0x90) continue;
    kept.set(static_cast<std::size_t>((e->status & 15) * 128 + e->data1),
             kind == 0x90 && e->data2 > 0);
  }
  let_go(kept);
  if (rolling) chase(song_frame);
  node->transport({rolling, song_frame, start_frame});
}

void Strip::all_sound_off() noexcept {
  held_.reset();
  for (int c = 0; c < 16; ++c) node->event(static_cast<std::uint8_t>(0xb0 | c), 120, 0);
}

void Strip::play(float* left, float* right, int frames) noexcept {
  if (frames <= 0) return;
  const bool before = node->silent();
  node->process({left, right, frames});
  if (node->mono()) std::copy_n(left, frames, right);
  sounds_ = sounds_ || !before || !node->silent();
}

void Strip::render(const Segment* segments, int count, int frames) noexcept {
  sounds_ = false;
  if (gone()) return;
  int done = 0;
  for (int s = 0; s < count; ++s) {
    const Segment& segment = segments[s];
    if (segment.jump && !leaving) {
      play(left_.data() + done, right_.data() + done, segment.offset - done);
      done = std::max(done, segment.offset);
      relocate(segment.rolling, segment.song_frame);
    }
    if (!segment.rolling) continue;
    const std::int64_t end = segment.song_frame + segment.frames;
    for (; next_ < events.size() && events[next_].frame < end; ++next_) {
      const int at = segment.offset + static_cast<int>(std::max<std::int64_t>(
                                          events[next_].frame - segment.song_frame, 0));
      play(left_.data() + done, right_.data() + done, at - done);
      done = std::max(done, at);
      send(events[next_]);
    }
    const int segment_end = segment.offset + segment.frames;
    play(left_.data() + done, right_.data() + done, segment_end - done);
    done = segment_end;
  }
  play(left_.data() + done, right_.data() + done, frames - done);
}

void Strip::mix_into(float* left, float* right, int frames) noexcept {
  if (sounds_) {
    if (left_gain_.moving() || right_gain_.moving()) {
      for (int i = 0; i < frames; ++i) {
        left[i] += left_[static_cast<std::size_t>(i)] * left_gain_.value_at(i);
        right[i] += right_[static_cast<std::size_t>(i)] * right_gain_.value_at(i);
      }
    } else {
      const float l = left_gain_.target(), r = right_gain_.target();
      for (int i = 0; i < frames; ++i) left[i] += left_[static_cast<std::size_t>(i)] * l;
      for (int i = 0; i < frames; ++i) right[i] += right_[static_cast<std::size_t>(i)] * r;
    }
  }
  left_gain_.advance(frames);
  right_gain_.advance(frames);
}

}  // namespace tutti::graph
