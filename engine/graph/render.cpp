#include "engine/graph/render.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/math.h"

namespace tutti::graph {

Result<OfflineReport> render_offline(Player& player, double rate, const OfflineOptions& options,
                                     const AudioSink& sink, const Progress& progress) {
  if (options.block < 1 || options.block > dsp::kMaxBlock) {
    return Error{Code::wrong_usage, "A render step has 1 to 4096 frames.",
                 "Choose a block in that range."};
  }
  player.stop();
  player.all_sound_off();
  player.set_loop({}, {}, false);
  player.set_stop_at_end(true);
  player.seek({});
  player.count_in(0);
  player.play();
  player.take_meters();

  const score::TempoMap map(player.plan().tempos, player.plan().metres);
  const double seconds = map.seconds(player.plan().end);
  const auto body = static_cast<std::int64_t>(std::floor(seconds * rate + 0.5));
  const auto most = body + static_cast<std::int64_t>(std::max(0.0, options.max_tail) * rate);
  const auto quiet_enough = std::max<std::int64_t>(1, static_cast<std::int64_t>(0.050 * rate));
  const auto silence = static_cast<float>(math::db_to_gain(options.silence_db));

  std::vector<float> left(static_cast<std::size_t>(options.block)), right(left.size());
  OfflineReport report;
  std::int64_t skip = player.latency(), quiet = 0, next_word = 0;
  while (report.frames < most) {
    player.process(left.data(), right.data(), options.block);
    const auto skipped = static_cast<int>(std::min<std::int64_t>(skip, options.block));
    skip -= skipped;
    // Frame by frame, so that the end does not depend on the block.
    int end = skipped;
    bool over = false;
    for (; end < options.block && report.frames + (end - skipped) < most; ++end) {
      const auto i = static_cast<std::size_t>(end);
      const float level = std::max(std::fabs(left[i]), std::fabs(right[i]));
      report.peak = std::max(report.peak, level);
      quiet = level < silence ? quiet + 1 : 0;
      if (report.frames + (end - skipped) + 1 >= body && quiet >= quiet_enough) {
        ++end;
        over = true;
        break;
      }
    }
    const int count = end - skipped;
    if (count > 0 && !sink(left.data() + skipped, right.data() + skipped, count)) {
      player.stop();
      return Error{Code::io, "The rendered audio could not be written.",
                   "Check that there is room on the disk."};
    }
    report.frames += count;
    if (over) break;
    if (progress && report.frames >= next_word) {
      next_word = report.frames + static_cast<std::int64_t>(rate);
      const double part = most > 0 ? static_cast<double>(report.frames) /
                                         static_cast<double>(std::max<std::int64_t>(body, 1))
                                   : 1;
      if (!progress(std::min(part, 1.0), "Rendering the song")) {
        player.stop();
        return Error{Code::cancelled, "The render was cancelled.", "Start it again when you like."};
      }
    }
  }
  report.limiter_reduction_db = player.take_meters().limiter_reduction_db;
  player.stop();
  return report;
}

}  // namespace tutti::graph
