// What all effects made of second-order sections share: parameters to sections, sections to sound.
//
// A design turns parameter values into a list of sections; the cascade plays it. Designs are asked
// anew every 16 frames while something moves, for the values 16 frames later, and the coefficients
// glide there. Adding one needs only the design and a table of parameters.
//
// A design is a struct with
//   static constexpr int kParameters, kSections;             most of each
//   void prepare(double rate);                               off the audio path; may allocate
//   void operator()(const double* values, Sections&) noexcept;
// where choices and whole numbers come as they will be, everything else as it is at that frame
// (a switch may stand between 0 and 1 on its way).
#pragma once

#include <memory>

#include "engine/dsp/cascade.h"
#include "engine/dsp/matched.h"
#include "engine/param/controls.h"
#include "engine/param/effect.h"

namespace tutti::effects {

// The sections of one moment, in the order of the signal, keys rising: a section with the same key
// at another moment is the same one.
class Sections {
 public:
  static constexpr int kMost = 192;
  void add(int key, const dsp::Section& section) noexcept {
    if (count_ == kMost) return;
    keys_[count_] = key;
    new (&storage_[count_++]) dsp::Section(section);
  }
  int size() const noexcept { return count_; }
  int key(int i) const noexcept { return keys_[i]; }
  const dsp::Section& operator[](int i) const noexcept { return storage_[i].section; }

 private:
  union Slot {  // not initialised: most lists are short
    Slot() {}
    dsp::Section section;
  };
  int count_ = 0;
  int keys_[kMost];
  Slot storage_[kMost];
};

class CascadeEffect : public param::Effect {
 public:
  // For EffectInfo::process_many of every effect of this family.
  static void process_many(Effect* const* effects, const dsp::Block* blocks, int count) noexcept;

 protected:
  // Nothing moves now or within the next frames: only then may pass() and the lanes stand in for
  // process().
  virtual bool steady() const noexcept = 0;
  virtual void pass(int frames) noexcept = 0;  // the clockwork of process() without the sound
  dsp::Cascade cascade_;
};

// Frames until all sections together have rung down by 80 dB.
std::int64_t ring(const Sections&) noexcept;

template <class Design>
class SectionEffect final : public CascadeEffect {
 public:
  explicit SectionEffect(const param::EffectInfo& info) : info_(info), controls_(info.parameters) {}

  void prepare(double rate, int, Arena& arena) override {
    design_.prepare(rate);
    cascade_.prepare(Design::kSections, arena);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    cascade_.reset();
    jumped_ = pending_ = true;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
    pending_ = true;
    jumped_ = jumped_ || frames <= 0;
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [this] { update(); },
        [this, b](int offset, int count) {
          cascade_.process(b.left + offset, b.right ? b.right + offset : nullptr, count);
        });
  }
  std::int64_t tail() const noexcept override {
    double values[Design::kParameters];
    for (int i = 0; i < Design::kParameters; ++i) values[i] = controls_.target(i);
    Sections list;
    design_(values, list);
    return ring(list);
  }

 protected:
  bool steady() const noexcept override {
    return !pending_ && !controls_.moving() && !cascade_.gliding();
  }
  void pass(int frames) noexcept override {
    controls_.walk(frames, [this] { update(); }, [](int, int) {});
  }

 private:
  void aim(int ahead) noexcept {
    double values[Design::kParameters];
    for (int i = 0; i < Design::kParameters; ++i) {
      const param::Scale scale = info_.parameters[static_cast<std::size_t>(i)].scale;
      const bool whole = scale == param::Scale::choice || scale == param::Scale::integer;
      values[i] = whole ? controls_.target(i) : controls_.value(i, ahead);
    }
    Sections list;
    design_(values, list);
    cascade_.begin();
    for (int i = 0; i < list.size(); ++i) cascade_.add(list.key(i), dsp::coefficients(list[i]));
  }
  void update() noexcept {
    if (jumped_) {
      aim(0);
      cascade_.set_now();
    }
    if (!jumped_ || controls_.moving()) {
      aim(param::kControlStep);
      cascade_.glide();
    }
    jumped_ = pending_ = false;
  }

  const param::EffectInfo& info_;
  param::Controls<Design::kParameters> controls_;
  mutable Design design_;  // may remember what it worked out
  bool jumped_ = true;     // something was set without a ramp since the last update
  bool pending_ = true;    // something was set since the last update
};

}  // namespace tutti::effects
