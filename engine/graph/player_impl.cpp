#include "engine/graph/player_impl.h"

#include <algorithm>
#include <cmath>

#include "engine/dsp/processor.h"

namespace tutti::graph {

Player::Impl::Impl(const NodeFactory& factory) : factory_(factory) {
  strips_.push_back(std::make_unique<Strip>());
  strips_.back()->id = kMasterId;
  strips_.back()->plan.kind = "master";
  index_[kMasterId] = 0;
}

Result<void> Player::Impl::prepare(double rate, int max_block) {
  if (!(rate >= dsp::kMinRate && rate <= dsp::kMaxRate) || max_block < 1 ||
      max_block > dsp::kMaxBlock) {
    return Error{Code::wrong_usage, "Audio cannot run at this rate or block size.",
                 "Use 8000 to 192000 Hz and blocks of 1 to 4096 frames."};
  }
  rate_ = rate;
  max_block_ = max_block;
  prepared_ = true;
  // Edges to those that were leaving ended with the adoption that sent them away.
  leaving_.clear();
  transport_.prepare(rate);
  mixer_.prepare(rate, max_block);
  master_.prepare(rate, mixer_.chunk());
  for (auto& strip : strips_) strip->prepare(rate, mixer_.chunk());
  time_all();
  attach_all();
  build(true);
  relocate_all();
  return {};
}

void Player::Impl::relocate_all() noexcept {
  for (auto& strip : strips_) {
    if (strip->performer) strip->performer->relocate(transport_.rolling(), transport_.song_frame());
  }
}
void Player::Impl::resume_all() noexcept {
  for (auto& strip : strips_) {
    if (strip->performer) strip->performer->resume(transport_.rolling(), transport_.song_frame());
  }
}

// New frames for everything in ticks, after a change of rate, tempo or speed.
void Player::Impl::time_all() noexcept {
  const Timeline& time = transport_.timeline();
  for (auto& strip : strips_) {
    if (!strip->performer) continue;
    for (TimedEvent& e : strip->performer->events) e.frame = time.frame_of(e.at);
    strip->performer->start_frame = time.frame_of(strip->plan.start);
  }
  for (auto& item : curves_.items) item->curve.time(time);
  const auto& tempos = time.map().tempos();
  tempo_frames_.resize(tempos.size() > 1 ? tempos.size() - 1 : 0);
  for (std::size_t i = 0; i < tempo_frames_.size(); ++i)
    tempo_frames_[i] = time.frame_of(tempos[i + 1].at);
  if (const double pace = time.speed() / time.rate(); pace != pace_) {
    pace_ = pace;
    history_.restart(transport_.rolling(), transport_.song_frame());
  }
}

Strip* Player::Impl::find(std::uint64_t id) noexcept {
  const auto found = index_.find(id);
  return found != index_.end() ? strips_[found->second].get() : nullptr;
}
Slot* Player::Impl::find_slot(std::uint64_t id) noexcept {
  for (auto& strip : strips_) {
    for (auto& slot : strip->slots) {
      if (slot->id() == id && !slot->leaving()) return slot.get();
    }
  }
  return nullptr;
}
Edge* Player::Impl::find_send(std::uint64_t id) noexcept {
  for (auto& strip : strips_) {
    for (Edge& edge : strip->edges) {
      if (!edge.main && edge.send == id) return &edge;
    }
  }
  return nullptr;
}

void Player::Impl::all_sound_off() noexcept {
  for (auto* list : {&strips_, &leaving_}) {
    for (auto& strip : *list) strip->silence();
  }
}

void Player::Impl::process(float* left, float* right, int frames) noexcept {
  if (!prepared_) {
    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
    return;
  }
  for (int done = 0; done < frames;) {
    const int count = std::min(frames - done, mixer_.chunk());
    transport_.plan_block(count);
    const auto segments = transport_.segments();
    history_.add(segments.data(), static_cast<int>(segments.size()), count);
    output_.left = left + done;
    output_.right = right + done;
    for (auto& tap : taps_) {
      tap->stem.left = tap->left.data() + done;
      tap->stem.right = tap->right.data() + done;
    }
    Moment moment;
    moment.frames = count;
    moment.segments = segments.data();
    moment.segment_count = static_cast<int>(segments.size());
    moment.timeline = &transport_.timeline();
    moment.tempo_frames = &tempo_frames_;
    moment.metering = metering_;
    mixer_.process(moment, history_);
    master_.process(left + done, right + done, count, transport_.clicks());
    done += count;
  }
}

bool Player::Impl::silent() const noexcept {
  if (transport_.state() != PlayState::stopped || !master_.silent()) return false;
  return std::all_of(strips_.begin(), strips_.end(), [](const auto& s) { return s->resting(); }) &&
         std::all_of(leaving_.begin(), leaving_.end(), [](const auto& s) { return s->gone(); });
}

void Player::Impl::share_events() {
  for (auto& strip : strips_) {
    if (strip->performer) strip->performer->events.clear();
  }
  for (const PlanEvent& e : plan_.events) {
    if (auto& performer = strips_[e.node]->performer)
      performer->events.push_back({0, e.at, e.status, e.data1, e.data2});
  }
}

// --- resources

std::shared_ptr<const AudioSource> Player::Impl::audio(std::string_view name) const {
  if (name.empty() || name.starts_with("sf:")) return nullptr;
  const auto at = std::lower_bound(
      resources_.begin(), resources_.end(), name,
      [](const NamedResource& r, std::string_view wanted) { return r.name < wanted; });
  if (at == resources_.end() || at->name != name) return nullptr;
  return std::static_pointer_cast<const AudioSource>(at->resource);
}

void Player::Impl::attach(Strip& strip) {
  if (Performer* performer = strip.performer.get()) {
    const auto node = static_cast<std::uint32_t>(index_[strip.id]);
    std::vector<PlanEvent> own;
    for (const TimedEvent& e : performer->events)
      own.push_back({e.at, node, e.status, e.data1, e.data2});
    performer->missing.clear();
    performer->node->attach({resources_, strip.plan, own, sincs_, performer->missing});
  }
  for (auto& slot : strip.slots) {
    if (!slot->leaving()) slot->load(audio(slot->plan().resource));
  }
}

void Player::Impl::attach_all() {
  for (auto& strip : strips_) attach(*strip);
}

std::vector<std::string> Player::Impl::missing() const {
  std::vector<std::string> names;
  for (const auto& strip : strips_) {
    if (strip->performer) {
      const auto& own = strip->performer->missing;
      names.insert(names.end(), own.begin(), own.end());
    }
    for (const auto& slot : strip->slots) {
      const std::string& name = slot->plan().resource;
      if (!slot->leaving() && !name.empty() && !audio(name)) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// A resource has come or gone: those who play it take it up where the song is.
void Player::Impl::look_after(std::string_view name) {
  const bool font = name.starts_with("sf:");
  bool rebuild = false;
  for (auto& strip : strips_) {
    const bool plays =
        strip->performer && (font ? strip->plan.kind != "clip" : strip->plan.resource == name);
    const bool loads = std::any_of(strip->slots.begin(), strip->slots.end(), [&](const auto& s) {
      return !s->leaving() && s->plan().resource == name;
    });
    if (!plays && !loads) continue;
    const bool mono = strip->mono_source();
    attach(*strip);
    strip->settle();
    rebuild = rebuild || loads || mono != strip->mono_source();
    if (plays)
      strip->performer->node->transport(
          {transport_.rolling(), transport_.song_frame(), strip->performer->start_frame});
  }
  if (rebuild) build(false);
}

bool Player::Impl::remove(std::string_view name) {
  return std::erase_if(resources_, [name](const NamedResource& r) { return r.name == name; }) > 0;
}

void Player::Impl::add_resource(std::string name, std::shared_ptr<const Resource> resource) {
  remove(name);
  const auto at = std::lower_bound(
      resources_.begin(), resources_.end(), name,
      [](const NamedResource& r, const std::string& wanted) { return r.name < wanted; });
  const std::string known = name;
  resources_.insert(at, {std::move(name), std::move(resource)});
  look_after(known);
}

void Player::Impl::remove_resource(std::string_view name) {
  const std::string known(name);
  if (remove(known)) look_after(known);
}

StreamedAudio* Player::Impl::stream(std::string_view name) const {
  const auto found = audio(name);
  if (!found || !found->streamed()) return nullptr;
  // Only open_stream() makes such sources, and it makes them changeable.
  return const_cast<StreamedAudio*>(static_cast<const StreamedAudio*>(found.get()));
}

// --- latencies and taps

void Player::Impl::build(bool fresh) {
  if (!prepared_) return;
  const auto own_of = [](const Strip& strip) {
    OwnLatency own;
    if (strip.performer) own.source = strip.performer->node->latency();
    for (const auto& slot : strip.slots) {
      if (!slot->leaving()) own.inserts.push_back(slot->latency());
    }
    return own;
  };
  std::vector<OwnLatency> own;
  for (std::size_t i = 0; i + 1 < strips_.size(); ++i) own.push_back(own_of(*strips_[i]));
  latencies_ = latencies_of(plan_, levels_, own, own_of(*strips_.back()).inserts);
  mixer_.build({plan_, levels_, strips_, leaving_, latencies_, fresh});
  master_.set_click_delay(latencies_.output, fresh);
  strip_meters_.resize(plan_.nodes.size());
  place_taps(fresh);
}

void Player::Impl::set_taps(std::vector<std::uint64_t> ids) {
  taps_.clear();
  for (std::uint64_t id : ids) {
    taps_.push_back(std::make_unique<TapState>());
    TapState& tap = *taps_.back();
    tap.id = id;
    if (!prepared_) continue;
    tap.stem.delay.prepare(rate_, mixer_.chunk());
  }
  place_taps(true);
}

void Player::Impl::place_taps(bool fresh) {
  for (auto& strip : strips_) strip->stem = nullptr;
  for (auto& strip : leaving_) strip->stem = nullptr;
  if (!prepared_) return;
  strips_.back()->stem = &output_;
  for (auto& tap : taps_) {
    tap->left.resize(static_cast<std::size_t>(max_block_));
    tap->right.resize(static_cast<std::size_t>(max_block_));
    if (fresh) tap->stem.delay.prepare(rate_, mixer_.chunk());
    const auto found = index_.find(tap->id);
    if (found == index_.end() || tap->id == kMasterId) {
      std::fill(tap->left.begin(), tap->left.end(), 0.0f);
      std::fill(tap->right.begin(), tap->right.end(), 0.0f);
      continue;
    }
    strips_[found->second]->stem = &tap->stem;
    tap->stem.delay.set(latencies_.master - latencies_.nodes[found->second].output, fresh);
  }
}

std::int64_t Player::Impl::late_frames() const noexcept {
  std::int64_t late = 0;
  for (const auto& strip : strips_) {
    if (strip->performer) late += strip->performer->node->late();
  }
  return late;
}

// --- streams

std::vector<StreamWant> Player::Impl::stream_wants(double seconds) {
  const auto frames = static_cast<std::int64_t>(seconds * rate_) + 1;
  std::vector<AudioNeed> needs, keep;
  for (const auto& stretch : transport_.ahead(frames)) {
    for (const auto& strip : strips_) {
      if (!strip->performer) continue;
      const std::size_t first = needs.size();
      strip->performer->node->needs(stretch.song_frame, stretch.frames,
                                    strip->performer->start_frame, needs);
      for (std::size_t i = first; i < needs.size(); ++i) needs[i].due += stretch.offset;
    }
  }
  std::stable_sort(needs.begin(), needs.end(),
                   [](const AudioNeed& a, const AudioNeed& b) { return a.due < b.due; });
  std::vector<StreamWant> wants;
  for (const NamedResource& r : resources_) {
    StreamedAudio* streamed = stream(r.name);
    if (streamed == nullptr) continue;
    struct Kept {
      std::vector<std::int64_t> chunks;
    } kept;
    for (const AudioNeed& need : needs) {
      if (need.source != streamed) continue;
      for (std::int64_t c = need.from / StreamedAudio::kChunk; c * StreamedAudio::kChunk < need.to;
           ++c)
        kept.chunks.push_back(c);
    }
    std::sort(kept.chunks.begin(), kept.chunks.end());
    streamed->keep_only(
        [](const void* context, std::int64_t chunk) {
          const auto& list = static_cast<const Kept*>(context)->chunks;
          // Neighbours stay, so that small moves of the song do not ask anew.
          const auto near = std::lower_bound(list.begin(), list.end(), chunk - 2);
          return near != list.end() && *near <= chunk + 2;
        },
        &kept);
  }
  for (const AudioNeed& need : needs) {
    const auto named = std::find_if(resources_.begin(), resources_.end(),
                                    [&](const auto& r) { return r.resource.get() == need.source; });
    if (named == resources_.end()) continue;
    const StreamedAudio* streamed = stream(named->name);
    if (streamed == nullptr) continue;
    for (std::int64_t c = need.from / StreamedAudio::kChunk; c * StreamedAudio::kChunk < need.to;
         ++c) {
      if (streamed->has(c)) continue;
      const StreamWant want{named->name, c};
      if (std::find(wants.begin(), wants.end(), want) == wants.end()) wants.push_back(want);
    }
  }
  return wants;
}

}  // namespace tutti::graph
