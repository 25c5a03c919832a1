#include "engine/graph/fader.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::graph {
namespace {

constexpr double kMost = 64;           // linear: 36 dB
constexpr double kSilentBelow = -120;  // dB on a fader

// Gain of the side that `pan` (0 … 1) leads away from, 1 in the middle.
double away(PanLaw law, double pan) noexcept {
  const auto cosine = [](double p) { return p >= 1 ? 0 : math::cos(math::kPi / 4 * (1 + p)); };
  constexpr double kMiddle = 0.70710678118654752440;
  switch (law) {
    case PanLaw::constant_power:
      return cosine(pan) / kMiddle;
    case PanLaw::compromise:
      return std::sqrt((1 - pan) * cosine(pan) / kMiddle);
    case PanLaw::linear:
      return 1 - pan;
    case PanLaw::balance:
      return pan >= 1 ? 0 : math::cos(math::kPi / 2 * pan);
  }
  return 1;
}

// Of one channel: the side that `pan` (-1 … 1) leads to.
double towards(PanLaw law, double pan) noexcept {
  const double share = (1 + pan) / 2;
  const double sine = pan <= -1 ? 0 : math::sin(math::kPi / 2 * share);
  switch (law) {
    case PanLaw::constant_power:
      return sine;
    case PanLaw::compromise:
      return std::sqrt(share * sine);
    case PanLaw::linear:
      return share;
    case PanLaw::balance:
      return pan >= 0 ? 1 : away(law, -pan);
  }
  return 1;
}

double gain_of(double db) noexcept {
  return db <= kSilentBelow ? 0 : math::db_to_gain(db);
}

}  // namespace

dsp::StereoGain pan_gains(PanLaw law, double gain, double pan, bool mono) noexcept {
  pan = std::clamp(pan, -1.0, 1.0);
  if (mono && law != PanLaw::balance)
    return {static_cast<float>(gain * towards(law, -pan)),
            static_cast<float>(gain * towards(law, pan))};
  if (pan == 0) return {static_cast<float>(gain), static_cast<float>(gain)};
  return {static_cast<float>(pan > 0 ? gain * away(law, pan) : gain),
          static_cast<float>(pan < 0 ? gain * away(law, -pan) : gain)};
}

void Fader::prepare(double rate) noexcept {
  glide_ = std::max(1, static_cast<int>(rate * 0.010));
  glide_length_ = glide_at_ = glide_;
  fresh_ = true;
  moved_ = false;
}

void Fader::set(const Settings& settings, const Curves& curves, bool changed) noexcept {
  const bool kept = settings.mono == settings_.mono;
  moved_ = moved_ || changed || touched_ || !kept || !(settings == settings_);
  settings_ = settings;
  curves_ = curves;
  touched_ = false;
  base_ = pan_gains(settings.law, settings.mute ? 0 : std::clamp(settings.gain, 0.0, kMost),
                    settings.pan, settings.mono);
}

void Fader::set_mono(bool mono) noexcept {
  if (settings_.mono == mono) return;
  const bool touched = touched_;
  Settings settings = settings_;
  settings.mono = mono;
  set(settings, curves_, false);
  if (touched) touch(hand_.gain, hand_.pan, hand_.mute);
}

void Fader::touch(double gain, double pan, bool mute) noexcept {
  hand_ = {std::isfinite(gain) ? gain : 0, std::isfinite(pan) ? pan : 0, mute, settings_.law,
           settings_.mono};
  touched_ = moved_ = true;
  base_ =
      pan_gains(hand_.law, mute ? 0 : std::clamp(hand_.gain, 0.0, kMost), hand_.pan, hand_.mono);
}

void Fader::fade_away(int frames) noexcept {
  leaving_ = touched_ = true;
  curves_ = {};
  base_ = {0, 0};
  rest_left_ = last_.left;
  rest_right_ = last_.right;
  glide_length_ = std::max(1, frames);
  glide_at_ = 0;
  moved_ = false;
}

void Fader::rise() noexcept {
  last_ = {0, 0};
  fresh_ = false;
  moved_ = true;
}

dsp::StereoGain Fader::at(std::int64_t frame) noexcept {
  double gain = settings_.gain, pan = settings_.pan;
  if (settings_.mute) return {0, 0};
  if (curves_.mute && curves_.mute->value(frame, hints_[2]) >= 0.5) return {0, 0};
  if (curves_.gain_db) gain = gain_of(curves_.gain_db->value(frame, hints_[0]));
  if (curves_.pan) pan = curves_.pan->value(frame, hints_[1]);
  return pan_gains(settings_.law, std::clamp(gain, 0.0, kMost), pan, settings_.mono);
}

// Frame by frame while a curve moves, at once while all are level.
void Fader::fill(const Segment& piece, float* lefts, float* rights) noexcept {
  std::int64_t frame = piece.song_frame;
  for (int done = 0; done < piece.frames;) {
    const dsp::StereoGain gain = at(frame);
    std::int64_t until = piece.rolling ? frame + (piece.frames - done) : kNever;
    if (piece.rolling) {
      const Curve* all[] = {curves_.gain_db, curves_.pan, curves_.mute};
      for (int c = 0; c < 3; ++c) {
        if (all[c]) until = std::min(until, all[c]->constant_until(frame, hints_[c]));
      }
    }
    const auto count = static_cast<int>(std::min<std::int64_t>(until - frame, piece.frames - done));
    std::fill_n(lefts + done, count, gain.left);
    std::fill_n(rights + done, count, gain.right);
    done += count;
    frame += count;
  }
}

Gains Fader::next(const SongView& view, int frames, float* lefts, float* rights) noexcept {
  Gains gains;
  if (!curved()) {
    gains.left = base_.left;
    gains.right = base_.right;
  } else {
    const Segment& first = view.pieces[0];
    std::int64_t level_until = view.count == 1 ? kNever : first.song_frame;
    if (first.rolling) {
      const Curve* all[] = {curves_.gain_db, curves_.pan, curves_.mute};
      for (int c = 0; c < 3; ++c) {
        if (all[c])
          level_until = std::min(level_until, all[c]->constant_until(first.song_frame, hints_[c]));
      }
    }
    gains.constant =
        view.count == 1 && (!first.rolling || level_until >= first.song_frame + frames);
    if (gains.constant) {
      const dsp::StereoGain gain = at(first.song_frame);
      gains.left = gain.left;
      gains.right = gain.right;
    } else {
      for (int p = 0; p < view.count; ++p) {
        const Segment& piece = view.pieces[static_cast<std::size_t>(p)];
        fill(piece, lefts + piece.offset, rights + piece.offset);
      }
    }
  }
  if (moved_ && !fresh_) {
    rest_left_ = last_.left - (gains.constant ? gains.left : lefts[0]);
    rest_right_ = last_.right - (gains.constant ? gains.right : rights[0]);
    glide_length_ = glide_;
    glide_at_ = rest_left_ == 0 && rest_right_ == 0 ? glide_length_ : 0;
  }
  moved_ = fresh_ = false;
  if (glide_at_ < glide_length_) {
    if (gains.constant) {
      std::fill_n(lefts, frames, gains.left);
      std::fill_n(rights, frames, gains.right);
      gains.constant = false;
    }
    const int count = std::min(frames, glide_length_ - glide_at_);
    for (int i = 0; i < count; ++i) {
      const float share =
          static_cast<float>(glide_length_ - glide_at_ - i) / static_cast<float>(glide_length_);
      lefts[i] += rest_left_ * share;
      rights[i] += rest_right_ * share;
    }
    glide_at_ += count;
  }
  gains.lefts = lefts;
  gains.rights = rights;
  last_ = gains.constant ? dsp::StereoGain{gains.left, gains.right}
                         : dsp::StereoGain{lefts[frames - 1], rights[frames - 1]};
  return gains;
}

}  // namespace tutti::graph
