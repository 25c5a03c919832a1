#include "engine/project/schema.h"

#include <algorithm>
#include <array>

#include "engine/base/json.h"

namespace tutti::project {
namespace {

constexpr double kTicks = static_cast<double>(kLastTick);
constexpr auto kTruth = FieldType::truth;
constexpr auto kWhole = FieldType::whole;
constexpr auto kNumber = FieldType::number;
constexpr auto kText = FieldType::text;

constexpr std::array kSpecs = {
    FieldSpec{"project", "title", kText, 0, 0, 0, "name of the song"},
    FieldSpec{"project", "tempo", kNumber, 1, 6e7, 5e5,
              "microseconds a quarter note, at the start"},
    FieldSpec{"project", "numerator", kWhole, 1, 255, 4, "metre at the start: beats a bar"},
    FieldSpec{"project", "denominator", kWhole, 1, 64, 4,
              "metre at the start: note value of a beat"},
    FieldSpec{"project", "key", kText, 0, 0, 0, "key at the start, such as F# minor"},
    FieldSpec{"project", "loop_on", kTruth, 0, 1, 0, "playing repeats the loop"},
    FieldSpec{"project", "loop_start", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"project", "loop_end", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"project", "master_gain", kNumber, -120, 24, 0, "dB"},
    FieldSpec{"project", "master_pan", kNumber, -1, 1, 0, "-1 left, 1 right"},
    FieldSpec{"project", "dsl", kText, 0, 0, 0, "text of a .maa file, kept"},
    FieldSpec{"project", "created", kText, 0, 0, 0, "ISO 8601"},

    FieldSpec{"track", "name", kText, 0, 0, 0, ""},
    FieldSpec{"track", "type", kText, 0, 0, 0, "notes, audio or bus"},
    FieldSpec{"track", "program", kWhole, 0, 127, 0, "General MIDI program"},
    FieldSpec{"track", "bank", kWhole, 0, 16383, 0, "controller 0 x 128 + controller 32"},
    FieldSpec{"track", "channel", kWhole, 0, 15, 0, "MIDI channel; 9 is percussion"},
    FieldSpec{"track", "soundfont", kText, 0, 0, 0, "its name; empty: the default one"},
    FieldSpec{"track", "instrument", kText, 0, 0, 0,
              "id of a synthesiser, such as pad; empty or unknown: the SoundFont"},
    FieldSpec{"track", "gain", kNumber, -120, 24, 0, "dB"},
    FieldSpec{"track", "pan", kNumber, -1, 1, 0, "-1 left, 1 right"},
    FieldSpec{"track", "mute", kTruth, 0, 1, 0, ""},
    FieldSpec{"track", "solo", kTruth, 0, 1, 0, ""},
    FieldSpec{"track", "colour", kText, 0, 0, 0, "#rrggbb, or empty"},
    FieldSpec{"track", "output", kText, 0, 0, 0, "id of the bus it feeds; empty: the master"},
    FieldSpec{"track", "pan_law", kWhole, 0, 3, 3,
              "0 constant power, 1 -4.5 dB, 2 linear, 3 balance"},
    FieldSpec{"track", "invert_left", kTruth, 0, 1, 0, "polarity"},
    FieldSpec{"track", "invert_right", kTruth, 0, 1, 0, "polarity"},
    FieldSpec{"track", "trim", kNumber, -24, 24, 0, "dB, of its instrument before the effects"},
    FieldSpec{"track", "solo_safe", kTruth, 0, 1, 0, "heard whatever else is soloed"},
    FieldSpec{"track", "freeze", kText, 0, 0, 0,
              "SHA-256 of its sound before the fader, effects included"},
    FieldSpec{"track", "freeze_on", kTruth, 0, 1, 0, "that sound plays in its stead"},

    FieldSpec{"device", "effect", kText, 0, 0, 0, "id of the effect, such as compressor"},
    FieldSpec{"device", "bypass", kTruth, 0, 1, 0, ""},
    FieldSpec{"device", "p_*", kNumber, -1e9, 1e9, 0,
              "a parameter by its id, such as p_threshold; absent: its default"},
    FieldSpec{"device", "impulse", kText, 0, 0, 0,
              "SHA-256 of the impulse response; empty: its own"},
    FieldSpec{"device", "side", kText, 0, 0, 0, "id of the track it listens to; empty: its input"},
    FieldSpec{"device", "side_pre", kTruth, 0, 1, 0, "before that track's fader"},

    FieldSpec{"send", "to", kText, 0, 0, 0, "id of a bus"},
    FieldSpec{"send", "gain_db", kNumber, -120, 24, 0, "dB"},
    FieldSpec{"send", "pre", kTruth, 0, 1, 0, "before the fader"},
    FieldSpec{"send", "mute", kTruth, 0, 1, 0, ""},

    FieldSpec{"note", "start", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"note", "duration", kWhole, 1, kTicks, 15360, "ticks"},
    FieldSpec{"note", "key", kWhole, 0, 127, 60, "MIDI note number"},
    FieldSpec{"note", "velocity", kWhole, 1, 127, 100, "MIDI velocity"},
    FieldSpec{"note", "confidence", kNumber, 0, 1, 1, "how sure the transcriber was"},
    FieldSpec{"note", "take", kText, 0, 0, 0, "id of the recording it was heard in"},
    FieldSpec{"note", "heard_start", kNumber, -1e6, 1e6, 0, "seconds into the recording"},
    FieldSpec{"note", "heard_duration", kNumber, 0, 1e6, 0, "seconds"},
    FieldSpec{"note", "heard_pitch", kNumber, 0, 128, 0, "MIDI note number, fractional"},

    FieldSpec{"clip", "name", kText, 0, 0, 0, ""},
    FieldSpec{"clip", "start", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"clip", "blob", kText, 0, 0, 0, "SHA-256 of the recording"},
    FieldSpec{"clip", "rate", kNumber, 1, 1e6, 48000, "Hz"},
    FieldSpec{"clip", "frames", kWhole, 0, 9e15, 0, "of the whole recording"},
    FieldSpec{"clip", "channels", kWhole, 1, 64, 1, ""},
    FieldSpec{"clip", "offset", kNumber, 0, 1e6, 0, "seconds of the recording skipped at start"},
    FieldSpec{"clip", "gain", kNumber, -120, 24, 0, "dB"},
    FieldSpec{"clip", "mute", kTruth, 0, 1, 0, ""},
    FieldSpec{"clip", "tuning", kNumber, -100, 100, 0, "cents against A4 = 440 Hz"},
    FieldSpec{"clip", "pitch", kText, 0, 0, 0, "pitch curve as text"},
    FieldSpec{"clip", "length", kNumber, 0, 1e6, 0,
              "seconds of the timeline; 0: as long as the recording lasts"},
    FieldSpec{"clip", "fade_in", kNumber, 0, 1e6, 0, "seconds"},
    FieldSpec{"clip", "fade_out", kNumber, 0, 1e6, 0, "seconds"},
    FieldSpec{"clip", "fade_shape", kWhole, 0, 3, 0, "0 linear, 1 equal power, 2 smooth, 3 cubic"},
    FieldSpec{"clip", "loop", kTruth, 0, 1, 0, "repeats from offset on until length has gone by"},
    FieldSpec{"clip", "loop_length", kNumber, 0, 1e6, 0,
              "seconds of the recording that repeat; 0: to its end"},
    FieldSpec{"clip", "reverse", kTruth, 0, 1, 0, "backwards"},
    FieldSpec{"clip", "stretch", kNumber, 0.1, 10, 1, "duration as a multiple of the recording's"},
    FieldSpec{"clip", "shift", kNumber, -24, 24, 0, "semitones"},
    FieldSpec{"clip", "follow_tempo", kTruth, 0, 1, 0, "stretched to the project's tempo"},
    FieldSpec{"clip", "bpm", kNumber, 0, 1000, 0,
              "quarter notes a minute of the recording; 0 unknown"},

    FieldSpec{
        "lane", "target", kText, 0, 0, 0,
        "cc0 to cc127, bend, pressure, program, keypressure0 to keypressure127, gain_db, pan, "
        "mute, device:<id>:<parameter>, send:<id>:gain_db"},
    FieldSpec{"point", "of", kText, 0, 0, 0,
              "tempo, metre or key under the project; empty in a lane"},
    FieldSpec{"point", "at", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"point", "value", kNumber, -1e9, 1e9, 0,
              "of the lane; of a tempo: us a quarter note"},
    FieldSpec{"point", "shape", kWhole, 0, 3, 1,
              "to the next point: 0 hold, 1 linear, 2 curved, 3 smooth"},
    FieldSpec{"point", "bend", kNumber, -1, 1, 0, "of a curved one"},
    FieldSpec{"point", "numerator", kWhole, 1, 255, 4, "of a metre"},
    FieldSpec{"point", "denominator", kWhole, 1, 64, 4, "of a metre"},
    FieldSpec{"point", "key", kText, 0, 0, 0, "of a key"},
    FieldSpec{"marker", "at", kWhole, 0, kTicks, 0, "ticks"},
    FieldSpec{"marker", "type", kText, 0, 0, 0, "marker, lyric, text, cue, copyright or midi"},
    FieldSpec{"marker", "text", kText, 0, 0, 0, "words; of type midi: hexadecimal bytes"},
};

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::truth:
      return "truth";
    case FieldType::whole:
      return "whole";
    case FieldType::number:
      return "number";
    case FieldType::text:
      return "text";
  }
  return "text";
}

}  // namespace

std::span<const FieldSpec> field_specs() {
  return kSpecs;
}

const FieldSpec* field_spec(std::string_view kind, std::string_view name) {
  if (kind == "device" && name.starts_with("p_")) name = "p_*";
  const auto found = std::find_if(kSpecs.begin(), kSpecs.end(), [&](const FieldSpec& spec) {
    return spec.kind == kind && spec.name == name;
  });
  return found == kSpecs.end() ? nullptr : &*found;
}

double read_number(const Document& d, EntityId id, const FieldSpec& spec) {
  const Value* v = d.find(id, spec.name);
  return v == nullptr ? spec.fallback : std::clamp(v->number(spec.fallback), spec.low, spec.high);
}

std::int64_t read_whole(const Document& d, EntityId id, const FieldSpec& spec) {
  const auto fallback = static_cast<std::int64_t>(spec.fallback);
  const Value* v = d.find(id, spec.name);
  return v == nullptr ? fallback
                      : std::clamp(v->integer(fallback), static_cast<std::int64_t>(spec.low),
                                   static_cast<std::int64_t>(spec.high));
}

bool read_truth(const Document& d, EntityId id, const FieldSpec& spec) {
  const Value* v = d.find(id, spec.name);
  return v == nullptr ? spec.fallback != 0 : v->boolean(spec.fallback != 0);
}

std::string read_text(const Document& d, EntityId id, const FieldSpec& spec) {
  const Value* v = d.find(id, spec.name);
  return v == nullptr ? std::string() : std::string(v->text());
}

std::string schema_json() {
  json::array out;
  for (const auto& spec : kSpecs) {
    json::object row;
    row["kind"] = spec.kind;
    row["name"] = spec.name;
    row["type"] = type_name(spec.type);
    if (spec.type == FieldType::whole || spec.type == FieldType::number) {
      row["low"] = spec.low;
      row["high"] = spec.high;
      row["fallback"] = spec.fallback;
    }
    row["meaning"] = spec.meaning;
    out.push_back(std::move(row));
  }
  return write_json(json::value(std::move(out)));
}

}  // namespace tutti::project
