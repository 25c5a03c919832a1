// Odd and broken recordings: each decodes, or gives a clear error.
#include <algorithm>
#include <ctime>

#include "native/files/audio_reader.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

void measure(const fs::path& data, Report& report) {
  const fs::path folder = data / "audio_odd";
  if (!fs::is_directory(folder)) return report.missing("odd recordings", "cannot read " + folder.string());
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (entry.is_regular_file() && ending != ".txt" && ending != ".md") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  int opened = 0, refused = 0, unclear = 0;
  double slowest = 0;
  std::string which;
  for (const fs::path& path : paths) {
    const std::clock_t before = std::clock();
    const auto decoded = files::decode(files::AudioSource::path(path.string()));
    slowest = std::max(slowest, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    if (decoded) {
      ++opened;
    } else {
      ++refused;
      const bool clear = decoded.error().code != Code::internal && decoded.error().code != Code::missing_part &&
                         decoded.error().message.size() > 10 && decoded.error().next.size() > 10;
      unclear += !clear;
      if (!clear) which += " " + path.filename().string();
    }
  }
  report.check("odd recordings decode or give a clear error", unclear == 0 && opened > 0,
               std::to_string(opened) + " decoded, " + std::to_string(refused) + " refused" + which);
  report.info("odd recordings, slowest", slowest, "s of CPU");
}

const Registration registered{"recordings", measure};

}  // namespace
}  // namespace tutti::accuracy
