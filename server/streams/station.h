// One channel as it plays: rendered ahead by one task, paced, encoded and published by another, and
// kept by a third; changed by anybody.
//
// The renderer owns the source under source_mutex_ and writes the ring; the sender reads it. Time
// runs from one start: frame f is due ns_of(f - f0) after it, so nothing drifts and setting the
// system's clock moves nothing; only when the machine stood still for longer than listeners bridge
// is the start moved (and an underrun counted). Without listeners all tasks rest.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/streams/cluster.h"
#include "server/streams/core.h"
#include "server/streams/desk.h"
#include "server/streams/hls.h"
#include "server/streams/hub.h"
#include "server/streams/ring.h"
#include "server/streams/words.h"

namespace tutti::streams {

inline constexpr std::size_t kMostEntries = 100'000;  // of a channel's log

class Station final : public Host, public std::enable_shared_from_this<Station> {
 public:
  static std::shared_ptr<Station> make(std::shared_ptr<Core>, std::string id,
                                       const stream::ControlLog&);
  ~Station() override;

  std::shared_ptr<Hub> hub(Form, Latency);
  const std::string& id() const { return id_; }
  bool playing() const { return playing_.load(); }
  bool gone() const { return gone_.load(); }

  // The cluster's calls.
  void placed(Role, const std::string& owner, Role before);
  std::shared_ptr<Hub> hub_at(const Place&);
  std::map<Place, int> wants();
  void relayed(const Place&, const Item&);
  json::object facts();
  void take_facts(const json::object&);

  Result<Asked> control(const std::vector<stream::Change>&, std::optional<std::uint64_t> seed);
  ChannelState state();
  Result<stream::ControlLog> log();
  void forget();
  // Gives its source back if it rests; true if it did.
  bool unload();
  bool light() const { return !ready_ && !source_held_; }  // holds no source
  std::int64_t rested_ns() const { return rested_ns_.load(); }
  void keep_now();  // entries and frame, on the caller's thread, after all tasks have stopped

  Result<std::string> playlist();
  Result<std::shared_ptr<const std::vector<std::byte>>> segment(std::int64_t number);

  std::string hello(Form, Latency, std::int64_t frame) override;
  void listeners_changed() override;
  void add_skipped(std::int64_t pieces) override { skipped_ += pieces; }

 private:
  using Hubs = std::vector<std::shared_ptr<Hub>>;
  static constexpr std::size_t kRingFrames = 16384;  // 341 ms
  static constexpr std::size_t kStamps = 32;         // more than slices fit into the ring

  Station(std::shared_ptr<Core>, std::string id, const stream::ControlLog&);

  // The renderer's (station_render.cpp).
  std::int64_t render_step();
  Result<void> load_source();  // with source_mutex_
  // Settings and seed as last asked.
  static void fold(const stream::ControlLog&, compose::Settings&, std::uint64_t& seed);
  Result<std::optional<std::pair<stream::ControlLog, std::int64_t>>> kept();
  std::int64_t frame_to_go_on(std::int64_t kept) const;
  void apply_pending();  // with source_mutex_
  void render_slice();   // with source_mutex_
  // The sender's (station_send.cpp).
  std::int64_t send_step();
  bool start(const Hubs&, std::int64_t now);  // false: the source was given back meanwhile
  void rest(std::int64_t now);
  bool wanted(std::int64_t now);  // somebody listens
  void say(const Hubs&);
  void say_state(const Hubs&, std::int64_t now);
  bool take_slice();
  std::int64_t burst_frames(const Hubs&) const;
  void publish(const Hubs&, std::int64_t now);
  // The keeper's.
  std::int64_t keep_step();
  void queue_frame(std::int64_t frame);

  std::vector<std::shared_ptr<Hub>> hubs();
  int listeners();
  std::int64_t due(std::int64_t frame);  // clock's time; with time_mutex_
  double beats_until(std::int64_t frame);

  const std::shared_ptr<Core> core_;
  const std::string id_;
  const std::string name_;
  Schedule::TaskPtr render_task_, send_task_, keep_task_;

  std::mutex hubs_mutex_;
  std::map<Place, std::weak_ptr<Hub>> hubs_;
  unsigned next_phase_ = 0;
  std::atomic<bool> playing_{false};  // somebody listens

  std::mutex source_mutex_;
  std::unique_ptr<Source> source_;
  std::map<compose::Setting, double> pending_;
  std::optional<std::uint64_t> pending_seed_;
  std::size_t entries_ = 0;
  std::int64_t last_bar_ = -1;  // frame of the last bar that was told

  // What is known of the channel without its source.
  std::mutex facts_mutex_;
  compose::Settings asked_;
  std::uint64_t seed_ = 0;
  std::int64_t next_bar_ = 0, bar_frames_ = 0, rendered_ = 0;
  std::deque<ControlWord> control_words_;
  std::deque<Item> fresh_bars_;
  std::string owner_;  // the node that plays it, if another
  ChannelState far_;   // what that one said of it
  double render_load_ = 0, encode_load_ = 0;

  std::mutex time_mutex_;
  bool running_ = false;
  std::int64_t started_ns_ = 0, started_frame_ = 0;
  std::int64_t ahead_frames_ = 0;

  std::atomic<bool> source_held_{false};
  std::atomic<bool> ready_{false};   // the source stands and the ring follows on from position_
  std::atomic<bool> hungry_{false};  // the sender waits for the renderer
  std::atomic<bool> full_{false};    // the renderer waits for the sender
  std::atomic<bool> gone_{false};
  std::atomic<bool> said_gone_{false};
  std::atomic<bool> anew_{false};  // the source does not follow on from what was sent
  std::atomic<Role> role_{Role::unknown};
  std::atomic<std::int64_t> relayed_until_{0};
  std::atomic<std::int64_t> position_{0};  // next frame to be sent
  std::atomic<std::int64_t> rested_ns_{0};
  std::atomic<std::int64_t> render_ns_{0}, encode_ns_{0};
  std::atomic<std::int64_t> underruns_{0}, skipped_{0};
  AudioRing ring_{kRingFrames};
  std::array<double, kStamps> stamps_{};  // when each slice was rendered; ordered by the ring
  std::array<float, kSliceFrames> render_left_{}, render_right_{};

  // The sender's alone.
  std::unique_ptr<Desk> desk_;
  std::array<float, kSliceFrames> left_{}, right_{};
  bool starting_ = false;
  bool missed_ = false;
  std::int64_t said_ns_ = 0;
  std::int64_t slices_until_state_ = 0, slices_until_keep_ = 0;
  std::int64_t slices_read_ = 0;
  std::atomic<std::int64_t> slices_written_{0};

  std::mutex keep_mutex_;
  std::deque<stream::LogEntry> keep_entries_;
  std::optional<std::int64_t> keep_frame_;

  Hls hls_;
  bool hls_on_ = false;  // the sender's
};

}  // namespace tutti::streams
