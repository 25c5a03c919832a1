// What goes over the wire in the Studio: effects, mixdown, transport, automation. As types.h.
#pragma once

#include "server/api/types.h"

namespace tutti::api {

// --- Effects -------------------------------------------------------------------------------------

// A trailing underscore of a member is not part of its name on the wire.
struct ParameterInfo {
  std::string id;
  std::string name;
  std::string unit;
  double min = 0;
  double max = 1;
  double default_ = 0;
  std::string scale;
  std::optional<std::vector<std::string>> choices;
  bool structural = false;
};
BOOST_DESCRIBE_STRUCT(ParameterInfo, (),
                      (id, name, unit, min, max, default_, scale, choices, structural))
constexpr auto field_notes(const ParameterInfo*) {
  return std::array{
      FieldNote{"unit", "Empty where it has none.", 0, 0, "|dB|Hz|s|ms|%|cents|semitones"},
      FieldNote{"scale", "How a knob's travel maps to the value.", 0, 0,
                "linear|logarithmic|integer|choice|toggle"},
      FieldNote{"choices", "Names of the values 0, 1, 2 … where the scale is choice."},
      FieldNote{"structural", "Shapes memory or latency; cannot be automated."}};
}

struct ReadingInfo {
  std::string id;
  std::string name;
  std::string unit;
  double min = 0;
  double max = 1;
};
BOOST_DESCRIBE_STRUCT(ReadingInfo, (), (id, name, unit, min, max))

struct EffectPreset {
  std::string name;
  boost::json::object values;
};
BOOST_DESCRIBE_STRUCT(EffectPreset, (), (name, values))
constexpr auto field_notes(const EffectPreset*) {
  return std::array{
      FieldNote{"values", "By parameter id; parameters not named keep their defaults."}};
}

struct EffectDescription {
  std::string id;
  std::string name;
  std::string category;
  std::string summary;
  std::string method;
  std::vector<std::string> aliases;
  std::vector<ParameterInfo> parameters;
  std::vector<EffectPreset> presets;
  std::vector<ReadingInfo> readings;
  bool mono = false;
  bool side_chain = false;
  bool impulse = false;
};
BOOST_DESCRIBE_STRUCT(EffectDescription, (),
                      (id, name, category, summary, method, aliases, parameters, presets, readings,
                       mono, side_chain, impulse))
constexpr auto field_notes(const EffectDescription*) {
  return std::array{
      FieldNote{"category", "", 0, 0,
                "equaliser|filter|dynamics|saturation|delay|reverb|modulation|pitch|utility|meter"},
      FieldNote{"method", "How it works, with the paper or standard."},
      FieldNote{"aliases", "Other names it answers to."},
      FieldNote{"readings", "What it shows while it works, such as a gain reduction."},
      FieldNote{"mono", "Works on one channel without a second."},
      FieldNote{"side_chain", "Can listen to another track."},
      FieldNote{"impulse", "Loads an impulse response."}};
}

struct EffectList {
  std::vector<EffectDescription> effects;
};
BOOST_DESCRIBE_STRUCT(EffectList, (), (effects))

struct NewMixdown {
  std::optional<std::string> project;
  std::optional<boost::json::object> document;
  std::optional<std::string> format;
  std::optional<int> rate;
  std::optional<double> lufs;
  std::optional<double> true_peak;
  std::optional<bool> stems;
  std::optional<double> from;
  std::optional<double> to;
  std::optional<double> tail;
  std::optional<std::string> chain;
};
BOOST_DESCRIBE_STRUCT(NewMixdown, (),
                      (project, document, format, rate, lufs, true_peak, stems, from, to, tail,
                       chain))
constexpr auto field_notes(const NewMixdown*) {
  return std::array{
      FieldNote{"project", "The id of a stored project, or:"},
      FieldNote{"document", "a project as a .tutti file holds it."},
      FieldNote{"format", "wav24 when left out.", 0, 0,
                "wav16|wav24|wav32f|flac16|flac|mp3|opus|ogg"},
      FieldNote{"rate", "Samples a second; 48000 when left out.", 8000, 192000},
      FieldNote{"lufs", "Integrated loudness to bring the mix to.", -70, 0},
      FieldNote{"true_peak", "Ceiling in dBTP; -1 when left out.", -30, 0},
      FieldNote{"stems", "The sound of every track beside the mix."},
      FieldNote{"from", "Seconds of the song to begin at.", 0, 1e7},
      FieldNote{"to", "Seconds of the song to end at.", 0, 1e7},
      FieldNote{"tail", "Seconds that may ring on at the end, at most; 20 when left out.", 0, 120},
      FieldNote{"chain", "Effects on every track, as `tutti fx` takes them.", 0, 10000}};
}

// --- Transport -----------------------------------------------------------------------------------

struct TransportMessage {
  bool playing = false;
  double time_seconds = 0;
  double bpm = 120;
  double beat_position = 0;
};
BOOST_DESCRIBE_STRUCT(TransportMessage, (), (playing, time_seconds, bpm, beat_position))
constexpr auto field_notes(const TransportMessage*) {
  return std::array{
      FieldNote{"time_seconds", "Of the song, from its start."},
      FieldNote{"bpm", "Quarter notes a minute, at this place."},
      FieldNote{"beat_position", "Quarter notes from the start, with their fraction."}};
}

struct TransportOrder {
  std::string command;
  std::optional<double> time_seconds;
  std::optional<double> beat_position;
  std::optional<double> bpm;
};
BOOST_DESCRIBE_STRUCT(TransportOrder, (), (command, time_seconds, beat_position, bpm))
constexpr auto field_notes(const TransportOrder*) {
  return std::array{FieldNote{"command", "", 0, 0, "play|stop|seek|tempo"},
                    FieldNote{"time_seconds", "seek: to there, or:", 0, 1e7},
                    FieldNote{"beat_position", "to this quarter note.", 0, 1e8},
                    FieldNote{"bpm", "tempo: quarter notes a minute.", 1, 1000}};
}

// --- Automation ----------------------------------------------------------------------------------

struct AutomationStart {
  std::string type;
  std::string project;
  std::optional<std::string> session;
  std::optional<std::string> track;
  std::string target;
  std::optional<double> error;
};
BOOST_DESCRIBE_STRUCT(AutomationStart, (), (type, project, session, track, target, error))
constexpr auto field_notes(const AutomationStart*) {
  return std::array{
      FieldNote{"type", "", 0, 0, "start"},
      FieldNote{"project", "Its id."},
      FieldNote{"session", "Of the transport, if it has a name (see /ws/transport)."},
      FieldNote{"track", "Entity id of the track; left out: the master."},
      FieldNote{"target",
                "gain_db, pan, mute, device:<id>:<parameter>, send:<id>:gain_db, cc0 to cc127, "
                "bend, pressure or program.",
                1, 200},
      FieldNote{"error",
                "How far the thinned line may lie from any point, in the parameter's unit.", 0,
                1e6}};
}

struct AutomationPoint {
  double value = 0;
  std::optional<double> time_seconds;
  std::optional<double> beat_position;
  std::optional<std::int64_t> at;
};
BOOST_DESCRIBE_STRUCT(AutomationPoint, (), (value, time_seconds, beat_position, at))
constexpr auto field_notes(const AutomationPoint*) {
  return std::array{FieldNote{"value", "In the parameter's unit."},
                    FieldNote{"time_seconds", "Of the song, or:", 0, 1e7},
                    FieldNote{"beat_position", "in quarter notes, or:", 0, 1e8},
                    FieldNote{"at",
                              "in ticks (15,360 a quarter note). Left out, all three: where "
                              "the transport is now.",
                              0, 1e15}};
}

struct AutomationPoints {
  std::string type;
  std::vector<AutomationPoint> points;
};
BOOST_DESCRIBE_STRUCT(AutomationPoints, (), (type, points))
constexpr auto field_notes(const AutomationPoints*) {
  return std::array{FieldNote{"type", "", 0, 0, "points"}};
}

struct AutomationStop {
  std::string type;
};
BOOST_DESCRIBE_STRUCT(AutomationStop, (), (type))
constexpr auto field_notes(const AutomationStop*) {
  return std::array{FieldNote{"type", "", 0, 0, "stop"}};
}

struct AutomationStarted {
  std::string type;
  std::string lane;
  std::string unit;
  double min = 0;
  double max = 1;
  double error = 0;
};
BOOST_DESCRIBE_STRUCT(AutomationStarted, (), (type, lane, unit, min, max, error))
constexpr auto field_notes(const AutomationStarted*) {
  return std::array{FieldNote{"type", "", 0, 0, "started"}, FieldNote{"lane", "Its entity id."},
                    FieldNote{"error", "What the thinning keeps to, in the unit."}};
}

struct AutomationKept {
  std::string type;
  std::int64_t revision = 0;
  std::int64_t received = 0;
  std::int64_t kept = 0;
};
BOOST_DESCRIBE_STRUCT(AutomationKept, (), (type, revision, received, kept))
constexpr auto field_notes(const AutomationKept*) {
  return std::array{
      FieldNote{"type", "saved: so far, durable; stopped: all of it.", 0, 0, "saved|stopped"},
      FieldNote{"revision", "Of the project, with the last points."},
      FieldNote{"received", "Points that came."},
      FieldNote{"kept", "Points that stand for them in the lane."}};
}

}  // namespace tutti::api
