// The sound of one chapter: its players, buses and master, from a fresh start to the last echo.
//
// Depends on nothing but the chapter's bars, the log's entries and the materials. render() may be
// called with any number of frames: all that moves is worked out on steps of kStep frames that
// count from the chapter's start. The constructor and play() allocate, render() does not. One
// thread at a time.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "engine/stream/channel.h"
#include "engine/stream/instrument.h"
#include "engine/stream/master.h"
#include "engine/stream/notes.h"
#include "engine/stream/patch.h"
#include "engine/stream/sends.h"
#include "engine/stream/strip_kernels.h"
#include "engine/stream/timeline.h"

namespace tutti::stream {

// Stereo, added to: null where nobody asks.
struct Added {
  float* left = nullptr;
  float* right = nullptr;
};

class Sound {
 public:
  // `first` is the chapter's first bar. `stems`: each voice gets buses of its own, so that
  // render() can tell them apart.
  Sound(const Materials&, int rate, const BarSpan& first, const Follower&, bool stems);

  // A bar that begins where the sound stands.
  void play(const BarSpan& span, const compose::Bar& bar);
  // No bar comes any more: rings out, at most kTailSeconds, its last quarter faded.
  void end() noexcept;
  // Fades away within kHasteSeconds.
  void hasten() noexcept;
  bool over() const noexcept { return over_; }

  // Adds the next frames to `out`; stems (empty or kVoices) before the master, peaks likewise.
  void render(const ControlLog&, Added out, std::span<const Added> stems, int frames,
              std::span<float, compose::kVoices> peaks) noexcept;

  static constexpr double kHasteSeconds = 1;

 private:
  struct Strip {
    GainRamp dry[2], send[kBuses][2];
    float dry_to[2] = {}, send_to[kBuses][2] = {};
  };
  // What the listener moves at once, smoothed.
  struct Controls {
    double intensity = 0, brightness = 0, space = 0;
    std::array<double, compose::kVoices> level{};
  };
  void begin_step(const ControlLog&) noexcept;
  bool wakes(Player) const noexcept;
  void follow(const ControlLog&) noexcept;
  void aim(bool at_once) noexcept;
  void set_style(compose::Style, int frames) noexcept;
  void play_piece(int frames, std::span<float, compose::kVoices> peaks) noexcept;
  bool play_player(std::size_t player, int frames) noexcept;
  void mix_player(std::size_t player, int frames, Sends&, float (*dry)[kStep]) noexcept;
  void give(Added to, float (*from)[kStep], int frames) noexcept;
  int offset() const noexcept { return static_cast<int>(position_ % kStep); }

  int rate_;
  std::int64_t start_;         // frame of the log
  std::int64_t position_ = 0;  // frames since then
  std::int64_t bar_end_ = 0;   // the same
  std::int64_t fade_from_ = -1, fade_frames_ = 0;
  bool over_ = false, dormant_ = false;
  int idle_steps_ = 0;
  Follower follower_;
  Controls now_;
  bool moving_ = true;
  const StylePatch* style_ = nullptr;
  Arena arena_;
  std::array<std::unique_ptr<Instrument>, kPlayers> players_;
  std::array<Strip, kPlayers> strips_{};
  Notes notes_;
  Sends sends_;
  std::unique_ptr<std::array<Sends, compose::kVoices>> own_sends_;
  Master master_;
  double smoothing_ = 1;
  alignas(64) float dry_[2][kStep] = {}, voice_[2][kStep] = {};
  std::unique_ptr<float[]> stem_;  // kVoices × 2 × kStep
};

}  // namespace tutti::stream
