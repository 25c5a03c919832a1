// Any bytes as a MIDI file: read, written, read again, made into a score, a plan and a file again.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/project/compile.h"
#include "engine/score/ir.h"
#include "engine/score/midi_score.h"

using namespace tutti;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto file = score::read_midi(bytes, {.max_bytes = 1 << 20, .max_events = 100'000});
  if (!file) {
    if (file.error().message.empty() || file.error().next.empty()) std::abort();
    return 0;
  }
  const auto written = score::write_midi(*file);
  const auto again = score::read_midi(written);
  if (!again || score::write_midi(*again) != written) std::abort();

  const auto song = score::score_from_midi(*file);
  if (!song) return 0;
  std::size_t notes = 0;
  for (const auto& part : song->parts) {
    for (const auto& note : part.notes) {
      if (note.duration.value < 1 || note.key < 0 || note.key > 127) std::abort();
      ++notes;
    }
  }
  const auto back = score::read_midi(score::write_midi(score::midi_from_score(*song)));
  if (!back) std::abort();
  const auto song2 = score::score_from_midi(*back);
  if (!song2) std::abort();
  for (const auto& part : song2->parts) notes -= part.notes.size();
  if (notes != 0) std::abort();
  if (!project::compile(*song)) std::abort();
  static_cast<void>(score::ir_from_score(*song));
  return 0;
}
