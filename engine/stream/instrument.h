// One voice's player: a synthesiser of ours or a SoundFont's preset behind one face.
//
// Works in steps of kStep frames that count from its start. Where nothing sounds it rests: a step
// in which it was silent at the border and no event came costs nothing. Neither the resting nor the
// samples depend on how the stream is cut. The constructor and prepare() allocate.
#pragma once

#include <memory>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/dsp/processor.h"
#include "engine/instruments/sampler.h"
#include "engine/instruments/synth.h"

namespace tutti::stream {

inline constexpr int kStep = 256;  // frames on which all that moves is worked out

class Instrument {
 public:
  // A synthesiser by its id.
  explicit Instrument(std::string_view synth);
  // Preset 0 of a SoundFont.
  explicit Instrument(std::shared_ptr<const instruments::SoundFont> font);

  void prepare(double rate, std::uint64_t seed, Arena& arena);

  // Sets a parameter of a synthesiser over `frames`; unknown ids are ignored and answered false.
  bool set(std::string_view id, double value, int frames) noexcept;
  // 0 … 1, 0.5 in the middle; smoothed inside.
  void set_brightness(double value) noexcept;

  // At a border between two steps: whether the coming step may be left out.
  void begin_step() noexcept;
  bool resting() const noexcept { return resting_; }
  void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept;
  // Overwrites; within one step. False if it rested: then nothing was written.
  bool process(float* left, float* right, int frames) noexcept;
  bool silent() const noexcept;

 private:
  void run(float* left, float* right, int frames) noexcept;

  const instruments::SynthInfo* info_ = nullptr;
  std::unique_ptr<instruments::Synth> synth_;
  std::unique_ptr<instruments::Sampler> sampler_;
  bool resting_ = true;
  int skipped_ = 0;  // frames of this step that it rested
  int brightness_ = -1;
  double cutoff_ = 0;  // of the sampler's low-pass: its pole
  double wanted_cutoff_ = 0, rate_ = 48000;
  float damped_[2] = {};
  float scratch_[2][kStep];
};

}  // namespace tutti::stream
