// Gain, pan and mute of a strip or a send: from the plan, a live hand or automation, frame by
// frame.
//
// What the plan or a hand changes glides for 10 ms; a curve is followed exactly, at every frame of
// the song. The gains do not depend on block sizes. No allocation; one thread at a time.
#pragma once

#include <cstdint>

#include "engine/dsp/gain.h"
#include "engine/graph/curve.h"
#include "engine/graph/history.h"
#include "engine/graph/plan.h"

namespace tutti::graph {

// Gains for the two sides. `mono`: the signal is one channel, which the law divides; otherwise the
// far side is turned down by the same law, and the middle leaves both as they are.
dsp::StereoGain pan_gains(PanLaw law, double gain, double pan, bool mono) noexcept;

// What holds for one block: two numbers, or two rows of them.
struct Gains {
  bool constant = true;
  float left = 1, right = 1;
  const float* lefts = nullptr;
  const float* rights = nullptr;
  bool silent() const noexcept { return constant && left == 0 && right == 0; }
};

class Fader {
 public:
  struct Settings {
    double gain = 1, pan = 0;
    bool mute = false;
    PanLaw law = PanLaw::balance;
    bool mono = false;
    friend bool operator==(const Settings&, const Settings&) = default;
  };
  struct Curves {
    const Curve* gain_db = nullptr;
    const Curve* pan = nullptr;
    const Curve* mute = nullptr;
  };

  // Glides are at their ends afterwards.
  void prepare(double rate) noexcept;
  // The plan's; also ends what a hand has set. `changed`: a curve is not the one it was.
  void set(const Settings& settings, const Curves& curves, bool changed) noexcept;
  void set_mono(bool mono) noexcept;
  // A hand's, in place of the plan's and of the curves.
  void touch(double gain, double pan, bool mute) noexcept;
  // To silence and back no more, over `frames`.
  void fade_away(int frames) noexcept;
  // No glide is needed: nobody hears it.
  void settle() noexcept {
    fresh_ = true;
    glide_at_ = glide_length_;
  }
  // From silence up, over 10 ms.
  void rise() noexcept;
  bool gone() const noexcept { return leaving_ && glide_at_ >= glide_length_; }

  // The next block, at the places of `view`; lefts and rights are room for its frames.
  Gains next(const SongView& view, int frames, float* lefts, float* rights) noexcept;

 private:
  dsp::StereoGain at(std::int64_t song_frame) noexcept;
  void fill(const Segment& piece, float* lefts, float* rights) noexcept;
  bool curved() const noexcept {
    return !touched_ && (curves_.gain_db || curves_.pan || curves_.mute);
  }

  Settings settings_, hand_;
  Curves curves_;
  std::size_t hints_[3] = {};
  bool touched_ = false, leaving_ = false, fresh_ = true, moved_ = false;
  dsp::StereoGain base_;  // without curves
  dsp::StereoGain last_;  // at the last frame
  // What remains of the old value, going to nothing.
  float rest_left_ = 0, rest_right_ = 0;
  int glide_ = 480, glide_length_ = 480, glide_at_ = 480;
};

}  // namespace tutti::graph
