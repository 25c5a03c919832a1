#include "tools/effect_pages/page.h"

#include "tools/effect_pages/measure.h"
#include "tools/effect_pages/plot.h"

namespace tutti::pages {
namespace {

using param::Description;
using param::Scale;

// "band12_freq" belongs to a row of equal parameters, as "band1_freq" does: the digits' place.
struct Numbered {
  std::string_view head, tail;
  int index = 0;
};
Numbered numbered(std::string_view id) {
  const auto first = id.find_first_of("0123456789");
  if (first == id.npos || first == 0) return {};
  auto end = first;
  int index = 0;
  while (end < id.size() && id[end] >= '0' && id[end] <= '9')
    index = index * 10 + (id[end++] - '0');
  return {id.substr(0, first), id.substr(end), index};
}

// How many parameters there are like this one; 1 if it stands alone.
int row_length(const param::EffectInfo& info, const Description& p) {
  const auto own = numbered(p.id);
  if (own.index == 0) return 1;
  int count = 0;
  for (const auto& other : info.parameters) {
    const auto n = numbered(other.id);
    const bool like = n.index > 0 && n.head == own.head && n.tail == own.tail &&
                      other.unit == p.unit && other.min == p.min && other.max == p.max &&
                      other.scale == p.scale;
    count += like;
  }
  return count;
}

std::string range(const Description& p) {
  if (p.scale == Scale::toggle) return "off, on";
  if (p.scale == Scale::choice) {
    std::string all;
    for (const auto choice : p.choices) all += (all.empty() ? "" : ", ") + std::string(choice);
    return all;
  }
  return param::to_text(p, p.min) + " … " + param::to_text(p, p.max);
}

std::string parameter_row(const param::EffectInfo& info, const Description& p) {
  const int length = row_length(info, p);
  const auto own = numbered(p.id);
  if (length > 2 && own.index > 1) return "";
  std::string id = "`" + std::string(p.id) + "`";
  if (length > 2) {
    id += " … `" + std::string(own.head) + std::to_string(length) + std::string(own.tail) + "`";
  }
  return "| " + id + " | " + std::string(p.name) + " | " + range(p) + " | " +
         param::to_text(p, p.initial) + " | " + std::string(param::name_of(p.scale)) +
         (p.structural ? ", not automated" : "") + " |\n";
}

std::string milliseconds(std::int64_t frames) {
  return std::to_string(frames) + " frames (" + number(static_cast<double>(frames) / 48, 2) +
         " ms)";
}

}  // namespace

std::string effect_page(const param::EffectInfo& info, bool has_plot) {
  std::string out = "# " + std::string(info.name) + "\n\n" + std::string(info.summary) + "\n\n";
  if (has_plot) {
    out += "![" + std::string(info.name) + "](" + std::string(info.id) + ".svg)\n\n";
  }
  out += std::string(info.method) + "\n\n";
  out += "```\ntutti fx in.wav out.wav --chain \"" + std::string(info.id);
  if (!info.presets.empty()) {
    const std::string preset(info.presets.front().name);
    const bool blank = preset.find(' ') != std::string::npos;
    out += " preset=" + (blank ? "'" + preset + "'" : preset);
    if (blank) {
      const auto at = out.rfind("'" + preset + "'");
      out.replace(at, preset.size() + 2, "\\\"" + preset + "\\\"");
    }
  }
  out += "\"\n```\n\n";
  const Times times = times_of(info);
  out += "| | |\n|---|---|\n| Id | `" + std::string(info.id) + "` |\n";
  if (!info.aliases.empty()) {
    out += "| Also answers to |";
    for (const auto alias : info.aliases) out += " `" + std::string(alias) + "`";
    out += " |\n";
  }
  out += "| Category | " + std::string(param::name_of(info.category)) + " |\n";
  out += "| Latency at 48 kHz | " + milliseconds(times.latency) + " |\n| Tail | " +
         (times.tail == dsp::kEndless ? std::string("endless") : milliseconds(times.tail)) + " |\n";
  if (info.side_chain) out += "| Side-chain | listens to another track if one is chosen |\n";
  if (info.impulse) out += "| Impulse response | `impulse=FILE` |\n";
  if (!info.parameters.empty()) {
    out += "\n## Parameters\n\n| Id | Name | Range | Default | Scale |\n|---|---|---|---|---|\n";
    for (const auto& p : info.parameters) out += parameter_row(info, p);
  }
  if (!info.readings.empty()) {
    out += "\n## Readings\n\n| Id | Name | Range |\n|---|---|---|\n";
    for (const auto& p : info.readings) {
      out += "| `" + std::string(p.id) + "` | " + std::string(p.name) + " | " + range(p) + " |\n";
    }
  }
  if (!info.presets.empty()) {
    out += "\n## Presets\n\n| Name | Settings |\n|---|---|\n";
    for (const auto& preset : info.presets) {
      out += "| " + std::string(preset.name) + " |";
      for (const auto& [id, value] : preset.values) {
        const auto* p = param::find(info.parameters, id);
        out += " `" + std::string(id) + "` " +
               (p != nullptr ? param::to_text(*p, value) : number(value)) + ";";
      }
      if (out.back() == ';') out.pop_back();
      out += " |\n";
    }
  }
  return out + "\nMade by `./dev docs` from the effect itself; the curves are measured.\n";
}

std::string list_page(std::span<const param::EffectInfo* const> effects) {
  std::string out =
      "# Effects\n\nThe same on the page, the server and the command line; `tutti fx list` and "
      "`tutti fx describe EFFECT` print this too.\n";
  auto category = param::Category::meter;
  bool first = true;
  for (const auto* info : effects) {
    if (first || info->category != category) {
      category = info->category;
      std::string title(param::name_of(category));
      title[0] = static_cast<char>(title[0] - 'a' + 'A');
      out += "\n## " + title + "\n\n| Effect | Id | For |\n|---|---|---|\n";
      first = false;
    }
    out += "| [" + std::string(info->name) + "](" + std::string(info->id) + ".md) | `" +
           std::string(info->id) + "` | " + std::string(info->summary) + " |\n";
  }
  return out + "\nMade by `./dev docs` from the effects themselves.\n";
}

}  // namespace tutti::pages
