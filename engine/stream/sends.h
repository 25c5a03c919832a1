// The buses that voices share: chorus, delay, plate and hall, each an effect of the desk run wet.
//
// A bus that nothing was sent to for twice its tail rests until something comes; whether it rests
// is decided at the borders of kStep frames, so samples do not depend on how the stream is cut.
// prepare() allocates.
#pragma once

#include <array>
#include <memory>

#include "engine/base/arena.h"
#include "engine/param/effect.h"
#include "engine/stream/instrument.h"
#include "engine/stream/patch.h"

namespace tutti::stream {

// Which buses run in a step; made by the mix, kept by the stems, so that they stay its parts.
using Running = std::array<bool, kBuses>;

class Sends {
 public:
  Sends();
  void prepare(double rate, Arena& arena);
  void tempo(double bpm) noexcept;
  // The hall's decay, the delay's note and its feedback move to a style's.
  void set_style(const StylePatch&, double space, int frames) noexcept;

  // At a border: `used` are the buses that something is sent to in the coming step, `ready` those
  // that must run in case that something is.
  Running begin_step(const Running& used, const Running& ready) noexcept;
  void begin_step_as(const Running& running) noexcept { running_ = running; }
  bool idle() const noexcept;  // nothing sounds

  // Where voices are mixed to; cleared by clear(), within one step.
  float* left(Bus bus) noexcept { return buffer(bus)[0]; }
  float* right(Bus bus) noexcept { return buffer(bus)[1]; }
  void clear(int frames) noexcept;
  // Adds what the effects make of it to left and right.
  void process(float* left, float* right, int frames) noexcept;

 private:
  using Buffers = float (*)[kStep];
  Buffers buffer(Bus bus) noexcept { return buffers_[static_cast<std::size_t>(bus)]; }
  param::Effect& effect(Bus bus) noexcept { return *effects_[static_cast<std::size_t>(bus)]; }
  void set(Bus bus, std::string_view id, double value, int frames) noexcept;

  std::array<const param::EffectInfo*, kBuses> infos_;
  std::array<std::unique_ptr<param::Effect>, kBuses> effects_;
  Running running_{}, sounding_{};
  std::array<std::int64_t, kBuses> unused_{};  // steps
  alignas(64) float buffers_[kBuses][2][kStep] = {};
};

}  // namespace tutti::stream
