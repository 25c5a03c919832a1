#include "engine/stream/follower.h"

#include <algorithm>

namespace tutti::stream {
namespace {
using compose::Setting;
}

Follower::Follower(const ControlLog& log) noexcept : target_(log.start), seed_(log.seed) {}

void Follower::advance(const ControlLog& log, std::int64_t frame, bool with) noexcept {
  while (next_ < log.entries.size()) {
    const LogEntry& entry = log.entries[next_];
    if (entry.frame > frame || (entry.frame == frame && !with)) return;
    take(entry, log.rate);
    ++next_;
  }
}

void Follower::take(const LogEntry& entry, int rate) noexcept {
  // The time that the same entry asks for holds for its own glides.
  for (const Change& c : entry.changes)
    if (c.setting == Setting::transition) target_.set(c.setting, c.value);
  const auto frames = static_cast<std::int64_t>(target_[Setting::transition] * rate);
  for (const Change& c : entry.changes) {
    if (compose::glides(c.setting)) {
      glides_[static_cast<std::size_t>(c.setting)] = {value(c.setting, entry.frame), entry.frame,
                                                      frames};
      settled_ = std::max(settled_, entry.frame + frames);
    }
    target_.set(c.setting, c.value);
  }
  if (entry.seed) {
    seed_ = *entry.seed;
    ++seeds_;
  }
}

double Follower::value(Setting s, std::int64_t frame) const noexcept {
  const Glide& glide = glides_[static_cast<std::size_t>(s)];
  const double to = target_[s];
  if (frame >= glide.start + glide.frames) return to;
  const double left =
      1 - static_cast<double>(frame - glide.start) / static_cast<double>(glide.frames);
  return to + (glide.from - to) * (left * left * left);
}

compose::Settings Follower::at(std::int64_t frame) const noexcept {
  compose::Settings settings = target_;
  if (frame >= settled_) return settings;
  for (int i = 0; i < compose::kSettings; ++i) {
    const auto s = static_cast<Setting>(i);
    settings.values[static_cast<std::size_t>(i)] = value(s, frame);
  }
  return settings;
}

compose::Settings settings_at(const ControlLog& log, std::int64_t frame) {
  Follower follower(log);
  follower.advance(log, frame, true);
  return follower.at(frame);
}

}  // namespace tutti::stream
