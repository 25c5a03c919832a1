// Plays recorded audio at its place in the song.
//
// The recording runs in its own seconds whatever the tempo, from PlanNode::start on. At the
// engine's own rate its samples pass unchanged; at another they are interpolated by a windowed sinc
// of 32 points (Smith and Gossett 1984; more than 90 dB of rejection, flat to 0.9 of the lower
// Nyquist frequency). Where playing starts, stops or jumps inside the recording, 5 ms of fade keep
// it free of clicks. Made by the registry as kind "clip".
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/graph/node.h"
#include "engine/param/description.h"

namespace tutti::graph {

class ClipNode final : public Node {
 public:
  // "level" (dB), "offset" (s into the recording where the clip begins), "length" (s; 0: to its
  // end).
  static std::span<const param::Description> parameters();

  void prepare(double rate, int max_block, Arena& arena) override;
  void reset() noexcept override;
  void process(dsp::Block block) noexcept override;
  bool silent() const noexcept override;
  void event(std::uint8_t, std::uint8_t, std::uint8_t) noexcept override {}
  void transport(const Transport& transport) noexcept override;
  bool set_param(std::string_view id, double value) noexcept override;
  void attach(std::span<const NamedResource> resources, const PlanNode& plan,
              std::span<const PlanEvent> events, std::vector<std::string>& missing) override;

 private:
  // One place of playing. Two of them, so that a jump fades from the old place to the new one.
  struct Head {
    bool rolling = false;
    std::int64_t at = 0;  // frames since the clip's beginning, in engine frames; may be negative
    int gain = 0;         // 0 … fade_, moving towards `aim` by one a frame
    int aim = 0;
  };
  void play(Head& head, dsp::Block block) noexcept;
  float sample(const std::vector<float>& wave, std::int64_t clip_frame) const noexcept;
  void plan_rate();

  std::shared_ptr<const AudioResource> audio_;
  double rate_ = 48000;
  std::int64_t step_ = 0;    // source frames per engine frame, 32.32 fixed point
  std::vector<float> sinc_;  // rows of kTaps
  int fade_ = 240;
  std::int64_t begin_ = 0, end_ = 0;  // of the part used, in source frames
  std::int64_t length_ = 0;           // in engine frames
  float level_ = 1;
  std::array<double, 3> values_{};
  Head now_, before_;
};

}  // namespace tutti::graph
