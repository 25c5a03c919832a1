// What goes over the wire in band sessions. As types.h.
#pragma once

#include "server/api/types.h"

namespace tutti::api {

struct NewBand {
  std::string song;
  std::string stems;
  std::optional<std::string> name;
  std::optional<bool> open;
  std::optional<std::string> person;
};
BOOST_DESCRIBE_STRUCT(NewBand, (), (song, stems, name, open, person))
constexpr auto field_notes(const NewBand*) {
  return std::array{
      FieldNote{"song", "Its id in the host's library.", 1, 100},
      FieldNote{"stems", "Their id: what every member plays (GET /api/stems/{id}).", 32, 32},
      FieldNote{"name", "Of the session, as guests see it.", 0, 120},
      FieldNote{"open", "Whether everybody may steer, not only the host; false when left out."},
      FieldNote{"person", "Who makes it.", 0, 100}};
}

struct BandMade {
  std::string id;
  std::string secret;
  std::string link;
};
BOOST_DESCRIBE_STRUCT(BandMade, (), (id, secret, link))
constexpr auto field_notes(const BandMade*) {
  return std::array{
      FieldNote{"secret", "Makes whoever comes with it the host; told once, never to guests."},
      FieldNote{"link", "For guests: the path of the page that joins, on this server."}};
}

struct BandLoopInfo {
  double start = 0;
  double end = 0;
};
BOOST_DESCRIBE_STRUCT(BandLoopInfo, (), (start, end))
constexpr auto field_notes(const BandLoopInfo*) {
  return std::array{FieldNote{"start", "s of the song."}, FieldNote{"end", "s of the song."}};
}

struct BandStateMessage {
  std::string type;
  bool playing = false;
  double position = 0;
  double server_time = 0;
  double speed = 1;
  double pitch = 0;
  boost::json::value loop;
  std::string by;
};
BOOST_DESCRIBE_STRUCT(BandStateMessage, (),
                      (type, playing, position, server_time, speed, pitch, loop, by))
constexpr auto field_notes(const BandStateMessage*) {
  return std::array{
      FieldNote{"type", "", 0, 0, "state"},
      FieldNote{"position", "Seconds of the song at server_time."},
      FieldNote{"server_time",
                "Milliseconds of the server's clock. It may lie ahead: what was before goes on "
                "until then, so that all change together."},
      FieldNote{"speed", "", 0.25, 2},
      FieldNote{"pitch", "Semitones.", -12, 12},
      FieldNote{"loop", "{start, end} in seconds of the song, or null."},
      FieldNote{"by", "Id of the member who changed it; empty at first."}};
}

struct BandMemberInfo {
  std::string id;
  std::string name;
  bool host = false;
  bool ready = false;
  double skew_ms = 0;
  double rtt_ms = 0;
  bool here = true;
};
BOOST_DESCRIBE_STRUCT(BandMemberInfo, (), (id, name, host, ready, skew_ms, rtt_ms, here))
constexpr auto field_notes(const BandMemberInfo*) {
  return std::array{
      FieldNote{"ready", "Has the stems."},
      FieldNote{"skew_ms", "Between its sound and the common time, as it measures itself."},
      FieldNote{"rtt_ms", "Of its line, as it measures itself."},
      FieldNote{"here", "False while its line is broken; it keeps its place."}};
}

struct BandInfo {
  std::string id;
  std::string name;
  std::string song;
  std::string stems;
  bool open = false;
  bool waiting = false;
  bool playing = false;
  std::int64_t members = 0;
};
BOOST_DESCRIBE_STRUCT(BandInfo, (), (id, name, song, stems, open, waiting, playing, members))
constexpr auto field_notes(const BandInfo*) {
  return std::array{FieldNote{"waiting", "For the host, who is not there."},
                    FieldNote{"members", "How many are in it now."}};
}

struct BandHelloMessage {
  std::string type;
  std::string you;
  double server_time = 0;
  std::string id;
  std::string name;
  std::string song;
  std::string stems;
  bool open = false;
  bool waiting = false;
  BandStateMessage state;
  std::vector<BandMemberInfo> members;
};
BOOST_DESCRIBE_STRUCT(BandHelloMessage, (),
                      (type, you, server_time, id, name, song, stems, open, waiting, state,
                       members))
constexpr auto field_notes(const BandHelloMessage*) {
  return std::array{FieldNote{"type", "", 0, 0, "hello"}, FieldNote{"you", "Your member id."},
                    FieldNote{"server_time", "Milliseconds of the server's clock now."}};
}

struct BandMembersMessage {
  std::string type;
  bool open = false;
  bool waiting = false;
  std::vector<BandMemberInfo> members;
};
BOOST_DESCRIBE_STRUCT(BandMembersMessage, (), (type, open, waiting, members))
constexpr auto field_notes(const BandMembersMessage*) {
  return std::array{FieldNote{"type", "", 0, 0, "members"}};
}

struct BandPongMessage {
  std::string type;
  double t = 0;
  double server_time = 0;
};
BOOST_DESCRIBE_STRUCT(BandPongMessage, (), (type, t, server_time))
constexpr auto field_notes(const BandPongMessage*) {
  return std::array{FieldNote{"type", "", 0, 0, "pong"}, FieldNote{"t", "As it was sent."}};
}

struct BandEndMessage {
  std::string type;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(BandEndMessage, (), (type, message))
constexpr auto field_notes(const BandEndMessage*) {
  return std::array{FieldNote{"type", "", 0, 0, "end"},
                    FieldNote{"message", "Why; do not come back by yourself."}};
}

// What a member says.
struct BandWord {
  std::string type;
  std::optional<bool> playing;
  std::optional<double> position;
  std::optional<double> speed;
  std::optional<double> pitch;
  std::optional<boost::json::value> loop;
  std::optional<double> t;
  std::optional<bool> ready;
  std::optional<double> skew_ms;
  std::optional<double> rtt_ms;
  std::optional<bool> open;
};
BOOST_DESCRIBE_STRUCT(BandWord, (),
                      (type, playing, position, speed, pitch, loop, t, ready, skew_ms, rtt_ms,
                       open))
constexpr auto field_notes(const BandWord*) {
  return std::array{
      FieldNote{"type", "", 0, 0, "state|ping|status|open|end"},
      FieldNote{"playing", "state: what is left out stays as it is."},
      FieldNote{"position", "state: seconds of the song at the moment the change is heard."},
      FieldNote{"speed", "state.", 0.25, 2},
      FieldNote{"pitch", "state: semitones.", -12, 12},
      FieldNote{"loop", "state: {start, end}, or null for none."},
      FieldNote{"t", "ping: comes back."},
      FieldNote{"ready", "status: has the stems."},
      FieldNote{"skew_ms", "status."},
      FieldNote{"rtt_ms", "status."},
      FieldNote{"open", "open: whether everybody may steer."}};
}

}  // namespace tutti::api
