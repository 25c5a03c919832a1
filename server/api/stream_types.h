// What goes over the wire in the Stream room: channels, settings, saving. As types.h.
//
// Controls have no struct of their own: their fields are the settings of compose::setting_table()
// (stream_control.h).
#pragma once

#include "server/api/types.h"

namespace tutti::api {

struct StreamSettingInfo {
  std::string id;
  std::string name;
  std::string unit;
  double min = 0;
  double max = 1;
  double default_ = 0;
  std::string scale;
  std::vector<std::string> choices;
  std::string when;
};
BOOST_DESCRIBE_STRUCT(StreamSettingInfo, (),
                      (id, name, unit, min, max, default_, scale, choices, when))
constexpr auto field_notes(const StreamSettingInfo*) {
  return std::array{
      FieldNote{"unit", "Empty where it has none."},
      FieldNote{"scale", "How a knob's travel maps to the value.", 0, 0,
                "linear|logarithmic|integer|choice|toggle"},
      FieldNote{"choices", "Names of the values 0, 1, 2 … where the scale is choice; else empty."},
      FieldNote{"when", "When a change is heard.", 0, 0, "at_once|at_bar"}};
}

struct StreamSettingTable {
  std::vector<StreamSettingInfo> settings;
};
BOOST_DESCRIBE_STRUCT(StreamSettingTable, (), (settings))

struct StreamApplied {
  std::string channel;
  boost::json::object settings;
  std::string seed;
  std::int64_t frame = 0;
  std::int64_t bar_frame = 0;
  double beats = 0;
};
BOOST_DESCRIBE_STRUCT(StreamApplied, (), (channel, settings, seed, frame, bar_frame, beats))
constexpr auto field_notes(const StreamApplied*) {
  return std::array{
      FieldNote{"settings", "All of them as asked now: a number by the setting's id."},
      FieldNote{"seed", "A whole number from 0 to 2^64-1, in digits."},
      FieldNote{"frame", "Of the control log's entry."},
      FieldNote{"bar_frame", "Where what waits for a bar is heard."},
      FieldNote{"beats", "Until then, from what is heard now."}};
}

struct StreamStatus {
  std::string channel;
  std::string name;
  bool playing = false;
  int rate = 48000;
  std::int64_t frame = 0;
  std::int64_t bar_frame = 0;
  double beats = 0;
  std::string key;
  double bpm = 70;
  double intensity = 0;
  std::string style;
  boost::json::object settings;
  std::string seed;
  int listeners = 0;
  double buffer_ms = 0;
  double render_load = 0;
  double encode_load = 0;
  std::int64_t underruns = 0;
  std::int64_t overruns = 0;
  std::int64_t skipped = 0;
  std::string node;
};
BOOST_DESCRIBE_STRUCT(StreamStatus, (),
                      (channel, name, playing, rate, frame, bar_frame, beats, key, bpm, intensity,
                       style, settings, seed, listeners, buffer_ms, render_load, encode_load,
                       underruns, overruns, skipped, node))
constexpr auto field_notes(const StreamStatus*) {
  return std::array{FieldNote{"playing", "Somebody listens; a channel without listeners rests."},
                    FieldNote{"frame", "Of the channel, next to be rendered."},
                    FieldNote{"bar_frame", "Where the next bar begins."},
                    FieldNote{"beats", "Until then."},
                    FieldNote{"key", "Such as A aeolian."},
                    FieldNote{"settings", "All of them as asked: a number by the setting's id."},
                    FieldNote{"buffer_ms", "Rendered and not yet sent."},
                    FieldNote{"render_load", "Share of one core."},
                    FieldNote{"encode_load", "Share of one core."},
                    FieldNote{"skipped", "Messages that slow listeners missed."},
                    FieldNote{"node", "Machine that renders it; empty: this one."}};
}

struct NewChannel {
  std::string name;
  std::string visibility;
  std::optional<bool> open;
  std::optional<std::string> seed;
  std::optional<boost::json::object> settings;
  std::optional<std::string> from;
  std::optional<std::string> from_secret;
};
BOOST_DESCRIBE_STRUCT(NewChannel, (), (name, visibility, open, seed, settings, from, from_secret))
constexpr auto field_notes(const NewChannel*) {
  return std::array{
      FieldNote{"name", "For people.", 1, 80},
      FieldNote{"visibility",
                "public: listed; link: whoever knows its id may listen; private: its secret is "
                "needed to listen.",
                0, 0, "public|link|private"},
      FieldNote{"open", "Whoever may listen may also change it; false when left out."},
      FieldNote{"seed", "A whole number from 0 to 2^64-1, in digits; of chance when left out.", 1,
                20},
      FieldNote{"settings", "To begin with, as in a control; defaults when left out."},
      FieldNote{"from", "A channel whose seed and settings it takes, but for those given.", 0, 100},
      FieldNote{"from_secret", "That channel's secret, if it is private.", 0, 100}};
}

struct ChannelInfo {
  std::string id;
  std::string name;
  std::string visibility;
  bool open = false;
  bool controllable = false;
  bool playing = false;
  int listeners = 0;
  std::string seed;
  std::int64_t frame = 0;
  std::int64_t changes = 0;
  bool favourite = false;
  int rating = 0;
  std::int64_t favourites = 0;
  std::int64_t likes = 0;
  std::int64_t dislikes = 0;
  std::string created;
  std::optional<std::string> secret;
};
BOOST_DESCRIBE_STRUCT(ChannelInfo, (),
                      (id, name, visibility, open, controllable, playing, listeners, seed, frame,
                       changes, favourite, rating, favourites, likes, dislikes, created, secret))
constexpr auto field_notes(const ChannelInfo*) {
  return std::array{
      FieldNote{"controllable", "The asker may change it: it is open, or the secret was given."},
      FieldNote{"frame", "How far it was played, in frames of 1/48000 s."},
      FieldNote{"changes", "Entries of its control log."},
      FieldNote{"favourite", "Of the listener named in the request."},
      FieldNote{"rating", "Of the listener named in the request.", -1, 1},
      FieldNote{"secret",
                "Only in the answer to making it; it is not kept and cannot be had again."}};
}

struct ChannelList {
  std::vector<ChannelInfo> channels;
};
BOOST_DESCRIBE_STRUCT(ChannelList, (), (channels))

struct NewRating {
  std::string listener;
  int rating = 0;
};
BOOST_DESCRIBE_STRUCT(NewRating, (), (listener, rating))
constexpr auto field_notes(const NewRating*) {
  return std::array{FieldNote{"listener", "An id that the listener's browser made up.", 8, 64},
                    FieldNote{"rating", "-1, 0 (none) or 1.", -1, 1}};
}

struct NewFavourite {
  std::string listener;
};
BOOST_DESCRIBE_STRUCT(NewFavourite, (), (listener))
constexpr auto field_notes(const NewFavourite*) {
  return std::array{FieldNote{"listener", "An id that the listener's browser made up.", 8, 64}};
}

struct NewSave {
  std::string form;
  std::optional<double> seconds;
  std::optional<double> from;
  std::optional<double> to;
  std::optional<std::string> secret;
};
BOOST_DESCRIBE_STRUCT(NewSave, (), (form, seconds, from, to, secret))
constexpr auto field_notes(const NewSave*) {
  return std::array{
      FieldNote{"form", "What is made; stems is a zip of FLAC files, one a voice.", 0, 0,
                "flac|opus|wav|mp3|midi|stems|project"},
      FieldNote{"seconds", "The last so many; instead of from and to.", 0.1, 21600},
      FieldNote{"from", "Seconds of the channel's time.", 0, 1e10},
      FieldNote{"to", "Seconds of the channel's time; up to now when left out.", 0, 1e10},
      FieldNote{"secret", "Of a private channel.", 0, 100}};
}

struct StreamPresetInfo {
  std::string id;
  std::string name;
  boost::json::object settings;
  std::string updated;
};
BOOST_DESCRIBE_STRUCT(StreamPresetInfo, (), (id, name, settings, updated))

struct StreamPresetList {
  std::vector<StreamPresetInfo> presets;
};
BOOST_DESCRIBE_STRUCT(StreamPresetList, (), (presets))

struct NewStreamPreset {
  std::string listener;
  std::string name;
  boost::json::object settings;
};
BOOST_DESCRIBE_STRUCT(NewStreamPreset, (), (listener, name, settings))
constexpr auto field_notes(const NewStreamPreset*) {
  return std::array{FieldNote{"listener", "An id that the listener's browser made up.", 8, 64},
                    FieldNote{"name", "The same name is written over.", 1, 80},
                    FieldNote{"settings", "As in a control."}};
}

// What the server says on /ws/stream besides sound; docs/streams.md has them all.
struct StreamPong {
  std::string type;
  double t = 0;
  double server_time = 0;
};
BOOST_DESCRIBE_STRUCT(StreamPong, (), (type, t, server_time))

}  // namespace tutti::api
