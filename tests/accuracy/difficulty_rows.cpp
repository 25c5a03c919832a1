// Hard passages: thirty songs made by rule with three planted ones each, played by our synthesisers
// and heard in the sound of the stem.
#include <algorithm>

#include "engine/practice/part.h"
#include "rows.h"
#include "tests/support/planted_songs.h"

namespace tutti::accuracy {
namespace {

void measure(const std::filesystem::path&, Report& report) {
  constexpr int kSongs = 30;
  constexpr double kRate = 22050;
  int complete = 0, planted = 0, found = 0, named = 0, first = 0, most_others = 0;
  for (int number = 0; number < kSongs; ++number) {
    const auto song = tests::planted_song(number);
    const auto part = practice::hear_part(song.instrument, stem_of(song, kRate), kRate);
    if (!part) return report.missing("planted songs", part.error().message);
    const auto score = score_of(song, practice::hard_passages(song.song, *part));
    complete += score.found == 3;
    planted += 3;
    found += score.found;
    named += score.named;
    first += score.named_first;
    most_others = std::max(most_others, score.others);
  }
  report.figure("songs with all three planted passages found, of 30", complete, 27);
  report.figure("most other passages among a song's three", most_others, 1, Better::lower);
  report.figure("planted cause among the reasons, share of those found",
                found > 0 ? static_cast<double>(named) / found : 0, 1);
  report.info("planted passages found, share", static_cast<double>(found) / planted, "");
  report.info("planted cause is the first reason, share",
              found > 0 ? static_cast<double>(first) / found : 0, "");
}

const Registration registered{"Difficulty", measure};

}  // namespace
}  // namespace tutti::accuracy
