#include "engine/graph/player.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/math.h"
#include "engine/dsp/limiter.h"
#include "engine/graph/master.h"
#include "engine/graph/metronome.h"
#include "engine/graph/sinc.h"
#include "engine/graph/strip.h"
#include "engine/graph/timeline.h"
#include "engine/graph/transport.h"

namespace tutti::graph {

class Player::Impl {
 public:
  explicit Impl(const NodeFactory& factory) : factory_(factory) {}

  Result<void> prepare(double rate, int max_block) {
    if (!(rate >= dsp::kMinRate && rate <= dsp::kMaxRate) || max_block < 1 ||
        max_block > dsp::kMaxBlock) {
      return Error{Code::wrong_usage, "Audio cannot run at this rate or block size.",
                   "Use 8000 to 192000 Hz and blocks of 1 to 4096 frames."};
    }
    max_block_ = max_block;
    prepared_ = true;
    leaving_.clear();
    transport_.prepare(rate);
    master_.prepare(rate, max_block);
    for (auto& strip : strips_) {
      strip->prepare(rate, max_block);
      strip->set_gain(true);
    }
    time_events();
    attach_all();
    relocate_all();
    return {};
  }

  Result<void> adopt(Plan plan) {
    if (auto r = check(plan); !r) return r;
    std::vector<std::unique_ptr<Node>> made(plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      const PlanNode& wanted = plan.nodes[i];
      if (find(wanted.id, wanted.kind) != nullptr) continue;
      made[i] = factory_.make(wanted.kind);
      if (!made[i]) {
        return Error{
            Code::bad_input,
            "This song uses something that cannot be played here: \"" + wanted.kind + "\".",
            "Open it with a newer version of Tutti."};
      }
    }
    std::erase_if(leaving_, [](const auto& s) { return s->gone(); });
    transport_.adopt(plan.tempos, plan.metres, plan.end);

    std::vector<std::unique_ptr<Strip>> next;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i)
      next.push_back(strip_for(plan.nodes[i], std::move(made[i])));
    for (auto& old : strips_) {
      if (!old) continue;
      old->fade_away();
      leaving_.push_back(std::move(old));
    }
    strips_ = std::move(next);
    plan_ = std::move(plan);
    master_.set_plan_gain(plan_.master_gain);
    for (auto& strip : strips_) strip->events.clear();
    for (const PlanEvent& e : plan_.events) {
      strips_[e.node]->events.push_back({0, e.at, e.status, e.data1, e.data2});
    }
    time_events();
    attach_all();
    resume_all();
    return {};
  }

  void add_resource(std::string name, std::shared_ptr<const Resource> resource) {
    remove(name);
    const auto place = std::lower_bound(
        resources_.begin(), resources_.end(), name,
        [](const NamedResource& r, const std::string& wanted) { return r.name < wanted; });
    resources_.insert(place, {std::move(name), std::move(resource)});
    attach_all();
    tell_transport();
  }
  void remove_resource(std::string_view name) {
    if (remove(name)) attach_all();
  }

  void relocate_all() noexcept {
    for (auto& strip : strips_) strip->relocate(transport_.rolling(), transport_.song_frame());
  }
  void resume_all() noexcept {
    for (auto& strip : strips_) strip->resume(transport_.rolling(), transport_.song_frame());
  }
  // New frames for all events, after a change of rate, tempo or speed.
  void time_events() noexcept {
    for (auto& strip : strips_) {
      for (TimedEvent& e : strip->events) e.frame = transport_.timeline().frame_of(e.at);
      strip->start_frame = transport_.timeline().frame_of(strip->plan.start);
    }
  }

  bool event(std::uint64_t id, std::uint8_t status, std::uint8_t d1, std::uint8_t d2) noexcept {
    for (auto& strip : strips_) {
      if (strip->id != id) continue;
      if (status >= 0x80 && status < 0xf0) strip->node->event(status, d1 & 127, d2 & 127);
      return true;
    }
    return false;
  }
  void all_sound_off() noexcept {
    for (auto& strip : strips_) strip->all_sound_off();
    for (auto& strip : leaving_) strip->all_sound_off();
  }

  void process(float* left, float* right, int frames) noexcept {
    if (!prepared_) {
      std::fill_n(left, frames, 0.0f);
      std::fill_n(right, frames, 0.0f);
      return;
    }
    transport_.plan_block(frames);
    block_frames_ = frames;
    if (parallel_ != nullptr && strips_.size() > 1) {
      parallel_->run(
          static_cast<int>(strips_.size()),
          [](void* self, int i) noexcept { static_cast<Impl*>(self)->render(i); }, this);
    } else {
      for (int i = 0; i < static_cast<int>(strips_.size()); ++i) render(i);
    }
    for (auto& strip : leaving_)
      strip->render(transport_.segments().data(), static_cast<int>(transport_.segments().size()),
                    frames);

    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
    for (auto* list : {&strips_, &leaving_}) {
      for (auto& strip : *list) strip->mix_into(left, right, frames);
    }
    master_.process(left, right, frames, transport_.clicks());
  }

  bool silent() const noexcept {
    if (transport_.state() != PlayState::stopped || !master_.silent()) return false;
    for (const auto& strip : strips_) {
      if (!strip->node->silent()) return false;
    }
    return std::all_of(leaving_.begin(), leaving_.end(), [](const auto& s) { return s->gone(); });
  }

  const NodeFactory& factory_;
  Transporter transport_;
  Master master_;
  Plan plan_;
  std::vector<std::string> missing_;
  ParallelFor* parallel_ = nullptr;

 private:
  void render(int i) noexcept {
    const auto segments = transport_.segments();
    strips_[static_cast<std::size_t>(i)]->render(segments.data(), static_cast<int>(segments.size()),
                                                 block_frames_);
  }

  static Result<void> check(const Plan& plan) {
    const Error bad{Code::bad_input, "This song cannot be played: its plan is damaged.",
                    "Prepare it anew from the project."};
    const auto near = [](Ticks t) { return t.value >= -kFurthestTick && t.value <= kFurthestTick; };
    bool all_near = near(plan.end);
    for (const auto& t : plan.tempos) all_near = all_near && near(t.at);
    for (const auto& m : plan.metres) all_near = all_near && near(m.at);
    for (const auto& n : plan.nodes) all_near = all_near && near(n.start);
    for (const auto& e : plan.events) all_near = all_near && near(e.at);
    if (!all_near) return bad;
    for (std::size_t i = 0; i < plan.events.size(); ++i) {
      const PlanEvent& e = plan.events[i];
      if (e.node >= plan.nodes.size() || e.status < 0x80 || e.status >= 0xf0 || e.data1 > 127 ||
          e.data2 > 127)
        return bad;
      if (i > 0 && e.at < plan.events[i - 1].at) return bad;
    }
    for (const PlanNode& node : plan.nodes) {
      if (!std::isfinite(node.gain) || !std::isfinite(node.pan)) return bad;
    }
    return std::isfinite(plan.master_gain) ? Result<void>() : Result<void>(bad);
  }

  std::unique_ptr<Strip>* find(std::uint64_t id, std::string_view kind) {
    for (auto& strip : strips_) {
      if (strip && strip->id == id && strip->plan.kind == kind) return &strip;
    }
    return nullptr;
  }

  // The strip that already plays this node, or a new one.
  std::unique_ptr<Strip> strip_for(const PlanNode& wanted, std::unique_ptr<Node> made) {
    std::unique_ptr<Strip> strip;
    auto* known = made ? nullptr : find(wanted.id, wanted.kind);
    const bool fresh = known == nullptr;
    if (fresh) {
      strip = std::make_unique<Strip>();
      strip->id = wanted.id;
      strip->node = made ? std::move(made) : factory_.make(wanted.kind);
    } else {
      strip = std::move(*known);
    }
    if (!fresh && strip->plan.params != wanted.params) strip->forget_told();
    strip->plan = wanted;
    if (fresh && prepared_) strip->prepare(transport_.timeline().rate(), max_block_);
    for (const PlanParam& param : wanted.params) strip->node->set_param(param.id, param.value);
    strip->set_gain(fresh);
    return strip;
  }

  bool remove(std::string_view name) {
    return std::erase_if(resources_, [name](const NamedResource& r) { return r.name == name; }) > 0;
  }

  void attach_all() {
    missing_.clear();
    std::vector<PlanEvent> own;
    for (std::size_t i = 0; i < strips_.size(); ++i) {
      own.clear();
      for (const TimedEvent& e : strips_[i]->events) {
        own.push_back({e.at, static_cast<std::uint32_t>(i), e.status, e.data1, e.data2});
      }
      strips_[i]->node->attach({resources_, strips_[i]->plan, own, sincs_, missing_});
    }
    std::sort(missing_.begin(), missing_.end());
    missing_.erase(std::unique(missing_.begin(), missing_.end()), missing_.end());
  }

  // A resource that arrives while playing begins to sound where the song is.
  void tell_transport() noexcept {
    for (auto& strip : strips_) {
      strip->node->transport({transport_.rolling(), transport_.song_frame(), strip->start_frame});
    }
  }

  SincShelf sincs_;
  std::vector<NamedResource> resources_;
  std::vector<std::unique_ptr<Strip>> strips_, leaving_;
  int max_block_ = 0, block_frames_ = 0;
  bool prepared_ = false;
};

Player::Player(const NodeFactory& factory) : impl_(std::make_unique<Impl>(factory)) {}
Player::~Player() = default;
Result<void> Player::prepare(double rate, int max_block) {
  return impl_->prepare(rate, max_block);
}
Result<void> Player::adopt(Plan plan) {
  return impl_->adopt(std::move(plan));
}
const Plan& Player::plan() const {
  return impl_->plan_;
}

Result<void> Player::add_resource(std::string name, std::span<const std::byte> bytes) {
  auto loaded = impl_->factory_.load(name, bytes);
  if (!loaded) return loaded.error();
  impl_->add_resource(std::move(name), std::move(*loaded));
  return {};
}
Result<void> Player::add_resource(std::string name, std::vector<std::byte> bytes) {
  auto loaded = impl_->factory_.load(name, std::move(bytes));
  if (!loaded) return loaded.error();
  impl_->add_resource(std::move(name), std::move(*loaded));
  return {};
}
void Player::add_resource(std::string name, std::shared_ptr<const Resource> parsed) {
  impl_->add_resource(std::move(name), std::move(parsed));
}
Result<void> Player::add_audio(std::string name, double rate, std::vector<float> left,
                               std::vector<float> right) {
  if (!(rate >= 1000 && rate <= 768000) || left.empty() ||
      (!right.empty() && right.size() != left.size())) {
    return Error{Code::bad_input, "This recording cannot be played.",
                 "Give one or two channels of equal length at a usual rate."};
  }
  if (name.starts_with("sf:")) {
    return Error{Code::wrong_usage, "A recording cannot be named as a SoundFont.",
                 "Use its SHA-256 as its name."};
  }
  impl_->add_resource(std::move(name), std::make_shared<const AudioResource>(rate, std::move(left),
                                                                             std::move(right)));
  return {};
}
void Player::remove_resource(std::string_view name) {
  impl_->remove_resource(name);
}
std::vector<std::string> Player::missing() const {
  return impl_->missing_;
}

void Player::play() noexcept {
  if (impl_->transport_.play()) impl_->relocate_all();
}
void Player::stop() noexcept {
  if (impl_->transport_.stop()) impl_->relocate_all();
}
void Player::seek(Ticks at) noexcept {
  impl_->transport_.seek(at);
  impl_->relocate_all();
}
void Player::set_loop(Ticks start, Ticks end, bool on) noexcept {
  impl_->transport_.set_loop(start, end, on);
}
void Player::set_speed(double factor) noexcept {
  if (!impl_->transport_.set_speed(factor)) return;
  impl_->time_events();
  impl_->resume_all();
}
void Player::set_stop_at_end(bool on) noexcept {
  impl_->transport_.set_stop_at_end(on);
}
void Player::set_metronome(bool on, double gain_db) noexcept {
  impl_->transport_.set_metronome(on);
  impl_->master_.set_click_gain(gain_db);
}
void Player::count_in(int bars) noexcept {
  impl_->transport_.set_count_in(bars);
}
bool Player::event(std::uint64_t node_id, std::uint8_t status, std::uint8_t data1,
                   std::uint8_t data2) noexcept {
  return impl_->event(node_id, status, data1, data2);
}
void Player::all_sound_off() noexcept {
  impl_->all_sound_off();
}
void Player::process(float* left, float* right, int frames) noexcept {
  impl_->process(left, right, frames);
}
PlayState Player::state() const noexcept {
  return impl_->transport_.state();
}
Ticks Player::position() const noexcept {
  return impl_->transport_.position();
}
double Player::position_seconds() const noexcept {
  return impl_->transport_.position_seconds();
}
std::int64_t Player::latency() const noexcept {
  return impl_->master_.latency();
}
bool Player::silent() const noexcept {
  return impl_->silent();
}
Meters Player::take_meters() noexcept {
  return impl_->master_.take_meters();
}
void Player::set_master(double gain_db, double ceiling_db) noexcept {
  impl_->master_.set(gain_db, ceiling_db);
}
void Player::set_parallel(ParallelFor* parallel) noexcept {
  impl_->parallel_ = parallel;
}

}  // namespace tutti::graph
