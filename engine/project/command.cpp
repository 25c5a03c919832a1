#include "engine/project/command.h"

#include <cmath>
#include <functional>
#include <limits>

#include "engine/base/json.h"
#include "engine/project/edits.h"
#include "engine/project/names.h"

namespace tutti::project {
namespace {

// The parameters of one command. What is missing or of the wrong form is remembered; the command is
// carried out only if nothing was.
class Args {
 public:
  explicit Args(const json::value& v) : v_(v) {}

  bool has(std::string_view name) const {
    const auto* found = json_find(v_, name);
    return found != nullptr && !found->is_null();
  }
  double number(std::string_view name) {
    double out = 0;
    if (!json_get(json_find(v_, name), out)) wrong(name);
    return out;
  }
  double number(std::string_view name, double fallback) {
    return has(name) ? number(name) : fallback;
  }
  int whole(std::string_view name) {
    const double n = number(name);
    constexpr double kMost = std::numeric_limits<int>::max();
    if (!(std::fabs(n) <= kMost)) return wrong(name), 0;
    return static_cast<int>(std::floor(n + 0.5));
  }
  int whole(std::string_view name, int fallback) { return has(name) ? whole(name) : fallback; }
  Ticks ticks(std::string_view name) {
    const double n = number(name);
    if (!(std::fabs(n) <= 0x1p52)) return wrong(name), Ticks{};
    return {static_cast<std::int64_t>(std::floor(n + 0.5))};
  }
  Ticks ticks(std::string_view name, Ticks fallback) { return has(name) ? ticks(name) : fallback; }
  bool truth(std::string_view name, bool fallback) {
    if (!has(name)) return fallback;
    const auto* b = json_find(v_, name)->if_bool();
    if (b == nullptr) wrong(name);
    return b != nullptr && *b;
  }
  std::string text(std::string_view name) {
    const auto* found = json_find(v_, name);
    const auto* s = found == nullptr ? nullptr : found->if_string();
    if (s == nullptr) return wrong(name), std::string();
    return std::string(s->data(), s->size());
  }
  std::string text(std::string_view name, const char* fallback) {
    return has(name) ? text(name) : std::string(fallback);
  }
  EntityId id(std::string_view name) {
    const auto parsed = stamp_from_text(text(name));
    if (!parsed) wrong(name);
    return parsed.value_or(kRoot);
  }
  EntityId id(std::string_view name, EntityId fallback) { return has(name) ? id(name) : fallback; }
  std::vector<EntityId> ids(std::string_view name) {
    std::vector<EntityId> out;
    const auto* found = json_find(v_, name);
    const auto* list = found == nullptr ? nullptr : found->if_array();
    if (list == nullptr) return wrong(name), out;
    out.reserve(list->size());
    for (const auto& entry : *list) {
      const auto* s = entry.if_string();
      const auto parsed =
          s == nullptr ? std::nullopt : stamp_from_text(std::string_view(s->data(), s->size()));
      if (!parsed) return wrong(name), out;
      out.push_back(*parsed);
    }
    return out;
  }
  std::optional<score::Key> key(std::string_view name) {
    if (!has(name)) return std::nullopt;
    const auto key = score::key_from_name(text(name));
    if (!key) wrong(name);
    return key;
  }

  void wrong(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const std::string& first_wrong() const { return wrong_; }

 private:
  const json::value& v_;
  std::string wrong_;
};

json::value to_value(EntityId id) {
  return json::value(to_text(id));
}
json::value to_value(const std::string& text) {
  return json::value(text);
}
json::value to_value(const std::vector<EntityId>& ids) {
  json::array out;
  for (const EntityId id : ids) out.push_back(to_value(id));
  return out;
}

using Answer = Result<json::value>;
Answer answer(Result<void> r) {
  if (!r) return r.error();
  return json::value();
}
template <class T>
Answer answer(Result<T> r) {
  if (!r) return r.error();
  return to_value(*r);
}

Note read_note(Args& a, Note n) {
  n.start = a.ticks("start", n.start);
  n.duration = a.ticks("duration", n.duration);
  n.key = a.whole("key", n.key);
  n.velocity = a.whole("velocity", n.velocity);
  return n;
}

Track read_track(Args& a, Track t) {
  t.name = a.text("name", t.name.c_str());
  const auto type = a.text("type", t.kind == TrackKind::audio ? "audio" : "notes");
  if (type != "audio" && type != "notes") a.wrong("type");
  t.kind = type == "audio" ? TrackKind::audio : TrackKind::notes;
  t.program = a.whole("program", t.program);
  t.bank = a.whole("bank", t.bank);
  t.channel = a.whole("channel", t.channel);
  t.soundfont = a.text("soundfont", t.soundfont.c_str());
  t.gain_db = a.number("gain", t.gain_db);
  t.pan = a.number("pan", t.pan);
  t.mute = a.truth("mute", t.mute);
  t.solo = a.truth("solo", t.solo);
  t.colour = a.text("colour", t.colour.c_str());
  return t;
}

Take read_take(Args& a) {
  Take t;
  t.name = a.text("name", "");
  t.start = a.ticks("start", {});
  t.blob = a.text("blob");
  t.rate = a.number("rate");
  t.frames = static_cast<std::int64_t>(a.number("frames"));
  t.channels = a.whole("channels", 1);
  t.offset = a.number("offset", 0);
  t.gain_db = a.number("gain", 0);
  t.mute = a.truth("mute", false);
  t.tuning = a.number("tuning", 0);
  t.pitch = a.text("pitch", "");
  return t;
}

Quantise read_quantise(Args& a) {
  Quantise q;
  q.grid = a.ticks("grid", q.grid);
  q.strength = a.number("strength", q.strength);
  q.ends = a.truth("ends", q.ends);
  q.swing = a.number("swing", q.swing);
  return q;
}

// A command first reads its parameters, then does its work: nothing happens with wrong ones.
using Work = std::function<Answer(Document&)>;
struct Command {
  std::string_view name;
  Work (*prepare)(const Document&, Args&);
};

const Command kCommands[] = {
    {"begin",
     [](const Document&, Args& a) -> Work {
       return [label = a.text("label", "Edit")](Document& d) -> Answer {
         return d.begin_edit(label), json::value();
       };
     }},
    {"end",
     [](const Document&, Args&) -> Work {
       return [](Document& d) -> Answer { return d.end_edit(), json::value(); };
     }},
    {"cancel",
     [](const Document&, Args&) -> Work {
       return [](Document& d) -> Answer { return d.cancel_edit(), json::value(); };
     }},
    {"undo",
     [](const Document&, Args&) -> Work {
       return [](Document& d) -> Answer { return json::value(d.undo()); };
     }},
    {"redo",
     [](const Document&, Args&) -> Work {
       return [](Document& d) -> Answer { return json::value(d.redo()); };
     }},
    {"set_title",
     [](const Document&, Args& a) -> Work {
       return [title = a.text("title")](Document& d) { return answer(set_title(d, title)); };
     }},
    {"set_tempo",
     [](const Document&, Args& a) -> Work {
       return [bpm = a.number("bpm"), at = a.ticks("at", {})](Document& d) {
         return answer(set_tempo(d, bpm, at));
       };
     }},
    {"set_metre",
     [](const Document&, Args& a) -> Work {
       return [n = a.whole("numerator"), m = a.whole("denominator"),
               at = a.ticks("at", {})](Document& d) { return answer(set_metre(d, n, m, at)); };
     }},
    {"set_key",
     [](const Document&, Args& a) -> Work {
       return [key = a.key("key")](Document& d) { return answer(set_key(d, key)); };
     }},
    {"set_loop",
     [](const Document&, Args& a) -> Work {
       return [on = a.truth("on", true), start = a.ticks("start"),
               end = a.ticks("end")](Document& d) { return answer(set_loop(d, on, start, end)); };
     }},
    {"set_master_gain",
     [](const Document&, Args& a) -> Work {
       return [db = a.number("db")](Document& d) { return answer(set_master_gain(d, db)); };
     }},
    {"add_marker",
     [](const Document&, Args& a) -> Work {
       return [at = a.ticks("at"), type = a.text("type", "marker"), text = a.text("text"),
               track = a.id("track", kRoot)](Document& d) {
         return answer(add_marker(d, at, type, text, track));
       };
     }},
    {"add_track",
     [](const Document&, Args& a) -> Work {
       return [track = read_track(a, Track())](Document& d) { return answer(add_track(d, track)); };
     }},
    {"set_track",
     [](const Document& d, Args& a) -> Work {
       Track have = track(d, a.id("track")).value_or(Track());
       return [want = read_track(a, std::move(have))](Document& d2) {
         return answer(set_track(d2, want));
       };
     }},
    {"set_program",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), program = a.whole("program"), bank = a.whole("bank", 0)](
                  Document& d) { return answer(set_program(d, id, program, bank)); };
     }},
    {"move_track",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), after = a.id("after", kRoot)](Document& d) {
         return answer(move_track(d, id, after));
       };
     }},
    {"remove_entity",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("id")](Document& d) { return answer(remove_entity(d, id)); };
     }},
    {"add_take",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), take = read_take(a)](Document& d) {
         return answer(add_take(d, id, take));
       };
     }},
    {"set_take_gain",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("take"), db = a.number("db")](Document& d) {
         return answer(set_take_gain(d, id, db));
       };
     }},
    {"add_note",
     [](const Document&, Args& a) -> Work {
       Note fresh;
       fresh.duration = {kTicksPerQuarter};
       return [id = a.id("track"), n = read_note(a, fresh)](Document& d) {
         return answer(add_note(d, id, n));
       };
     }},
    {"remove_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes")](Document& d) { return answer(remove_notes(d, ids)); };
     }},
    {"move_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), by = a.ticks("by", {}), keys = a.whole("keys", 0)](
                  Document& d) { return answer(move_notes(d, ids, by, keys)); };
     }},
    {"stretch_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), by = a.ticks("by"), from = a.truth("from_start", false),
               least = a.ticks("least", {kTicksPerQuarter / 64})](Document& d) {
         return answer(stretch_notes(d, ids, by, from, least));
       };
     }},
    {"transpose",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), by = a.whole("semitones")](Document& d) {
         return answer(transpose(d, ids, by));
       };
     }},
    {"set_velocity",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), v = a.whole("velocity")](Document& d) {
         return answer(set_velocity(d, ids, v));
       };
     }},
    {"change_velocity",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), by = a.whole("by")](Document& d) {
         return answer(change_velocity(d, ids, by));
       };
     }},
    {"quantise",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), q = read_quantise(a)](Document& d) {
         return answer(quantise(d, ids, q));
       };
     }},
    {"unquantise",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes")](Document& d) { return answer(unquantise(d, ids)); };
     }},
    {"snap_to_key",
     [](const Document&, Args& a) -> Work {
       const auto key = a.key("key");
       if (!key) a.wrong("key");
       return [ids = a.ids("notes"), key](Document& d) {
         return answer(snap_to_key(d, ids, key.value_or(score::Key())));
       };
     }},
    {"copy_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes")](Document& d) -> Answer {
         return json::value(copy_notes(d, ids));
       };
     }},
    {"cut_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes")](Document& d) { return answer(cut_notes(d, ids)); };
     }},
    {"paste_notes",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), at = a.ticks("at"), text = a.text("clipboard")](Document& d) {
         return answer(paste_notes(d, id, at, text));
       };
     }},
    {"duplicate_notes",
     [](const Document&, Args& a) -> Work {
       return [ids = a.ids("notes"), by = a.ticks("by")](Document& d) {
         return answer(duplicate_notes(d, ids, by));
       };
     }},
};

}  // namespace

Result<std::string> run_command(Document& d, std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  Args args(*parsed);
  const std::string name = args.text("do", "");
  for (const auto& command : kCommands) {
    if (command.name != name) continue;
    const Work work = command.prepare(d, args);
    if (!args.first_wrong().empty()) {
      return Error{Code::wrong_usage,
                   "The edit \"" + name + "\" needs another \"" + args.first_wrong() + "\".",
                   "docs/formats.md lists the edits and their parameters."};
    }
    const auto before = d.revision();
    auto result = work(d);
    if (!result) return result.error();
    return write_json(json::value(
        json::object{{"changed", d.revision() != before}, {"result", *std::move(result)}}));
  }
  return Error{Code::wrong_usage, "There is no edit named \"" + name + "\".",
               "docs/formats.md lists the edits and their parameters."};
}

}  // namespace tutti::project
