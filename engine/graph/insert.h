// An effect in its place: what every host must do around an effect and no effect does itself.
//
// Bypass: crosses over to the dry signal in 10 ms, delayed by the effect's latency; wholly bypassed
// the signal passes bit for bit, latency() frames late, and the effect rests. Switched on again,
// the effect starts from silence, is fed for as long as its latency, then crosses over. Guard: what
// is not finite is replaced by silence and counted, before the effect and after it; an effect that
// made such samples starts anew.
//
// The samples do not depend on block sizes. Construction and prepare() allocate, what is marked
// noexcept does not. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/arena.h"
#include "engine/dsp/processor.h"
#include "engine/param/effect.h"

namespace tutti::graph {

// Replaces NaN and infinities by 0; how many there were. `x` may be null.
int silence_bad(float* x, int frames) noexcept;

class Insert {
 public:
  explicit Insert(const param::EffectInfo& info);

  const param::EffectInfo& info() const noexcept { return *info_; }
  param::Effect& effect() noexcept { return *effect_; }
  const param::Effect& effect() const noexcept { return *effect_; }

  // Bypass fades are at their ends afterwards.
  void prepare(double rate, int max_block);
  void reset() noexcept;
  // In place. block.right may be null where info().mono is set, or while wholly bypassed.
  void process(dsp::Block block) noexcept;
  std::int64_t latency() const noexcept { return latency_; }  // the same, bypassed or not
  std::int64_t tail() const noexcept;

  // Fades; at once if `now`.
  void set_bypass(bool on, bool now = false) noexcept;
  bool bypass() const noexcept { return bypass_; }
  // Signal of the side-chain for the next process(), as long as its block.
  void side_chain(const float* left, const float* right) noexcept;

  // Samples that were not finite, since prepare().
  std::int64_t bad_samples() const noexcept { return bad_; }

  // Many at once: inserts[i] on blocks[i], all of one info(), blocks equally long and all mono or
  // all stereo. The samples are those of process() on each. At most kMany. `checked`: the caller
  // knows that the input is finite.
  static constexpr int kMany = 32;
  static void process_many(Insert* const* inserts, const dsp::Block* blocks, int count,
                           bool checked = false) noexcept;

 private:
  // wet: effect only. dry: it rests. warming: fed, not heard yet. Between them, fading_ frames of
  // crossing over.
  enum class State { wet, to_dry, dry, warming, to_wet };
  bool plain() const noexcept { return state_ == State::wet; }
  int step(dsp::Block block) noexcept;
  void keep_dry(dsp::Block block) noexcept;
  void run_effect(dsp::Block block) noexcept;
  void guard(dsp::Block block) noexcept;
  void cross(dsp::Block block, bool to_wet) noexcept;
  void start_wet() noexcept;

  const param::EffectInfo* info_;
  std::unique_ptr<param::Effect> effect_;
  Arena arena_;
  bool bypass_ = false;
  State state_ = State::wet;
  std::int64_t done_ = 0;  // frames into the present state, of a fade or of warming
  int fade_ = 480;
  std::int64_t latency_ = 0;
  std::int64_t bad_ = 0;
  // The last latency_ frames of the input, a ring, and room for the dry signal of one block.
  std::span<float> ring_left_, ring_right_, dry_left_, dry_right_;
  std::size_t ring_at_ = 0;
  bool ring_stereo_ = false;  // the right ring differs from the left
  const float* side_left_ = nullptr;
  const float* side_right_ = nullptr;
};

}  // namespace tutti::graph
