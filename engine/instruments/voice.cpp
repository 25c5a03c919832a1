#include "engine/instruments/voice.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/instruments/tables.h"

namespace tutti::instruments {
namespace {

constexpr float kPeak = 960;             // cB between an envelope's 1 and its 0
constexpr float kInaudible = 960;        // cB below a full-scale sample: the voice may end
constexpr double kShortestNote = 0.010;  // seconds; a note-off that comes sooner waits
constexpr float kShortestRelease = -7200;
constexpr float kClassRelease = -200;  // timecents, for voices cut by their exclusive class

double cells_of(float timecents, float least, float most, double rate) {
  return tables::ratio(std::clamp(timecents, least, most)) * rate / kernels::kCell;
}

// The specification's most negative number means no time at all.
std::int32_t whole_cells(float timecents, float most, double rate, double rounding) {
  if (timecents <= -32768) return 0;
  return static_cast<std::int32_t>(cells_of(timecents, -12000, most, rate) + rounding);
}

void set_generators(std::array<float, gen::kCount>& out, const SoundFont& font, const Zone& zone) {
  const Generator* g = font.generators.data() + zone.first_generator;
  for (std::uint32_t i = 0; i < zone.generator_count; ++i) {
    if (!gen::is_voice_generator(g[i].kind)) continue;
    // EMU's hardware takes 0.4 of the stated attenuation; every SoundFont is made to that measure.
    out[g[i].kind] =
        static_cast<float>(g[i].amount) * (g[i].kind == gen::attenuation ? 0.4f : 1.0f);
  }
}

}  // namespace

void FilterTable::prepare(double rate) {
  for (std::size_t i = 0; i < tan_.size(); ++i) {
    const double hz =
        440 * math::exp2((1500.0 + static_cast<double>(i) * kStepCents - 6900) / 1200);
    tan_[i] = static_cast<float>(math::tan(math::kPi * std::clamp(hz / rate, 0.0, 0.45)));
  }
}

float FilterTable::at(float cents) const noexcept {
  const float x = (std::clamp(cents, 1500.0f, 13500.0f) - 1500.0f) / kStepCents;
  const int whole = static_cast<int>(x);
  const float* t = &tan_[static_cast<unsigned>(whole)];
  return t[0] + (t[1] - t[0]) * (x - static_cast<float>(whole));
}

bool Voice::start(const ZonePair& zones, const VoiceSettings& settings,
                  const ChannelState& channel_state, int note_key, int note_velocity) noexcept {
  font = zones.font;
  key = static_cast<std::uint8_t>(note_key);
  velocity = static_cast<std::uint8_t>(note_velocity);

  base_ = gen::kDefaults;
  if (zones.instrument_global != nullptr) set_generators(base_, *font, *zones.instrument_global);
  set_generators(base_, *font, *zones.instrument);
  std::array<float, gen::kCount> offsets{};
  if (zones.preset_global != nullptr) set_generators(offsets, *font, *zones.preset_global);
  set_generators(offsets, *font, *zones.preset);
  for (int kind = 0; kind < gen::kCount; ++kind) {
    if (!gen::is_instrument_only(kind))
      base_[static_cast<unsigned>(kind)] += offsets[static_cast<unsigned>(kind)];
  }
  modulators_.start_with_defaults();
  modulators_.overwrite(*font, zones.instrument_global, *zones.instrument);
  modulators_.add(*font, zones.preset_global, *zones.preset);

  exclusive_class =
      static_cast<std::uint8_t>(std::clamp(base_[gen::exclusive_class], 0.0f, 127.0f));
  has_looped_ = ended = dirty = release_pending_ = faded_ = cut_ = false;
  fresh_ = true;
  left_ = right_ = amplitude_ = 0;
  a = b = p_slope = q_slope = r_slope = 0;
  aimed_cutoff_ = -1;

  derive(settings, channel_state);
  const SampleHeader& sample = font->samples[static_cast<std::size_t>(zones.instrument->target)];
  if ((sample.type & 0x8000) != 0) return false;  // lives in the ROM of a sound card
  place(sample);
  if (end_ - start_ < 2) return false;
  phase_ = static_cast<std::uint64_t>(start_) << 32;

  // Everything that does not depend on controllers: the speed at which the sample plays its root.
  const float root =
      base_[gen::root_key] > -1 ? base_[gen::root_key] : static_cast<float>(sample.original_key);
  const float used_key =
      base_[gen::key_number] > -1 ? base_[gen::key_number] : static_cast<float>(key);
  const double cents =
      static_cast<double>(base_[gen::scale_tuning]) * (used_key - root) + sample.correction;
  speed_ = tables::ratio(cents) * sample.rate / settings.rate;

  filtered =
      cutoff_ < 13500 || base_[gen::filter_q] > 0 || mod_to_filter_ != 0 || env_to_filter_ != 0;
  for (const auto kind :
       {gen::filter_cutoff, gen::filter_q, gen::mod_lfo_to_filter, gen::mod_env_to_filter}) {
    filtered = filtered || modulators_.touches(kind);
  }
  volume_.start();
  modulation_.start();
  // An oscillator waits as many cells as its delay has begun.
  const auto wait = [&](int kind) {
    return static_cast<std::int32_t>(std::ceil(cells_of(sum(kind), -12000, 5000, settings.rate)));
  };
  mod_lfo_.start(wait(gen::mod_lfo_delay));
  vib_lfo_.start(wait(gen::vib_lfo_delay));
  state = State::on;
  return true;
}

void Voice::derive(const VoiceSettings& settings, const ChannelState& channel_state) noexcept {
  moved_.fill(0);
  const auto forced = static_cast<int>(base_[gen::velocity]);
  modulators_.evaluate(channel_state, key, forced > 0 ? std::min(forced, 127) : velocity, moved_);
  const double rate = settings.rate;

  attenuation_ = std::clamp(sum(gen::attenuation), 0.0f, 1440.0f);
  const float pan = sum(gen::pan), balance = moved_[gen::kBalance];
  pan_left_ = tables::pan_gain(-pan) * (balance > 0 ? tables::gain(balance) : 1.0f);
  pan_right_ = tables::pan_gain(pan) * (balance < 0 ? tables::gain(-balance) : 1.0f);
  pitch_ = 100 * sum(gen::coarse_tune) + sum(gen::fine_tune) + channel_state.fine_tune +
           channel_state.coarse_tune + settings.tune;
  cutoff_ = std::clamp(sum(gen::filter_cutoff), 1500.0f, 13500.0f);
  // A Q of 0 dB is the flattest response, 3.01 dB under the usual definition; half of the resonance
  // is taken off the whole (§8.1.2 #9).
  const double q_db = std::clamp(sum(gen::filter_q), 0.0f, 960.0f) / 10 - 3.01;
  damping_ = static_cast<float>(math::db_to_gain(-q_db));
  filter_gain_ = static_cast<float>(math::db_to_gain(-q_db / 2));
  aimed_cutoff_ = -1;

  vib_to_pitch_ = std::clamp(sum(gen::vib_lfo_to_pitch), -12000.0f, 12000.0f);
  mod_to_pitch_ = std::clamp(sum(gen::mod_lfo_to_pitch), -12000.0f, 12000.0f);
  mod_to_filter_ = std::clamp(sum(gen::mod_lfo_to_filter), -12000.0f, 12000.0f);
  mod_to_volume_ = std::clamp(sum(gen::mod_lfo_to_volume), -960.0f, 960.0f);
  env_to_pitch_ = std::clamp(sum(gen::mod_env_to_pitch), -12000.0f, 12000.0f);
  env_to_filter_ = std::clamp(sum(gen::mod_env_to_filter), -12000.0f, 12000.0f);
  const auto lfo_rate = [&](int kind) {
    const float cents = std::clamp(sum(kind), -16000.0f, 4500.0f);
    return static_cast<float>(4 * kernels::kCell * 8.1757989156437073336 * tables::ratio(cents) /
                              rate);
  };
  mod_rate_ = lfo_rate(gen::mod_lfo_frequency);
  vib_rate_ = lfo_rate(gen::vib_lfo_frequency);

  const float above =
      60 - static_cast<float>(base_[gen::key_number] > -1 ? static_cast<int>(base_[gen::key_number])
                                                          : key);
  const auto times = [&](EnvelopeTimes& t, int first, int key_to_hold, int key_to_decay,
                         float shortest_release) {
    t.delay = whole_cells(sum(first), 5000, rate, 0);
    t.attack = 1 + whole_cells(sum(first + 1), 8000, rate, 0);
    t.hold = whole_cells(sum(first + 2) + sum(key_to_hold) * above, 5000, rate, 0.5);
    t.decay = whole_cells(sum(first + 3) + sum(key_to_decay) * above, 8000, rate, 0.5);
    t.release = 1 + whole_cells(std::max(sum(first + 5), shortest_release), 8000, rate, 0);
    t.sustain = std::clamp(1 - 0.001f * sum(first + 4), 0.0f, 1.0f);
    t.attack_step = 1.0f / static_cast<float>(t.attack);
    t.decay_step = t.decay > 0 ? 1.0f / static_cast<float>(t.decay) : 0.0f;
    t.release_step = 1.0f / static_cast<float>(t.release);
  };
  times(volume_times_, gen::vol_env_delay, gen::key_to_vol_env_hold, gen::key_to_vol_env_decay,
        kShortestRelease);
  times(modulation_times_, gen::mod_env_delay, gen::key_to_mod_env_hold, gen::key_to_mod_env_decay,
        -12000);
  if (cut_) {
    const std::int32_t cells = 1 + whole_cells(kClassRelease, 8000, rate, 0);
    volume_times_.release = std::min(volume_times_.release, cells);
    volume_times_.release_step = 1.0f / static_cast<float>(volume_times_.release);
  }
}

void Voice::place(const SampleHeader& s) noexcept {
  const auto moved = [](std::uint32_t from, float fine, float coarse, std::uint32_t low,
                        std::uint32_t high) {
    const std::int64_t to = static_cast<std::int64_t>(from) + static_cast<std::int64_t>(fine) +
                            32768 * static_cast<std::int64_t>(coarse);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(to, low, high));
  };
  start_ = moved(s.start, sum(gen::start_offset), sum(gen::start_coarse_offset), s.start, s.end);
  end_ = moved(s.end, sum(gen::end_offset), sum(gen::end_coarse_offset), s.start, s.end);
  if (start_ > end_) std::swap(start_, end_);
  loop_start_ = moved(s.loop_start, sum(gen::loop_start_offset), sum(gen::loop_start_coarse_offset),
                      s.start, s.end);
  loop_end_ = moved(s.loop_end, sum(gen::loop_end_offset), sum(gen::loop_end_coarse_offset),
                    s.start, s.end);
  if (loop_start_ > loop_end_) std::swap(loop_start_, loop_end_);
  const int mode = static_cast<int>(base_[gen::sample_modes]) & 3;
  mode_ = loop_end_ - loop_start_ < 2 || mode == 2 ? 0 : static_cast<std::uint8_t>(mode);
  if (mode_ != 0 && start_ >= loop_end_) start_ = loop_start_;
  if (mode_ != 0) end_ = std::max(end_, loop_end_);
}

bool Voice::looping() const noexcept {
  return mode_ == 1 || (mode_ == 3 && volume_.stage() < Envelope::release);
}

void Voice::begin_release() noexcept {
  release_pending_ = false;
  if (volume_.stage() >= Envelope::release) return;
  // The attack is straight in amplitude, the release in decibels: go on from the same loudness.
  float level = volume_.value();
  if (volume_.stage() <= Envelope::attack) {
    level = level > 0 ? 1 + static_cast<float>(math::log10(level)) * 200 / kPeak : 0;
  }
  volume_.let_go(level);
  float bend = modulation_.value();
  if (modulation_.attacking()) bend = tables::curve(tables::kConvex, 127 * bend);
  modulation_.let_go(bend);
}

void Voice::release(const VoiceSettings& settings, std::int64_t now) noexcept {
  if (state == State::dying || state == State::free) return;
  state = State::released;
  const std::int64_t earliest = born + static_cast<std::int64_t>(kShortestNote * settings.rate);
  release_pending_ = true;
  release_at_ = std::max(now, earliest);
}

void Voice::cut_class(std::int64_t now) noexcept {
  exclusive_class = 0;
  cut_ = true;
  dirty = true;  // takes the shorter release
  state = State::released;
  release_pending_ = true;
  release_at_ = now;
}

float Voice::weight() const noexcept {
  if (state == State::dying) return 0;
  // A voice that has just begun has no gain yet, and would be the wrong one to take.
  const float gain = volume_.stage() <= Envelope::attack ? tables::gain(attenuation_) : amplitude_;
  return state == State::released ? gain * 0.25f : gain;
}

void Voice::aim_filter(const VoiceSettings& settings, float modulation, float inverse_frames,
                       bool jump) noexcept {
  const float cents = std::clamp(cutoff_ + modulation, 1500.0f, 13500.0f);
  if (cents == aimed_cutoff_) {
    p_slope = q_slope = r_slope = 0;
    return;
  }
  aimed_cutoff_ = cents;
  const float g = settings.filter->at(cents);
  const float a1 = 1 / (1 + g * (g + damping_)), a2 = g * a1, a3 = g * a2;
  const float to_p = 2 * a1 - 1, to_q = 2 * a2, to_r = 2 * a3;
  if (jump) {
    p = to_p, q = to_q, r = to_r;
    p_slope = q_slope = r_slope = 0;
    return;
  }
  p_slope = (to_p - p) * inverse_frames;
  q_slope = (to_q - q) * inverse_frames;
  r_slope = (to_r - r) * inverse_frames;
}

bool Voice::control(const VoiceSettings& settings, const ChannelState& channel_state,
                    std::int64_t now, int cell_offset) noexcept {
  const int frames = kernels::kCell - cell_offset;
  const float inverse =
      cell_offset == 0 ? 1.0f / kernels::kCell : 1.0f / static_cast<float>(frames);
  ramp_origin = static_cast<std::uint8_t>(cell_offset);
  if (ended || volume_.stage() == Envelope::over) return false;
  if (faded_) return false;
  if (dirty) {
    dirty = false;
    derive(settings, channel_state);
  }
  if (release_pending_ && now >= release_at_) begin_release();

  volume_.step(volume_times_);
  modulation_.step(modulation_times_);
  mod_lfo_.step(mod_rate_);
  vib_lfo_.step(vib_rate_);

  // The oscillator can take from an envelope's gain, and give back what the envelope took, but
  // never lift it above 1, as FluidSynth 2.3 has it.
  const float wobble = mod_lfo_.value() * mod_to_volume_;  // cB of gain
  float target = 0;
  if (volume_.attacking()) {
    target = tables::gain(attenuation_) * tables::gain(-wobble) * volume_.value();
  } else if (volume_.stage() != Envelope::delay) {
    const float down = kPeak * (1 - volume_.value());
    if (attenuation_ + down >= kInaudible && volume_.stage() >= Envelope::decay)
      state = State::dying;
    target = tables::gain(attenuation_) * tables::gain(down - wobble);
  }
  const bool dying = state == State::dying;
  if (dying) target = 0;
  const float scale = target * settings.level * filter_gain_ * (1.0f / 32768);
  const float to_left = scale * pan_left_, to_right = scale * pan_right_;
  ramp = {left_, (to_left - left_) * inverse, right_, (to_right - right_) * inverse};
  left_ = to_left;
  right_ = to_right;
  amplitude_ = target;
  faded_ = dying;

  float turn = modulation_.value();
  if (modulation_.attacking()) turn = tables::curve(tables::kConvex, 127 * turn);
  const double cents = pitch_ + mod_lfo_.value() * mod_to_pitch_ +
                       vib_lfo_.value() * vib_to_pitch_ + turn * env_to_pitch_;
  const double step = std::clamp(speed_ * tables::ratio(cents), 1e-6, kernels::kMaxRatio);
  increment_ = static_cast<std::uint64_t>(step * 4294967296.0);
  if (filtered) {
    aim_filter(settings, mod_lfo_.value() * mod_to_filter_ + turn * env_to_filter_, inverse,
               fresh_);
    // Nothing under -300 dB lives on, so that no arithmetic on denormal numbers slows the rest.
    if (std::fabs(a) < 1e-10f) a = 0;
    if (std::fabs(b) < 1e-10f) b = 0;
  }
  fresh_ = false;
  return true;
}

void Voice::gather(const VoiceSettings& settings, float* scratch, int count) noexcept {
  const std::int16_t* data = font->frames.data();
  const std::size_t total = font->frames.size();
  const bool loop = looping();
  const std::uint32_t limit = loop ? loop_end_ : end_;
  auto at = static_cast<std::uint32_t>(phase_ >> 32);
  if (at == (has_looped_ ? loop_start_ : start_)) {
    *scratch++ = data[has_looped_ ? loop_end_ - 1 : start_];
    --count;
  } else {
    --at;
  }
  while (count > 0) {
    if (at >= limit) {
      if (!loop) {
        std::fill_n(scratch, count, static_cast<float>(data[end_ - 1]));
        return;
      }
      at = loop_start_;
    }
    const int run =
        static_cast<int>(std::min<std::uint32_t>(limit - at, static_cast<std::uint32_t>(count)));
    if (run >= 8 && at + static_cast<std::size_t>(run) + 8 <= total) {
      settings.kernels->convert(data + at, scratch, run);
    } else {
      for (int i = 0; i < run; ++i) scratch[i] = data[at + static_cast<std::uint32_t>(i)];
    }
    scratch += run;
    count -= run;
    at += static_cast<std::uint32_t>(run);
  }
}

void Voice::read(const VoiceSettings& settings, float* scratch, float* out, int frames) noexcept {
  if (ended || volume_.stage() == Envelope::delay) {
    std::fill_n(out, (frames + 7) & ~7, 0.0f);
    return;
  }
  const int rounded = (frames + kernels::kStep - 1) & ~(kernels::kStep - 1);
  const std::uint64_t fraction = phase_ & 0xffffffffu;
  const auto span =
      static_cast<int>((fraction + increment_ * static_cast<std::uint64_t>(rounded - 1)) >> 32) + 4;
  gather(settings, scratch, span);
  settings.kernels->interpolate(scratch, fraction, increment_, out, rounded);

  const std::uint64_t end = static_cast<std::uint64_t>(end_) << 32;
  const std::uint64_t before = phase_;
  phase_ += increment_ * static_cast<std::uint64_t>(frames);
  if (looping()) {
    const std::uint64_t loop_end = static_cast<std::uint64_t>(loop_end_) << 32;
    if (phase_ >= loop_end) {
      const std::uint64_t length = static_cast<std::uint64_t>(loop_end_ - loop_start_) << 32;
      phase_ -= (phase_ - loop_end + length) / length * length;
      has_looped_ = true;
    }
  } else if (phase_ >= end) {
    // Silence from the first frame past the wave's end.
    const int played =
        before >= end ? 0 : static_cast<int>((end - before + increment_ - 1) / increment_);
    std::fill(out + std::min(played, frames), out + rounded, 0.0f);
    ended = true;
  }
}

}  // namespace tutti::instruments
