// Scores (MIDI files, IR) into a document and out of it.

#include <algorithm>
#include <array>
#include <map>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/project/lane_target.h"
#include "engine/project/schema.h"
#include "engine/score/general_midi.h"
#include "engine/score/ir.h"

namespace tutti::project {
namespace {

struct TextKind {
  int midi;
  std::string_view name;
};
constexpr std::array<TextKind, 5> kTextKinds = {
    {{1, "text"}, {2, "copyright"}, {5, "lyric"}, {6, "marker"}, {7, "cue"}}};
constexpr std::string_view kRawKind = "midi";

std::string_view text_kind(int midi) {
  for (const auto& kind : kTextKinds) {
    if (kind.midi == midi) return kind.name;
  }
  return "text";
}

std::string to_hex(const score::RawMark& raw) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  const auto put = [&](std::uint8_t byte) { out += kHex[byte >> 4], out += kHex[byte & 15]; };
  put(raw.status);
  put(raw.type);
  for (const auto byte : raw.bytes) put(byte);
  return out;
}

bool from_hex(std::string_view text, score::RawMark& out) {
  if (text.size() < 4 || text.size() % 2 != 0) return false;
  std::vector<std::uint8_t> bytes;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  out.status = bytes[0];
  out.type = bytes[1];
  if (out.status != 0xF0 && out.status != 0xF7 && out.status != 0xFF) return false;
  out.bytes.assign(bytes.begin() + 2, bytes.end());
  return true;
}

// Tempo, metre and key of the score take the place of the project's.
Result<void> take_tempo_of(Document& d, const score::Score& score) {
  for (const EntityId id : d.children(kRoot, "point")) {
    if (auto ok = d.remove(id); !ok) return ok;
  }
  for (const auto& tempo : score.tempo.tempos()) {
    if (auto ok = set_tempo_microseconds(d, tempo.microseconds_per_quarter, tempo.at); !ok) {
      return ok;
    }
  }
  for (const auto& metre : score.tempo.metres()) {
    if (auto ok = set_metre(d, metre.numerator, metre.denominator, metre.at); !ok) return ok;
  }
  for (std::size_t i = 0; i < score.keys.size(); ++i) {
    const auto& change = score.keys[i];
    if (change.at.value <= 0) {
      if (auto ok = set_key(d, change.key); !ok) return ok;
    } else {
      const auto ok =
          d.add("point", kRoot, {{"of", "key"}, {"at", change.at}, {"key", name_of(change.key)}});
      if (!ok) return ok.error();
    }
  }
  if (!score.title.empty()) return set_title(d, score.title);
  return {};
}

Result<EntityId> import_part(Document& d, const score::Part& part) {
  Track t;
  t.name = part.name;
  t.program = part.program;
  t.bank = part.bank;
  t.channel = part.channel;
  auto id = add_track(d, t);
  if (!id) return id;
  if (auto ok = add_notes(d, *id, std::span<const score::Note>(part.notes)); !ok) {
    return ok.error();
  }
  std::map<std::string, EntityId> lanes;
  for (const auto& c : part.controls) {
    const std::string target = lane_target(c);
    auto lane = lanes.find(target);
    if (lane == lanes.end()) {
      auto added = d.add("lane", *id, {{"target", target}});
      if (!added) return added;
      lane = lanes.emplace(target, *added).first;
    }
    const auto point = d.add("point", lane->second, {{"at", c.at}, {"value", lane_value(c)}});
    if (!point) return point;
  }
  return id;
}

// Two tracks that want different instruments need different channels in a file.
void part_channels(std::vector<score::Part>& parts) {
  std::array<const score::Part*, 16> users{};
  for (auto& part : parts) {
    auto fits = [&](int channel) {
      const auto* user = users[static_cast<std::size_t>(channel)];
      return user == nullptr || (user->program == part.program && user->bank == part.bank);
    };
    if (part.channel != score::kDrumChannel && !fits(part.channel)) {
      for (int channel = 0; channel < 16; ++channel) {
        if (channel == score::kDrumChannel || users[static_cast<std::size_t>(channel)]) continue;
        part.channel = channel;
        break;
      }
    }
    auto& user = users[static_cast<std::size_t>(part.channel)];
    if (user == nullptr) user = &part;
    for (auto& note : part.notes) note.channel = part.channel;
  }
}

}  // namespace

Result<std::vector<EntityId>> import_score(Document& d, const score::Score& score,
                                           bool take_tempo) {
  Step step(d, "Import");
  if (take_tempo) {
    if (auto ok = take_tempo_of(d, score); !ok) return ok.error();
  }
  std::vector<EntityId> out;
  for (const auto& part : score.parts) {
    auto id = import_part(d, part);
    if (!id) return id.error();
    out.push_back(*id);
  }
  const auto owner = [&](int part) {
    return part >= 0 && part < static_cast<int>(out.size()) ? out[static_cast<std::size_t>(part)]
                                                            : kRoot;
  };
  for (const auto& text : score.texts) {
    auto ok = add_marker(d, text.at, text_kind(text.kind), text.text, owner(text.part));
    if (!ok) return ok.error();
  }
  for (const auto& raw : score.raws) {
    auto ok = add_marker(d, raw.at, kRawKind, to_hex(raw), owner(raw.part));
    if (!ok) return ok.error();
  }
  step.done();
  return out;
}

score::Score export_score(const Document& d) {
  score::Score out;
  const auto project = info(d);
  out.title = project.title;
  out.tempo = project.tempo;
  out.keys = key_changes(d);
  std::map<EntityId, int> parts;
  for (const auto& t : tracks(d)) {
    if (t.kind != TrackKind::notes) continue;
    score::Part part;
    part.name = t.name;
    part.channel = t.channel;
    part.program = t.program;
    part.bank = t.bank;
    part.program_given = true;
    for (const auto& n : notes(d, t.id)) {
      part.notes.push_back({n.start, n.duration, n.key, n.velocity, t.channel, n.confidence});
      out.end = std::max(out.end, n.start + n.duration);
    }
    part.controls = controls(lanes(d, t.id));
    parts[t.id] = static_cast<int>(out.parts.size());
    out.parts.push_back(std::move(part));
  }
  part_channels(out.parts);
  for (const auto& mark : markers(d)) {
    const auto found = parts.find(mark.track);
    const int part = found == parts.end() ? -1 : found->second;
    if (mark.type == kRawKind) {
      score::RawMark raw{mark.at, 0, 0, {}, part};
      if (from_hex(mark.text, raw)) out.raws.push_back(std::move(raw));
      continue;
    }
    int kind = 1;
    for (const auto& known : kTextKinds) {
      if (known.name == mark.type) kind = known.midi;
    }
    out.texts.push_back({mark.at, kind, mark.text, part});
  }
  return out;
}

Result<std::vector<EntityId>> import_ir(Document& d, std::string_view json, bool take_tempo) {
  const auto score = score::score_from_ir(json);
  if (!score) return score.error();
  return import_score(d, *score, take_tempo);
}

std::string export_ir(const Document& d) {
  return score::ir_from_score(export_score(d));
}

}  // namespace tutti::project
