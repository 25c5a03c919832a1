#include "engine/project/solo.h"

#include <algorithm>
#include <utility>

namespace tutti::project {

std::vector<Heard> heard(const Routes& r) {
  const std::size_t count = r.tracks.size();
  const bool any =
      std::any_of(r.tracks.begin(), r.tracks.end(), [](const Track& t) { return t.solo; });
  if (!any) return std::vector<Heard>(count, Heard::yes);
  std::vector<Heard> out(count, Heard::no);

  // Buses and returns that a soloed or solo-safe track runs through stay open.
  std::vector<char> open(count, 0);
  std::vector<std::size_t> next;
  const auto down = [&](std::size_t i) {
    if (!std::exchange(open[i], 1)) next.push_back(i);
  };
  for (std::size_t i = 0; i < count; ++i)
    if (r.tracks[i].solo || r.tracks[i].solo_safe) down(i);
  while (!next.empty()) {
    const std::size_t i = next.back();
    next.pop_back();
    out[i] = Heard::yes;
    if (r.output[i] >= 0) down(static_cast<std::size_t>(r.output[i]));
    for (const auto& send : r.sends[i])
      if (const auto to = r.bus(send.to)) down(*to);
  }

  // A soloed bus keeps what feeds it: through outputs wholly, through sends only these.
  std::vector<std::vector<std::size_t>> by_output(count), by_send(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (r.output[i] >= 0) by_output[static_cast<std::size_t>(r.output[i])].push_back(i);
    for (const auto& send : r.sends[i])
      if (const auto to = r.bus(send.to)) by_send[*to].push_back(i);
  }
  std::vector<char> fed(count, 0);
  const auto up = [&](std::size_t i, Heard how) {
    out[i] = std::max(out[i], how);
    if (!std::exchange(fed[i], 1)) next.push_back(i);
  };
  for (std::size_t i = 0; i < count; ++i)
    if (r.tracks[i].solo && r.tracks[i].kind == TrackKind::bus) up(i, Heard::yes);
  while (!next.empty()) {
    const std::size_t i = next.back();
    next.pop_back();
    // What feeds a track that only sends may itself be heard through nothing but that.
    for (const std::size_t from : by_output[i]) up(from, Heard::yes);
    for (const std::size_t from : by_send[i]) up(from, Heard::sends_only);
  }
  return out;
}

}  // namespace tutti::project
