// The text form of the control log.
#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/suggest.h"
#include "engine/stream/log.h"

namespace tutti::stream {
namespace {

constexpr int kVersion = 1;
constexpr std::int64_t kLastFrame = std::int64_t{1} << 53;  // exact in every reader's doubles

Error bad(const std::string& place, const std::string& fault) {
  return {Code::bad_input, "The control log is not right at " + place + ": " + fault + ".",
          "Use a log as Tutti wrote it; docs/streams.md says how one looks."};
}

void append_changes(std::string& out, const LogEntry& entry) {
  out += '{';
  bool first = true;
  const auto name = [&](std::string_view id) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, id);
    out += ':';
  };
  for (const Change& change : entry.changes) {
    name(compose::setting_table()[static_cast<std::size_t>(change.setting)].id);
    append_json_number(out, change.value);
  }
  if (entry.seed) {
    name("seed");
    append_json_string(out, std::to_string(*entry.seed));
  }
  out += '}';
}

// A seed is text, because JSON's numbers cannot hold 64 bits everywhere.
Result<std::uint64_t> seed_of(const json::value& value, const std::string& place) {
  const auto* text = value.if_string();
  if (text == nullptr || text->empty() || text->size() > 20)
    return bad(place, "a seed is a whole number in quotes, from \"0\" to \"18446744073709551615\"");
  std::uint64_t seed = 0;
  for (const char c : *text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (c < '0' || c > '9' || seed > (~std::uint64_t{0} - digit) / 10)
      return bad(place,
                 "a seed is a whole number in quotes, from \"0\" to \"18446744073709551615\"");
    seed = seed * 10 + digit;
  }
  return seed;
}

Result<std::int64_t> whole_number(const json::value& value, const std::string& place,
                                  std::int64_t lowest, std::int64_t highest) {
  double number = 0;
  if (!json_get(&value, number) || !(number >= static_cast<double>(lowest)) ||
      !(number <= static_cast<double>(highest)) ||
      static_cast<double>(static_cast<std::int64_t>(number)) != number) {
    return bad(place, "expected a whole number from " + std::to_string(lowest) + " to " +
                          std::to_string(highest));
  }
  return static_cast<std::int64_t>(number);
}

Result<Change> change_of(std::string_view id, const json::value& value, const std::string& place) {
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].id != id) continue;
    double number = 0;
    if (!json_get(&value, number) || param::clamp(table[i], number) != number) {
      std::string range = "expected a number from ";
      append_json_number(range, table[i].min);
      range += " to ";
      append_json_number(range, table[i].max);
      return bad(place, range);
    }
    return Change{static_cast<compose::Setting>(i), number};
  }
  std::vector<std::string> known;
  for (const auto& setting : table) known.emplace_back(setting.id);
  const std::string near = suggestion(id, known);
  return bad(place, "there is no such setting" +
                        (near.empty() ? std::string() : " (did you mean \"" + near + "\"?)"));
}

Result<LogEntry> entry_of(const json::value& value, const std::string& place) {
  const auto* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[1].is_object())
    return bad(place, "expected [frame, {setting: value, …}]");
  LogEntry entry;
  const auto frame = whole_number((*pair)[0], place + "[0]", 0, kLastFrame);
  if (!frame) return frame.error();
  entry.frame = *frame;
  for (const auto& member : (*pair)[1].get_object()) {
    const std::string inner = place + "." + std::string(member.key());
    if (member.key() == "seed") {
      const auto seed = seed_of(member.value(), inner);
      if (!seed) return seed.error();
      entry.seed = *seed;
      continue;
    }
    const auto change = change_of(member.key(), member.value(), inner);
    if (!change) return change.error();
    entry.changes.push_back(*change);
  }
  return entry;
}

Result<void> read_start(const json::value& value, ControlLog& log) {
  const auto* object = value.if_object();
  if (object == nullptr) return bad("start", "expected an object of settings");
  for (const auto& member : *object) {
    const auto change =
        change_of(member.key(), member.value(), "start." + std::string(member.key()));
    if (!change) return change.error();
    log.start.set(change->setting, change->value);
  }
  return {};
}

Result<void> read_entries(const json::value& value, ControlLog& log) {
  const auto* list = value.if_array();
  if (list == nullptr) return bad("entries", "expected a list");
  log.entries.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = "entries[" + std::to_string(i) + "]";
    auto entry = entry_of((*list)[i], place);
    if (!entry) return entry.error();
    if (!log.entries.empty() && entry->frame < log.entries.back().frame)
      return bad(place, "its frame comes before that of the entry before it");
    log.entries.push_back(std::move(*entry));
  }
  return {};
}

Result<void> read_member(std::string_view key, const json::value& value, ControlLog& log) {
  if (key == "version") {
    double version = 0;
    if (json_get(&value, version) && version == kVersion) return {};
    return Error{Code::unsupported, "The control log has a version that this Tutti cannot read.",
                 "Use a newer Tutti."};
  }
  if (key == "seed") {
    const auto seed = seed_of(value, "seed");
    if (!seed) return seed.error();
    log.seed = *seed;
    return {};
  }
  if (key == "rate") {
    const auto rate = whole_number(value, "rate", 8000, 192000);
    if (!rate) return rate.error();
    log.rate = static_cast<int>(*rate);
    return {};
  }
  if (key == "start") return read_start(value, log);
  if (key == "entries") return read_entries(value, log);
  return bad(std::string(key), "there is no such member");
}

}  // namespace

std::string log_text(const ControlLog& log) {
  std::string out = "{\"version\":1,\"seed\":\"" + std::to_string(log.seed) + "\",\"rate\":";
  append_json_number(out, static_cast<std::int64_t>(log.rate));
  out += ",\"start\":{";
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, table[i].id);
    out += ':';
    append_json_number(out, log.start.values[i]);
  }
  out += "},\"entries\":[";
  for (std::size_t i = 0; i < log.entries.size(); ++i) {
    if (i != 0) out += ',';
    out += entry_text(log.entries[i]);
  }
  return out + "]}";
}

Result<ControlLog> read_log(std::string_view text) {
  const auto value = parse_json(text, {.max_depth = 8});
  if (!value) return value.error();
  const auto* object = value->if_object();
  if (object == nullptr || !object->contains("version"))
    return bad("its beginning", "expected {\"version\":1, …}");
  ControlLog log;
  for (const auto& member : *object) {
    const auto read = read_member(member.key(), member.value(), log);
    if (!read) return read.error();
  }
  return log;
}

std::string entry_text(const LogEntry& entry) {
  std::string out = "[";
  append_json_number(out, entry.frame);
  out += ',';
  append_changes(out, entry);
  return out + ']';
}

Result<LogEntry> read_entry(std::string_view text) {
  const auto value = parse_json(text, {.max_bytes = 1 << 16, .max_depth = 4});
  if (!value) return value.error();
  return entry_of(*value, "the entry");
}

}  // namespace tutti::stream
