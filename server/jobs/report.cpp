#include "server/jobs/report.h"

#include <algorithm>
#include <cmath>

namespace tutti::jobs {
namespace {

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(json::string_view(text));
  return list;
}

}  // namespace

std::string report_text(const SoundReport& report) {
  json::object loudness{{"range", report.loudness.range}};
  // JSON has no minus infinity: silence has none of these.
  const auto add = [&](const char* key, double value) {
    if (std::isfinite(value)) loudness[key] = value;
  };
  add("integrated", report.loudness.integrated);
  add("momentary_max", report.loudness.momentary_max);
  add("short_term_max", report.loudness.short_term_max);
  add("true_peak", report.loudness.true_peak);
  add("sample_peak", report.loudness.sample_peak);
  json::object out{{"seconds", report.seconds},
                   {"cpu_seconds", report.cpu_seconds},
                   {"realtime_factor", report.realtime_factor},
                   {"loudness", std::move(loudness)}};
  if (!report.warnings.empty()) {
    constexpr std::size_t kMost = 30;
    auto warnings = report.warnings;
    if (warnings.size() > kMost) {
      const std::size_t more = warnings.size() - kMost;
      warnings.resize(kMost);
      warnings.push_back("And " + std::to_string(more) + " more of the kind.");
    }
    for (std::string& warning : warnings)
      warning.resize(std::min<std::size_t>(500, warning.size()));
    out["warnings"] = list_of(warnings);
  }
  if (!report.operations.empty()) out["operations"] = report.operations;
  return write_json(out);
}

}  // namespace tutti::jobs
