// engine.wasm: the Player, for an AudioWorklet and for offline rendering.
//
// Bytes of resources are not copied: what add_resource is given stays the caller's and must live
// until remove_resource and one block have passed.
#include "engine/graph/audio_source.h"
#include "engine/graph/player.h"
#include "engine/graph/render.h"
#include "engine/registry/registry.h"
#include "wasm/exports.h"

namespace {

using tutti::wasm::give;
using tutti::wasm::text_at;

std::unique_ptr<tutti::graph::Player> player;
std::vector<float> left, right;
double rate_now = 0;
double meter_values[6];
std::span<const tutti::graph::StripMeter> strips;

}  // namespace

TUTTI_EXPORT(create) int tutti_create(double rate, int max_block) {
  player = std::make_unique<tutti::graph::Player>(tutti::registry::factory());
  rate_now = rate;
  left.assign(static_cast<std::size_t>(max_block), 0);
  right.assign(static_cast<std::size_t>(max_block), 0);
  return give(player->prepare(rate, max_block));
}
TUTTI_EXPORT(left) float* tutti_left() {
  return left.data();
}
TUTTI_EXPORT(right) float* tutti_right() {
  return right.data();
}
TUTTI_EXPORT(process) void tutti_process(int frames) {
  player->process(left.data(), right.data(), frames);
}

// --- plan and resources

TUTTI_EXPORT(adopt) int tutti_adopt(const std::byte* data, std::size_t size) {
  auto plan = tutti::graph::decode({data, size});
  if (!plan) return give(plan.error());
  return give(player->adopt(std::move(*plan)));
}
TUTTI_EXPORT(add_resource)
int tutti_add_resource(const char* name, std::size_t name_size, const std::byte* data,
                       std::size_t size) {
  return give(player->add_resource(std::string(text_at(name, name_size)), std::span(data, size)));
}
// `right_samples` may be null: mono. Samples are copied.
TUTTI_EXPORT(add_audio)
int tutti_add_audio(const char* name, std::size_t name_size, double rate, const float* left_samples,
                    const float* right_samples, std::size_t frames) {
  std::vector<float> other;
  if (right_samples) other.assign(right_samples, right_samples + frames);
  return give(player->add_audio(std::string(text_at(name, name_size)), rate,
                                std::vector<float>(left_samples, left_samples + frames),
                                std::move(other)));
}
// A recording that comes in chunks while it plays (Player::open_stream).
TUTTI_EXPORT(open_stream)
int tutti_open_stream(const char* name, std::size_t size, double rate, double frames, int stereo) {
  return give(player->open_stream(std::string(text_at(name, size)), rate,
                                  static_cast<std::int64_t>(frames), stereo != 0));
}
// `right_samples` is null for mono. Samples are copied.
TUTTI_EXPORT(push_stream)
int tutti_push_stream(const char* name, std::size_t size, double chunk, const float* left_samples,
                      const float* right_samples, int frames) {
  return give(player->push_stream(text_at(name, size), static_cast<std::int64_t>(chunk),
                                  left_samples, right_samples, frames));
}
// Chunks that will be heard within `seconds` and are not there, the most urgent first: gives lines
// of number, space, name. Frames a chunk: chunk_frames().
TUTTI_EXPORT(stream_wants) int tutti_stream_wants(double seconds) {
  std::string lines;
  for (const auto& want : player->stream_wants(seconds))
    lines += std::to_string(want.chunk) + ' ' + want.name + '\n';
  return give(std::string_view(lines));
}
TUTTI_EXPORT(chunk_frames) int tutti_chunk_frames() {
  return tutti::graph::StreamedAudio::kChunk;
}
TUTTI_EXPORT(remove_resource) void tutti_remove_resource(const char* name, std::size_t size) {
  player->remove_resource(text_at(name, size));
}
// Gives the names, each ended by a line feed.
TUTTI_EXPORT(missing) int tutti_missing() {
  std::string names;
  for (const auto& name : player->missing()) names += name + '\n';
  return give(std::string_view(names));
}

// --- transport; ticks as doubles, exact to 2^53

TUTTI_EXPORT(play) void tutti_play() {
  player->play();
}
TUTTI_EXPORT(stop) void tutti_stop() {
  player->stop();
}
TUTTI_EXPORT(seek) void tutti_seek(double at) {
  player->seek({static_cast<std::int64_t>(at)});
}
TUTTI_EXPORT(set_loop) void tutti_set_loop(double start, double end, int on) {
  player->set_loop({static_cast<std::int64_t>(start)}, {static_cast<std::int64_t>(end)}, on != 0);
}
TUTTI_EXPORT(set_speed) void tutti_set_speed(double factor) {
  player->set_speed(factor);
}
TUTTI_EXPORT(set_stop_at_end) void tutti_set_stop_at_end(int on) {
  player->set_stop_at_end(on != 0);
}
TUTTI_EXPORT(set_metronome) void tutti_set_metronome(int on, double gain_db) {
  player->set_metronome(on != 0, gain_db);
}
TUTTI_EXPORT(count_in) void tutti_count_in(int bars) {
  player->count_in(bars);
}
TUTTI_EXPORT(set_master) void tutti_set_master(double gain_db, double ceiling_db) {
  player->set_master(gain_db, ceiling_db);
}
TUTTI_EXPORT(event) int tutti_event(std::uint64_t node, int status, int data1, int data2) {
  return player->event(node, static_cast<std::uint8_t>(status), static_cast<std::uint8_t>(data1),
                       static_cast<std::uint8_t>(data2));
}
TUTTI_EXPORT(all_sound_off) void tutti_all_sound_off() {
  player->all_sound_off();
}

// --- the desk, while it plays; each answers 0 if there is no such thing. Node 0 is the master.

TUTTI_EXPORT(set_fader)
int tutti_set_fader(std::uint64_t node, double gain, double pan, int mute) {
  return player->set_fader(node, gain, pan, mute != 0);
}
TUTTI_EXPORT(set_send) int tutti_set_send(std::uint64_t send, double gain, int mute) {
  return player->set_send(send, gain, mute != 0);
}
TUTTI_EXPORT(set_insert_param)
int tutti_set_insert_param(std::uint64_t insert, const char* param, std::size_t size,
                           double value) {
  return player->set_insert_param(insert, text_at(param, size), value);
}
TUTTI_EXPORT(set_insert_bypass) int tutti_set_insert_bypass(std::uint64_t insert, int on) {
  return player->set_insert_bypass(insert, on != 0);
}
TUTTI_EXPORT(insert_reading) double tutti_insert_reading(std::uint64_t insert, int index) {
  return player->insert_reading(insert, index);
}
TUTTI_EXPORT(set_strip_meters) void tutti_set_strip_meters(int on) {
  player->set_strip_meters(on != 0);
}
// Peaks of every strip since the last call: rows of 16 bytes (node as 64 bits, left and right as
// floats), as many as strip_count() tells. Valid until the next call and the next adopt().
TUTTI_EXPORT(take_strip_meters) const void* tutti_take_strip_meters() {
  static_assert(sizeof(tutti::graph::StripMeter) == 16);
  strips = player->take_strip_meters();
  return strips.data();
}
TUTTI_EXPORT(strip_count) int tutti_strip_count() {
  return static_cast<int>(strips.size());
}

// --- how it stands

// 0 stopped, 1 counting in, 2 playing.
TUTTI_EXPORT(state) int tutti_state() {
  return static_cast<int>(player->state());
}
TUTTI_EXPORT(position) double tutti_position() {
  return static_cast<double>(player->position().value);
}
TUTTI_EXPORT(position_seconds) double tutti_position_seconds() {
  return player->position_seconds();
}
TUTTI_EXPORT(latency) double tutti_latency() {
  return static_cast<double>(player->latency());
}
// Frames that streams did not bring in time, and samples that were not finite, since create().
TUTTI_EXPORT(late_frames) double tutti_late_frames() {
  return static_cast<double>(player->late_frames());
}
TUTTI_EXPORT(bad_samples) double tutti_bad_samples() {
  return static_cast<double>(player->bad_samples());
}
TUTTI_EXPORT(silent) int tutti_silent() {
  return player->silent();
}
// Six numbers: peaks and RMS left and right (linear), momentary LUFS, limiter reduction in dB.
TUTTI_EXPORT(take_meters) const double* tutti_take_meters() {
  const auto m = player->take_meters();
  const double values[] = {m.peak_left, m.peak_right,     m.rms_left,
                           m.rms_right, m.lufs_momentary, m.limiter_reduction_db};
  for (std::size_t i = 0; i < 6; ++i) meter_values[i] = values[i];
  return meter_values;
}

// The whole song from its start; gives all samples of the left channel, then all of the right.
TUTTI_EXPORT(render) int tutti_render() {
  std::vector<float> all, other;
  const auto sink = [&](const float* l, const float* r, int frames) {
    all.insert(all.end(), l, l + frames);
    other.insert(other.end(), r, r + frames);
    return true;
  };
  tutti::graph::OfflineOptions options;
  options.block = static_cast<int>(left.size());
  const auto report = tutti::graph::render_offline(*player, rate_now, options, sink);
  if (!report) return give(report.error());
  all.insert(all.end(), other.begin(), other.end());
  return give(std::span<const float>(all));
}
