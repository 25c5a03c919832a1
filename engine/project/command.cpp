#include "engine/project/command.h"

#include "engine/project/command_args.h"

namespace tutti::project {
namespace {

Note read_note(Args& a, Note n) {
  n.start = a.ticks("start", n.start);
  n.duration = a.ticks("duration", n.duration);
  n.key = a.whole("key", n.key);
  n.velocity = a.whole("velocity", n.velocity);
  return n;
}

Quantise read_quantise(Args& a) {
  Quantise q;
  q.grid = a.ticks("grid", q.grid);
  q.strength = a.number("strength", q.strength);
  q.ends = a.truth("ends", q.ends);
  q.swing = a.number("swing", q.swing);
  return q;
}

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
    {"set_instrument",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), instrument = a.text("instrument", "")](Document& d) {
         return answer(set_instrument(d, id, instrument));
       };
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
       Take take;
       take.blob = a.text("blob");
       take.rate = a.number("rate");
       take.frames = static_cast<std::int64_t>(a.number("frames"));
       take.channels = a.whole("channels", 1);
       return [id = a.id("track"), take = read_take(a, take)](Document& d) {
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

std::span<const Command> song_commands() {
  return kCommands;
}

Result<std::string> run_command(Document& d, std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  Args args(*parsed);
  const std::string name = args.text("do", "");
  const Command* command = nullptr;
  for (const auto list : {song_commands(), mix_commands()}) {
    for (const auto& known : list) {
      if (known.name == name) command = &known;
    }
  }
  if (command == nullptr) {
    return Error{Code::wrong_usage, "There is no edit named \"" + name + "\".",
                 "docs/formats.md lists the edits and their parameters."};
  }
  const Work work = command->prepare(d, args);
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

}  // namespace tutti::project
