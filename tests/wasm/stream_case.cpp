#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/stream/channel.h"
#include "tests/wasm/cases.h"

namespace tutti::reference {
namespace {

// Every voice, changes of everything on the way, and a chapter's end within what is heard.
stream::ControlLog busy_log() {
  using compose::Setting;
  stream::ControlLog log;
  log.seed = 20261121;
  log.start.set(Setting::bpm, 180);
  log.start.set(Setting::intensity, 0.9);
  log.start.set(Setting::density, 0.8);
  log.start.set(Setting::transition, 2);
  for (int v = 0; v < compose::kVoices; ++v)
    log.start.set(compose::on_of(static_cast<compose::Voice>(v)), 1);
  log.entries.push_back({48000 * 3, {{Setting::brightness, 0.9}, {Setting::space, 0.9}}, {}});
  log.entries.push_back({48000 * 4 + 17, {{Setting::key, 3}, {Setting::style, 5}}, {}});
  log.entries.push_back({48000 * 82, {{Setting::style, 3}, {Setting::mode, 3}}, {}});
  log.entries.push_back({48000 * 84, {{Setting::bpm, 97}}, 4711});
  return log;
}

}  // namespace

void stream_case(const std::filesystem::path& out, const std::filesystem::path& weights) {
  const stream::ControlLog log = busy_log();
  write_text(out / "stream.json", stream::log_text(log));
  std::ifstream file(weights, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)),
                                std::istreambuf_iterator<char>());
  write(out / "stream.weights", std::as_bytes(std::span(bytes)));
  stream::Materials materials;
  if (!bytes.empty()) {
    auto model = compose::MelodyModel::load(std::as_bytes(std::span(bytes)));
    if (model) materials.melody = *model;
  }
  struct Stretch {
    const char* name;
    std::int64_t from;
    int seconds;
  };
  for (const auto& [name, from, seconds] :
       {Stretch{"stream-start.f32", 0, 6}, Stretch{"stream-chapter.f32", 48000 * 81, 8}}) {
    auto channel = stream::Channel::at(materials, log, from);
    const auto frames = static_cast<std::size_t>(48000 * seconds);
    std::vector<float> samples(2 * frames);
    for (std::size_t at = 0; at < frames;) {
      const int block = static_cast<int>(std::min<std::size_t>(960, frames - at));
      channel.render(samples.data() + at, samples.data() + frames + at, block);
      at += static_cast<std::size_t>(block);
    }
    write_values(out / name, samples);
  }
}

}  // namespace tutti::reference
