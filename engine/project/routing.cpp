#include "engine/project/routing.h"

#include <algorithm>

namespace tutti::project {

std::optional<std::size_t> Routes::find(EntityId id) const {
  const auto found = index.find(id);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> Routes::bus(EntityId id) const {
  const auto found = find(id);
  if (!found || tracks[*found].kind != TrackKind::bus) return std::nullopt;
  return found;
}

Routes routes(const Document& d) {
  Routes r;
  r.tracks = tracks(d);
  const std::size_t count = r.tracks.size();
  r.index.reserve(count);
  for (std::size_t i = 0; i < count; ++i) r.index.emplace(r.tracks[i].id, i);
  r.sends.resize(count);
  r.devices.resize(count);
  r.output.assign(count, -1);
  r.feeds.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& t = r.tracks[i];
    if (const auto to = r.bus(t.output)) {
      r.output[i] = static_cast<std::int32_t>(*to);
      r.feeds[i].push_back(*to);
    }
    for (auto& s : sends(d, t.id)) {
      const auto to = r.bus(s.to);
      if (!to) continue;
      r.feeds[i].push_back(*to);
      r.sends[i].push_back(s);
    }
    r.devices[i] = devices(d, t.id);
    for (const auto& device : r.devices[i]) {
      if (const auto side = r.find(device.side)) r.feeds[*side].push_back(i);
    }
  }
  return r;
}

// Depth first without recursion: a project may have thousands of buses in a row.
std::vector<std::size_t> circle(const Routes& r) {
  enum : char { fresh, open, done };
  std::vector<char> state(r.tracks.size(), fresh);
  std::vector<std::pair<std::size_t, std::size_t>> path;  // track, next of its feeds to look at
  for (std::size_t start = 0; start < r.tracks.size(); ++start) {
    if (state[start] != fresh) continue;
    path.assign(1, {start, 0});
    state[start] = open;
    while (!path.empty()) {
      auto& [at, next] = path.back();
      if (next == r.feeds[at].size()) {
        state[at] = done;
        path.pop_back();
        continue;
      }
      const std::size_t to = r.feeds[at][next++];
      if (state[to] == fresh) {
        state[to] = open;
        path.emplace_back(to, 0);
      } else if (state[to] == open) {
        const auto first = std::find_if(path.begin(), path.end(),
                                        [to = to](const auto& step) { return step.first == to; });
        std::vector<std::size_t> out;
        for (auto step = first; step != path.end(); ++step) out.push_back(step->first);
        return out;
      }
    }
  }
  return {};
}

std::vector<std::size_t> way(const Routes& r, std::size_t from, std::size_t to) {
  constexpr auto kNowhere = static_cast<std::size_t>(-1);
  std::vector<std::size_t> before(r.tracks.size(), kNowhere), next = {from};
  before[from] = from;
  for (std::size_t i = 0; i < next.size() && before[to] == kNowhere; ++i) {
    for (const std::size_t feed : r.feeds[next[i]]) {
      if (before[feed] != kNowhere) continue;
      before[feed] = next[i];
      next.push_back(feed);
    }
  }
  if (before[to] == kNowhere) return {};
  std::vector<std::size_t> out = {to};
  while (out.back() != from) out.push_back(before[out.back()]);
  std::reverse(out.begin(), out.end());
  return out;
}

Error circle_error(const Routes& r, const std::vector<std::size_t>& circle, Code code) {
  constexpr std::size_t kNamed = 6;
  const auto name = [&](std::size_t i) {
    const auto& text = r.tracks[i].name;
    return text.empty() ? "track " + std::to_string(i + 1) : "\"" + text + "\"";
  };
  std::string way;
  for (std::size_t i = 0; i < circle.size() && i < kNamed; ++i) way += name(circle[i]) + " → ";
  if (circle.size() > kNamed) way += "… → ";
  return {code, "Sound would run in a circle: " + way + name(circle.front()) + ".",
          "Change the output, send or side-chain of one of these tracks."};
}

}  // namespace tutti::project
