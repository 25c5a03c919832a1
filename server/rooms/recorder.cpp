#include "server/rooms/recorder.h"

#include <algorithm>
#include <optional>

#include "engine/project/edits.h"
#include "engine/project/song.h"
#include "engine/project/thin.h"

namespace tutti::rooms {
namespace {

constexpr Ticks kFlushEvery{kTicksPerQuarter};  // half a second at 120
constexpr std::size_t kFlushPoints = 64;
constexpr std::size_t kLongestPass = 200'000;

}  // namespace

Result<bool> Recorder::add(Ticks at, double value) {
  bool committed = false;
  if (!points_.empty() && (at < points_.back().at || points_.size() >= kLongestPass)) {
    if (auto done = end_pass(); !done) return done.error();
    committed = true;
  }
  ++kept_.received;
  if (!points_.empty() && points_.back().at == at) {
    if (flushed_ < points_.size()) {
      points_.back().value = value;
      return committed;
    }
    ++at.value;  // the earlier one is in the document: a tick later, which nobody hears
  }
  points_.push_back({at, value});
  const Ticks since = points_[flushed_ == 0 ? 0 : flushed_ - 1].at;
  if (at - since < kFlushEvery && points_.size() - flushed_ < kFlushPoints) return committed;
  if (auto done = write(flushed_ == 0 ? 0 : flushed_ - 1, flushed_ > 0); !done) return done.error();
  return true;
}

Result<void> Recorder::finish() {
  return end_pass();
}

Result<void> Recorder::end_pass() {
  if (!points_.empty()) {
    // All together: the borders between flushes are points of no meaning.
    if (auto done = write(0, false); !done) return done;
  }
  points_.clear();
  flushed_ = 0;
  written_ = 0;
  return {};
}

// Writes the points from `first` on. `anchored`: the first is in the document already.
Result<void> Recorder::write(std::size_t first, bool anchored) {
  std::int64_t count = 0;
  const auto work = [&](project::Document& document) -> Result<void> {
    if (!document.alive(lane_.lane))
      return Error{Code::not_found, "The lane that is being recorded was deleted.",
                   "Start the recording again."};
    const score::TempoMap map = project::tempo_map(document);
    std::vector<project::TimedValue> timed;
    timed.reserve(points_.size() - first);
    for (std::size_t i = first; i < points_.size(); ++i)
      timed.push_back({map.seconds(points_[i].at), points_[i].value});
    const auto places =
        lane_.steps ? project::thin_steps(timed, lane_.error) : project::thin(timed, lane_.error);
    std::vector<project::LanePoint> kept;
    for (const std::size_t place : places) {
      if (anchored && place == 0) continue;
      project::LanePoint point;
      point.at = points_[first + place].at;
      point.value = points_[first + place].value;
      point.shape = lane_.steps ? graph::Shape::hold : graph::Shape::linear;
      kept.push_back(point);
    }
    count = static_cast<std::int64_t>(kept.size());
    const Ticks from = points_[first].at + Ticks{anchored ? 1 : 0};
    auto made = project::write_points(document, lane_.lane, from, points_.back().at, kept);
    if (!made) return made.error();
    return {};
  };
  auto revision = rooms_.change_and_wait(lane_.project, work);
  if (!revision) return revision.error();
  if (*revision > 0) kept_.revision = *revision;
  kept_.points += count - (anchored ? 0 : written_);
  written_ = anchored ? written_ + count : count;
  flushed_ = points_.size();
  return {};
}

}  // namespace tutti::rooms
