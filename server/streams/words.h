// What a channel says to WebSocket listeners: messages in JSON, and the head of binary sound.
//
// docs/streams.md states the forms. Pure functions, but for the noise of the dither; they allocate.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/random.h"
#include "engine/stream/channel.h"
#include "server/streams/streams.h"

namespace tutti::streams {

std::string_view name_of(Form) noexcept;     // "json" …
std::string_view name_of(Latency) noexcept;  // "normal", "low"

// Every setting by its id.
json::object settings_json(const compose::Settings&);
// From an array of all values in their order; defaults for what is missing.
compose::Settings settings_from(const json::value*);

struct Hello {
  std::string channel, name;
  Form form = Form::json;
  Latency latency = Latency::normal;
  int rate = 48000;
  std::int64_t frame = 0;  // of the first sound that follows
  double server_time = 0;
  int message_ms = 100;
  compose::Settings settings;
  std::uint64_t seed = 0;
  int pre_skip = 0;
};
std::string hello_text(const Hello&);

// A StreamBar of web/core/stream_types.ts with its type.
std::string bar_text(const stream::PlayedBar&);

struct ControlWord {
  compose::Settings settings;
  std::vector<compose::Setting> changed;
  std::int64_t frame = 0, bar_frame = 0;
  double beats = 0;
  std::uint64_t seed = 0;
};
std::string control_text(const ControlWord&);

struct StateWord {
  std::int64_t frame = 0;
  int listeners = 0;
  double buffer_ms = 0, render_load = 0, encode_load = 0;
  std::int64_t underruns = 0, skipped = 0;
  double server_time = 0;
};
std::string state_text(const StateWord&);
std::string skipped_text(std::int64_t messages);
std::string gone_text(const std::string& channel);

// Interleaved stereo in 16 bits: rounded to the nearest step after triangular noise of ±1 step, as
// the house's files have it, except where every sample lies on a step already (silence stays
// silence). Beyond full scale it is clipped; what is not a number becomes 0.
void to_pcm16(const float* left, const float* right, int frames, Random&,
              std::vector<std::int16_t>& interleaved);

// {"type":"audio", …}
std::string audio_text(std::span<const std::int16_t> interleaved, std::int64_t frame,
                       double server_time);

enum class Binary : std::uint8_t { pcm16 = 1, opus = 2 };
inline constexpr std::size_t kBinaryHead = 24;
// The 24 bytes before binary sound, little-endian.
void append_head(std::string& bytes, Binary, int packets, std::int64_t frames, std::int64_t frame,
                 double server_time);
void append_pcm16(std::string& bytes, std::span<const std::int16_t>);
void append_packet(std::string& bytes, std::span<const std::uint8_t>);  // u16 length and the packet

}  // namespace tutti::streams
