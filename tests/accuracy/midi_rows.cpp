// Odd and broken MIDI files: each opens or gives a clear error, and what opens survives a round
// trip.
#include <algorithm>

#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

void measure(const fs::path& data, Report& report) {
  const fs::path folder = data / "midi_odd";
  if (!fs::is_directory(folder))
    return report.missing("odd MIDI files", "cannot read " + folder.string());
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (entry.is_regular_file() &&
        (ending == ".mid" || ending == ".midi" || ending == ".midi2" || ending == ".syx"))
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  int opened = 0, refused = 0, unclear = 0, unstable = 0;
  std::string which;
  for (const fs::path& path : paths) {
    std::string bytes;
    if (!report.read("odd MIDI files", path, bytes)) continue;
    const auto file = score::read_midi(std::as_bytes(std::span(bytes.data(), bytes.size())));
    if (!file) {
      ++refused;
      const bool clear = file.error().message.size() > 10 && file.error().next.size() > 10;
      unclear += !clear;
      if (!clear) which += " " + path.filename().string();
      continue;
    }
    ++opened;
    const auto once = score::write_midi(*file);
    const auto again = score::read_midi(once);
    if (!again || score::write_midi(*again) != once || !score::score_from_midi(*file)) {
      ++unstable;
      which += " " + path.filename().string();
    }
  }
  report.check("odd MIDI files open or give a clear error",
               unclear == 0 && opened + refused == static_cast<int>(paths.size()) && opened > 0,
               std::to_string(opened) + " opened, " + std::to_string(refused) + " refused" + which);
  report.check("odd MIDI files are byte-stable when written, read and written",
               unstable == 0 && opened > 0,
               std::to_string(unstable) + " of " + std::to_string(opened) + " not" + which);
}

const Registration registered{"MIDI", measure};

}  // namespace
}  // namespace tutti::accuracy
