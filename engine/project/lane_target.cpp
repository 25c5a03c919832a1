#include "engine/project/lane_target.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>

namespace tutti::project {
namespace {

std::optional<std::uint8_t> number_after(std::string_view text, std::string_view start) {
  if (!text.starts_with(start)) return std::nullopt;
  text.remove_prefix(start.size());
  int number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (done.ec != std::errc() || done.ptr != text.data() + text.size() || number < 0 ||
      number > 127) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(number);
}

int whole(double v, int low, int high) {
  return static_cast<int>(
      std::floor(std::clamp(v, static_cast<double>(low), static_cast<double>(high)) + 0.5));
}

}  // namespace

std::optional<MixTarget> mix_target(std::string_view target) {
  if (target == "gain_db" || target == "pan" || target == "mute")
    return MixTarget{kRoot, std::string(target)};
  const bool device = target.starts_with("device:");
  if (!device && !target.starts_with("send:")) return std::nullopt;
  target.remove_prefix(device ? 7 : 5);
  const auto colon = target.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto owner = stamp_from_text(target.substr(0, colon));
  const auto param = target.substr(colon + 1);
  if (!owner || *owner == kRoot || param.empty()) return std::nullopt;
  if (!device && param != "gain_db") return std::nullopt;
  return MixTarget{*owner, std::string(param)};
}

std::string device_target(EntityId device, std::string_view param) {
  return "device:" + to_text(device) + ":" + std::string(param);
}

std::string send_target(EntityId send) {
  return "send:" + to_text(send) + ":gain_db";
}

std::string lane_target(const score::Control& c) {
  switch (c.kind) {
    case 0xA0:
      return "keypressure" + std::to_string(c.data1);
    case 0xC0:
      return "program";
    case 0xD0:
      return "pressure";
    case 0xE0:
      return "bend";
    default:
      return "cc" + std::to_string(c.data1);
  }
}

double lane_value(const score::Control& c) {
  switch (c.kind) {
    case 0xC0:
    case 0xD0:
      return c.data1;
    case 0xE0:
      return (c.data2 << 7 | c.data1) - 8192;
    default:
      return c.data2;
  }
}

std::optional<score::Control> control_of(const std::string& target, const LanePoint& point) {
  const auto data = static_cast<std::uint8_t>(whole(point.value, 0, 127));
  if (target == "bend") {
    const int bend = whole(point.value, -8192, 8191) + 8192;
    return score::Control{point.at, 0xE0, static_cast<std::uint8_t>(bend & 127),
                          static_cast<std::uint8_t>(bend >> 7)};
  }
  if (target == "pressure") return score::Control{point.at, 0xD0, data, 0};
  if (target == "program") return score::Control{point.at, 0xC0, data, 0};
  if (const auto key = number_after(target, "keypressure")) {
    return score::Control{point.at, 0xA0, *key, data};
  }
  if (const auto number = number_after(target, "cc")) {
    return score::Control{point.at, 0xB0, *number, data};
  }
  return std::nullopt;
}

std::vector<score::Control> controls(const std::vector<Lane>& lanes) {
  std::vector<std::tuple<Ticks, EntityId, score::Control>> found;
  for (const auto& lane : lanes) {
    for (const auto& point : lane.points) {
      if (const auto c = control_of(lane.target, point)) found.emplace_back(point.at, point.id, *c);
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<score::Control> out;
  out.reserve(found.size());
  for (const auto& entry : found) out.push_back(std::get<2>(entry));
  return out;
}

}  // namespace tutti::project
