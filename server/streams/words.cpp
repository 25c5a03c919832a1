#include "server/streams/words.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <sodium.h>

#include "engine/compose/setting_text.h"

namespace tutti::streams {
namespace {

std::string text(const json::object& object) {
  return write_json(json::value(object));
}

// Frames of a moment or span within a bar.
std::int64_t frames_of(Ticks ticks, const stream::PlayedBar& bar) {
  const double share =
      static_cast<double>(ticks.value) / static_cast<double>(compose::kBarTicks.value);
  return std::llround(share * static_cast<double>(bar.frames));
}

template <class T>
void append_little(std::string& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
}

}  // namespace

std::string_view name_of(Form form) noexcept {
  switch (form) {
    case Form::json:
      return "json";
    case Form::pcm16:
      return "pcm16";
    case Form::opus:
      return "opus";
    case Form::ogg:
      return "ogg";
    case Form::mp3:
      return "mp3";
  }
  return "json";
}

std::string_view name_of(Latency latency) noexcept {
  return latency == Latency::low ? "low" : "normal";
}

json::object settings_json(const compose::Settings& settings) {
  json::object object;
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < table.size(); ++i) object[table[i].id] = settings.values[i];
  return object;
}

compose::Settings settings_from(const json::value* values) {
  compose::Settings settings;
  const auto* array = values ? values->if_array() : nullptr;
  for (std::size_t i = 0; array && i < array->size() && i < settings.values.size(); ++i) {
    double value = 0;
    if (json_get(&(*array)[i], value)) settings.set(static_cast<compose::Setting>(i), value);
  }
  return settings;
}

std::string hello_text(const Hello& hello) {
  json::object object{{"type", "hello"},
                      {"channel", hello.channel},
                      {"name", hello.name},
                      {"format", name_of(hello.form)},
                      {"latency", name_of(hello.latency)},
                      {"rate", hello.rate},
                      {"frame", hello.frame},
                      {"server_time", hello.server_time},
                      {"message_ms", hello.message_ms},
                      {"settings", settings_json(hello.settings)},
                      {"seed", std::to_string(hello.seed)}};
  if (hello.form == Form::opus) object["pre_skip"] = hello.pre_skip;
  return text(object);
}

std::string bar_text(const stream::PlayedBar& played) {
  const compose::Bar& bar = played.bar;
  json::array chords, notes;
  for (const auto& chord : bar.chords) {
    json::array pitches;
    for (const int pitch : compose::pitch_classes(chord.chord)) pitches.emplace_back(pitch);
    chords.emplace_back(json::object{{"at", frames_of(chord.at, played)},
                                     {"frames", frames_of(chord.duration, played)},
                                     {"name", compose::name_of(chord.chord, bar.key)},
                                     {"pitches", std::move(pitches)}});
  }
  for (const auto& note : bar.notes) {
    notes.emplace_back(json::object{{"voice", compose::name_of(note.voice)},
                                    {"key", note.key},
                                    {"velocity", note.velocity},
                                    {"start", frames_of(note.start, played)},
                                    {"duration", frames_of(note.duration, played)},
                                    {"melody", note.melody}});
  }
  return text({{"type", "bar"},
               {"frame", played.frame},
               {"frames", played.frames},
               {"bpm", played.bpm},
               {"chapter", bar.chapter},
               {"index", bar.index},
               {"bars", compose::kChapterBars},
               {"section", compose::name_of(bar.section)},
               {"tension", bar.tension},
               {"key", compose::key_text(bar.settings)},
               {"chords", std::move(chords)},
               {"notes", std::move(notes)}});
}

std::string control_text(const ControlWord& word) {
  json::array changed;
  const auto table = compose::setting_table();
  for (const auto setting : word.changed) {
    changed.emplace_back(table[static_cast<std::size_t>(setting)].id);
  }
  return text({{"type", "control"},
               {"settings", settings_json(word.settings)},
               {"changed", std::move(changed)},
               {"frame", word.frame},
               {"bar_frame", word.bar_frame},
               {"beats", word.beats},
               {"seed", std::to_string(word.seed)}});
}

std::string state_text(const StateWord& word) {
  return text({{"type", "state"},
               {"frame", word.frame},
               {"listeners", word.listeners},
               {"buffer_ms", word.buffer_ms},
               {"render_load", word.render_load},
               {"encode_load", word.encode_load},
               {"underruns", word.underruns},
               {"skipped", word.skipped},
               {"server_time", word.server_time}});
}

std::string skipped_text(std::int64_t messages) {
  return text({{"type", "skipped"}, {"messages", messages}});
}

std::string gone_text(const std::string& channel) {
  return text({{"type", "gone"}, {"channel", channel}});
}

void to_pcm16(const float* left, const float* right, int frames, Random& random,
              std::vector<std::int16_t>& interleaved) {
  const auto on_a_step = [](float sample) {
    const double step = static_cast<double>(sample) * 32768;
    return step == std::floor(step);
  };
  bool dither = false;
  for (int i = 0; i < frames && !dither; ++i) dither = !on_a_step(left[i]) || !on_a_step(right[i]);
  interleaved.resize(2 * static_cast<std::size_t>(frames));
  for (std::size_t i = 0; i < interleaved.size(); ++i) {
    double step = static_cast<double>(i % 2 ? right[i / 2] : left[i / 2]) * 32768;
    if (std::isnan(step)) step = 0;
    if (dither) step += random.uniform() - random.uniform();
    interleaved[i] =
        static_cast<std::int16_t>(std::clamp(std::floor(step + 0.5), -32768.0, 32767.0));
  }
}

std::string audio_text(std::span<const std::int16_t> interleaved, std::int64_t frame,
                       double server_time) {
  std::string bytes;
  append_pcm16(bytes, interleaved);
  const std::size_t length =
      sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  std::string message = "{\"type\":\"audio\",\"data\":\"";
  const std::size_t head = message.size();
  message.resize(head + length);
  sodium_bin2base64(message.data() + head, length,
                    reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  message.pop_back();  // the terminating zero
  message += "\",\"frame\":";
  append_json_number(message, frame);
  message += ",\"frames\":";
  append_json_number(message, static_cast<std::int64_t>(interleaved.size() / 2));
  message += ",\"server_time\":";
  append_json_number(message, server_time);
  message += '}';
  return message;
}

void append_head(std::string& bytes, Binary kind, int packets, std::int64_t frames,
                 std::int64_t frame, double server_time) {
  bytes.push_back(static_cast<char>(kind));
  bytes.push_back(0);
  append_little(bytes, static_cast<std::uint16_t>(packets));
  append_little(bytes, static_cast<std::uint32_t>(frames));
  append_little(bytes, static_cast<std::uint64_t>(frame));
  append_little(bytes, std::bit_cast<std::uint64_t>(server_time));
}

void append_pcm16(std::string& bytes, std::span<const std::int16_t> samples) {
  bytes.reserve(bytes.size() + 2 * samples.size());
  for (const std::int16_t sample : samples)
    append_little(bytes, static_cast<std::uint16_t>(sample));
}

void append_packet(std::string& bytes, std::span<const std::uint8_t> packet) {
  append_little(bytes, static_cast<std::uint16_t>(packet.size()));
  bytes.append(reinterpret_cast<const char*>(packet.data()), packet.size());
}

}  // namespace tutti::streams
