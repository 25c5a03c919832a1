// Any bytes as a SoundFont: read, written, cut down and played without fault.
#include "engine/instruments/soundfont.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "engine/instruments/sampler.h"
#include "engine/instruments/soundfont_subset.h"

using namespace tutti;
using namespace tutti::instruments;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  auto font = read_soundfont(bytes);
  if (!font) {
    if (font.error().message.empty() || font.error().next.empty()) std::abort();
    return 0;
  }
  // What was read can be written and read again.
  if (const auto written = write_soundfont(*font)) {
    auto again = read_soundfont(std::span(*written));
    if (!again || again->presets.size() != font->presets.size() ||
        again->generators.size() > font->generators.size())
      std::abort();
  }
  const PresetId first = font->presets.front().id;
  if (const auto part = subset_soundfont(*font, {&first, 1})) {
    if (!read_soundfont(std::span(*part))) std::abort();
  }
  auto bank = std::make_shared<SoundBank>();
  auto shared = std::make_shared<const SoundFont>(std::move(*font));
  bank->add(shared, true);
  Sampler sampler;
  Arena arena;
  sampler.prepare(44100, 256, arena);
  sampler.set_bank(bank);
  float left[256], right[256];
  int played = 0;
  for (const Preset& preset : shared->presets) {
    if (++played > 4) break;
    sampler.set_param("bank", preset.id.bank);
    sampler.set_param("program", preset.id.program);
    for (std::uint8_t key : {0, 60, 127})
      sampler.event(0x90, key, static_cast<std::uint8_t>(1 + size % 127));
    for (int i = 0; i < 8; ++i) sampler.process({left, right, 256});
    sampler.event(0xb0, 1, 127);
    sampler.event(0xe0, 0, 127);
    sampler.event(0x80, 60, 0);
    for (int i = 0; i < 8; ++i) {
      sampler.process({left, right, 200});
      for (int k = 0; k < 200; ++k) {
        if (!(left[k] < 1e6f && left[k] > -1e6f && right[k] < 1e6f && right[k] > -1e6f))
          std::abort();
      }
    }
    sampler.event(0xb0, 120, 0);
  }
  return 0;
}
