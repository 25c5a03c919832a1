// Any text as a project file, as operations, as edits, as a clipboard, as a pitch curve. The first
// byte chooses.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/project/command.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/project/pitch_text.h"
#include "engine/score/ir.h"

using namespace tutti;
using namespace tutti::project;

namespace {

constexpr DocumentLimits kLimits{.max_entities = 5000,
                                 .max_fields = 16,
                                 .max_name = 64,
                                 .max_text = 1 << 16,
                                 .max_total_text = 1 << 20,
                                 .max_operations = 5000,
                                 .max_clock_jump = kMaxCounter};

void must(bool condition) {
  if (!condition) std::abort();
}

// A document that came from a stranger can be looked at, played, edited, saved and loaded.
void use(Document& d) {
  const auto text = save_tutti(d);
  auto loaded = load_tutti(text, 77, kLimits);
  must(loaded.ok() && save_tutti(*loaded) == text);
  static_cast<void>(compile(d));
  static_cast<void>(score::midi_from_score(export_score(d)));
  static_cast<void>(export_ir(d));
  must(load_project_text(export_maa(d), 1).ok());
  static_cast<void>(changes_to_json(d, 0));
  for (const auto& n : notes(d)) {
    must(n.key >= 0 && n.key <= 127 && n.velocity >= 1 && n.velocity <= 127);
    must(n.start.value >= 0 && n.duration.value >= 1);
  }
  const auto before = save_tutti(d);
  if (d.clock() < kMaxCounter - 10 && add_track(d, {}).ok()) must(d.undo());
}

void as_operations(std::string_view text) {
  const auto ops = operations_from_json(text);
  if (!ops) return;
  const auto wire = operations_to_json(*ops);
  const auto again = operations_from_json(wire);
  must(again.ok() && operations_to_json(*again) == wire);
  Document forward(1, kLimits);
  if (!forward.apply(*ops)) return;
  Document backward(2, kLimits);
  for (std::size_t i = ops->size(); i-- > 0;) {
    if (!backward.apply((*ops)[i])) return;  // a limit that depends on the order
  }
  must(forward.canonical() == backward.canonical());
  must(forward.apply(*ops).ok() && forward.canonical() == backward.canonical());
  use(forward);
}

void as_edits(std::string_view text) {
  Document d(1, kLimits);
  Track t;
  static_cast<void>(add_track(d, t));              // 1.1
  static_cast<void>(add_note(d, {1, 1}, Note{}));  // 2.1
  static_cast<void>(d.take_operations());
  Document other(2, kLimits);
  must(other.apply(d.to_operations()).ok());
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    static_cast<void>(run_command(d, line));
  }
  if (d.editing()) d.cancel_edit();
  must(other.apply(d.take_operations()).ok());
  must(other.canonical() == d.canonical());
  while (d.undo()) {
  }
  must(other.apply(d.take_operations()).ok());
  must(other.canonical() == d.canonical());
  use(d);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > (1 << 16)) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0: {
      auto d = load_project_text(text, 1, kLimits);
      if (d) use(*d);
      break;
    }
    case 1:
      as_operations(text);
      break;
    case 2:
      as_edits(text);
      break;
    case 3: {
      const auto curve = pitch_from_text(text);
      if (curve) must(pitch_from_text(pitch_to_text(*curve)).ok());
      break;
    }
    default: {
      Document d(1, kLimits);
      const auto track = add_track(d, {});
      static_cast<void>(paste_notes(d, *track, {}, text));
      use(d);
    }
  }
  return 0;
}
