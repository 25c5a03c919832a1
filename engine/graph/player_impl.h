// What a Player consists of; only for the files that implement it.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/graph/history.h"
#include "engine/graph/master.h"
#include "engine/graph/mixer.h"
#include "engine/graph/player.h"
#include "engine/graph/sinc.h"
#include "engine/graph/strip.h"
#include "engine/graph/transport.h"

namespace tutti::graph {

inline constexpr std::uint64_t kMasterId = 0;

class Player::Impl {
 public:
  explicit Impl(const NodeFactory& factory);

  Result<void> prepare(double rate, int max_block);
  Result<void> adopt(Plan plan);
  void add_resource(std::string name, std::shared_ptr<const Resource> resource);
  void remove_resource(std::string_view name);
  std::vector<std::string> missing() const;
  std::vector<StreamWant> stream_wants(double seconds);
  StreamedAudio* stream(std::string_view name) const;

  void relocate_all() noexcept;
  void resume_all() noexcept;
  void time_all() noexcept;
  Strip* find(std::uint64_t id) noexcept;
  Slot* find_slot(std::uint64_t id) noexcept;
  Edge* find_send(std::uint64_t id) noexcept;
  void all_sound_off() noexcept;
  void process(float* left, float* right, int frames) noexcept;
  bool silent() const noexcept;
  void set_taps(std::vector<std::uint64_t> ids);
  std::int64_t late_frames() const noexcept;

  const NodeFactory& factory_;
  Transporter transport_;
  Master master_;
  Mixer mixer_;
  Plan plan_;
  bool metering_ = false;
  std::vector<StripMeter> strip_meters_;
  struct TapState {
    std::uint64_t id = 0;
    Stem stem;
    std::vector<float> left, right;
  };
  std::vector<std::unique_ptr<TapState>> taps_;
  Latencies latencies_;
  // In the plan's order; the master is the last.
  std::vector<std::unique_ptr<Strip>> strips_, leaving_;

 private:
  using Strips = std::vector<std::unique_ptr<Strip>>;
  // The curves of a plan, by whom they move.
  struct CurveSet {
    struct Item {
      std::uint64_t node = 0, owner = 0;  // ids
      std::string param;
      Curve curve;
      bool changed = true;
    };
    std::vector<std::unique_ptr<Item>> items;  // sorted by node and owner
    std::span<const std::unique_ptr<Item>> of(std::uint64_t node, std::uint64_t owner) const;
    Fader::Curves fader(std::uint64_t node, std::uint64_t owner, bool& changed) const;
    std::vector<LaneCurve> lanes(std::uint64_t node, std::uint64_t owner) const;
  };

  Result<void> known_kinds(const Plan& plan, std::vector<std::unique_ptr<Node>>& made);
  CurveSet curves_of(const Plan& plan) const;
  std::unique_ptr<Strip> strip_for(const PlanNode& wanted, std::unique_ptr<Node> made,
                                   const CurveSet& curves);
  void dress(Strip& strip, const PlanNode& wanted, const CurveSet& curves, bool fresh);
  void merge_slots(Strip& strip, const std::vector<PlanInsert>& wanted, const CurveSet& curves,
                   bool fresh);
  void merge_edges(Strip& strip, const Plan& plan, std::size_t index, const CurveSet& curves,
                   bool fresh);
  void share_events();
  void attach(Strip& strip);
  void attach_all();
  void build(bool fresh);
  void place_taps(bool fresh);
  void look_after(std::string_view name);
  bool remove(std::string_view name);
  std::shared_ptr<const AudioSource> audio(std::string_view name) const;

  SongHistory history_;
  CurveSet curves_;
  std::vector<std::int64_t> tempo_frames_;
  SincShelf sincs_;
  std::vector<NamedResource> resources_;  // sorted by name
  std::vector<int> levels_;
  std::unordered_map<std::uint64_t, std::size_t> index_;  // of strips by id
  Stem output_;
  double rate_ = 0, pace_ = 0;
  int max_block_ = 0;
  bool prepared_ = false;
};

}  // namespace tutti::graph
