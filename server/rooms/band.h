// Band sessions: people far apart practise one song together, each with their own mix.
//
// A session has a host, a song and a transport that all members share: playing or not, where in the
// song at what server time, how fast, in what key, which loop. Nothing ticks: from one state and
// the common clock everybody works out where the song stands (band_position), so two members whose
// clocks agree to 5 ms play 5 ms apart, for hours. A start, and every change while it plays, is
// announced for a moment that lies ahead (300 ms, more where a member's line is slow), so that all
// have heard of it by then. Members' own solo, mute and volume never come here.
//
// The host steers, and everybody where the session is open. When the host's connection goes, music
// stops where it is and the session waits; with the secret the host comes back and goes on. Whoever
// comes back as the same person within the session's life keeps their place. A session ends when
// its host says so, or when nobody has been in it for kBandRests; sessions live in memory and end
// with the server. Secrets are kept as hashes that the caller makes.
//
// Times: milliseconds of a clock that does not jump; seconds of the song. Thread-safe; members are
// told in the order in which things happened, Member::send must not block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/rooms/rooms.h"

namespace tutti::rooms {

inline constexpr int kMostBandMembers = 32;
inline constexpr int kMostBands = 500;
inline constexpr double kBandLead = 300;                 // ms, that a start lies ahead at least
inline constexpr double kMostBandLead = 1500;            // ms
inline constexpr std::int64_t kBandRests = 15 * 60'000;  // ms without anybody, then it ends
inline constexpr std::int64_t kBandLives = 86'400'000;  // ms at most, when nobody is in it any more

struct BandLoop {
  double start = 0, end = 0;
  friend bool operator==(const BandLoop&, const BandLoop&) = default;
};

struct BandTransport {
  bool playing = false;
  double position = 0;     // s of the song …
  double server_time = 0;  // … at this time, ms; it may lie ahead
  double speed = 1;        // 0.25 … 2
  double pitch = 0;        // semitones, -12 … 12
  std::optional<BandLoop> loop;
  std::string by;  // member id of whoever changed it last, "" : nobody
};

// Where the song stands at `now`. Before the announced moment it stands at its beginning; a loop
// that is passed begins again.
double band_position(const BandTransport&, double now);

struct BandMember {
  std::string id;
  std::string name;
  bool host = false;
  bool ready = false;  // has the stems
  double skew_ms = 0;  // between its sound and the common time, as it measures itself
  double rtt_ms = 0;   // of its line
  bool here = true;    // false: the line broke, it may come back
};

struct BandView {
  std::string id, name, song, stems;
  bool open = false;
  bool waiting = false;  // for the host
  BandTransport transport;
  std::vector<BandMember> members;  // in the order they came
};

// What somebody asks for; what is not given stays.
struct BandChange {
  std::optional<bool> playing;
  std::optional<double> position, speed, pitch;
  std::optional<std::optional<BandLoop>> loop;
};
struct BandStatus {
  std::optional<bool> ready;
  std::optional<double> skew_ms, rtt_ms;
};

class Bands {
 public:
  using Clock = std::function<double()>;  // ms
  // How things read on the wire.
  struct Writer {
    std::function<std::string(const BandView&, const std::string& you, double now)> hello;
    std::function<std::string(const BandView&)> members;
    std::function<std::string(const BandTransport&)> state;
    std::function<std::string(const std::string& reason)> over;
  };
  Bands(Writer, Clock);

  struct NewBand {
    std::string id, secret_hash, song, stems, name;
    bool open = false;
  };
  // too_large where there are too many.
  Result<void> create(const NewBand&);
  Result<BandView> view(const std::string& id);  // not_found
  std::size_t count();

  struct Guest {
    std::string name, person, secret_hash;
  };
  // Says hello to the newcomer and tells the others. Answers the member's seat. not_found,
  // too_large.
  Result<std::uint64_t> join(const std::string& id, const Guest&, std::shared_ptr<Member>);
  void leave(const std::string& id, std::uint64_t seat);

  // From whoever sits there. Codes: not_found, bad_input; may_not (below) where it is the host's.
  Result<void> change(const std::string& id, std::uint64_t seat, const BandChange&);
  Result<void> status(const std::string& id, std::uint64_t seat, const BandStatus&);
  Result<void> set_open(const std::string& id, std::uint64_t seat, bool open);
  Result<void> end(const std::string& id, std::uint64_t seat);

  double now() const;
  // Errors whose asker is not the host carry this; the caller makes the right refusal of it.
  static bool may_not(const Error&);

 private:
  struct Session;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::rooms
