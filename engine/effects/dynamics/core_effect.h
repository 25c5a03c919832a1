// The verbs of an effect whose whole work is a GainCore: walking through the block, listening to a
// side-chain, look-ahead, the reading of gain reduction.
//
// Derived says what its parameters mean:
//   CoreSettings settings()              of the values as they are now
//   Trim trim(int ahead, int frames)     gain besides the curve, from `ahead` frames on
// and passes the index of its look-ahead parameter (ms). See param/effect.h for the rules.
#pragma once

#include "engine/effects/dynamics/gain_core.h"
#include "engine/effects/dynamics/tables.h"
#include "engine/param/controls.h"
#include "engine/param/effect.h"

namespace tutti::effects::dynamics {

template <class T>
T* moved(T* p, int by) noexcept {
  return p != nullptr ? p + by : nullptr;
}

template <class Derived, int N>
class CoreEffect : public param::Effect {
 public:
  CoreEffect(std::span<const param::Description> parameters, int look_ahead)
      : controls_(parameters), look_ahead_parameter_(look_ahead) {}

  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    look_ahead_ = static_cast<int>(rate * 0.001 * controls_.target(look_ahead_parameter_) + 0.5);
    core_.prepare(rate, look_ahead_, arena);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    core_.reset();
    side_left_ = side_right_ = nullptr;
    reduction_ = 0;
  }
  std::int64_t latency() const noexcept override { return look_ahead_; }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  void side_chain(const float* left, const float* right) noexcept override {
    side_left_ = left;
    side_right_ = right;
  }
  double reading(int index) const noexcept override { return index == 0 ? reduction_ : 0; }

  void process(dsp::Block block) noexcept override {
    auto& self = static_cast<Derived&>(*this);
    controls_.walk(
        block.frames, [&] { core_.configure(self.settings()); },
        [&](int offset, int count) {
          for (int done = 0; done < count;) {
            const int n = core_.chunk_at(count - done), at = offset + done;
            core_.process(block.left + at, moved(block.right, at), moved(side_left_, at),
                          moved(side_right_, at), n, self.trim(done, n));
            done += n;
          }
        });
    finish_block();
  }

 protected:
  double value(int index) const noexcept { return controls_.value(index); }
  void finish_block() noexcept {
    side_left_ = side_right_ = nullptr;
    reduction_ = -kDecibelsAnOctave * static_cast<double>(core_.take_lowest());
  }
  // All frames alike, and with a gain that can be followed beside those of others.
  bool plain() const noexcept {
    return controls_.still() && core_.single() && side_left_ == nullptr;
  }

  param::Controls<N> controls_;
  GainCore core_;
  double rate_ = 48000, reduction_ = 0;
  int look_ahead_ = 0, look_ahead_parameter_ = 0;
  const float *side_left_ = nullptr, *side_right_ = nullptr;
};

}  // namespace tutti::effects::dynamics
