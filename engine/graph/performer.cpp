#include "engine/graph/performer.h"

#include <algorithm>

namespace tutti::graph {
namespace {

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

void Performer::prepare(double rate, int max_block) {
  arena_.reset();
  node->prepare(rate, max_block, arena_);
  held_.reset();
  told_.forget();
  next_ = 0;
}

void Performer::leave() noexcept {
  leaving_ = true;
  let_go({});
  events.clear();
  next_ = 0;
}

void Performer::send(const TimedEvent& e) noexcept {
  const int kind = e.status & 0xf0;
  if (kind == 0x80 || kind == 0x90) {
    held_.set(static_cast<std::size_t>((e.status & 15) * 128 + e.data1),
              kind == 0x90 && e.data2 > 0);
  } else {
    told_.note(e.status, e.data1, e.data2);
  }
  node->event(e.status, e.data1, e.data2);
}

void Performer::let_go(const std::bitset<16 * 128>& kept) noexcept {
  if ((held_ & ~kept).none()) return;
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (!held_[i] || kept[i]) continue;
    held_.reset(i);
    node->event(static_cast<std::uint8_t>(0x80 | i / 128), static_cast<std::uint8_t>(i % 128), 64);
  }
}

void Performer::tell(int channel, int controller, int value) noexcept {
  auto& told =
      told_.controller[static_cast<std::size_t>(channel)][static_cast<std::size_t>(controller)];
  if (told == value) return;
  told = static_cast<std::int8_t>(value);
  node->event(static_cast<std::uint8_t>(0xb0 | channel), static_cast<std::uint8_t>(controller),
              static_cast<std::uint8_t>(value));
}

void Performer::chase(std::int64_t song_frame) noexcept {
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

void Performer::relocate(bool rolling, std::int64_t song_frame) noexcept {
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

void Performer::resume(bool rolling, std::int64_t song_frame) noexcept {
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

void Performer::all_sound_off() noexcept {
  held_.reset();
  for (int c = 0; c < 16; ++c) node->event(static_cast<std::uint8_t>(0xb0 | c), 120, 0);
}

// Frames [from, to); whether there is something in them.
bool Performer::play(float* left, float* right, int from, int to) noexcept {
  if (to <= from) return false;
  const bool before = node->silent();
  if (before && node->skip(to - from)) {
    std::fill(left + from, left + to, 0.0f);
    if (!node->mono()) std::fill(right + from, right + to, 0.0f);
    return false;
  }
  node->process({left + from, right + from, to - from});
  return !before || !node->silent();
}

Performer::Sound Performer::render(const Segment* segments, int count, int frames, float* left,
                                   float* right, View* view) noexcept {
  const bool plain =
      leaving_ || (count == 1 && !segments[0].jump &&
                   (!segments[0].rolling || next_ >= events.size() ||
                    events[next_].frame >= segments[0].song_frame + segments[0].frames));
  if (plain) {
    if (node->skip(frames)) return Sound::none;
    if (view != nullptr && node->view(frames, *view)) return Sound::viewed;
    return play(left, right, 0, frames) ? Sound::written : Sound::none;
  }
  bool sounds = false;
  int done = 0;
  const auto play_to = [&](int to) {
    sounds = play(left, right, done, to) || sounds;
    done = std::max(done, to);
  };
  for (int s = 0; s < count; ++s) {
    const Segment& segment = segments[s];
    if (segment.jump) {
      play_to(segment.offset);
      relocate(segment.rolling, segment.song_frame);
    }
    if (!segment.rolling) continue;
    const std::int64_t end = segment.song_frame + segment.frames;
    for (; next_ < events.size() && events[next_].frame < end; ++next_) {
      play_to(segment.offset + static_cast<int>(std::max<std::int64_t>(
                                   events[next_].frame - segment.song_frame, 0)));
      send(events[next_]);
    }
    play_to(segment.offset + segment.frames);
  }
  play_to(frames);
  return sounds ? Sound::written : Sound::none;
}

}  // namespace tutti::graph
