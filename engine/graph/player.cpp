#include "engine/graph/player.h"

#include <algorithm>
#include <cmath>

#include "engine/graph/player_impl.h"

namespace tutti::graph {

namespace {

bool all_finite(const std::vector<float>& x) {
  return std::all_of(x.begin(), x.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

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
  if (!all_finite(left) || !all_finite(right)) {
    return Error{Code::bad_input, "This recording contains samples that are not numbers.",
                 "Export it again from the program that made it."};
  }
  impl_->add_resource(std::move(name), std::make_shared<const AudioResource>(rate, std::move(left),
                                                                             std::move(right)));
  return {};
}
void Player::remove_resource(std::string_view name) {
  impl_->remove_resource(name);
}
std::vector<std::string> Player::missing() const {
  return impl_->missing();
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
  impl_->time_all();
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
  Strip* strip = impl_->find(node_id);
  if (strip == nullptr || !strip->performer) return false;
  if (status >= 0x80 && status < 0xf0)
    strip->performer->node->event(status, data1 & 127, data2 & 127);
  return true;
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
  return impl_->latencies_.output + impl_->master_.latency();
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
  impl_->mixer_.set_parallel(parallel);
}
void Player::set_limiter(bool on) noexcept {
  impl_->master_.set_limiter(on);
}
void Player::set_meters(bool on) noexcept {
  impl_->master_.set_meters(on);
}

bool Player::set_fader(std::uint64_t node_id, double gain, double pan, bool mute) noexcept {
  Strip* strip = impl_->find(node_id);
  if (strip == nullptr) return false;
  strip->fader.touch(gain, pan, mute && node_id != kMasterId);
  return true;
}
bool Player::set_send(std::uint64_t send_id, double gain, bool mute) noexcept {
  Edge* edge = impl_->find_send(send_id);
  if (edge == nullptr) return false;
  edge->level.touch(gain, 0, mute);
  return true;
}
bool Player::set_insert_param(std::uint64_t insert_id, std::string_view param,
                              double value) noexcept {
  Slot* slot = impl_->find_slot(insert_id);
  return slot != nullptr && slot->set_param(param, value);
}
bool Player::set_insert_bypass(std::uint64_t insert_id, bool on) noexcept {
  Slot* slot = impl_->find_slot(insert_id);
  return slot != nullptr && slot->set_bypass(on);
}
double Player::insert_reading(std::uint64_t insert_id, int index) const noexcept {
  const Slot* slot = impl_->find_slot(insert_id);
  return slot != nullptr ? slot->reading(index) : 0;
}

void Player::set_strip_meters(bool on) noexcept {
  impl_->metering_ = on;
}
std::span<const StripMeter> Player::take_strip_meters() noexcept {
  auto& meters = impl_->strip_meters_;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    Strip& strip = *impl_->strips_[i];
    meters[i] = {strip.id, strip.peak_left, strip.peak_right};
    strip.peak_left = strip.peak_right = 0;
  }
  return meters;
}
void Player::set_taps(std::vector<std::uint64_t> node_ids) {
  impl_->set_taps(std::move(node_ids));
}
Tap Player::tap(int index) const noexcept {
  const auto i = static_cast<std::size_t>(index);
  if (index < 0 || i >= impl_->taps_.size()) return {};
  return {impl_->taps_[i]->left.data(), impl_->taps_[i]->right.data()};
}
std::int64_t Player::tap_latency() const noexcept {
  return impl_->latencies_.master;
}
std::int64_t Player::bad_samples() const noexcept {
  return impl_->mixer_.bad_samples();
}
std::int64_t Player::late_frames() const noexcept {
  return impl_->late_frames();
}

Result<void> Player::open_stream(std::string name, double rate, std::int64_t frames, bool stereo) {
  if (!(rate >= 1000 && rate <= 768000) || frames < 1 || frames > std::int64_t{1} << 36 ||
      name.starts_with("sf:")) {
    return Error{Code::bad_input, "This recording cannot be played.",
                 "Give its length and a usual rate, and its SHA-256 as its name."};
  }
  impl_->add_resource(std::move(name), std::make_shared<StreamedAudio>(rate, frames, stereo));
  return {};
}
Result<void> Player::push_stream(std::string_view name, std::int64_t chunk, const float* left,
                                 const float* right, int frames) {
  StreamedAudio* audio = impl_->stream(name);
  if (audio == nullptr) {
    return Error{Code::not_found, "This recording is not open for streaming.", "Open it first."};
  }
  if (!audio->push(chunk, left, right, frames)) {
    return Error{Code::wrong_usage, "This piece does not fit into the recording.",
                 "Bring whole chunks, as they are asked for."};
  }
  return {};
}
std::vector<StreamWant> Player::stream_wants(double seconds) {
  return impl_->stream_wants(std::isfinite(seconds) ? std::clamp(seconds, 0.0, 600.0) : 0);
}

}  // namespace tutti::graph
