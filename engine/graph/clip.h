// Plays recorded audio at its place in the song.
//
// The recording runs in its own seconds whatever the tempo, from PlanNode::start on. At the
// engine's own rate its samples pass unchanged; at another they are interpolated (sinc.h). Where
// playing starts, stops or jumps inside the recording, and where the clip is cut before the
// recording ends, 5 ms of fade keep it free of clicks. Made by the registry as kind "clip".
//
// The part used begins at "offset". Without "loop" it lasts "length" seconds (0: to the recording's
// end). With "loop" a stretch of "loop_length" seconds (0: to the recording's end) repeats without
// a seam until "length" seconds of the song have gone by (0: once). "reverse" plays the part, or
// each turn of the loop, from its end to its beginning.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/graph/node.h"
#include "engine/graph/sinc.h"
#include "engine/param/description.h"
#include "engine/param/smoothed.h"

namespace tutti::graph {

class ClipNode final : public Node {
 public:
  ClipNode() { level_.set_now(1); }
  // "level" (dB), "offset", "length" (s), "fade_in", "fade_out" (s), "fade_shape", "loop",
  // "loop_length" (s), "reverse".
  static std::span<const param::Description> parameters();

  void prepare(double rate, int max_block, Arena& arena) override;
  void reset() noexcept override;
  void process(dsp::Block block) noexcept override;
  bool mono() const noexcept override { return mono_; }
  bool skip(int frames) noexcept override;
  bool view(int frames, View& view) noexcept override;
  bool silent() const noexcept override;
  std::int64_t late() const noexcept override { return late_; }
  void event(std::uint8_t, std::uint8_t, std::uint8_t) noexcept override {}
  void transport(const Transport& transport) noexcept override;
  bool set_param(std::string_view id, double value) noexcept override;
  void attach(const Attachment&) override;
  void needs(std::int64_t song_frame, std::int64_t frames, std::int64_t start_frame,
             std::vector<AudioNeed>& out) const override;

 private:
  static constexpr int kPiece = 256;  // frames interpolated at once

  // Which part of the recording is heard when.
  struct Part {
    std::int64_t begin = 0, frames = 0;  // of the recording: the part, or one turn of the loop
    std::int64_t length = 0;             // in engine frames
    std::int64_t fade_in = 0, fade_out = 0;
    int shape = 0;
    bool loop = false, reverse = false, cut = false;  // cut: the recording goes on after the end
    friend bool operator==(const Part&, const Part&) = default;
  };
  // One place of playing. Two of them, so that a jump fades from the old place to the new one.
  struct Head {
    bool rolling = false;
    std::int64_t at = 0;  // frames since the clip's beginning, in engine frames; may be negative
    int gain = 0;         // 0 … fade_, moving towards `aim` by one a frame
    int aim = 0;
    Part part;
  };
  bool quiet(const Head& head, int frames) const noexcept;
  static void advance(Head& head, int frames) noexcept;
  bool level_part(const Head& head, int frames) const noexcept;
  void play(const Head& head, dsp::Block block, bool add) noexcept;
  void fetch(const Part& part, std::int64_t clip_frame, int frames, float* left,
             float* right) noexcept;
  void gather(const Part& part, std::int64_t from, int frames, float* left, float* right) noexcept;
  float gain_at(const Head& head, int ahead) const noexcept;
  Part part_of(const AudioSource& audio) const noexcept;
  std::int64_t source_frame(std::int64_t clip_frame) const noexcept;

  std::shared_ptr<const AudioSource> audio_;
  std::unique_ptr<AudioReader> reader_;
  std::shared_ptr<const SincTable> sinc_;  // null at the engine's own rate
  bool mono_ = true;
  double rate_ = 48000;
  std::int64_t step_ = std::int64_t{1} << 32;  // source frames an engine frame, 32.32 fixed point
  int fade_ = 240;
  std::vector<float> left_, right_;                // what one piece plays
  std::vector<float> source_left_, source_right_;  // what it is interpolated from
  std::array<double, 9> values_{};
  param::Smoothed level_;
  std::int64_t late_ = 0;
  Head now_, before_;
};

}  // namespace tutti::graph
