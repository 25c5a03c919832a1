// One place in a strip's row of inserts: the insert, its automation, its side-chain, and how it
// comes and goes without a click.
//
// A new, replaced or removed insert crosses over in 10 ms (a new one is first fed for as long as
// its latency). Automation is worked out every 16 frames of the song with straight lines between,
// and at the exact frame where a curve jumps. The samples do not depend on block sizes. What is
// marked noexcept never allocates. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/graph/audio_source.h"
#include "engine/graph/curve.h"
#include "engine/graph/delay.h"
#include "engine/graph/history.h"
#include "engine/graph/insert.h"
#include "engine/graph/plan.h"

namespace tutti::graph {

// What all strips must know to work out a block.
struct Moment {
  int frames = 0;
  const Segment* segments = nullptr;  // of the song, without latency
  int segment_count = 0;
  const SongView* views = nullptr;
  const Timeline* timeline = nullptr;
  const std::vector<std::int64_t>* tempo_frames = nullptr;
  bool metering = false;
};

// A copy of a strip's signal for those who listen beside.
struct SideTap {
  bool before_fader = false;
  int from_level = 0, to_level = 0;
  float* left = nullptr;
  float* right = nullptr;
};

struct LaneCurve {
  std::string param;
  const Curve* curve = nullptr;
  bool changed = true;  // not the curve that it was
};

class Slot {
 public:
  // `crossing`: fades in, in place of nothing. prepare() follows.
  Slot(const PlanInsert& plan, const param::EffectInfo& info, bool crossing);

  std::uint64_t id() const noexcept { return plan_.id; }
  const PlanInsert& plan() const noexcept { return plan_; }
  const Insert* insert() const noexcept { return now_.get(); }
  int view = 0;                  // of Moment::views: how late the signal is here
  const SideTap* ear = nullptr;  // what it listens to

  void prepare(double rate, int max_block);
  // The same insert in a new plan: values glide; a structural one, or another resource, makes it
  // anew.
  void update(const PlanInsert& plan, const std::vector<LaneCurve>& lanes);
  // Not in the plan any more.
  void leave();
  bool leaving() const noexcept { return !now_; }
  bool gone() const noexcept { return !now_ && !crossing_; }
  // Drops what has faded out.
  void tidy();
  // The resource it wants, or null; loads it if it is another than before.
  void load(const std::shared_ptr<const AudioSource>& audio);

  bool takes_mono() const noexcept;
  std::int64_t latency() const noexcept { return now_ ? now_->latency() : 0; }
  std::int64_t tail() const noexcept;
  bool has_side() const noexcept { return side_on_; }
  std::int64_t bad_samples() const noexcept { return gone_bad_ + (now_ ? now_->bad_samples() : 0); }
  // Delays of the signal and of the side-chain, so that they meet.
  void align(std::int64_t signal, std::int64_t side, bool side_on, bool now);

  bool set_param(std::string_view param, double value) noexcept;
  bool set_bypass(bool on) noexcept;
  double reading(int index) const noexcept;

  // Silence inside; the next block begins anew.
  void rest() noexcept;
  // The side-chain's next block; before process().
  void hear(const float* left, const float* right, int frames) noexcept;
  void process(dsp::Block block, const Moment& moment, int from) noexcept;
  // The insert may be worked out together with others of its kind.
  Insert* lane(const Moment& moment) noexcept;

 private:
  struct Lane {
    const Curve* curve = nullptr;
    int param = 0;
    bool stepwise = false;
    bool live = false;   // a hand is on it
    bool glide = false;  // the curve is a new one: get there smoothly
    std::size_t hint = 0;
    std::int64_t due = 0;  // frame of the song where it is looked at again
    double last = 0;
  };
  std::unique_ptr<Insert> make(const std::vector<double>& values) const;
  std::vector<double> values_of(const PlanInsert& plan) const;
  void start_crossing(std::unique_ptr<Insert> old);
  void follow(dsp::Block block, const SongView& view, const Moment& moment, int from) noexcept;
  void roll(dsp::Block block, const Segment& piece, const Moment& moment, int offset) noexcept;
  void run(dsp::Block block, int offset) noexcept;
  void move(Lane& lane, std::int64_t frame, bool rolling, bool jump) noexcept;
  void tell_tempo(std::int64_t frame, const Moment& moment) noexcept;
  int cross(dsp::Block block, int done) noexcept;

  PlanInsert plan_;
  const param::EffectInfo* info_;
  double rate_ = 0;
  int max_block_ = 0, glide_ = 480;
  std::unique_ptr<Insert> now_, before_;
  std::vector<double> values_;  // as last sent
  std::vector<Lane> lanes_;
  std::shared_ptr<const AudioSource> loaded_;
  bool stale_ = true;  // knows nothing of the song's place
  bool crossing_ = false;
  std::int64_t warm_ = 0;  // frames to feed the new one before crossing
  int crossed_ = 0;
  std::vector<float> old_left_, old_right_;  // what the old one makes
  Delay align_, side_delay_;
  bool side_on_ = false;
  std::vector<float> side_left_, side_right_;
  std::int64_t gone_bad_ = 0;
};

}  // namespace tutti::graph
