// The transports of all sessions, and the thread that tells the listeners 30 times a second.
//
// A session belongs to a project, whose tempo map it follows (also when somebody else changes it),
// or stands by itself under a name of its own, with one tempo. It begins with the first who asks
// for it and ends, its place with it, when the last listener has gone. Thread-safe. The moments of
// telling are counted from one start, so that their rate does not drift either.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/rooms/rooms.h"
#include "server/rooms/transport.h"

namespace tutti::rooms {

inline constexpr int kTransportHertz = 30;

struct TransportKey {
  std::string project;  // its id, or "" for a session without one
  std::string session;  // people of one project may keep several
  friend auto operator<=>(const TransportKey&, const TransportKey&) = default;
};

struct TransportCommand {
  enum class Kind { play, stop, seek, tempo };
  Kind kind = Kind::play;
  std::optional<double> seconds;  // seek: one of these
  std::optional<double> beats;
  double bpm = 120;  // tempo: 1 … 1000
};

class Transports {
 public:
  using Clock = std::function<std::int64_t()>;  // nanoseconds, never backwards
  // How a state reads on the wire.
  using Writer = std::function<std::string(const TransportState&)>;
  explicit Transports(Rooms&, Writer, Clock = {});
  ~Transports();

  // Told the state at once, at every command and 30 times a second. not_found (no such project).
  Result<std::uint64_t> join(const TransportKey&, std::shared_ptr<Member>);
  void leave(const TransportKey&, std::uint64_t token);

  // Of a session with listeners. Tempo in a project is an edit of the document: of the tempo that
  // holds at this place. not_found, io.
  Result<void> command(const TransportKey&, const TransportCommand&);
  // Nothing where nobody listens.
  std::optional<TransportState> state(const TransportKey&) const;

 private:
  struct Session;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::rooms
