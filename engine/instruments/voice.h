// One sounding sample: its place in the wave, envelopes, oscillators, filter and gains.
//
// A voice is started from a pair of zones, then controlled once per cell of 64 frames (control) and
// read in pieces of a cell (read). Nothing here allocates.
#pragma once

#include <array>
#include <cstdint>

#include "engine/instruments/envelope.h"
#include "engine/instruments/generators.h"
#include "engine/instruments/kernels.h"
#include "engine/instruments/modulators.h"
#include "engine/instruments/soundfont.h"

namespace tutti::instruments {

// The filter's tan(pi f / rate) over its range of 1500 … 13500 cents, made by prepare().
class FilterTable {
 public:
  void prepare(double rate);
  float at(float cents) const noexcept;

 private:
  static constexpr int kStepCents = 8;
  std::array<float, 12000 / kStepCents + 2> tan_{};
};

struct VoiceSettings {
  double rate = 48000;
  float level = 0.2f;  // gain of everything
  float tune = 0;      // cents
  const FilterTable* filter = nullptr;
  const kernels::Table* kernels = nullptr;
};

struct ZonePair {
  const SoundFont* font;
  const Zone *preset_global, *preset, *instrument_global, *instrument;
};

class Voice {
 public:
  enum class State : std::uint8_t { free, on, sustained, sostenuto, released, dying };

  // False if the zones give nothing to play.
  bool start(const ZonePair& zones, const VoiceSettings& settings, const ChannelState& channel,
             int key, int velocity) noexcept;
  // Prepares the next `frames` frames, up to the end of the cell. False once the voice is over.
  bool control(const VoiceSettings& settings, const ChannelState& channel, std::int64_t now,
               int cell_offset) noexcept;
  // The next `frames` frames of the wave into `out` (room to a multiple of 8), unfiltered.
  void read(const VoiceSettings& settings, float* scratch, float* out, int frames) noexcept;

  void release(const VoiceSettings& settings, std::int64_t now) noexcept;
  void cut_class(std::int64_t now) noexcept;  // by its exclusive class
  void kill() noexcept { state = State::dying; }

  // How much it matters when a voice must go: its gain, less if released.
  float weight() const noexcept;
  bool playing() const noexcept {
    return state == State::on || state == State::sustained || state == State::sostenuto;
  }

  State state = State::free;
  bool dirty = false;  // a controller moved
  bool ended = false;  // the wave is over
  bool filtered = false;
  std::uint8_t channel = 0, key = 0, velocity = 0, exclusive_class = 0;
  std::uint8_t ramp_origin = 0;  // offset in the cell where the ramps begin
  std::uint32_t note = 0;        // voices of one note-on share it
  std::int64_t born = 0;
  const SoundFont* font = nullptr;
  kernels::Ramp ramp{};
  // Filter state and coefficients; see kernels::Filters.
  float a = 0, b = 0, p = 0, q = 0, r = 0, p_slope = 0, q_slope = 0, r_slope = 0;

 private:
  void derive(const VoiceSettings& settings, const ChannelState& channel) noexcept;
  void place(const SampleHeader& sample) noexcept;
  void aim_filter(const VoiceSettings& settings, float modulation, float inverse_frames,
                  bool jump) noexcept;
  void begin_release() noexcept;
  bool looping() const noexcept;
  void gather(const VoiceSettings& settings, float* scratch, int count) noexcept;
  float sum(int kind) const noexcept {
    return base_[static_cast<unsigned>(kind)] + moved_[static_cast<unsigned>(kind)];
  }

  // Place in the wave, 32.32 fixed point from the font's first frame.
  std::uint64_t phase_ = 0, increment_ = 0;
  std::uint32_t start_ = 0, end_ = 0, loop_start_ = 0, loop_end_ = 0;
  std::uint8_t mode_ = 0;
  bool has_looped_ = false, fresh_ = true, release_pending_ = false, faded_ = false, cut_ = false;
  std::int64_t release_at_ = 0;
  Envelope volume_, modulation_;
  EnvelopeTimes volume_times_, modulation_times_;
  TriangleLfo mod_lfo_, vib_lfo_;
  float left_ = 0, right_ = 0;  // gains reached at the end of the cell
  float amplitude_ = 0;
  // Derived from generators and modulators.
  float attenuation_ = 0, pan_left_ = 0, pan_right_ = 0, pitch_ = 0;
  double speed_ = 1;  // source frames per output frame at pitch_ 0
  float cutoff_ = 13500, damping_ = 1.41421356f, filter_gain_ = 1, aimed_cutoff_ = -1;
  float vib_to_pitch_ = 0, mod_to_pitch_ = 0, mod_to_filter_ = 0, mod_to_volume_ = 0;
  float env_to_pitch_ = 0, env_to_filter_ = 0, mod_rate_ = 0, vib_rate_ = 0;

  std::array<float, gen::kCount> base_{}, moved_{};
  ModulatorList modulators_;
};

}  // namespace tutti::instruments
