// The endless channels of this server: made, controlled, listened to, paused.
//
// One render and one encode of a form a channel, whatever the number of listeners; a channel
// without listeners costs nothing and its time stands still. Everything thread-safe. Nothing here
// knows SQL or sockets: what must be kept goes through Keeper, what is heard through Feed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/stream/channel.h"
#include "server/streams/feed.h"

namespace tutti::streams {

enum class Form {
  json,   // text: base64 of int16, about every 100 ms
  pcm16,  // binary, docs/streams.md
  opus,   // binary, 96 kbit/s
  ogg,    // Ogg Opus pages, for players
  mp3,    // MP3 frames, for players
};
enum class Latency { normal, low };  // messages of 100 ms, or of 20 ms

struct ChannelState {
  std::string id;
  bool running = false;
  std::int64_t frame = 0;      // next to be rendered
  std::int64_t next_bar = 0;   // frame
  double beats_to_change = 0;  // until the next bar is heard
  compose::Settings settings;  // as asked (targets)
  std::uint64_t seed = 0;
  int listeners = 0;
  double buffer_seconds = 0;  // rendered and not yet sent
  double render_load = 0;     // share of one core
  double encode_load = 0;
  std::int64_t underruns = 0, overruns = 0, skipped = 0;
  std::string node;     // that renders it; empty: this one
  std::string trouble;  // a sentence on what keeps nodes apart; empty: nothing
};

struct Asked {
  std::int64_t frame = 0;      // the log entry's
  std::int64_t bar_frame = 0;  // where changes that wait for a bar are heard
  double beats = 0;            // until then, from what is heard now
  compose::Settings settings;  // as asked
};

// Where channels live when the server does not; called from any thread, may block.
class Keeper {
 public:
  virtual ~Keeper() = default;
  virtual Result<std::optional<stream::ControlLog>> load(const std::string& channel) = 0;
  virtual Result<std::int64_t> frame_of(const std::string& channel) = 0;  // last one kept
  virtual void keep_entry(const std::string& channel, const stream::LogEntry&) = 0;
  virtual void keep_frame(const std::string& channel, std::int64_t frame) = 0;
  // What listeners are shown as its name.
  virtual std::string name_of(const std::string& channel) { return channel; }
};

struct Options {
  // Called once, before the first channel plays.
  std::function<stream::Materials()> materials;
  int most_channels = 64;      // that play at once; more: too_large, naming the limit
  double ahead_seconds = 0.1;  // rendered before it is sent, normal latency
  int opus_bits = 96000;
  int mp3_bits = 192000;
  std::string redis;  // "redis://host:port/n", empty: this machine alone
  std::string node;   // this node's name
};

struct Inside;  // inside.h: for tests

class Streams {
 public:
  Streams(Options, Keeper&);
  Streams(Options, Keeper&, Inside);
  // Stops at once, wherever its channels are, and keeps their frames. Feeds that are still held
  // fall silent.
  ~Streams();

  // A feed of a channel that the Keeper knows. not_found, too_large (most_channels play already),
  // io.
  Result<std::shared_ptr<Feed>> feed(const std::string& channel, Form, Latency = Latency::normal);
  // HLS: the playlist, and a segment of it (MP3 with a time stamp). not_found.
  Result<std::string> playlist(const std::string& channel);
  Result<std::shared_ptr<const std::vector<std::byte>>> segment(const std::string& channel,
                                                                std::int64_t number);

  // Coalesced: many calls within one message's time become one log entry.
  Result<Asked> control(const std::string& channel, const std::vector<stream::Change>&,
                        std::optional<std::uint64_t> seed = {});
  Result<ChannelState> state(const std::string& channel);
  std::vector<ChannelState> states();  // of those that play
  // Its log up to now. not_found.
  Result<stream::ControlLog> log(const std::string& channel);
  // It is gone: listeners are told and dismissed.
  void forget(const std::string& channel);

 private:
  friend int run_due(Streams&);
  friend std::int64_t next_due(Streams&);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::streams
