#include "engine/stream/sound.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::stream {
namespace {

using compose::Setting;
using compose::Voice;

constexpr double kSmooth = 0.03;       // seconds, of what the listener moves
constexpr double kStyleSeconds = 0.5;  // from one style's sounds to the next

constexpr std::size_t at(Player p) {
  return static_cast<std::size_t>(p);
}

// Every player of every chapter has random numbers of its own.
std::uint64_t seed_of(const BarSpan& first, std::size_t player) {
  return Random(first.seed ^ (static_cast<std::uint64_t>(first.chapter) * 0x9e3779b97f4a7c15ull) ^
                (static_cast<std::uint64_t>(player) << 56))
      .next();
}

}  // namespace

Sound::Sound(const Materials& materials, int rate, const BarSpan& first, const Follower& follower,
             bool stems)
    : rate_(rate), start_(first.frame), follower_(follower) {
  for (std::size_t p = 0; p < kPlayers; ++p) {
    const bool sampled = p == at(Player::piano) && materials.piano != nullptr;
    players_[p] = sampled ? std::make_unique<Instrument>(materials.piano)
                          : std::make_unique<Instrument>(synth_of(static_cast<Player>(p)));
  }
  const compose::Settings& s = first.settings;
  now_ = {s[Setting::intensity], s[Setting::brightness], s[Setting::space], {}};
  for (int v = 0; v < compose::kVoices; ++v)
    now_.level[static_cast<std::size_t>(v)] = s[compose::level_of(static_cast<Voice>(v))];
  set_style(s.style(), 0);
  for (std::size_t p = 0; p < kPlayers; ++p) players_[p]->prepare(rate, seed_of(first, p), arena_);
  sends_.prepare(rate, arena_);
  if (stems) {
    own_sends_ = std::make_unique<std::array<Sends, compose::kVoices>>();
    stem_ = std::make_unique<float[]>(std::size_t{compose::kVoices} * 2 * kStep);
    for (Sends& own : *own_sends_) {
      own.set_style(*style_, now_.space, 0);
      own.prepare(rate, arena_);
    }
  }
  master_.prepare(rate, arena_);
  smoothing_ = 1 - math::exp(-kStep / (kSmooth * rate));
  aim(true);
}

void Sound::set_style(compose::Style style, int frames) noexcept {
  const StylePatch* patch = &patch_of(style);
  const bool same = patch == style_;
  style_ = patch;
  sends_.set_style(*patch, now_.space, frames);
  if (own_sends_)
    for (Sends& own : *own_sends_) own.set_style(*patch, now_.space, frames);
  if (same) return;
  moving_ = true;
  for (std::size_t p = 0; p < kPlayers; ++p) {
    // What rests jumps: nothing of it is heard.
    const int ramp = players_[p]->silent() ? 0 : frames;
    for (const PatchValue& v : patch->values[p]) players_[p]->set(v.id, v.value, ramp);
  }
}

void Sound::play(const BarSpan& span, const compose::Bar& bar) {
  sends_.tempo(span.bpm);
  if (own_sends_)
    for (Sends& own : *own_sends_) own.tempo(span.bpm);
  if (position_ > 0) set_style(span.settings.style(), static_cast<int>(kStyleSeconds * rate_));
  notes_.take(bar, position_, span.frames);
  bar_end_ = position_ + span.frames;
}

void Sound::end() noexcept {
  notes_.end(position_);
  const auto tail = static_cast<std::int64_t>(kTailSeconds * rate_);
  fade_frames_ = tail / 4;
  fade_from_ = position_ + tail - fade_frames_;
}

void Sound::hasten() noexcept {
  const auto frames = static_cast<std::int64_t>(kHasteSeconds * rate_);
  if (fade_from_ >= 0 && fade_from_ + fade_frames_ <= position_ + frames) return;
  fade_from_ = position_;
  fade_frames_ = frames;
}

// A message lies in the coming step.
bool Sound::wakes(Player p) const noexcept {
  const Message* message = notes_.next(p);
  return message != nullptr && message->at < position_ + kStep;
}

void Sound::begin_step(const ControlLog& log) noexcept {
  follow(log);
  aim(false);
  Running used{}, ready{};
  bool idle = true;
  // What the bar that begins in this step will play is not known yet.
  const bool bar_begins = bar_end_ < position_ + kStep && fade_from_ < 0;
  for (std::size_t p = 0; p < kPlayers; ++p) {
    players_[p]->begin_step();
    const bool plays = !players_[p]->resting() || wakes(static_cast<Player>(p));
    if (plays) idle = false;
    if (!plays && !bar_begins) continue;
    for (std::size_t b = 0; b < kBuses; ++b)
      for (const GainRamp& ramp : strips_[p].send[b])
        (plays ? used : ready)[b] = (plays ? used : ready)[b] || !ramp.off();
  }
  const Running running = sends_.begin_step(used, ready);
  if (own_sends_)
    for (Sends& own : *own_sends_) own.begin_step_as(running);
  idle_steps_ = idle && sends_.idle() ? idle_steps_ + 1 : 0;
  // A few steps more, for what the master holds back.
  dormant_ = idle_steps_ > 8 && !bar_begins;
  if (fade_from_ >= 0 && (dormant_ || position_ >= fade_from_ + fade_frames_)) over_ = true;
  if (!dormant_) master_.begin_step();
}

void Sound::follow(const ControlLog& log) noexcept {
  const std::int64_t frame = start_ + position_;
  follower_.advance(log, frame, true);
  const auto approach = [&](double& value, Setting s) {
    const double target = follower_.value(s, frame);
    if (value == target) return;
    moving_ = true;
    value += (target - value) * smoothing_;
    if (std::fabs(target - value) < 1e-5) value = target;
  };
  approach(now_.intensity, Setting::intensity);
  approach(now_.brightness, Setting::brightness);
  approach(now_.space, Setting::space);
  for (int v = 0; v < compose::kVoices; ++v)
    approach(now_.level[static_cast<std::size_t>(v)], compose::level_of(static_cast<Voice>(v)));
}

// Gains go to where the controls stand, over one step.
void Sound::aim(bool at_once) noexcept {
  const double wet = 0.08 + now_.space * (0.9 + 0.9 * now_.space);
  const double room[kBuses] = {1, 0.15 + 1.4 * now_.space, wet, wet};
  const double near = 1.12 - 0.2 * now_.space;
  for (std::size_t p = 0; p < kPlayers; ++p) {
    Strip& strip = strips_[p];
    const auto ramp = [&](GainRamp& gain, float& to, double target) {
      gain.from = to;
      gain.slope = 0;
      if (!moving_ && !at_once) return;
      const auto wanted = static_cast<float>(target);
      if (at_once) gain.from = wanted;
      gain.slope = (wanted - gain.from) / kStep;
      to = wanted;
    };
    const auto v = static_cast<std::size_t>(voice_of(static_cast<Player>(p)));
    const Patch& patch = style_->voices[v];
    double gain = 0;
    if (moving_ || at_once)
      gain = math::db_to_gain(style_->level + patch.level + now_.level[v] +
                              patch.by_intensity * (now_.intensity - 0.5));
    for (std::size_t side = 0; side < 2; ++side) {
      const double place = side == 0 ? std::min(1.0, 1 - patch.pan) : std::min(1.0, 1 + patch.pan);
      ramp(strip.dry[side], strip.dry_to[side], gain * place * near);
      for (std::size_t b = 0; b < kBuses; ++b)
        ramp(strip.send[b][side], strip.send_to[b][side], gain * place * patch.send[b] * room[b]);
    }
    if (moving_ || at_once)
      players_[p]->set_brightness(now_.brightness + patch.brightness +
                                  0.35 * (now_.intensity - 0.5));
  }
  moving_ = false;
}

// True if something was written to voice_.
bool Sound::play_player(std::size_t p, int frames) noexcept {
  Instrument& player = *players_[p];
  bool sounded = false;
  for (int done = 0;;) {
    const Message* message = notes_.next(static_cast<Player>(p));
    const std::int64_t until = message != nullptr ? message->at - position_ : frames;
    const int count = static_cast<int>(std::min<std::int64_t>(until, frames)) - done;
    if (count > 0) {
      if (player.process(voice_[0] + done, voice_[1] + done, count)) {
        if (!sounded) {
          std::fill_n(voice_[0], done, 0.0f);
          std::fill_n(voice_[1], done, 0.0f);
        }
        sounded = true;
      }
      done += count;
    }
    if (until >= frames) return sounded;
    player.event(message->status, message->data1, message->data2);
    notes_.pop(static_cast<Player>(p));
  }
}

void Sound::mix_player(std::size_t p, int frames, Sends& sends, float (*dry)[kStep]) noexcept {
  const StripKernels& kernels = strip_kernels();
  const Strip& strip = strips_[p];
  for (std::size_t side = 0; side < 2; ++side) {
    kernels.mix(voice_[side], dry[side], strip.dry[side], offset(), frames);
    for (std::size_t b = 0; b < kBuses; ++b) {
      if (strip.send[b][side].off()) continue;
      float* to = side == 0 ? sends.left(static_cast<Bus>(b)) : sends.right(static_cast<Bus>(b));
      kernels.mix(voice_[side], to, strip.send[b][side], offset(), frames);
    }
  }
}

void Sound::play_piece(int frames, std::span<float, compose::kVoices> peaks) noexcept {
  const StripKernels& kernels = strip_kernels();
  const auto stem_of = [&](std::size_t v) {
    return reinterpret_cast<float(*)[kStep]>(stem_.get() + v * 2 * kStep);
  };
  for (float* side : dry_) std::fill_n(side, frames, 0.0f);
  sends_.clear(frames);
  if (own_sends_) {
    std::fill_n(stem_.get(), std::size_t{compose::kVoices} * 2 * kStep, 0.0f);
    for (Sends& own : *own_sends_) own.clear(frames);
  }
  for (std::size_t p = 0; p < kPlayers; ++p) {
    if (!play_player(p, frames)) continue;
    const auto v = static_cast<std::size_t>(voice_of(static_cast<Player>(p)));
    const float loudest = std::max(kernels.peak(voice_[0], frames) * strips_[p].dry[0].from,
                                   kernels.peak(voice_[1], frames) * strips_[p].dry[1].from);
    peaks[v] = std::max(peaks[v], loudest);
    mix_player(p, frames, sends_, dry_);
    if (own_sends_) mix_player(p, frames, (*own_sends_)[v], stem_of(v));
  }
  sends_.process(dry_[0], dry_[1], frames);
  if (own_sends_)
    for (std::size_t v = 0; v < compose::kVoices; ++v)
      (*own_sends_)[v].process(stem_of(v)[0], stem_of(v)[1], frames);
  master_.process({dry_[0], dry_[1], frames}, offset());
}

void Sound::give(Added to, float (*from)[kStep], int frames) noexcept {
  if (to.left == nullptr || to.right == nullptr) return;
  const StripKernels& kernels = strip_kernels();
  if (fade_from_ >= 0 && position_ + frames > fade_from_) {
    const int ahead = static_cast<int>(std::clamp<std::int64_t>(fade_from_ - position_, 0, frames));
    const auto first = static_cast<int>(position_ + ahead - fade_from_);
    const GainRamp fall{1, -1.0f / static_cast<float>(fade_frames_)};
    // Twice: falls like a square, softly into the silence.
    for (int side = 0; side < 2; ++side) {
      kernels.scale(from[side] + ahead, fall, first, frames - ahead);
      kernels.scale(from[side] + ahead, fall, first, frames - ahead);
    }
  }
  kernels.mix(from[0], to.left, {1, 0}, 0, frames);
  kernels.mix(from[1], to.right, {1, 0}, 0, frames);
}

void Sound::render(const ControlLog& log, Added out, std::span<const Added> stems, int frames,
                   std::span<float, compose::kVoices> peaks) noexcept {
  for (int done = 0; done < frames && !over_;) {
    if (offset() == 0) begin_step(log);
    if (over_) return;
    int count = std::min(frames - done, kStep - offset());
    if (fade_from_ >= 0)  // never past the end of the fade
      count =
          static_cast<int>(std::min<std::int64_t>(count, fade_from_ + fade_frames_ - position_));
    if (count <= 0) {
      over_ = true;
      return;
    }
    if (!dormant_) {
      play_piece(count, peaks);
      const auto from = [&](const Added& to) {
        return to.left == nullptr ? Added{} : Added{to.left + done, to.right + done};
      };
      give(from(out), dry_, count);
      for (std::size_t v = 0; v < stems.size() && own_sends_; ++v)
        give(from(stems[v]), reinterpret_cast<float(*)[kStep]>(stem_.get() + v * 2 * kStep), count);
    } else {
      // Nothing sounds; the players' clocks go on.
      for (std::size_t p = 0; p < kPlayers; ++p) play_player(p, count);
    }
    position_ += count;
    done += count;
  }
}

}  // namespace tutti::stream
