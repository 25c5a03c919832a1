// Edits of tracks, clips, the mixer and automation by name.

#include "engine/project/command_args.h"

namespace tutti::project {
namespace {

// An id that may be taken away: missing keeps, "" or null clears.
EntityId read_id(Args& a, std::string_view name, EntityId now) {
  if (!a.given(name)) return now;
  if (!a.has(name) || a.text(name).empty()) return kRoot;
  return a.id(name);
}

std::vector<std::pair<std::string, double>> read_params(Args& a, std::string_view name) {
  std::vector<std::pair<std::string, double>> out;
  const auto* object = a.object(name);
  if (object == nullptr) return out;
  for (const auto& [id, value] : *object) {
    double number = 0;
    if (!json_get(&value, number)) a.wrong(name);
    out.emplace_back(std::string(id.data(), id.size()), number);
  }
  return out;
}

void put(std::vector<std::pair<std::string, double>>& params, const std::string& id, double value) {
  for (auto& entry : params) {
    if (entry.first == id) return void(entry.second = value);
  }
  params.emplace_back(id, value);
}

Device read_device(Args& a, Device device) {
  device.bypass = a.truth("bypass", device.bypass);
  for (const auto& [id, value] : read_params(a, "params")) put(device.params, id, value);
  device.impulse = a.text("impulse", device.impulse.c_str());
  device.side = read_id(a, "side", device.side);
  device.side_pre = a.truth("side_pre", device.side_pre);
  return device;
}

Send read_send(Args& a, Send send) {
  send.to = read_id(a, "to", send.to);
  send.gain_db = a.number("gain_db", send.gain_db);
  send.pre = a.truth("pre", send.pre);
  send.mute = a.truth("mute", send.mute);
  return send;
}

LanePoint read_point(Args& a, LanePoint p) {
  p.at = a.ticks("at", p.at);
  p.value = a.number("value", p.value);
  const int shape = a.whole("shape", static_cast<int>(p.shape));
  if (shape < 0 || shape > 3) a.wrong("shape");
  p.shape = static_cast<graph::Shape>(shape);
  p.bend = a.number("bend", p.bend);
  return p;
}

std::vector<LanePoint> read_points(Args& a) {
  std::vector<LanePoint> out;
  const auto* list = a.array("points");
  if (list == nullptr) return out;
  for (const auto& entry : *list) {
    Args one(entry);
    if (!one.has("at") || !one.has("value")) a.wrong("points");
    out.push_back(read_point(one, {}));
    if (!one.first_wrong().empty()) a.wrong("points");
  }
  return out;
}

const Command kCommands[] = {
    {"set_master_pan",
     [](const Document&, Args& a) -> Work {
       return [pan = a.number("pan")](Document& d) { return answer(set_master_pan(d, pan)); };
     }},
    {"set_freeze",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), blob = a.text("blob", ""), on = a.truth("on", true)](
                  Document& d) { return answer(set_freeze(d, id, blob, on)); };
     }},
    {"set_take",
     [](const Document& d, Args& a) -> Work {
       return [want = read_take(a, take(d, a.id("take")).value_or(Take()))](Document& d2) {
         return answer(set_take(d2, want));
       };
     }},
    {"move_take",
     [](const Document& d, Args& a) -> Work {
       const EntityId id = a.id("take");
       const Take have = take(d, id).value_or(Take());
       return [id, to = a.id("track", have.track), start = a.ticks("start", have.start)](
                  Document& d2) { return answer(move_take(d2, id, to, start)); };
     }},
    {"split_take",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("take"), at = a.ticks("at")](Document& d) {
         return answer(split_take(d, id, at));
       };
     }},
    {"add_device",
     [](const Document&, Args& a) -> Work {
       Device fresh;
       fresh.effect = a.text("effect");
       return [owner = read_id(a, "owner", kRoot), device = read_device(a, fresh)](Document& d) {
         return answer(add_device(d, owner, device));
       };
     }},
    {"set_device",
     [](const Document& d, Args& a) -> Work {
       return [want = read_device(a, device(d, a.id("device")).value_or(Device()))](Document& d2) {
         return answer(set_device(d2, want));
       };
     }},
    {"set_device_param",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("device"), param = a.text("param"), value = a.number("value")](
                  Document& d) { return answer(set_device_param(d, id, param, value)); };
     }},
    {"set_device_bypass",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("device"), on = a.truth("bypass", true)](Document& d) {
         return answer(set_device_bypass(d, id, on));
       };
     }},
    {"set_device_preset",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("device"), preset = a.text("preset")](Document& d) {
         return answer(set_device_preset(d, id, preset));
       };
     }},
    {"move_device",
     [](const Document& d, Args& a) -> Work {
       const EntityId id = a.id("device");
       return [id, owner = read_id(a, "owner", d.parent(id)), after = a.id("after", kRoot)](
                  Document& d2) { return answer(move_device(d2, id, owner, after)); };
     }},
    {"add_chain",
     [](const Document&, Args& a) -> Work {
       return [owner = read_id(a, "owner", kRoot), chain = a.text("chain")](Document& d) {
         return answer(add_chain(d, owner, chain));
       };
     }},
    {"set_output",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), bus = read_id(a, "to", kRoot)](Document& d) {
         return answer(set_output(d, id, bus));
       };
     }},
    {"add_send",
     [](const Document&, Args& a) -> Work {
       return [id = a.id("track"), send = read_send(a, {})](Document& d) {
         return answer(add_send(d, id, send));
       };
     }},
    {"set_send",
     [](const Document& d, Args& a) -> Work {
       return [want = read_send(a, send(d, a.id("send")).value_or(Send()))](Document& d2) {
         return answer(set_send(d2, want));
       };
     }},
    {"add_lane",
     [](const Document&, Args& a) -> Work {
       return [owner = read_id(a, "owner", kRoot), target = a.text("target")](Document& d) {
         return answer(add_lane(d, owner, target));
       };
     }},
    {"add_point",
     [](const Document&, Args& a) -> Work {
       if (!a.has("at")) a.wrong("at");
       if (!a.has("value")) a.wrong("value");
       return [lane = a.id("lane"), p = read_point(a, {})](Document& d) {
         return answer(add_point(d, lane, p));
       };
     }},
    {"set_point",
     [](const Document& d, Args& a) -> Work {
       const EntityId id = a.id("point");
       LanePoint have;
       have.id = id;
       for (const auto& p : lane(d, d.parent(id)).value_or(Lane()).points) {
         if (p.id == id) have = p;
       }
       return [want = read_point(a, have)](Document& d2) { return answer(set_point(d2, want)); };
     }},
    {"write_points",
     [](const Document&, Args& a) -> Work {
       return [lane = a.id("lane"), from = a.ticks("from"), to = a.ticks("to"),
               points = read_points(a)](Document& d) {
         return answer(write_points(d, lane, from, to, points));
       };
     }},
};

}  // namespace

std::span<const Command> mix_commands() {
  return kCommands;
}

Track read_track(Args& a, Track t) {
  t.name = a.text("name", t.name.c_str());
  const char* now = t.kind == TrackKind::bus     ? "bus"
                    : t.kind == TrackKind::audio ? "audio"
                                                 : "notes";
  const auto type = a.text("type", now);
  if (type != "audio" && type != "notes" && type != "bus") a.wrong("type");
  t.kind = type == "bus" ? TrackKind::bus : type == "audio" ? TrackKind::audio : TrackKind::notes;
  t.program = a.whole("program", t.program);
  t.bank = a.whole("bank", t.bank);
  t.channel = a.whole("channel", t.channel);
  t.soundfont = a.text("soundfont", t.soundfont.c_str());
  t.instrument = a.text("instrument", t.instrument.c_str());
  t.gain_db = a.number("gain", t.gain_db);
  t.pan = a.number("pan", t.pan);
  t.mute = a.truth("mute", t.mute);
  t.solo = a.truth("solo", t.solo);
  t.colour = a.text("colour", t.colour.c_str());
  t.output = read_id(a, "output", t.output);
  const int law = a.whole("pan_law", static_cast<int>(t.pan_law));
  if (law < 0 || law > 3) a.wrong("pan_law");
  t.pan_law = static_cast<graph::PanLaw>(law & 3);
  t.invert_left = a.truth("invert_left", t.invert_left);
  t.invert_right = a.truth("invert_right", t.invert_right);
  t.trim_db = a.number("trim", t.trim_db);
  t.solo_safe = a.truth("solo_safe", t.solo_safe);
  return t;
}

Take read_take(Args& a, Take t) {
  t.name = a.text("name", t.name.c_str());
  t.start = a.ticks("start", t.start);
  t.offset = a.number("offset", t.offset);
  t.gain_db = a.number("gain", t.gain_db);
  t.mute = a.truth("mute", t.mute);
  t.tuning = a.number("tuning", t.tuning);
  t.pitch = a.text("pitch", t.pitch.c_str());
  t.length = a.number("length", t.length);
  t.fade_in = a.number("fade_in", t.fade_in);
  t.fade_out = a.number("fade_out", t.fade_out);
  t.fade_shape = a.whole("fade_shape", t.fade_shape);
  t.loop = a.truth("loop", t.loop);
  t.loop_length = a.number("loop_length", t.loop_length);
  t.reverse = a.truth("reverse", t.reverse);
  t.stretch = a.number("stretch", t.stretch);
  t.shift = a.number("shift", t.shift);
  t.follow_tempo = a.truth("follow_tempo", t.follow_tempo);
  t.bpm = a.number("bpm", t.bpm);
  return t;
}

}  // namespace tutti::project
