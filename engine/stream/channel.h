// A channel: the control log played. Composer, synthesisers and effects in, endless stereo out.
//
// Chapters are rendered by sounds of their own: when one ends it rings out (at most kTailSeconds)
// under the next, which starts fresh. So any moment depends on its chapter and the end of the one
// before, never on all that was played, and `at()` reaches any frame in seconds. Same seed, log and
// materials: same samples, however render() is called. Output peaks below -1 dBFS, steady at -18
// LUFS: levels are calibrated by style, and a slow rider in each chapter's master corrects what is
// left. It starts at 0 dB with every chapter and measures nothing but that chapter.
//
// One thread at a time. render() allocates only where a bar begins (it composes there).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/compose/composer.h"
#include "engine/compose/melody_model.h"
#include "engine/instruments/soundfont.h"
#include "engine/score/midi_score.h"
#include "engine/stream/log.h"

namespace tutti::stream {

inline constexpr double kTailSeconds = 16;

// What a channel plays with; shared by all of them. Either may be null: the piano is then a
// synthesised one, melodies are made by rule.
struct Materials {
  std::shared_ptr<const instruments::SoundFont> piano;
  std::shared_ptr<const compose::MelodyModel> melody;
};

// A bar as it was (or will be) heard.
struct PlayedBar {
  std::int64_t frame = 0;   // where it begins
  std::int64_t frames = 0;  // how long it is
  double bpm = 70;
  compose::Bar bar;
};

class Channel {
 public:
  // `stems`: render_stems() can tell the voices apart; each then has reverbs of its own, which
  // takes about twice the time.
  Channel(Materials, ControlLog, bool stems = false);
  // A channel that goes on at `frame` of its log exactly as one that had played up to there. Walks
  // over the bars before (milliseconds for a week) and renders the present chapter up to `frame`,
  // within kTailSeconds of its start the one before as well.
  static Channel at(Materials, ControlLog, std::int64_t frame, bool stems = false);
  Channel(Channel&&) noexcept;
  Channel& operator=(Channel&&) noexcept;
  ~Channel();

  int rate() const noexcept;
  std::int64_t frame() const noexcept;  // of the next sample
  const ControlLog& log() const noexcept;

  // Asks for something, from frame() on. Values are clamped; of several for one setting the last
  // holds. What waits for a bar is heard from next_bar() on. Answers the entry that went into the
  // log (before entries of later frames, if the log has such).
  const LogEntry& control(std::span<const Change>, std::optional<std::uint64_t> seed = {});

  void render(float* left, float* right, int frames);

  // Bars that began since the last call, in order. A bar begins as soon as frame() has reached it,
  // so after the constructor the first one has.
  std::vector<PlayedBar> take_bars();
  // The bar that sounds, and the frame at which the next one begins.
  const PlayedBar& bar() const noexcept;
  std::int64_t next_bar() const noexcept;

  // Peak of each voice over what was rendered since the last call, linear.
  std::array<float, compose::kVoices> take_levels() noexcept;

  // As render(), and each voice by itself (kVoices of them, in the order of Voice): their sum is
  // the mix before the master (rumble filter, rider, compressor, limiter, whose look-ahead of 1.6
  // ms the mix comes later). Null pointers are left out. Silence unless the channel was made for
  // stems.
  struct Stem {
    float* left = nullptr;
    float* right = nullptr;
  };
  void render_stems(std::span<const Stem> stems, float* left, float* right, int frames);

 private:
  struct State;
  explicit Channel(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// The notes of frames [from, to) of a log as a score: a part a voice, tempo and keys as they were.
score::Score score_of(const Materials&, const ControlLog&, std::int64_t from, std::int64_t to);

}  // namespace tutti::stream
