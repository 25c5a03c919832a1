#include "engine/instruments/synth/voice_synth.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::instruments::synth {

VoiceSynth::VoiceSynth(std::span<const param::Description> parameters, int polyphony)
    : descriptions_(parameters), polyphony_(std::min(polyphony, kMaxPolyphony)) {
  for (std::size_t i = 0; i < descriptions_.size(); ++i) {
    ramps_[i].from = ramps_[i].to = value_[i] = descriptions_[i].initial;
  }
}

void VoiceSynth::prepare(double rate, int, Arena& arena) {
  rate_ = rate;
  follow_ = 1 - math::exp(-kCell / (0.004 * rate));
  take(arena);
  reset(seed_);
}

void VoiceSynth::reset(std::uint64_t seed) noexcept {
  seed_ = seed;
  notes_ = 0;
  for (std::size_t i = 0; i < descriptions_.size(); ++i) {
    Ramp& r = ramps_[i];
    r.from = value_[i] = r.to;
    r.done = r.length = 0;
  }
  moving_ = 0;
  stale_ = idle_ = true;
  volume_ = expression_ = {1, 1};
  brightness_ = modulation_ = bend_ = {};
  pedal_ = false;
  voices_ = {};
  slots_ = {};
  cell_ = {};
  cell_.turns = static_cast<float>(440 / rate_);
  cell_.fade = static_cast<float>(std::min(1.0, kCell / (kFadeSeconds * rate_)));
  active_ = waiting_ = 0;
  sounding_ = {};
  at_ = 0;
  until_collect_ = 0;
  clear();
}

void VoiceSynth::set(int index, double value, int frames) noexcept {
  if (index < 0 || index >= static_cast<int>(descriptions_.size())) return;
  const auto i = static_cast<std::size_t>(index);
  Ramp& r = ramps_[i];
  r.to = param::clamp(descriptions_[i], value);
  r.from = frames > 0 ? value_[i] : r.to;
  r.done = 0;
  r.length = std::max(frames, 0);
  moving_ = std::max(moving_, r.length);
  if (frames <= 0) value_[i] = r.to;
  stale_ = true;
}

void VoiceSynth::event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept {
  if (data1 > 127 || data2 > 127) return;
  switch (status & 0xf0) {
    case 0x90:
      if (data2 > 0) {
        note_on(data1, data2);
        break;
      }
      [[fallthrough]];
    case 0x80:
      note_off(data1);
      break;
    case 0xb0:
      control(data1, data2);
      break;
    case 0xe0:
      bend_.target = ((data2 << 7 | data1) - 8192) * (2.0 / 8192);
      stale_ = true;
      break;
    default:
      break;
  }
}

void VoiceSynth::control(int number, int value) noexcept {
  // As General MIDI recommends: squares, with 100 the volume at rest.
  const auto square = [](double x) { return x * x; };
  switch (number) {
    case 1:
      modulation_.target = value / 127.0;
      break;
    case 7:
      volume_.target = square(value / 100.0);
      break;
    case 11:
      expression_.target = square(value / 127.0);
      break;
    case 74:
      brightness_.target = value >= 64 ? (value - 64) / 63.0 : (value - 64) / 64.0;
      break;
    case 64:
      pedal_ = value >= 64;
      if (!pedal_) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
          if (slots_[i].active && !slots_[i].down) let_go(i);
        }
      }
      break;
    case 120:
      all_off(true);
      break;
    case 123:
      all_off(false);
      break;
    default:
      return;
  }
  stale_ = true;
}

void VoiceSynth::note_on(int key, int velocity) noexcept {
  const std::uint64_t order = ++notes_;
  int sounding = 0;
  for (const Slot& s : slots_) sounding += (s.active && !s.stolen) || s.pending;
  if (sounding >= polyphony_) {
    // The least audible gives way: released before held, quieter before louder, older before newer.
    std::size_t least = kAllLanes;
    float least_sound = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const Slot& s = slots_[i];
      if (!s.active || s.stolen) continue;
      const Voices& v = voices_[i / kLanes];
      const std::size_t lane = i % kLanes;
      const float now = v.rising[lane] != 0 ? 1.0f : v.level[lane];
      const float sound = now * (v.left[lane] + v.right[lane]) + (v.held[lane] != 0 ? 10.0f : 0.0f);
      const bool less = least == kAllLanes || sound < least_sound ||
                        (sound == least_sound && s.order < slots_[least].order);
      if (less) least = i, least_sound = sound;
    }
    if (least < kAllLanes) fade(static_cast<int>(least / kLanes), static_cast<int>(least % kLanes));
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].active && !slots_[i].pending) return begin(i, key, velocity, order, true);
  }
  // Every lane is taken: wait for the stolen one that has waited least for a note.
  std::size_t best = kAllLanes;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& s = slots_[i];
    if (!s.stolen) continue;
    if (best == kAllLanes || (!s.pending && slots_[best].pending) ||
        (s.pending && slots_[best].pending && s.pending_order < slots_[best].pending_order)) {
      best = i;
    }
    if (!slots_[best].pending) break;
  }
  if (best == kAllLanes) return;
  Slot& s = slots_[best];
  waiting_ += !s.pending;
  s.pending = s.pending_down = true;
  s.pending_key = key;
  s.pending_velocity = velocity;
  s.pending_order = order;
}

void VoiceSynth::begin(std::size_t at, int key, int velocity, std::uint64_t order,
                       bool down) noexcept {
  Slot& s = slots_[at];
  s = {};
  s.key = key;
  s.active = true;
  s.down = down;
  s.order = order;
  ++active_;
  ++sounding_[at / kLanes];
  const auto group = static_cast<int>(at / kLanes), lane = static_cast<int>(at % kLanes);
  Voices& v = voices(group);
  Note note;
  note.key = key;
  note.velocity = velocity;
  const double x = velocity / 127.0;
  note.loudness = static_cast<float>(x * std::sqrt(x));
  note.random = Random(seed_ * 0x9e3779b97f4a7c15ull + order);
  v.pitch[lane] = static_cast<float>(key);
  v.level[lane] = v.out_left[lane] = v.out_right[lane] = 0;
  v.vibrato[lane] = static_cast<float>(note.random.uniform());
  v.rising[lane] = v.held[lane] = -1;
  v.fading[lane] = 0;
  v.active[lane] = -1;
  if (stale_) refresh();
  start(group, lane, note);
  if (!down && !pedal_) let_go(at);
}

void VoiceSynth::note_off(int key) noexcept {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& s = slots_[i];
    if (s.pending && s.pending_key == key) s.pending_down = false;
    if (!s.active || !s.down || s.key != key) continue;
    s.down = false;
    if (!pedal_) let_go(i);
  }
}

void VoiceSynth::let_go(std::size_t at) noexcept {
  Voices& v = voices_[at / kLanes];
  const std::size_t lane = at % kLanes;
  if (one_shot()) return;
  v.held[lane] = v.rising[lane] = 0;
}

void VoiceSynth::fade(int group, int lane) noexcept {
  Slot& s = slots_[static_cast<std::size_t>(group * kLanes + lane)];
  if (!s.active) return;
  s.stolen = true;
  s.down = false;
  Voices& v = voices(group);
  v.fading[lane] = -1;
  v.held[lane] = v.rising[lane] = 0;
}

void VoiceSynth::all_off(bool at_once) noexcept {
  if (at_once) hush();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& s = slots_[i];
    if (s.pending) s.pending = false, --waiting_;
    if (!s.active) continue;
    s.down = false;
    if (at_once) {
      fade(static_cast<int>(i / kLanes), static_cast<int>(i % kLanes));
    } else if (!pedal_) {
      let_go(i);
    }
  }
}

bool VoiceSynth::follow(Controller& c) noexcept {
  if (c.now == c.target) return false;
  c.now += follow_ * (c.target - c.now);
  if (std::fabs(c.target - c.now) < 1e-5) c.now = c.target;
  return c.now != c.target;
}

void VoiceSynth::refresh() noexcept {
  for (Controller* c : {&volume_, &expression_, &brightness_, &modulation_, &bend_}) {
    if (idle_) c->now = c->target;  // nobody hears it jump
  }
  cell_.bend = static_cast<float>(bend_.now);
  update();
  cell_.gain *= static_cast<float>(volume_.now * expression_.now);
}

void VoiceSynth::next_cell(float* left, float* right) noexcept {
  for (int i = 0; i < kCell; ++i) left[i] = right[i] = 0;
  if (moving_ > 0) {
    for (std::size_t i = 0; i < descriptions_.size(); ++i) {
      Ramp& r = ramps_[i];
      r.done = std::min(r.done + kCell, r.length);
      value_[i] = r.done >= r.length
                      ? r.to
                      : r.from + (r.to - r.from) * (static_cast<double>(r.done) / r.length);
    }
    moving_ = std::max(0, moving_ - kCell);
    stale_ = true;
  }
  if (active_ == 0 && !ringing()) {
    idle_ = true;
    return;
  }
  if (stale_) {
    if (!idle_) {
      stale_ = false;
      for (Controller* c : {&volume_, &expression_, &brightness_, &modulation_, &bend_}) {
        stale_ = follow(*c) || stale_;
      }
      refresh();
    } else {
      refresh();
      stale_ = false;
    }
  }
  idle_ = false;
  begin_cell();
  for (int g = 0; g < kGroups; ++g) {
    if (sounds(g)) render(g, left, right);
  }
  finish(left, right);
  // A lane that has ended costs little more than looking; only a note that waits is in a hurry.
  if (--until_collect_ <= 0 || waiting_ > 0) {
    until_collect_ = kCollectCells;
    collect();
  }
}

// Frees the lanes whose envelopes have ended, and starts what waits for them.
void VoiceSynth::collect() noexcept {
  using simd::load;
  for (std::size_t g = 0; g < kGroups; ++g) {
    Voices& v = voices_[g];
    if (sounding_[g] == 0) continue;
    const simd::i32x8 ended = load<simd::i32x8>(v.active) & ~load<simd::i32x8>(v.rising) &
                              (load<simd::f32x8>(v.level) == 0.0f);
    std::uint64_t halves[4];
    simd::store(halves, ended);
    if ((halves[0] | halves[1] | halves[2] | halves[3]) == 0) continue;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (ended[lane] != 0) free_lane(g * kLanes + lane);
    }
  }
}

void VoiceSynth::free_lane(std::size_t at) noexcept {
  Slot& s = slots_[at];
  s.active = s.stolen = s.down = false;
  voices_[at / kLanes].active[at % kLanes] = 0;
  --active_;
  --sounding_[at / kLanes];
  if (!s.pending) return;
  s.pending = false;
  --waiting_;
  begin(at, s.pending_key, s.pending_velocity, s.pending_order, s.pending_down);
}

void VoiceSynth::process(dsp::Block block) noexcept {
  int offset = 0;
  while (offset < block.frames) {
    if (at_ == 0 && block.frames - offset >= kCell) {
      next_cell(block.left + offset, block.right + offset);
      offset += kCell;
      continue;
    }
    if (at_ == 0) next_cell(left_, right_);
    const int count = std::min(kCell - at_, block.frames - offset);
    std::copy_n(left_ + at_, count, block.left + offset);
    std::copy_n(right_ + at_, count, block.right + offset);
    offset += count;
    at_ = (at_ + count) % kCell;
  }
}

float VoiceSynth::per_cell_60db(double seconds) const noexcept {
  return static_cast<float>(
      math::exp2(-9.965784284662087 * kCell / (std::max(seconds, 1e-4) * rate_)));
}

void VoiceSynth::set_envelope(double attack, double decay, double sustain,
                              double release) noexcept {
  cell_.attack = static_cast<float>(std::min(1.0, kCell / (std::max(attack, 1e-6) * rate_)));
  cell_.decay = per_cell_60db(decay);
  cell_.sustain = static_cast<float>(sustain);
  cell_.release = per_cell_60db(release);
}

void VoiceSynth::set_gains(int group, int lane, float gain, float place) noexcept {
  Voices& v = voices(group);
  v.left[lane] = gain * std::sqrt(0.5f * (1 - place));
  v.right[lane] = gain * std::sqrt(0.5f * (1 + place));
}

float VoiceSynth::place_of(int key) noexcept {
  // Steps of the golden section: neighbours lie far apart, whatever the chord.
  const double turn = key * 0.6180339887498949;
  return static_cast<float>(2 * (turn - std::floor(turn)) - 1);
}

}  // namespace tutti::instruments::synth
